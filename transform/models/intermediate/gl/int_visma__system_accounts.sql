-- Two accounts that Visma keeps by itself (preferences of the general ledger, not in the API):
-- retained earnings takes the result of each year, YTD net income repeats the result of the running
-- one. The ERP's own balances give them away; `visma_system_accounts` overrules.
with balances as (

    select
        balances.*,
        periods.fiscal_year,
        balances.debit - balances.credit as net_change
    from {{ ref('int_visma__gl_balances') }} as balances
    inner join {{ ref('int_visma__ledgers') }} as ledgers using (company_id, ledger_id)
    inner join {{ ref('int_visma__fiscal_periods') }} as periods using (company_id, financial_period)
    where ledgers.balance_type = 'Actual'

),

results as (

    select
        company_id,
        ledger_id,
        fiscal_year,
        sum(net_change) as result
    from balances
    where account_type in ('Income', 'Expense')
    group by 1, 2, 3
    having sum(net_change) <> 0

),

-- What an opening holds beyond the closing before it.
jumps as (

    select
        company_id,
        ledger_id,
        account_number,
        fiscal_year,
        sum(jump) as jump
    from (
        select
            *,
            erp_opening - coalesce(
                lag(erp_closing) over (
                    partition by company_id, ledger_id, branch_number, account_number, subaccount_id
                    order by financial_period
                ), 0
            ) as jump
        from balances
        where account_type in ('Asset', 'Liability')
    ) as steps
    group by 1, 2, 3, 4

),

retained_earnings as (

    select distinct on (company_id)
        company_id,
        account_number
    from (
        select jumps.company_id, jumps.account_number, count(*) as years
        from jumps
        inner join results
            on results.company_id = jumps.company_id
            and results.ledger_id = jumps.ledger_id
            and results.fiscal_year = jumps.fiscal_year - 1
            and results.result = jumps.jump
        group by 1, 2
    ) as matches
    order by company_id, years desc, account_number

),

period_results as (

    select
        company_id,
        ledger_id,
        financial_period,
        sum(net_change) as result
    from balances
    where account_type in ('Income', 'Expense')
    group by 1, 2, 3
    having sum(net_change) <> 0

),

-- Three periods that agree, and none that does not: less may be chance.
ytd_net_income as (

    select
        company_id,
        min(account_number) as account_number
    from (
        select
            mirrors.company_id,
            mirrors.account_number
        from (
            select company_id, ledger_id, account_number, financial_period, sum(net_change) as net_change
            from balances
            where account_type in ('Asset', 'Liability')
            group by 1, 2, 3, 4
            having sum(net_change) <> 0
        ) as mirrors
        left join period_results using (company_id, ledger_id, financial_period)
        group by 1, 2
        having count(*) >= 3 and bool_and(mirrors.net_change is not distinct from period_results.result)
    ) as candidates
    group by company_id

)

select
    companies.company_id,
    coalesce(
        {{ system_account('retained_earnings', 'companies.company_id') }},
        retained_earnings.account_number
    ) as retained_earnings_account,
    coalesce(
        {{ system_account('ytd_net_income', 'companies.company_id') }}, ytd_net_income.account_number
    ) as ytd_net_income_account
from {{ ref('int_visma__companies') }} as companies
left join retained_earnings using (company_id)
left join ytd_net_income using (company_id)
