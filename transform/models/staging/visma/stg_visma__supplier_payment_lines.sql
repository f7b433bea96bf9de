-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('supplier_payments') }}

)

select
    raw."company_id" as company_id,
    raw."type" as type,
    raw."refNbr" as ref_nbr,
    element.ordinality as line_ordinal,
    element.item ->> 'branch' as branch,
    element.item ->> 'batchNumber' as batch_number,
    element.item ->> 'docType' as doc_type,
    element.item ->> 'invoiceRefNbr' as invoice_ref_nbr,
    (element.item ->> 'amountPaid')::numeric as amount_paid,
    (element.item ->> 'cashDiscountTaken')::numeric as cash_discount_taken,
    (element.item ->> 'withholdingTax')::numeric as withholding_tax,
    element.item ->> 'applicationPeriod' as application_period,
    (element.item ->> 'date')::date as date,
    (element.item ->> 'dueDate')::date as due_date,
    (element.item ->> 'cashDiscountDate')::date as cash_discount_date,
    (element.item ->> 'balance')::numeric as balance,
    (element.item ->> 'cashDiscountBalance')::numeric as cash_discount_balance,
    element.item ->> 'description' as description,
    element.item ->> 'currency' as currency,
    element.item ->> 'postPeriod' as post_period,
    element.item ->> 'supplierRef' as supplier_ref,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('supplier_payments') }}
cross join lateral {{ elements('raw."paymentLines"') }}
