{{ config(indexes=[
    {'columns': ['company_id', 'document_type', 'reference_number']},
    {'columns': ['company_id', 'financial_period', 'account_number']},
    {'columns': ['company_id', 'customer_number']},
    {'columns': ['document_date']},
]) }}
select
    {{ surrogate_key(['lines.company_id', 'lines.document_type', 'lines.reference_number', 'lines.line_number']) }}
        as fct_customer_invoice_line_key,
    {{ surrogate_key(['lines.company_id', 'lines.document_type', 'lines.reference_number']) }}
        as fct_customer_invoice_key,
    lines.company_id,
    lines.document_type,
    lines.reference_number,
    lines.line_number,
    coalesce(lines.branch_number, documents.branch_number) as branch_number,
    coalesce(documents.customer_number, 'none') as customer_number,
    documents.document_date,
    documents.financial_period,
    documents.status,
    lines.status_class,
    coalesce(lines.account_number, 'none') as account_number,
    coalesce(lines.subaccount_id, 'none') as subaccount_id,
    coalesce(dimensions.cost_centre, 'unassigned') as cost_centre,
    coalesce(dimensions.project, 'unassigned') as project,
    lines.project_task,
    lines.is_sale,
    lines.is_vat_inclusive,
    lines.is_estimated_allocation,
    lines.inventory_number,
    lines.description,
    lines.quantity,
    lines.uom,
    lines.seller,
    lines.so_order_nbr as sales_order_number,
    lines.deferral_code,
    lines.vat_code,
    documents.currency,
    companies.base_currency,
    companies.group_currency,
    lines.line_base,
    lines.line_currency,
    lines.header_discount_base,
    lines.header_discount_currency,
    lines.net_base,
    lines.net_currency,
    lines.vat_base,
    lines.vat_currency,
    lines.net_base + lines.vat_base as gross_base,
    lines.net_currency + lines.vat_currency as gross_currency,
    case when lines.is_sale then lines.net_base else 0 end as sales_base,
    case when lines.is_sale then lines.net_currency else 0 end as sales_currency,
    {{ in_group_currency('case when lines.is_sale then lines.net_base else 0 end', 'rates.rate') }}
        as sales_group,
    companies.group_currency is not null and rates.rate is null as is_missing_rate
from {{ ref('int_visma__ar_line_net') }} as lines
inner join {{ ref('int_visma__ar_document_signed') }} as documents
    using (company_id, document_type, reference_number)
left join {{ ref('int_visma__companies') }} as companies using (company_id)
left join {{ ref('int_visma__subaccount_dimensions') }} as dimensions
    on dimensions.company_id = lines.company_id
    and dimensions.subaccount_id = lines.subaccount_id
-- A sale is worth in the group's currency what it was on the day of its document.
left join {{ ref('int_visma__fx_daily') }} as rates
    on rates.company_id = lines.company_id
    and rates.rate_date = documents.document_date
