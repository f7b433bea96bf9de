-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('vat_categories') }}

)

select
    raw."company_id" as company_id,
    raw."vatCategoryId" as vat_category_id,
    element.ordinality as line_ordinal,
    element.item ->> 'vatId' as vat_id,
    element.item ->> 'vendorCd' as vendor_cd,
    element.item ->> 'description' as description,
    element.item ->> 'type' as type,
    element.item ->> 'calculateOn' as calculate_on,
    element.item ->> 'cashDiscount' as cash_discount,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('vat_categories') }}
cross join lateral {{ elements('raw."vatCategoryLines"') }}
