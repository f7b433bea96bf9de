-- The trial balance is the balances, and each debit minus credit has the sign of its account.
with balances as (

    select company_id, ledger_id, financial_period, account_number, sum(closing_base) as closing_base, sum(net_change_base) as net_change_base
    from {{ ref('fct_gl_balance') }}
    group by 1, 2, 3, 4

)

select company_id, ledger_id, financial_period, account_number, balances.closing_base, reported.closing_base as reported_closing_base
from balances
full outer join {{ ref('rpt_trial_balance') }} as reported
    using (company_id, ledger_id, financial_period, account_number)
where balances.closing_base is distinct from reported.closing_base
    or balances.net_change_base is distinct from reported.net_change_base
    or reported.closing_statement_base <> reported.closing_base * case when reported.account_type in ('Income', 'Liability') then -1 else 1 end
