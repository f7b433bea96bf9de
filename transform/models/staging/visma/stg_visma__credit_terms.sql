-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('credit_terms') }}

)

select
    raw."company_id" as company_id,
    raw."termsId" as terms_id,
    raw."description" as description,
    raw."visibleTo" as visible_to,
    raw."dueDateType" as due_date_type,
    raw."moveDueDateIfOnTheWeekend" as move_due_date_if_on_the_weekend,
    raw."dueDay1" as due_day1,
    raw."dueDay1DayFrom1" as due_day1_day_from1,
    raw."dueDay1DayTo1" as due_day1_day_to1,
    raw."dueDay2" as due_day2,
    raw."dueDay2DayFrom1" as due_day2_day_from1,
    raw."dueDay2DayTo1" as due_day2_day_to1,
    raw."discountType" as discount_type,
    raw."discountDay" as discount_day,
    raw."discountPercent" as discount_percent,
    raw."delayDays" as delay_days,
    raw."calculationType" as calculation_type,
    raw."instalmentType" as instalment_type,
    raw."numberOfInstalments" as number_of_instalments,
    raw."instalmentFrequency" as instalment_frequency,
    raw."instalmentMethod" as instalment_method,
    raw."createdDateTime" as created_date_time,
    raw."lastModifiedDateTime" as last_modified_date_time,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('credit_terms') }}
