{{ config(materialized='table') }}

-- A table, since every staging model joins it.
select
    company_id,
    stream,
    partition,
    max(started_at) as started_at
from {{ ref('stg_visma__sync_runs') }}
where outcome = 'success'
    and mode in ('first', 'full')
    and window_from is null
group by company_id, stream, partition
