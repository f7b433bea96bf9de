{{ config(severity='warn') }}
-- What was open at the end of a period is what the control accounts of suppliers and customers show,
-- without revaluations (module CM), which leave documents as they are. Rows: journals by hand on a
-- control account, or documents and journals that were read at different moments.
with posted as (

    select
        gl.company_id,
        accounts.control_account_module as module,
        gl.financial_period,
        sum(gl.amount_dr_cr) as amount
    from {{ ref('fct_gl_line') }} as gl
    inner join {{ ref('int_visma__accounts') }} as accounts using (company_id, account_number)
    where accounts.control_account_module in ('AP', 'AR')
        and gl.ledger_type = 'Actual'
        and gl.module <> 'CM'
    group by 1, 2, 3

),

periods as (

    select company_id, financial_period
    from {{ ref('int_visma__fiscal_periods') }}
    where not is_adjustment and end_date <= {{ as_of_date() }}

),

ledger as (

    select company_id, module, periods.financial_period, sum(posted.amount) as balance
    from periods
    inner join posted using (company_id)
    where posted.financial_period <= periods.financial_period
    group by 1, 2, 3

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
