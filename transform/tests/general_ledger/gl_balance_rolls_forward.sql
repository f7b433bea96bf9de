-- Within a year a period opens with the closing before it. Income and expenses open a year at zero,
-- except the first that was loaded; assets and liabilities with the closing of the year before and
-- the result carried. A closing is the opening plus the movement.
with balances as (

    select
        balances.*,
        coalesce(balances.account_type in ('Income', 'Expense'), false) as is_profit_and_loss,
        min(balances.fiscal_year) over (partition by balances.company_id, balances.ledger_id) as first_year
    from {{ ref('fct_gl_balance') }} as balances

),

sequence as (

    select
        *,
        lag(closing_base) over span as prior_closing,
        row_number() over span as place
    from balances
    window span as (
        partition by
            company_id, ledger_id, branch_number, account_number, subaccount_id,
            case when is_profit_and_loss then fiscal_year end
        order by financial_period
    )

)

select company_id, ledger_id, branch_number, account_number, subaccount_id, financial_period, prior_closing, opening_base, closing_base
from sequence
where closing_base <> opening_base + debit_base - credit_base
    or (place > 1 and opening_base <> prior_closing + result_carried_base)
    or (place = 1 and is_profit_and_loss and fiscal_year > first_year and opening_base <> 0)
