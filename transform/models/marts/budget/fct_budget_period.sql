{{ config(indexes=[
    {'columns': ['company_id', 'ledger_id', 'financial_period', 'account_number']},
    {'columns': ['company_id', 'cost_centre']},
]) }}
with periods as (

    select
        articles.company_id,
        articles.branch_number,
        articles.ledger_id,
        periods.period_id as financial_period,
        articles.account_number,
        articles.subaccount_id,
        max(articles.account_type) as account_type,
        sum(coalesce(periods.amount, 0)) as amount,
        bool_and(articles.is_released) as is_released
    from {{ ref('int_visma__budget_articles') }} as articles
    inner join {{ ref('stg_visma__budget_periods') }} as periods
        on periods.company_id = articles.company_id
        and periods.ledger_id = articles.ledger_id
        and periods.branch = articles.branch
        and periods.financial_year = articles.financial_year
        and coalesce(periods.account_number, '') = articles.account_number
        and coalesce(periods.subaccount_id, '') = articles.subaccount_code
        and not periods.is_deleted
    where not articles.is_node
    group by 1, 2, 3, 4, 5, 6

)

select
    {{ surrogate_key([
        'periods.company_id', 'periods.branch_number', 'periods.ledger_id',
        'periods.financial_period', 'periods.account_number', 'periods.subaccount_id',
    ]) }} as fct_budget_period_key,
    periods.company_id,
    periods.branch_number,
    periods.ledger_id,
    periods.financial_period,
    coalesce(fiscal_periods.fiscal_year, left(periods.financial_period, 4)::integer) as fiscal_year,
    periods.account_number,
    periods.account_type,
    periods.subaccount_id,
    coalesce(dimensions.cost_centre, 'unassigned') as cost_centre,
    ledgers.currency as base_currency,
    amounts.amount_statement_base,
    coalesce(accounts.normal_sign, 1) * amounts.amount_statement_base as amount_dr_cr_base,
    companies.group_currency,
    case
        when ledgers.currency = companies.base_currency
            then {{ in_group_currency('amounts.amount_statement_base', 'rates.rate_average') }}
    end
        as amount_statement_group,
    companies.group_currency is not null
    and (rates.rate_average is null or ledgers.currency is distinct from companies.base_currency)
        as is_missing_rate,
    periods.is_released
from periods
cross join lateral (
    select
        periods.amount
        * case when periods.account_type = 'Income' then {{ var('budget_income_sign') }} else 1 end
            as amount_statement_base
) as amounts
left join {{ ref('int_visma__companies') }} as companies using (company_id)
left join {{ ref('int_visma__ledgers') }} as ledgers using (company_id, ledger_id)
left join {{ ref('int_visma__fiscal_periods') }} as fiscal_periods using (company_id, financial_period)
left join {{ ref('int_visma__fx_period') }} as rates using (company_id, financial_period)
left join {{ ref('int_visma__accounts') }} as accounts using (company_id, account_number)
left join {{ ref('int_visma__subaccount_dimensions') }} as dimensions using (company_id, subaccount_id)
