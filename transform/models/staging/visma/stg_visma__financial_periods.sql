-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('financial_periods') }}

)

select
    raw."company_id" as company_id,
    raw."year" as year,
    raw."period" as period,
    raw."startDate"::date as start_date,
    raw."endDate"::date as end_date,
    raw."description" as description,
    raw."active" as active,
    raw."closedInSupplierLedger" as closed_in_supplier_ledger,
    raw."closedInCustomerLedger" as closed_in_customer_ledger,
    raw."closedInInventoryManagement" as closed_in_inventory_management,
    raw."closedInGeneralLedger" as closed_in_general_ledger,
    raw."closedInCashManagement" as closed_in_cash_management,
    raw."closedInFixedAssets" as closed_in_fixed_assets,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('financial_periods') }}
