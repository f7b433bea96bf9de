-- Invoices, credit notes and debit notes to customers: three lists of one shape.
{% set lists = ['customer_invoices', 'customer_credit_notes', 'customer_debit_notes'] %}
{%- for list in lists %}
select
    company_id,
    document_type,
    reference_number,
    branch_number,
    customer_number,
    document_date,
    document_due_date as due_date,
    financial_period,
    closed_financial_period,
    status,
    hold,
    currency_id as currency,
    exchange_rate,
    amount,
    amount_in_currency,
    balance,
    balance_in_currency,
    detail_total,
    detail_total_in_currency,
    discount_total,
    discount_total_in_currency,
    vat_total,
    vat_total_in_currency,
    rounding_diff,
    dunning_letter_level,
    dunning_letter_date,
    credit_terms_id,
    customer_ref_number,
    external_reference,
    invoice_text,
    project_id,
    account_number,
    last_modified_date_time,
    _extracted_at
from {{ ref('stg_visma__' ~ list) }}
where not is_deleted
{{ 'union all' if not loop.last }}
{%- endfor %}
