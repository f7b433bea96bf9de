-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('departments') }}

)

select
    raw."company_id" as company_id,
    raw."departmentId" as department_id,
    raw."publicId" as public_id,
    raw."description" as description,
    raw."lastModifiedDateTime" as last_modified_date_time,
    raw."expenseAccount" ->> 'type' as expense_account_type,
    raw."expenseAccount" ->> 'externalCode1' as expense_account_external_code1,
    raw."expenseAccount" ->> 'externalCode2' as expense_account_external_code2,
    (raw."expenseAccount" ->> 'active')::boolean as expense_account_active,
    raw."expenseAccount" ->> 'number' as expense_account_number,
    raw."expenseAccount" ->> 'description' as expense_account_description,
    (raw."expenseSubaccount" ->> 'active')::boolean as expense_subaccount_active,
    raw."expenseSubaccount" ->> 'id' as expense_subaccount_id,
    raw."expenseSubaccount" ->> 'description' as expense_subaccount_description,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('departments') }}
