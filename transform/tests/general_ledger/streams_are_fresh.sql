-- Streams that were not read completely for stale_after_hours, or whose last run failed.
{{ config(severity='warn') }}
select company_id, stream, last_outcome, last_success_at
from {{ ref('rpt_sync_status') }}
where is_stale or last_outcome = 'failed'
