{{ config(indexes=[
    {'columns': ['company_id', 'financial_period', 'account_number']},
    {'columns': ['company_id', 'cost_centre']},
]) }}
-- Rolled forward from debit and credit. Income and expenses begin each fiscal year at zero, assets
-- and liabilities carry on, retained earnings take the result of the year before.
with balances as (

    select
        scaffold.company_id,
        scaffold.branch_number,
        scaffold.ledger_id,
        scaffold.financial_period,
        scaffold.fiscal_year,
        scaffold.account_number,
        scaffold.subaccount_id,
        scaffold.span,
        scaffold.balance_before,
        coalesce(movements.debit, 0) as debit,
        coalesce(movements.credit, 0) as credit,
        coalesce(carried.result_carried, 0) as result_carried,
        movements.erp_opening,
        movements.erp_closing,
        movements.company_id is null as is_scaffolded
    from {{ ref('int_visma__account_period_scaffold') }} as scaffold
    left join {{ ref('int_visma__gl_movements') }} as movements
        using (company_id, ledger_id, branch_number, account_number, subaccount_id, financial_period)
    left join {{ ref('int_visma__results_carried') }} as carried
        using (company_id, ledger_id, branch_number, account_number, subaccount_id, financial_period)

),

rolled as (

    select
        balances.*,
        ledgers.balance_type as ledger_type,
        coalesce(ledgers.currency, companies.base_currency) as base_currency,
        companies.group_currency,
        companies.group_decimals,
        rates.rate_average,
        rates.rate_end,
        balances.debit - balances.credit as net_change,
        balances.balance_before + sum(balances.debit - balances.credit + balances.result_carried)
            over span_to_date as closing,
        sum({{ in_group_currency('balances.debit - balances.credit', 'rates.rate_average') }})
            over span_to_date
        + round(
            balances.balance_before * first_value(rates.rate_average) over span_to_date,
            companies.group_decimals
        ) as average_rate_closing,
        bool_or(rates.rate_average is null) over span_to_date as lacks_average_rate
    from balances
    left join {{ ref('int_visma__companies') }} as companies using (company_id)
    left join {{ ref('int_visma__ledgers') }} as ledgers using (company_id, ledger_id)
    left join {{ ref('int_visma__fx_period') }} as rates
        on rates.company_id = balances.company_id
        and rates.financial_period = balances.financial_period
        -- Rates are those of the company's currency; a ledger may be kept in another.
        and coalesce(ledgers.currency = companies.base_currency, true)
    window span_to_date as (
        partition by
            balances.company_id, balances.ledger_id, balances.branch_number,
            balances.account_number, balances.subaccount_id, balances.span
        order by balances.financial_period
    )

)

select
    {{ surrogate_key([
        'rolled.company_id', 'rolled.branch_number', 'rolled.ledger_id', 'rolled.financial_period',
        'rolled.account_number', 'rolled.subaccount_id',
    ]) }} as fct_gl_balance_key,
    rolled.company_id,
    rolled.branch_number,
    rolled.ledger_id,
    rolled.ledger_type,
    rolled.financial_period,
    rolled.fiscal_year,
    rolled.account_number,
    accounts.account_type,
    rolled.subaccount_id,
    coalesce(dimensions.cost_centre, 'unassigned') as cost_centre,
    rolled.base_currency,
    rolled.closing - rolled.net_change as opening_base,
    rolled.debit as debit_base,
    rolled.credit as credit_base,
    rolled.net_change as net_change_base,
    rolled.closing as closing_base,
    coalesce(accounts.normal_sign, 1) * rolled.net_change as net_change_statement_base,
    coalesce(accounts.normal_sign, 1) * rolled.closing as closing_statement_base,
    rolled.result_carried as result_carried_base,
    rolled.erp_opening as erp_opening_base,
    rolled.erp_closing as erp_closing_base,
    rolled.is_scaffolded,
    rolled.group_currency,
    amounts.net_change_group,
    coalesce(accounts.normal_sign, 1) * amounts.net_change_group as net_change_statement_group,
    case
        when rolled.span = 0
            then {{ in_group_currency('rolled.closing', 'rolled.rate_end', 'rolled') }}
        when not rolled.lacks_average_rate then rolled.average_rate_closing
    end as closing_group,
    rolled.group_currency is not null and (
        rolled.rate_average is null
        or case when rolled.span = 0 then rolled.rate_end is null else rolled.lacks_average_rate end
    ) as is_missing_rate
from rolled
cross join lateral (
    select {{ in_group_currency('rolled.net_change', 'rolled.rate_average', 'rolled') }} as net_change_group
) as amounts
left join {{ ref('dim_account') }} as accounts
    on accounts.company_id = rolled.company_id and accounts.account_number = rolled.account_number
left join {{ ref('int_visma__subaccount_dimensions') }} as dimensions
    on dimensions.company_id = rolled.company_id and dimensions.subaccount_id = rolled.subaccount_id
-- A period without balance and without movement says nothing.
where not rolled.is_scaffolded or rolled.closing <> 0 or rolled.result_carried <> 0
