-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('project_tasks') }}

)

select
    raw."company_id" as company_id,
    raw."internalId" as internal_id,
    raw."projectInternalId" as project_internal_id,
    raw."lastModifiedDateTime" as last_modified_date_time,
    raw."createdDateTime" as created_date_time,
    raw."taskId" as task_id,
    raw."description" as description,
    raw."plannedStart"::date as planned_start,
    raw."plannedEnd"::date as planned_end,
    raw."startDate"::date as start_date,
    raw."endDate"::date as end_date,
    raw."status" as status,
    raw."restrictEmployees" as restrict_employees,
    raw."defAccount" ->> 'type' as def_account_type,
    raw."defAccount" ->> 'number' as def_account_number,
    raw."defAccount" ->> 'description' as def_account_description,
    (raw."defSub" ->> 'active')::boolean as def_sub_active,
    raw."defSub" ->> 'id' as def_sub_id,
    raw."defSub" ->> 'description' as def_sub_description,
    raw."defAccrualAccount" ->> 'type' as def_accrual_account_type,
    raw."defAccrualAccount" ->> 'number' as def_accrual_account_number,
    raw."defAccrualAccount" ->> 'description' as def_accrual_account_description,
    (raw."defAccrualSub" ->> 'active')::boolean as def_accrual_sub_active,
    raw."defAccrualSub" ->> 'id' as def_accrual_sub_id,
    raw."defAccrualSub" ->> 'description' as def_accrual_sub_description,
    raw."taxCategory" ->> 'number' as tax_category_number,
    raw."taxCategory" ->> 'description' as tax_category_description,
    raw."branch" ->> 'number' as branch_number,
    raw."branch" ->> 'name' as branch_name,
    raw."rateTable" ->> 'id' as rate_table_id,
    raw."rateTable" ->> 'description' as rate_table_description,
    (raw."visibility" ->> 'visibleInGl')::boolean as visibility_visible_in_gl,
    (raw."visibility" ->> 'visibleInAp')::boolean as visibility_visible_in_ap,
    (raw."visibility" ->> 'visibleInAr')::boolean as visibility_visible_in_ar,
    (raw."visibility" ->> 'visibleInSo')::boolean as visibility_visible_in_so,
    (raw."visibility" ->> 'visibleInPo')::boolean as visibility_visible_in_po,
    (raw."visibility" ->> 'visibleInEa')::boolean as visibility_visible_in_ea,
    (raw."visibility" ->> 'visibleInTa')::boolean as visibility_visible_in_ta,
    (raw."visibility" ->> 'visibleInIn')::boolean as visibility_visible_in_in,
    (raw."visibility" ->> 'visibleInCa')::boolean as visibility_visible_in_ca,
    (raw."visibility" ->> 'visibleInCr')::boolean as visibility_visible_in_cr,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('project_tasks') }}
