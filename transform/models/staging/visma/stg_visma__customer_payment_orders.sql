-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('customer_payments') }}

)

select
    raw."company_id" as company_id,
    raw."type" as type,
    raw."refNbr" as ref_nbr,
    element.ordinality as line_ordinal,
    element.item ->> 'orderType' as order_type,
    element.item ->> 'orderNo' as order_no,
    element.item ->> 'status' as status,
    (element.item ->> 'appliedToOrder')::numeric as applied_to_order,
    (element.item ->> 'transferredToInvoice')::numeric as transferred_to_invoice,
    (element.item ->> 'date')::date as date,
    (element.item ->> 'dueDate')::date as due_date,
    (element.item ->> 'cashDiscountDate')::date as cash_discount_date,
    (element.item ->> 'balance')::numeric as balance,
    element.item ->> 'description' as description,
    (element.item ->> 'orderTotal')::numeric as order_total,
    element.item ->> 'currency' as currency,
    element.item ->> 'invoiceNbr' as invoice_nbr,
    (element.item ->> 'invoiceDate')::date as invoice_date,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('customer_payments') }}
cross join lateral {{ elements('raw."ordersToApply"') }}
