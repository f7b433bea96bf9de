-- Each branch balances for itself where its ledger keeps accounts per branch. Else batches between
-- branches may not.
{{ config(severity='warn') }}
select lines.company_id, lines.module, lines.batch_number, lines.branch_number, sum(lines.amount_dr_cr_base) as difference
from {{ ref('fct_gl_line') }} as lines
inner join {{ ref('dim_ledger') }} as ledgers using (company_id, ledger_id)
where ledgers.has_branch_accounting and ledgers.ledger_type <> 'Statistical'
group by 1, 2, 3, 4
having sum(lines.amount_dr_cr_base) <> 0
