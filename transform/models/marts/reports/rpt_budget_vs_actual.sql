{{ config(indexes=[
    {'columns': ['company_id', 'budget_ledger_id', 'financial_period', 'account_number']},
    {'columns': ['company_id', 'cost_centre']},
]) }}
{% set level = var('budget_level') %}
{% if level not in ['account', 'account_cost_centre', 'subaccount'] %}
  {{ exceptions.raise_compiler_error(
      "budget_level is " ~ level ~ ", but may be account, account_cost_centre or subaccount: nothing"
      ~ " was built. Correct it in DBT_POSTGRES_VARS, or under vars in dbt_project.yml.") }}
{% endif %}
{% set cost_centre = "'all'::text" if level == 'account' else 'cost_centre' %}
{% set subaccount_id = 'subaccount_id' if level == 'subaccount' else "'all'::text" %}
-- Both sides are brought to one level before they meet, and they meet by currency, too. Every year
-- in which a key has a budget or an actual has all its periods: a gap would break the years to date.
with budgets as (

    select
        company_id,
        branch_number,
        ledger_id as budget_ledger_id,
        fiscal_year,
        financial_period,
        account_number,
        {{ cost_centre }} as cost_centre,
        {{ subaccount_id }} as subaccount_id,
        coalesce(currency, '') as currency,
        sum(amount_statement) as amount
    from {{ ref('fct_budget_period') }}
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9

),

-- Balance accounts only where they are budgeted: their budget is a movement, not a balance.
budgeted_accounts as (

    select distinct company_id, budget_ledger_id, fiscal_year, account_number
    from budgets

),

budget_ledgers as (

    select company_id, ledger_id as budget_ledger_id
    from {{ ref('int_visma__ledgers') }}
    where balance_type = 'Budget' and not is_deleted
    union
    select company_id, budget_ledger_id
    from budgets

),

actuals as (

    select
        balances.company_id,
        balances.branch_number,
        -- A company without a budget ledger has actuals all the same.
        coalesce(budget_ledgers.budget_ledger_id, 'none') as budget_ledger_id,
        balances.fiscal_year,
        balances.financial_period,
        balances.account_number,
        {{ cost_centre.replace('cost_centre', 'balances.cost_centre') }} as cost_centre,
        {{ subaccount_id.replace('subaccount_id', 'balances.subaccount_id') }} as subaccount_id,
        coalesce(balances.base_currency, '') as currency,
        sum(balances.net_change_statement) as amount
    from {{ ref('fct_gl_balance') }} as balances
    left join budget_ledgers using (company_id)
    left join budgeted_accounts using (company_id, budget_ledger_id, fiscal_year, account_number)
    where balances.ledger_type = 'Actual'
        and not balances.is_scaffolded
        and (
            balances.account_type in ('Income', 'Expense')
            or budgeted_accounts.account_number is not null
        )
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9

),

-- A full outer join, written as a sum: keys meet that exist on one side only.
both_sides as (

    select *, amount as budget, null::numeric as actual
    from budgets
    union all
    select *, null, amount
    from actuals

),

scaffolded as (

    select
        company_id, branch_number, budget_ledger_id, fiscal_year, financial_period,
        account_number, cost_centre, subaccount_id, currency,
        budget, actual
    from both_sides
    union all
    select
        keys.company_id, keys.branch_number, keys.budget_ledger_id, keys.fiscal_year,
        periods.financial_period, keys.account_number, keys.cost_centre, keys.subaccount_id,
        keys.currency,
        null, null
    from (
        select distinct
            company_id, branch_number, budget_ledger_id, fiscal_year, account_number, cost_centre,
            subaccount_id, currency
        from both_sides
    ) as keys
    inner join {{ ref('int_visma__fiscal_periods') }} as periods using (company_id, fiscal_year)

),

matched as (

    select
        company_id, branch_number, budget_ledger_id, fiscal_year, financial_period,
        account_number, cost_centre, subaccount_id, currency,
        coalesce(sum(budget), 0) as budget,
        coalesce(sum(actual), 0) as actual,
        count(budget) > 0 as has_budget,
        count(actual) > 0 as has_actual
    from scaffolded
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9

),

to_date as (

    select
        matched.*,
        sum(budget) over year_to_date as budget_ytd,
        sum(actual) over year_to_date as actual_ytd,
        sum(budget) over fiscal_year as full_year_budget
    from matched
    window
        fiscal_year as (
            partition by
                company_id, branch_number, budget_ledger_id, fiscal_year, account_number,
                cost_centre, subaccount_id, currency
        ),
        year_to_date as (fiscal_year order by financial_period)

)

select
    {{ surrogate_key([
        'to_date.company_id', 'to_date.branch_number', 'to_date.budget_ledger_id',
        'to_date.financial_period', 'to_date.account_number', 'to_date.cost_centre',
        'to_date.subaccount_id', 'to_date.currency',
    ]) }} as rpt_budget_vs_actual_key,
    to_date.company_id,
    to_date.branch_number,
    to_date.budget_ledger_id,
    to_date.financial_period,
    to_date.fiscal_year,
    to_date.account_number,
    accounts.account_name,
    accounts.account_type,
    accounts.statement,
    accounts.statement_line,
    to_date.cost_centre,
    to_date.subaccount_id,
    to_date.currency,
    to_date.budget,
    to_date.actual,
    to_date.actual - to_date.budget as variance,
    case accounts.account_type
        when 'Income' then to_date.actual - to_date.budget
        when 'Expense' then to_date.budget - to_date.actual
    end as variance_favourable,
    (to_date.actual - to_date.budget) / nullif(abs(to_date.budget), 0) as variance_share,
    to_date.budget_ytd,
    to_date.actual_ytd,
    to_date.actual_ytd - to_date.budget_ytd as variance_ytd,
    to_date.full_year_budget,
    to_date.full_year_budget - to_date.actual_ytd as remaining,
    to_date.has_budget,
    to_date.has_actual,
    companies.group_currency,
    case when to_date.currency = companies.base_currency then to_date.budget * rates.rate_average end
        as budget_group,
    case when to_date.currency = companies.base_currency then to_date.actual * rates.rate_average end
        as actual_group,
    companies.group_currency is not null
    and (rates.rate_average is null or to_date.currency is distinct from companies.base_currency)
        as is_missing_rate
from to_date
left join {{ ref('int_visma__companies') }} as companies using (company_id)
left join {{ ref('dim_account') }} as accounts
    on accounts.company_id = to_date.company_id and accounts.account_number = to_date.account_number
left join {{ ref('int_visma__fx_period') }} as rates
    on rates.company_id = to_date.company_id and rates.financial_period = to_date.financial_period
