-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('employees') }}

)

select
    raw."company_id" as company_id,
    raw."employeeUserId" as employee_user_id,
    raw."employeeId" as employee_id,
    raw."employeeNumber" as employee_number,
    raw."employeeName" as employee_name,
    raw."status" as status,
    raw."department" as department,
    raw."lastModifiedDateTime" as last_modified_date_time,
    raw."calendarID" as calendar_id,
    raw."employeeLogin" as employee_login,
    raw."employeeClass" ->> 'id' as employee_class_id,
    raw."employeeClass" ->> 'description' as employee_class_description,
    raw."branch" ->> 'number' as branch_number,
    raw."branch" ->> 'name' as branch_name,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('employees') }}
