-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('customer_payments') }}

)

select
    raw."company_id" as company_id,
    raw."type" as type,
    raw."refNbr" as ref_nbr,
    element.ordinality as line_ordinal,
    element.item ->> 'documentType' as document_type,
    element.item ->> 'refNbr' as line_ref_nbr,
    (element.item ->> 'amountPaid')::numeric as amount_paid,
    (element.item ->> 'cashDiscountTaken')::numeric as cash_discount_taken,
    (element.item ->> 'balanceWriteOff')::numeric as balance_write_off,
    element.item -> 'writeOffReasonCode' ->> 'id' as write_off_reason_code_id,
    element.item -> 'writeOffReasonCode' ->> 'description' as write_off_reason_code_description,
    (element.item ->> 'date')::date as date,
    (element.item ->> 'dueDate')::date as due_date,
    (element.item ->> 'cashDiscountDate')::date as cash_discount_date,
    (element.item ->> 'balance')::numeric as balance,
    (element.item ->> 'cashDiscountBalance')::numeric as cash_discount_balance,
    element.item ->> 'description' as description,
    element.item ->> 'currency' as currency,
    element.item ->> 'postPeriod' as post_period,
    element.item ->> 'customerOrder' as customer_order,
    (element.item ->> 'crossRate')::numeric as cross_rate,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('customer_payments') }}
cross join lateral {{ elements('raw."paymentLines"') }}
