-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('supplier_balances') }}

)

select
    raw."company_id" as company_id,
    raw."branch" as branch,
    coalesce(raw."supplierNumber", raw."supplier" ->> 'number') as supplier_number,
    raw."branchNumber" as branch_number,
    raw."balance" as balance,
    raw."lastModifiedDateTime" as last_modified_date_time,
    (raw."supplier" ->> 'internalId')::bigint as supplier_internal_id,
    raw."supplier" ->> 'name' as supplier_name,
    (raw."unreleasedPurchasesNotInApproval" ->> 'withoutVat')::numeric as unreleased_purchases_not_in_approval_without_vat,
    (raw."unreleasedPurchasesNotInApproval" ->> 'withVat')::numeric as unreleased_purchases_not_in_approval_with_vat,
    (raw."totalSentForApproval" ->> 'withoutVat')::numeric as total_sent_for_approval_without_vat,
    (raw."totalSentForApproval" ->> 'withVat')::numeric as total_sent_for_approval_with_vat,
    (raw."totalPurchaseInvoicePeriod" ->> 'withoutVat')::numeric as total_purchase_invoice_period_without_vat,
    (raw."totalPurchaseInvoicePeriod" ->> 'withVat')::numeric as total_purchase_invoice_period_with_vat,
    (raw."totalPurchaseInvoiceYear" ->> 'withoutVat')::numeric as total_purchase_invoice_year_without_vat,
    (raw."totalPurchaseInvoiceYear" ->> 'withVat')::numeric as total_purchase_invoice_year_with_vat,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('supplier_balances') }}
