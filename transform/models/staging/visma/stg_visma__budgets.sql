-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('budgets') }}

)

select
    raw."company_id" as company_id,
    raw."ledgerId" as ledger_id,
    raw."branch" as branch,
    coalesce(raw."accountNumber", raw."account" ->> 'number') as account_number,
    coalesce(raw."subaccountId", raw."subaccount" ->> 'id') as subaccount_id,
    raw."financialYear" as financial_year,
    raw."released" as released,
    raw."releasedAmount" as released_amount,
    raw."description" as description,
    raw."amount" as amount,
    raw."distributedAmount" as distributed_amount,
    raw."lastModifiedDateTime" as last_modified_date_time,
    raw."account" ->> 'type' as account_type,
    raw."account" ->> 'externalCode1' as account_external_code1,
    raw."account" ->> 'externalCode2' as account_external_code2,
    (raw."account" ->> 'active')::boolean as account_active,
    raw."account" ->> 'description' as account_description,
    (raw."subaccount" ->> 'active')::boolean as subaccount_active,
    raw."subaccount" ->> 'description' as subaccount_description,
    raw."branchNumber" ->> 'number' as branch_number,
    raw."branchNumber" ->> 'name' as branch_name,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('budgets', ['ledgerId', 'branch', 'financialYear']) }}
