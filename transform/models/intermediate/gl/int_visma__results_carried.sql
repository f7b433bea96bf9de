-- The result of a fiscal year (debit minus credit of all income and expenses), carried to retained
-- earnings in the first period of the next one, as the ERP does it: without a journal entry.
with openings as (

    -- Income and expenses that had a balance before the first period that was loaded.
    select
        company_id,
        ledger_id,
        branch_number,
        fiscal_year,
        (array_agg(coalesce(erp_opening, 0) order by financial_period))[1] as result
    from {{ ref('int_visma__gl_movements') }}
    where span = first_fiscal_year
    group by company_id, ledger_id, branch_number, fiscal_year, account_number, subaccount_id

),

results as (

    select
        company_id,
        ledger_id,
        branch_number,
        fiscal_year,
        sum(result) as result
    from (
        select company_id, ledger_id, branch_number, fiscal_year, result
        from openings
        union all
        select company_id, ledger_id, branch_number, fiscal_year, debit - credit
        from {{ ref('int_visma__gl_movements') }}
        where span > 0
    ) as parts
    group by 1, 2, 3, 4
    having sum(result) <> 0

),

next_years as (

    select
        years.company_id,
        years.ledger_id,
        years.fiscal_year,
        min(periods.financial_period) as financial_period
    from (
        select distinct company_id, ledger_id, fiscal_year
        from {{ ref('int_visma__ledger_periods') }}
    ) as years
    inner join {{ ref('int_visma__ledger_periods') }} as periods
        on periods.company_id = years.company_id
        and periods.ledger_id = years.ledger_id
        and periods.fiscal_year > years.fiscal_year
    group by 1, 2, 3

),

-- The subaccount that retained earnings are kept on, where there is one already.
retained_earnings as (

    select
        movements.company_id,
        movements.ledger_id,
        movements.branch_number,
        (array_agg(movements.subaccount_id order by abs(movements.erp_opening) desc nulls last, movements.subaccount_id))[1]
            as subaccount_id
    from {{ ref('int_visma__gl_movements') }} as movements
    inner join {{ ref('int_visma__system_accounts') }} as system_accounts
        on system_accounts.company_id = movements.company_id
        and system_accounts.retained_earnings_account = movements.account_number
    group by 1, 2, 3

)

select
    results.company_id,
    results.ledger_id,
    results.branch_number,
    coalesce(system_accounts.retained_earnings_account, {{ unknown_retained_earnings() }})
        as account_number,
    coalesce(retained_earnings.subaccount_id, 'none') as subaccount_id,
    next_years.financial_period,
    sum(results.result) as result_carried
from results
inner join {{ ref('int_visma__ledgers') }} as ledgers using (company_id, ledger_id)
inner join next_years using (company_id, ledger_id, fiscal_year)
left join {{ ref('int_visma__system_accounts') }} as system_accounts using (company_id)
left join retained_earnings using (company_id, ledger_id, branch_number)
-- Budgets and statistics have no result.
where ledgers.balance_type in ('Actual', 'Report')
group by 1, 2, 3, 4, 5, 6
