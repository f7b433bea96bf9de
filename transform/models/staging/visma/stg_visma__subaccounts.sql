-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('subaccounts') }}

)

select
    raw."company_id" as company_id,
    raw."subaccountNumber" as subaccount_number,
    raw."subaccountId"::text as subaccount_id,
    raw."description" as description,
    raw."lastModifiedDateTime" as last_modified_date_time,
    raw."active" as active,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('subaccounts') }}
