-- As many lines in the fact as the posted batches have: a join may neither lose nor double one.
with staged as (

    select batches.company_id, count(*) as lines, sum(lines.debit_amount) as debit
    from {{ ref('stg_visma__journal_batches') }} as batches
    inner join {{ ref('stg_visma__journal_lines') }} as lines using (company_id, module, batch_number)
    where not batches.is_deleted and batches.status in ({{ setting_list('posted_statuses') }})
    group by 1

),

facts as (

    select company_id, count(*) as lines, sum(debit_base) as debit
    from {{ ref('fct_gl_line') }}
    group by 1

)

select company_id, staged.lines, facts.lines as fact_lines, staged.debit, facts.debit as fact_debit
from staged
full outer join facts using (company_id)
where staged.lines is distinct from facts.lines or staged.debit is distinct from facts.debit
