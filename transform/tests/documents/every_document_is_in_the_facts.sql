-- Every document that Visma has, and every line of it, is one row of its fact.
with counted as (

    select 'fct_supplier_invoice' as fact, company_id, document_type, reference_number, 1 as expected, 0 as found
    from {{ ref('stg_visma__supplier_invoices') }}
    where not is_deleted
    union all
    select 'fct_supplier_invoice', company_id, document_type, reference_number, 0, 1
    from {{ ref('fct_supplier_invoice') }}
    union all
    select 'fct_supplier_invoice_line', company_id, document_type, reference_number, 1, 0
    from {{ ref('stg_visma__supplier_invoice_lines') }}
    where not is_deleted
    union all
    select 'fct_supplier_invoice_line', company_id, document_type, reference_number, 0, 1
    from {{ ref('fct_supplier_invoice_line') }}
    {%- for list in ['invoice', 'credit_note', 'debit_note'] %}
    union all
    select 'fct_customer_invoice', company_id, document_type, reference_number, 1, 0
    from {{ ref('stg_visma__customer_' ~ list ~ 's') }}
    where not is_deleted
    union all
    select 'fct_customer_invoice_line', company_id, document_type, reference_number, 1, 0
    from {{ ref('stg_visma__customer_' ~ list ~ '_lines') }}
    where not is_deleted
    {%- endfor %}
    union all
    select 'fct_customer_invoice', company_id, document_type, reference_number, 0, 1
    from {{ ref('fct_customer_invoice') }}
    union all
    select 'fct_customer_invoice_line', company_id, document_type, reference_number, 0, 1
    from {{ ref('fct_customer_invoice_line') }}

)

select fact, company_id, document_type, reference_number, sum(expected) as expected, sum(found) as found
from counted
group by 1, 2, 3, 4
having sum(expected) <> sum(found)
