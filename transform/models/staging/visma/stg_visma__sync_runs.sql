-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('sync_runs') }}

)

select
    raw."run_id" as run_id,
    raw."company_id" as company_id,
    raw."stream" as stream,
    raw."partition" as partition,
    raw."tap_version" as tap_version,
    raw."mode" as mode,
    raw."window_from" as window_from,
    raw."started_at" as started_at,
    raw."finished_at" as finished_at,
    raw."started_epoch" as started_epoch,
    raw."finished_epoch" as finished_epoch,
    raw."rows_read" as rows_read,
    raw."rows_new" as rows_new,
    raw."pages" as pages,
    raw."calls" as calls,
    raw."retries" as retries,
    raw."seconds_waited" as seconds_waited,
    raw."allowance_limit" as allowance_limit,
    raw."allowance_left" as allowance_left,
    raw."total_count" as total_count,
    raw."unknown_fields" as unknown_fields,
    raw."nuls_removed" as nuls_removed,
    raw."unbalanced_batches" as unbalanced_batches,
    raw."outcome" as outcome,
    raw."reason" as reason,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    false as is_deleted
from raw
