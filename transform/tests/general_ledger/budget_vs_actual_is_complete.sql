-- Both sides of the comparison add up to their sources, per budget ledger and year, whatever is
-- budgeted without being spent or spent without being budgeted.
with reported as (

    select company_id, budget_ledger_id as ledger_id, fiscal_year, sum(budget_base) as budget, sum(actual_base) as actual
    from {{ ref('rpt_budget_vs_actual') }}
    group by 1, 2, 3

),

budgets as (

    select company_id, ledger_id, fiscal_year, sum(amount_statement_base) as budget
    from {{ ref('fct_budget_period') }}
    group by 1, 2, 3

),

actuals as (

    select
        balances.company_id,
        reported.ledger_id,
        balances.fiscal_year,
        sum(balances.net_change_statement_base) as actual
    from {{ ref('fct_gl_balance') }} as balances
    inner join (select distinct company_id, ledger_id from reported) as reported using (company_id)
    where balances.ledger_type = 'Actual'
        and (
            balances.account_type in ('Income', 'Expense')
            or exists (
                select
                from {{ ref('fct_budget_period') }} as articles
                where articles.company_id = balances.company_id
                    and articles.ledger_id = reported.ledger_id
                    and articles.fiscal_year = balances.fiscal_year
                    and articles.account_number = balances.account_number
            )
        )
    group by 1, 2, 3

)

select company_id, ledger_id, fiscal_year, reported.budget, budgets.budget as source_budget, reported.actual, actuals.actual as source_actual
from reported
full outer join budgets using (company_id, ledger_id, fiscal_year)
full outer join actuals using (company_id, ledger_id, fiscal_year)
where coalesce(reported.budget, 0) <> coalesce(budgets.budget, 0)
    or coalesce(reported.actual, 0) <> coalesce(actuals.actual, 0)
