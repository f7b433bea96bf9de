-- Every posted batch balances in base currency. One that does not has lost a line, or counts one twice.
select company_id, module, batch_number, sum(debit_base) as debit, sum(credit_base) as credit
from {{ ref('fct_gl_line') }}
where ledger_type is distinct from 'Statistical'
group by company_id, module, batch_number
having sum(debit_base) <> sum(credit_base)
