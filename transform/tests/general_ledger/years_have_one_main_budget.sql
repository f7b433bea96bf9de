-- Reports that ask for the main budget show each actual once: every year of a company has one.
select company_id, fiscal_year, count(distinct budget_ledger_id) as main_budgets
from {{ ref('rpt_budget_vs_actual') }}
where is_main_budget
group by company_id, fiscal_year
having count(distinct budget_ledger_id) > 1
union all
select company_id, fiscal_year, 0
from {{ ref('rpt_budget_vs_actual') }}
group by company_id, fiscal_year
having not bool_or(is_main_budget)
