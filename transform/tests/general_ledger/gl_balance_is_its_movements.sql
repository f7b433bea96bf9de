-- Nothing is lost on the way from Visma's balances to the fact: a period without a calendar would be.
with movements as (

    select company_id, ledger_id, sum(debit) as debit, sum(credit) as credit
    from {{ ref('int_visma__gl_movements') }}
    group by 1, 2

),

facts as (

    select company_id, ledger_id, sum(debit_base) as debit, sum(credit_base) as credit
    from {{ ref('fct_gl_balance') }}
    group by 1, 2

)

select company_id, ledger_id, movements.debit, facts.debit as fact_debit, movements.credit, facts.credit as fact_credit
from movements
full outer join facts using (company_id, ledger_id)
where movements.debit is distinct from facts.debit or movements.credit is distinct from facts.credit
