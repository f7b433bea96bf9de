{{ config(indexes=[
    {'columns': ['company_id', 'supplier_number']},
    {'columns': ['company_id', 'financial_period']},
    {'columns': ['document_date']},
    {'columns': ['due_date']},
]) }}
with lines as (

    select
        company_id,
        document_type,
        reference_number,
        count(*) as n_lines,
        count(distinct account_number) as n_accounts,
        sum(line_base) as lines_base,
        sum(line_currency) as lines_currency,
        sum(net_base) as net_base,
        sum(net_currency) as net_currency,
        sum(case when is_spend then net_base else 0 end) as spend_base,
        max(lines_difference_base) as lines_difference_base,
        max(lines_difference_currency) as lines_difference_currency
    from {{ ref('int_visma__ap_line_net') }}
    group by 1, 2, 3

),

-- The header is the sum of its lines, also where each of them was rounded.
in_group as (

    select company_id, document_type, reference_number, sum(spend_group) as spend_group
    from {{ ref('fct_supplier_invoice_line') }}
    group by 1, 2, 3

),

applications as (

    select company_id, document_type, reference_number, max(application_date) as last_applied_on
    from {{ ref('int_visma__ap_applications') }}
    group by 1, 2, 3

)

select
    {{ surrogate_key(['invoices.company_id', 'invoices.document_type', 'invoices.reference_number']) }}
        as fct_supplier_invoice_key,
    invoices.company_id,
    invoices.document_type,
    invoices.reference_number,
    documents.branch_number,
    documents.supplier_number,
    documents.account_number as control_account_number,
    documents.document_date,
    invoices.orig_invoice_date,
    documents.due_date,
    invoices.pay_date,
    invoices.cash_discount_date,
    documents.financial_period,
    documents.closed_financial_period,
    documents.status,
    documents.status_class,
    documents.approval_status,
    documents.is_on_hold,
    documents.supplier_reference,
    documents.description,
    invoices.original_reference_number,
    invoices.credit_terms_id as credit_terms,
    coalesce(invoices.tax_calculation_mode, 'TaxSetting') as tax_calculation_mode,
    documents.currency,
    companies.base_currency,
    companies.group_currency,
    invoices.exchange_rate,
    documents.rate_to_base,
    {% for suffix, field in [('base', ''), ('currency', '_in_currency')] -%}
    documents.spend_sign * coalesce(invoices.detail_total{{ field }}, 0) as detail_total_{{ suffix }},
    documents.spend_sign * coalesce(invoices.discount_total{{ field }}, 0) as discount_total_{{ suffix }},
    documents.spend_sign * coalesce(invoices.vat_total{{ field }}, 0) as vat_total_{{ suffix }},
    documents.spend_sign * coalesce(invoices.withholding_tax{{ field }}, 0) as withholding_tax_{{ suffix }},
    documents.spend_sign * coalesce(invoices.rounding_diff{{ field }}, 0) as rounding_diff_{{ suffix }},
    documents.spend_sign * documents.document_amount_{{ suffix }} as gross_{{ suffix }},
    documents.spend_sign * documents.document_balance_{{ suffix }} as balance_{{ suffix }},
    coalesce(lines.net_{{ suffix }}, 0) as net_{{ suffix }},
    coalesce(lines.lines_difference_{{ suffix }}, 0) as lines_difference_{{ suffix }},
    {% endfor -%}
    coalesce(lines.spend_base, 0) as spend_base,
    case when rates.rate is not null then coalesce(in_group.spend_group, 0) end as spend_group,
    case when documents.status_class = 'pipeline' then coalesce(lines.net_base, 0) else 0 end
        as pipeline_base,
    documents.spend_sign * coalesce(invoices.cury_retainage_total, 0) as retainage_currency,
    companies.group_currency is not null and rates.rate is null as is_missing_rate,
    coalesce(lines.n_lines, 0) as n_lines,
    coalesce(lines.n_accounts, 0) as n_accounts,
    documents.due_date - documents.document_date as days_to_due,
    paid.paid_on,
    paid.paid_on - documents.document_date as days_to_pay,
    paid.paid_on - documents.due_date as days_paid_late,
    documents.modified_at,
    documents.read_at
from {{ ref('stg_visma__supplier_invoices') }} as invoices
inner join {{ ref('int_visma__ap_document_signed') }} as documents
    using (company_id, document_type, reference_number)
left join lines using (company_id, document_type, reference_number)
left join in_group using (company_id, document_type, reference_number)
left join applications using (company_id, document_type, reference_number)
cross join lateral (
    select case
        when documents.status_class = 'posted' and documents.document_balance_currency = 0
            then applications.last_applied_on
    end as paid_on
) as paid
left join {{ ref('int_visma__companies') }} as companies using (company_id)
left join {{ ref('int_visma__fx_daily') }} as rates
    on rates.company_id = invoices.company_id
    and rates.rate_date = documents.document_date
where not invoices.is_deleted
