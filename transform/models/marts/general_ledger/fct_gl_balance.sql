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
        companies.base_currency,
        companies.group_currency,
        rates.rate_average,
        rates.rate_end,
        balances.debit - balances.credit as net_change,
        balances.balance_before + sum(balances.debit - balances.credit + balances.result_carried)
            over span_to_date as closing,
        sum((balances.debit - balances.credit) * rates.rate_average) over span_to_date
            + balances.balance_before * first_value(rates.rate_average) over span_to_date
            as average_rate_closing,
        bool_or(rates.rate_average is null) over span_to_date as lacks_average_rate
    from balances
    left join {{ ref('int_visma__companies') }} as companies using (company_id)
    left join {{ ref('int_visma__fx_period') }} as rates using (company_id, financial_period)
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
    ledgers.balance_type as ledger_type,
    rolled.financial_period,
    rolled.fiscal_year,
    rolled.account_number,
    accounts.account_type,
    rolled.subaccount_id,
    coalesce(dimensions.cost_centre, 'unassigned') as cost_centre,
    rolled.base_currency,
    rolled.closing - rolled.net_change as opening,
    rolled.debit,
    rolled.credit,
    rolled.net_change,
    rolled.closing,
    coalesce(accounts.normal_sign, 1) * rolled.net_change as net_change_statement,
    coalesce(accounts.normal_sign, 1) * rolled.closing as closing_statement,
    rolled.result_carried,
    rolled.erp_opening,
    rolled.erp_closing,
    rolled.is_scaffolded,
    rolled.group_currency,
    rolled.net_change * rolled.rate_average as net_change_group,
    case
        when rolled.span = 0 then rolled.closing * rolled.rate_end
        when not rolled.lacks_average_rate then rolled.average_rate_closing
    end as closing_group,
    rolled.group_currency is not null and (
        rolled.rate_average is null
        or case when rolled.span = 0 then rolled.rate_end is null else rolled.lacks_average_rate end
    ) as is_missing_rate
from rolled
left join {{ ref('int_visma__ledgers') }} as ledgers
    on ledgers.company_id = rolled.company_id and ledgers.ledger_id = rolled.ledger_id
left join {{ ref('dim_account') }} as accounts
    on accounts.company_id = rolled.company_id and accounts.account_number = rolled.account_number
left join {{ ref('int_visma__subaccount_dimensions') }} as dimensions
    on dimensions.company_id = rolled.company_id and dimensions.subaccount_id = rolled.subaccount_id
-- A period without balance and without movement says nothing.
where not rolled.is_scaffolded or rolled.closing <> 0 or rolled.result_carried <> 0
