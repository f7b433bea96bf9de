-- A run tells all of its parts at once, so those of the newest one are all that are still asked for.
-- Had it to end before it knew them, it tells one without a name: that counts for each of the parts
-- known before, until another run comes.
with runs as (

    select
        *,
        partition = '' and outcome <> 'success' as is_without_parts
    from {{ ref('stg_visma__sync_runs') }}

),

newest as (

    select distinct on (company_id, stream) company_id, stream, run_id
    from runs
    order by company_id, stream, is_without_parts, finished_at desc, run_id

),

parts as (

    select distinct company_id, stream, partition
    from runs
    inner join newest using (company_id, stream, run_id)

),

runs_of_parts as (

    select
        company_id, stream, partition,
        run_id, finished_at, outcome, mode, reason, rows_read, rows_new, unbalanced_batches
    from runs
    inner join parts using (company_id, stream, partition)
    where not is_without_parts

    union all

    select
        company_id, stream, parts.partition,
        run_id, finished_at, outcome, mode, reason, rows_read, rows_new, unbalanced_batches
    from runs
    inner join parts using (company_id, stream)
    where is_without_parts

),

ranked as (

    select
        *,
        row_number() over (
            partition by company_id, stream, partition order by finished_at desc, run_id
        ) as recency
    from runs_of_parts

)

select
    company_id,
    stream,
    partition,
    max(finished_at) filter (where outcome = 'success') as last_success_at,
    max(finished_at) filter (where outcome = 'success' and mode in ('first', 'full'))
        as last_full_success_at,
    max(finished_at) filter (where recency = 1) as last_run_at,
    max(outcome) filter (where recency = 1) as last_outcome,
    max(mode) filter (where recency = 1) as last_mode,
    max(reason) filter (where recency = 1) as last_reason,
    sum(rows_read) filter (where recency = 1) as last_rows_read,
    sum(rows_new) filter (where recency = 1) as last_rows_new,
    sum(unbalanced_batches) filter (where recency = 1) as last_unbalanced_batches
from ranked
group by 1, 2, 3
