-- Every posted batch balances in base currency. One that does not has lost a line, or counts one twice.
select company_id, module, batch_number, sum(debit) as debit, sum(credit) as credit
from {{ ref('fct_gl_line') }}
where ledger_type is distinct from 'Statistical'
group by company_id, module, batch_number
having sum(debit) <> sum(credit)
