-- What the tap says of its own readings: the last one of each part of each stream.
with last_runs as (

    select distinct on (company_id, stream, partition) *
    from {{ ref('stg_visma__sync_runs') }}
    order by company_id, stream, partition, finished_at desc, run_id

),

streams as (

    select
        company_id,
        stream,
        count(*) filter (where outcome = 'failed') as failed_parts,
        min(reason) filter (where outcome = 'failed') as reason,
        sum(coalesce(unbalanced_batches, 0)) as unbalanced_batches
    from last_runs
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
