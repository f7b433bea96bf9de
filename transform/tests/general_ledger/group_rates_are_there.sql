-- Amounts without a rate to the group's currency: they are null there, and totals lack them.
{{ config(severity='warn') }}
select company_id, financial_period, count(*) as rows_found
from {{ ref('fct_gl_balance') }}
where is_missing_rate
group by 1, 2
