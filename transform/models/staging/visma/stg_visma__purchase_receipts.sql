-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('purchase_receipts') }}

)

select
    raw."company_id" as company_id,
    raw."note" as note,
    raw."receiptType" as receipt_type,
    raw."receiptNbr" as receipt_nbr,
    raw."hold" as hold,
    raw."status" as status,
    raw."date"::date as date,
    raw."postPeriod" as post_period,
    raw."currency" as currency,
    raw."exchangeRate" as exchange_rate,
    raw."createBill" as create_bill,
    raw."supplierRef" as supplier_ref,
    raw."totalQty" as total_qty,
    raw."controlQty" as control_qty,
    raw."vatExemptTotal" as vat_exempt_total,
    raw."vatTaxableTotal" as vat_taxable_total,
    raw."totalAmt" as total_amt,
    raw."controlTotal" as control_total,
    raw."lastModifiedDateTime" as last_modified_date_time,
    raw."dueDate"::date as due_date,
    raw."customStr1" as custom_str1,
    raw."customStr2" as custom_str2,
    raw."customStr3" as custom_str3,
    raw."customStr4" as custom_str4,
    raw."customStr5" as custom_str5,
    raw."customDec1" as custom_dec1,
    raw."customDec2" as custom_dec2,
    raw."customInt1" as custom_int1,
    raw."customInt2" as custom_int2,
    raw."customDateTimeUTC1" as custom_date_time_utc1,
    raw."warehouse" ->> 'id' as warehouse_id,
    raw."warehouse" ->> 'description' as warehouse_description,
    (raw."supplier" ->> 'internalId')::bigint as supplier_internal_id,
    raw."supplier" ->> 'number' as supplier_number,
    raw."supplier" ->> 'name' as supplier_name,
    raw."location" ->> 'countryId' as location_country_id,
    raw."location" ->> 'id' as location_id,
    raw."location" ->> 'name' as location_name,
    raw."branchNumber" ->> 'number' as branch_number,
    raw."branchNumber" ->> 'name' as branch_name,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('purchase_receipts') }}
