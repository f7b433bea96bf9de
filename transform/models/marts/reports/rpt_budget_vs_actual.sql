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
        coalesce(base_currency, '') as base_currency,
        sum(amount_statement_base) as amount_base,
        sum(amount_statement_group) as amount_group,
        bool_or(amount_statement_group is null) as lacks_rate
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
        coalesce(balances.base_currency, '') as base_currency,
        sum(balances.net_change_statement_base) as amount_base,
        sum(balances.net_change_statement_group) as amount_group,
        bool_or(balances.net_change_statement_group is null) as lacks_rate
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

    select
        *,
        amount_base as budget_base, amount_group as budget_group,
        null::numeric as actual_base, null::numeric as actual_group
    from budgets
    union all
    select *, null, null, amount_base, amount_group
    from actuals

),

scaffolded as (

    select
        company_id, branch_number, budget_ledger_id, fiscal_year, financial_period,
        account_number, cost_centre, subaccount_id, base_currency,
        budget_base, budget_group, actual_base, actual_group, lacks_rate
    from both_sides
    union all
    select
        keys.company_id, keys.branch_number, keys.budget_ledger_id, keys.fiscal_year,
        periods.financial_period, keys.account_number, keys.cost_centre, keys.subaccount_id,
        keys.base_currency,
        null, null, null, null, {{ setting('group_currency') }} is null
    from (
        select distinct
            company_id, branch_number, budget_ledger_id, fiscal_year, account_number, cost_centre,
            subaccount_id, base_currency
        from both_sides
    ) as keys
    inner join {{ ref('int_visma__fiscal_periods') }} as periods using (company_id, fiscal_year)

),

matched as (

    select
        company_id, branch_number, budget_ledger_id, fiscal_year, financial_period,
        account_number, cost_centre, subaccount_id, base_currency,
        coalesce(sum(budget_base), 0) as budget_base,
        coalesce(sum(actual_base), 0) as actual_base,
        case when not bool_or(lacks_rate) then coalesce(sum(budget_group), 0) end as budget_group,
        case when not bool_or(lacks_rate) then coalesce(sum(actual_group), 0) end as actual_group,
        bool_or(lacks_rate) as lacks_rate,
        count(budget_base) > 0 as has_budget,
        count(actual_base) > 0 as has_actual
    from scaffolded
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9

),

-- Companies name their budgets each in its own way, and may do so anew each year: reports ask for the
-- main one. The first by name of those with as many lines; where there is none, what actuals stand
-- beside.
ledgers_of_years as (

    select
        company_id, fiscal_year, budget_ledger_id,
        row_number() over (
            partition by company_id, fiscal_year
            order by count(*) filter (where has_budget) desc, budget_ledger_id
        ) = 1 as is_main_budget,
        bool_or(has_budget) as year_has_budget
    from matched
    group by 1, 2, 3

),

-- What lacks a rate in a period is not known to date either, until the year is over.
to_date as (

    select
        matched.*,
        sum(budget_base) over year_to_date as budget_ytd_base,
        sum(actual_base) over year_to_date as actual_ytd_base,
        sum(budget_base) over fiscal_year as full_year_budget_base,
        case when not bool_or(lacks_rate) over year_to_date then sum(budget_group) over year_to_date end
            as budget_ytd_group,
        case when not bool_or(lacks_rate) over year_to_date then sum(actual_group) over year_to_date end
            as actual_ytd_group,
        case when not bool_or(lacks_rate) over fiscal_year then sum(budget_group) over fiscal_year end
            as full_year_budget_group
    from matched
    window
        fiscal_year as (
            partition by
                company_id, branch_number, budget_ledger_id, fiscal_year, account_number,
                cost_centre, subaccount_id, base_currency
        ),
        year_to_date as (fiscal_year order by financial_period)

)

select
    {{ surrogate_key([
        'to_date.company_id', 'to_date.branch_number', 'to_date.budget_ledger_id',
        'to_date.financial_period', 'to_date.account_number', 'to_date.cost_centre',
        'to_date.subaccount_id', 'to_date.base_currency',
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
    to_date.base_currency,
    companies.group_currency,
    {%- for money in ['base', 'group'] %}
    to_date.budget_{{ money }},
    to_date.actual_{{ money }},
    to_date.actual_{{ money }} - to_date.budget_{{ money }} as variance_{{ money }},
    case accounts.account_type
        when 'Income' then to_date.actual_{{ money }} - to_date.budget_{{ money }}
        when 'Expense' then to_date.budget_{{ money }} - to_date.actual_{{ money }}
    end as variance_favourable_{{ money }},
    to_date.budget_ytd_{{ money }},
    to_date.actual_ytd_{{ money }},
    to_date.actual_ytd_{{ money }} - to_date.budget_ytd_{{ money }} as variance_ytd_{{ money }},
    case accounts.account_type
        when 'Income' then to_date.actual_ytd_{{ money }} - to_date.budget_ytd_{{ money }}
        when 'Expense' then to_date.budget_ytd_{{ money }} - to_date.actual_ytd_{{ money }}
    end as variance_favourable_ytd_{{ money }},
    to_date.full_year_budget_{{ money }},
    to_date.full_year_budget_{{ money }} - to_date.actual_ytd_{{ money }} as remaining_{{ money }},
    {%- endfor %}
    round((to_date.actual_base - to_date.budget_base) / nullif(abs(to_date.budget_base), 0), 6)
        as variance_share,
    ledgers_of_years.is_main_budget,
    ledgers_of_years.year_has_budget,
    to_date.has_budget,
    to_date.has_actual,
    companies.group_currency is not null and to_date.lacks_rate as is_missing_rate
from to_date
left join ledgers_of_years using (company_id, fiscal_year, budget_ledger_id)
left join {{ ref('int_visma__companies') }} as companies using (company_id)
left join {{ ref('dim_account') }} as accounts
    on accounts.company_id = to_date.company_id and accounts.account_number = to_date.account_number
