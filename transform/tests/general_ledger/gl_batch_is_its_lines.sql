-- The lines of a posted batch add up to its totals: a batch that was cut between two pages does not.
with lines as (

    select company_id, module, batch_number, sum(debit_base) as debit, sum(credit_base) as credit
    from {{ ref('fct_gl_line') }}
    group by 1, 2, 3

)

select batches.company_id, batches.module, batches.batch_number, batches.debit_total, lines.debit, batches.credit_total, lines.credit
from {{ ref('stg_visma__journal_batches') }} as batches
left join lines
    on lines.company_id = batches.company_id
    and lines.module = regexp_replace(batches.module, '^Module', '')
    and lines.batch_number = batches.batch_number
where not batches.is_deleted
    and batches.status in ({{ setting_list('posted_statuses') }})
    and (
        coalesce(lines.debit, 0) <> coalesce(batches.debit_total, 0)
        or coalesce(lines.credit, 0) <> coalesce(batches.credit_total, 0)
    )
