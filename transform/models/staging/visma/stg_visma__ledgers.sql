-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('ledgers') }}

)

select
    raw."company_id" as company_id,
    raw."internalId" as internal_id,
    raw."number" as number,
    raw."description" as description,
    raw."balanceType" as balance_type,
    raw."currencyId" as currency_id,
    raw."consolidationSource" as consolidation_source,
    raw."branchAccounting" as branch_accounting,
    raw."lastModifiedDateTime" as last_modified_date_time,
    raw."postInterCompany" as post_inter_company,
    raw."consolBranch" ->> 'number' as consol_branch_number,
    raw."consolBranch" ->> 'name' as consol_branch_name,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('ledgers') }}
