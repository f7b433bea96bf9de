-- A batch has one currency and balances in it, too. Rounding lines may be in base currency only.
{{ config(severity='warn') }}
select company_id, module, batch_number, sum(amount_dr_cr_currency) as difference
from {{ ref('fct_gl_line') }}
where ledger_type is distinct from 'Statistical'
group by company_id, module, batch_number
having sum(amount_dr_cr_currency) <> 0
