-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('vat_categories') }}

)

select
    raw."company_id" as company_id,
    raw."vatCategoryId" as vat_category_id,
    raw."description" as description,
    raw."active" as active,
    raw."excludeListedTaxes" as exclude_listed_taxes,
    raw."lastModifiedDateTime" as last_modified_date_time,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('vat_categories') }}
