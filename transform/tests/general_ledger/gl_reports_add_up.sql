-- The trial balance is the balances, and each debit minus credit has the sign of its account.
with balances as (

    select company_id, ledger_id, financial_period, account_number, sum(closing) as closing, sum(net_change) as net_change
    from {{ ref('fct_gl_balance') }}
    group by 1, 2, 3, 4

)

select company_id, ledger_id, financial_period, account_number, balances.closing, reported.closing as reported_closing
from balances
full outer join {{ ref('rpt_trial_balance') }} as reported
    using (company_id, ledger_id, financial_period, account_number)
where balances.closing is distinct from reported.closing
    or balances.net_change is distinct from reported.net_change
    or reported.closing_statement <> reported.closing * case when reported.account_type in ('Income', 'Liability') then -1 else 1 end
