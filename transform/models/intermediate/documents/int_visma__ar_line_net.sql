-- Lines of invoices and notes to customers in what they are sold for: without VAT, after all
-- discounts.
with headers as (

    select
        company_id,
        document_type,
        reference_number,
        'TaxSetting'::text as tax_calculation_mode,
        detail_total as detail_total_base,
        coalesce(detail_total_in_currency, detail_total) as detail_total_currency,
        discount_total as discount_total_base,
        coalesce(discount_total_in_currency, discount_total) as discount_total_currency,
        vat_total as vat_total_base,
        coalesce(vat_total_in_currency, vat_total) as vat_total_currency
    from {{ ref('int_visma__customer_invoices') }}

),

lines as (
    {% for list in ['customer_invoice_lines', 'customer_credit_note_lines', 'customer_debit_note_lines'] %}
    select
        company_id,
        document_type,
        reference_number,
        coalesce(line_number, line_ordinal) as line_number,
        coalesce(amount, 0) as sent_base,
        coalesce(amount_in_currency, amount, 0) as sent_currency,
        coalesce(discount_amount, 0) as line_discount_base,
        coalesce(discount_amount_in_currency, discount_amount, 0) as line_discount_currency,
        vat_code_id as vat_code,
        branch_number,
        account_number,
        subaccount_id,
        inventory_number,
        description,
        quantity,
        uom,
        {{ 'null::text' if 'debit' in list else 'project_task_id' }} as project_task,
        coalesce(seller_id, salesperson) as seller,
        deferral_code,
        so_order_nbr
    from {{ ref('stg_visma__' ~ list) }}
    where not is_deleted
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

taxes as (

    select
        company_id,
        document_type,
        reference_number,
        coalesce(vat_id, tax_id) as vat_code,
        sum(vat_amount) as vat_currency,
        sum(expense_amount) as expense_currency
    from (
        {% for list in ['customer_invoice_tax_lines', 'customer_credit_note_tax_lines', 'customer_debit_note_tax_lines'] %}
        select company_id, document_type, reference_number, vat_id, tax_id, vat_amount, expense_amount
        from {{ ref('stg_visma__' ~ list) }}
        where not is_deleted
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as tax_lines
    group by 1, 2, 3, 4

)

{{ net_lines() }}

select
    net_lines.company_id,
    net_lines.document_type,
    net_lines.reference_number,
    net_lines.line_number,
    documents.status_class,
    documents.spend_sign as sales_sign,
    net_lines.branch_number,
    net_lines.account_number,
    net_lines.subaccount_id,
    net_lines.inventory_number,
    net_lines.description,
    net_lines.quantity,
    net_lines.uom,
    net_lines.project_task,
    net_lines.seller,
    net_lines.deferral_code,
    net_lines.so_order_nbr,
    net_lines.vat_code,
    net_lines.is_vat_inclusive,
    net_lines.is_estimated_allocation,
    {% for suffix in ['base', 'currency'] -%}
    documents.spend_sign * net_lines.line_{{ suffix }} as line_{{ suffix }},
    documents.spend_sign * net_lines.header_discount_{{ suffix }} as header_discount_{{ suffix }},
    documents.spend_sign * net_lines.net_{{ suffix }} as net_{{ suffix }},
    documents.spend_sign * net_lines.vat_{{ suffix }} as vat_{{ suffix }},
    documents.spend_sign * net_lines.lines_difference_{{ suffix }} as lines_difference_{{ suffix }},
    {% endfor -%}
    -- What is entered on the account of the receivable itself is an opening balance or moves a debt.
    documents.status_class = 'posted' and documents.spend_sign <> 0
        and net_lines.account_number is distinct from documents.account_number as is_sale
from net_lines
inner join {{ ref('int_visma__ar_document_signed') }} as documents
    using (company_id, document_type, reference_number)
