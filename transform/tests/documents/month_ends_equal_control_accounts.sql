{{ config(severity='warn') }}
-- What was open at the end of a period is what the control accounts of suppliers and customers show,
-- without revaluations (module CM), which leave documents as they are. Rows: journals by hand on a
-- control account, or documents and journals that were read at different moments.
with control_accounts as (

    select company_id, account_number, control_account_module as module
    from {{ ref('int_visma__accounts') }}
    where control_account_module in ('AP', 'AR')

),

periods as (

    select company_id, financial_period
    from {{ ref('int_visma__fiscal_periods') }}
    where not is_adjustment and end_date <= {{ as_of_date() }}

),

-- Balances, not lines: what was there before the first journal counts, too.
balances as (

    select company_id, module, financial_period, sum(balances.closing_base) as balance
    from {{ ref('fct_gl_balance') }} as balances
    inner join control_accounts using (company_id, account_number)
    inner join periods using (company_id, financial_period)
    where balances.ledger_type = 'Actual'
    group by 1, 2, 3

),

revaluations as (

    select company_id, control_accounts.module, gl.financial_period, sum(gl.amount_dr_cr_base) as amount
    from {{ ref('fct_gl_line') }} as gl
    inner join control_accounts using (company_id, account_number)
    where gl.ledger_type = 'Actual' and gl.module = 'CM'
    group by 1, 2, 3

),

ledger as (

    select
        balances.company_id,
        balances.module,
        balances.financial_period,
        balances.balance - coalesce((
            select sum(revaluations.amount)
            from revaluations
            where revaluations.company_id = balances.company_id
                and revaluations.module = balances.module
                and revaluations.financial_period <= balances.financial_period
        ), 0) as balance
    from balances

),

items as (

    select company_id, 'AP' as module, financial_period, -sum(balance_base) as balance
    from {{ ref('fct_ap_open_item_month_end') }}
    group by 1, 3
    union all
    select company_id, 'AR', financial_period, sum(balance_base)
    from {{ ref('fct_ar_open_item_month_end') }}
    group by 1, 3

)

select company_id, module, financial_period, ledger.balance as in_ledger, items.balance as in_documents
from ledger
full outer join items using (company_id, module, financial_period)
where abs(coalesce(ledger.balance, 0) - coalesce(items.balance, 0)) > {{ var('reconciliation_tolerance') }}
