{{ config(indexes=[
    {'columns': ['company_id', 'customer_number']},
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
        sum(net_base) as net_base,
        sum(net_currency) as net_currency,
        sum(case when is_sale then net_base else 0 end) as sales_base,
        max(lines_difference_base) as lines_difference_base,
        max(lines_difference_currency) as lines_difference_currency
    from {{ ref('int_visma__ar_line_net') }}
    group by 1, 2, 3

),

-- The header is the sum of its lines, also where each of them was rounded.
in_group as (

    select company_id, document_type, reference_number, sum(sales_group) as sales_group
    from {{ ref('fct_customer_invoice_line') }}
    group by 1, 2, 3

),

applications as (

    select company_id, document_type, reference_number, max(application_date) as last_applied_on
    from {{ ref('int_visma__ar_applications') }}
    group by 1, 2, 3

)

select
    {{ surrogate_key(['invoices.company_id', 'invoices.document_type', 'invoices.reference_number']) }}
        as fct_customer_invoice_key,
    invoices.company_id,
    invoices.document_type,
    invoices.reference_number,
    documents.branch_number,
    documents.customer_number,
    documents.account_number as control_account_number,
    documents.document_date,
    documents.due_date,
    documents.financial_period,
    documents.closed_financial_period,
    documents.status,
    documents.status_class,
    documents.is_on_hold,
    documents.customer_reference,
    invoices.external_reference,
    documents.description,
    invoices.credit_terms_id as credit_terms,
    invoices.project_id as project,
    documents.dunning_letter_level,
    documents.dunning_letter_date,
    documents.currency,
    companies.base_currency,
    companies.group_currency,
    invoices.exchange_rate,
    documents.rate_to_base,
    {% for suffix, field in [('base', ''), ('currency', '_in_currency')] -%}
    documents.spend_sign * coalesce(invoices.detail_total{{ field }}, 0) as detail_total_{{ suffix }},
    documents.spend_sign * coalesce(invoices.discount_total{{ field }}, 0) as discount_total_{{ suffix }},
    documents.spend_sign * coalesce(invoices.vat_total{{ field }}, 0) as vat_total_{{ suffix }},
    documents.spend_sign * documents.document_amount_{{ suffix }} as gross_{{ suffix }},
    documents.spend_sign * documents.document_balance_{{ suffix }} as balance_{{ suffix }},
    coalesce(lines.net_{{ suffix }}, 0) as net_{{ suffix }},
    coalesce(lines.lines_difference_{{ suffix }}, 0) as lines_difference_{{ suffix }},
    {% endfor -%}
    documents.spend_sign * coalesce(invoices.rounding_diff, 0) as rounding_diff_base,
    coalesce(lines.sales_base, 0) as sales_base,
    case when rates.rate is not null then coalesce(in_group.sales_group, 0) end as sales_group,
    case when documents.status_class = 'pipeline' then coalesce(lines.net_base, 0) else 0 end
        as pipeline_base,
    companies.group_currency is not null and rates.rate is null as is_missing_rate,
    coalesce(lines.n_lines, 0) as n_lines,
    coalesce(lines.n_accounts, 0) as n_accounts,
    documents.due_date - documents.document_date as days_to_due,
    paid.paid_on,
    paid.paid_on - documents.document_date as days_to_pay,
    paid.paid_on - documents.due_date as days_paid_late,
    documents.modified_at,
    documents.read_at
from {{ ref('int_visma__customer_invoices') }} as invoices
inner join {{ ref('int_visma__ar_document_signed') }} as documents
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
