-- Debit and credit per ledger, branch, account, subaccount and period, from the ERP's balances: they
-- are complete also where journals are not. A ledger without any balances is made of its lines.
with movements as (

    select
        balances.company_id,
        balances.ledger_id,
        balances.branch_number,
        balances.account_number,
        balances.subaccount_id,
        balances.financial_period,
        balances.account_type,
        balances.debit,
        balances.credit,
        balances.erp_opening,
        balances.erp_closing
    from {{ ref('int_visma__gl_balances') }} as balances
    -- The result of the running year is in its accounts already.
    left join {{ ref('int_visma__system_accounts') }} as system_accounts using (company_id)
    where balances.account_number is distinct from system_accounts.ytd_net_income_account

    union all

    select
        lines.company_id,
        lines.ledger_id,
        lines.branch_number,
        lines.account_number,
        lines.subaccount_id,
        lines.financial_period,
        accounts.account_type,
        sum(lines.debit_base),
        sum(lines.credit_base),
        null,
        null
    from {{ ref('fct_gl_line') }} as lines
    left join {{ ref('int_visma__accounts') }} as accounts using (company_id, account_number)
    where (lines.company_id, lines.ledger_id) not in (
        select company_id, ledger_id from {{ ref('int_visma__gl_balances') }}
    )
    group by 1, 2, 3, 4, 5, 6, 7

)

select
    movements.*,
    periods.fiscal_year,
    min(periods.fiscal_year) over (partition by movements.company_id, movements.ledger_id)
        as first_fiscal_year,
    -- What is carried on together: income and expenses within a year, balance accounts for ever.
    case when movements.account_type in ('Income', 'Expense') then periods.fiscal_year else 0 end
        as span
from movements
left join {{ ref('int_visma__fiscal_periods') }} as periods using (company_id, financial_period)
