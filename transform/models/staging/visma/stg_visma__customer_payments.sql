-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('customer_payments') }}

)

select
    raw."company_id" as company_id,
    raw."type" as type,
    raw."refNbr" as ref_nbr,
    raw."status" as status,
    raw."hold" as hold,
    raw."applicationDate"::date as application_date,
    raw."applicationPeriod" as application_period,
    raw."paymentRef" as payment_ref,
    raw."cashAccount" as cash_account,
    raw."currency" as currency,
    raw."paymentAmount" as payment_amount,
    raw."invoiceText" as invoice_text,
    raw."appliedToDocuments" as applied_to_documents,
    raw."appliedToOrders" as applied_to_orders,
    raw."availableBalance" as available_balance,
    raw."writeOffAmount" as write_off_amount,
    raw."financeCharges" as finance_charges,
    raw."deductedCharges" as deducted_charges,
    raw."branch" as branch,
    raw."lastModifiedDateTime" as last_modified_date_time,
    raw."paymentAmountInCurrency" as payment_amount_in_currency,
    raw."availableBalanceInCurrency" as available_balance_in_currency,
    raw."customer" ->> 'number' as customer_number,
    raw."customer" ->> 'name' as customer_name,
    raw."location" ->> 'countryId' as location_country_id,
    raw."location" ->> 'id' as location_id,
    raw."location" ->> 'name' as location_name,
    raw."paymentMethod" ->> 'id' as payment_method_id,
    raw."paymentMethod" ->> 'description' as payment_method_description,
    (raw."financialDetails" ->> 'paymentDate')::date as financial_details_payment_date,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('customer_payments') }}
