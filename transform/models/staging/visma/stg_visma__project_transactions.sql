-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('project_transactions') }}

)

select
    raw."company_id" as company_id,
    raw."lastModifiedDateTime" as last_modified_date_time,
    raw."refNbr" as ref_nbr,
    raw."description" as description,
    raw."origDocNbr" as orig_doc_nbr,
    raw."status" as status,
    raw."module" as module,
    raw."origDocType" as orig_doc_type,
    raw."note" as note,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('project_transactions') }}
