-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('customer_debit_notes') }}

)

select
    raw."company_id" as company_id,
    raw."documentType" as document_type,
    raw."referenceNumber" as reference_number,
    element.ordinality as line_ordinal,
    element.item ->> 'docType' as doc_type,
    element.item ->> 'customerCD' as customer_cd,
    element.item ->> 'refNbr' as ref_nbr,
    (element.item ->> 'amountPaid')::numeric as amount_paid,
    (element.item ->> 'cashDiscountTaken')::numeric as cash_discount_taken,
    (element.item ->> 'balance')::numeric as balance,
    (element.item ->> 'pendingPPD')::boolean as pending_ppd,
    (element.item ->> 'released')::boolean as released,
    (element.item ->> 'hold')::boolean as hold,
    (element.item ->> 'voided')::boolean as voided,
    element.item ->> 'ppdCrMemoRefNbr' as ppd_cr_memo_ref_nbr,
    element.item ->> 'paymentRef' as payment_ref,
    element.item ->> 'status' as status,
    (element.item ->> 'applicationDate')::date as application_date,
    element.item ->> 'applicationPeriod' as application_period,
    element.item ->> 'invoiceText' as invoice_text,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('customer_debit_notes') }}
cross join lateral {{ elements('raw."applications"') }}
