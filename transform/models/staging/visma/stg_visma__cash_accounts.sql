-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('cash_accounts') }}

)

select
    raw."company_id" as company_id,
    raw."lastModifiedDateTime" as last_modified_date_time,
    raw."currency" as currency,
    raw."number" as number,
    raw."description" as description,
    raw."account" ->> 'type' as account_type,
    raw."account" ->> 'number' as account_number,
    raw."account" ->> 'description' as account_description,
    raw."subaccount" ->> 'subaccountNumber' as subaccount_number,
    raw."subaccount" ->> 'subaccountId' as subaccount_id,
    raw."subaccount" ->> 'description' as subaccount_description,
    (raw."subaccount" ->> 'active')::boolean as subaccount_active,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('cash_accounts') }}
