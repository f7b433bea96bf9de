-- What the tap says of its own readings: the last one of each part of each stream.
with streams as (

    select
        company_id,
        stream,
        count(*) filter (where last_outcome = 'failed') as failed_parts,
        min(last_reason) filter (where last_outcome = 'failed') as reason,
        sum(coalesce(last_unbalanced_batches, 0)) as unbalanced_batches
    from {{ ref('int_visma__stream_parts') }}
    group by 1, 2

)

select
    {{ reconciliation_item(
        'load_complete', '0', 'failed_parts', ['stream'],
        "'The last reading failed, so rows may be missing: ' || coalesce(reason, 'no reason was told') "
    ) }}
from streams
union all
select
    {{ reconciliation_item(
        'load_unbalanced', '0', 'unbalanced_batches', ['stream'],
        "'The tap counted batches whose lines do not balance as they arrived; the batches are among the differences of the general ledger.'"
    ) }}
from streams
where stream = 'journal_transactions'
