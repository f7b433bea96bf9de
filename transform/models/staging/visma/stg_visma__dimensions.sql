-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('dimensions') }}

)

select
    raw."company_id" as company_id,
    raw."id" as id,
    raw."length" as length,
    raw."description" as description,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('dimensions') }}
