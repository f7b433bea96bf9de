-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('supplier_payments') }}

)

select
    raw."company_id" as company_id,
    raw."type" as type,
    raw."documentType" as document_type,
    raw."refNbr" as ref_nbr,
    raw."status" as status,
    raw."hold" as hold,
    raw."applicationDate"::date as application_date,
    raw."applicationPeriod" as application_period,
    raw."paymentRef" as payment_ref,
    raw."paymentMethod" as payment_method,
    raw."cashAccount" as cash_account,
    raw."description" as description,
    raw."paymentAmount" as payment_amount,
    raw."financeCharges" as finance_charges,
    raw."balance" as balance,
    raw."unappliedBalance" as unapplied_balance,
    raw."appliedAmount" as applied_amount,
    raw."released" as released,
    raw."lastModifiedDateTime" as last_modified_date_time,
    raw."branch" as branch,
    (raw."supplier" ->> 'internalId')::bigint as supplier_internal_id,
    raw."supplier" ->> 'number' as supplier_number,
    raw."supplier" ->> 'name' as supplier_name,
    raw."location" ->> 'countryId' as location_country_id,
    raw."location" ->> 'id' as location_id,
    raw."location" ->> 'name' as location_name,
    raw."currency" ->> 'id' as currency_id,
    raw."currency" ->> 'description' as currency_description,
    raw."currency" ->> 'symbol' as currency_symbol,
    (raw."currency" ->> 'isBaseCurrency')::boolean as currency_is_base_currency,
    (raw."currency" ->> 'decimalPrecision')::bigint as currency_decimal_precision,
    (raw."currency" ->> 'isUsedForAccounting')::boolean as currency_is_used_for_accounting,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('supplier_payments') }}
