-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('supplier_invoices') }}

)

select
    raw."company_id" as company_id,
    raw."documentType" as document_type,
    raw."referenceNumber" as reference_number,
    element.ordinality as line_ordinal,
    (element.item ->> 'lineNumber')::bigint as line_number,
    element.item ->> 'landedCostCodeId' as landed_cost_code_id,
    element.item ->> 'description' as description,
    (element.item ->> 'amount')::numeric as amount,
    element.item ->> 'vatCategoryId' as vat_category_id,
    element.item ->> 'purchaseReceiptType' as purchase_receipt_type,
    element.item ->> 'purcahseOrderReceiptNumber' as purcahse_order_receipt_number,
    element.item ->> 'inventoryId' as inventory_id,
    element.item ->> 'siteId' as site_id,
    element.item ->> 'locationId' as location_id,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('supplier_invoices') }}
cross join lateral {{ elements('raw."landedCosts"') }}
