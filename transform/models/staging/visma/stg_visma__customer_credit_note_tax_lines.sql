-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('customer_credit_notes') }}

)

select
    raw."company_id" as company_id,
    raw."documentType" as document_type,
    raw."referenceNumber" as reference_number,
    element.ordinality as line_ordinal,
    element.item ->> 'taxId' as tax_id,
    (element.item ->> 'recordId')::bigint as record_id,
    element.item -> 'vatId' ->> 'number' as vat_id,
    element.item -> 'vatId' ->> 'description' as vat_description,
    (element.item ->> 'vatRate')::numeric as vat_rate,
    (element.item ->> 'taxableAmount')::numeric as taxable_amount,
    (element.item ->> 'vatAmount')::numeric as vat_amount,
    (element.item ->> 'expenseAmount')::numeric as expense_amount,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('customer_credit_notes') }}
cross join lateral {{ elements('raw."taxDetails"') }}
