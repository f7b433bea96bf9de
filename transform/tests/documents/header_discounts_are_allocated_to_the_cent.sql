-- The parts of a document's discount and VAT that its lines bear add up to the header, to the cent.
{%- for fact, line in [
    ('fct_supplier_invoice', 'fct_supplier_invoice_line'),
    ('fct_customer_invoice', 'fct_customer_invoice_line'),
] %}
select
    headers.company_id,
    headers.document_type,
    headers.reference_number,
    max(headers.discount_total_base) as discount_base,
    sum(lines.header_discount_base) as allocated_discount_base,
    max(headers.vat_total_base) as vat_base,
    sum(lines.vat_base) as allocated_vat_base
from {{ ref(fact) }} as headers
inner join {{ ref(line) }} as lines using (company_id, document_type, reference_number)
group by 1, 2, 3
having max(round(headers.discount_total_base, 2)) <> sum(lines.header_discount_base)
    or max(round(headers.discount_total_currency, 2)) <> sum(lines.header_discount_currency)
    or max(round(headers.vat_total_base, 2)) <> sum(lines.vat_base)
    or max(round(headers.vat_total_currency, 2)) <> sum(lines.vat_currency)
{{ 'union all' if not loop.last }}
{%- endfor %}
