{{ config(indexes=[
    {'columns': ['company_id', 'document_type', 'reference_number']},
    {'columns': ['company_id', 'financial_period', 'account_number']},
    {'columns': ['company_id', 'supplier_number']},
    {'columns': ['company_id', 'cost_centre']},
    {'columns': ['document_date']},
]) }}
select
    {{ surrogate_key(['lines.company_id', 'lines.document_type', 'lines.reference_number', 'lines.line_number']) }}
        as fct_supplier_invoice_line_key,
    {{ surrogate_key(['lines.company_id', 'lines.document_type', 'lines.reference_number']) }}
        as fct_supplier_invoice_key,
    lines.company_id,
    lines.document_type,
    lines.reference_number,
    lines.line_number,
    coalesce(lines.branch_number, documents.branch_number) as branch_number,
    coalesce(documents.supplier_number, 'none') as supplier_number,
    documents.document_date,
    documents.financial_period,
    documents.status,
    lines.status_class,
    coalesce(lines.account_number, 'none') as account_number,
    coalesce(lines.posted_account_number, 'none') as posted_account_number,
    coalesce(lines.subaccount_id, 'none') as subaccount_id,
    coalesce(lines.posted_subaccount_id, 'none') as posted_subaccount_id,
    coalesce(dimensions.cost_centre, 'unassigned') as cost_centre,
    coalesce(posted_dimensions.cost_centre, 'unassigned') as posted_cost_centre,
    coalesce(lines.project, dimensions.project, 'unassigned') as project,
    lines.project_task,
    lines.spend_class,
    lines.spend_exclusion,
    lines.is_spend,
    lines.is_receipt_matched,
    lines.is_vat_inclusive,
    lines.is_estimated_allocation,
    lines.inventory_number,
    lines.description,
    lines.quantity,
    lines.uom,
    lines.po_number,
    lines.po_receipt_nbr as po_receipt_number,
    lines.deferral_code,
    lines.term_start_date,
    lines.term_end_date,
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
    lines.nondeductible_vat_base,
    lines.retainage_currency,
    case when lines.is_spend then lines.net_base else 0 end as spend_base,
    case when lines.is_spend then lines.net_currency else 0 end as spend_currency,
    {{ in_group_currency('case when lines.is_spend then lines.net_base else 0 end', 'rates.rate') }}
        as spend_group,
    companies.group_currency is not null and rates.rate is null as is_missing_rate
from {{ ref('int_visma__ap_line_net') }} as lines
inner join {{ ref('int_visma__ap_document_signed') }} as documents
    using (company_id, document_type, reference_number)
left join {{ ref('int_visma__companies') }} as companies using (company_id)
left join {{ ref('int_visma__subaccount_dimensions') }} as dimensions
    on dimensions.company_id = lines.company_id
    and dimensions.subaccount_id = lines.subaccount_id
left join {{ ref('int_visma__subaccount_dimensions') }} as posted_dimensions
    on posted_dimensions.company_id = lines.company_id
    and posted_dimensions.subaccount_id = lines.posted_subaccount_id
-- A cost is worth in the group's currency what it was on the day of its document.
left join {{ ref('int_visma__fx_daily') }} as rates
    on rates.company_id = lines.company_id
    and rates.rate_date = documents.document_date
