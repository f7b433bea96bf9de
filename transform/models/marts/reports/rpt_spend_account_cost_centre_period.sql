{{ config(indexes=[
    {'columns': ['company_id', 'financial_period']},
    {'columns': ['company_id', 'account_number', 'cost_centre']},
    {'columns': ['company_id', 'supplier_number']},
]) }}
select
    {{ surrogate_key(['company_id', 'financial_period', 'account_number', 'cost_centre', 'supplier_number']) }}
        as rpt_spend_account_cost_centre_period_key,
    company_id,
    financial_period,
    account_number,
    cost_centre,
    supplier_number,
    base_currency,
    group_currency,
    sum(spend_base) as spend_base,
    -- One day without a rate, and the sum is not known.
    case when not bool_or(is_missing_rate) then sum(spend_group) end as spend_group,
    bool_or(is_missing_rate) as is_missing_rate,
    count(*) as n_lines,
    count(distinct (document_type, reference_number)) as n_documents
from {{ ref('fct_supplier_invoice_line') }}
where is_spend
group by 2, 3, 4, 5, 6, 7, 8
