{{ config(indexes=[{'columns': ['company_id', 'ledger_id', 'financial_period']}]) }}
select
    {{ surrogate_key(['balances.company_id', 'balances.ledger_id', 'balances.financial_period', 'balances.account_number']) }}
        as rpt_trial_balance_key,
    balances.company_id,
    balances.ledger_id,
    balances.ledger_type,
    balances.financial_period,
    balances.fiscal_year,
    balances.account_number,
    max(accounts.account_name) as account_name,
    max(balances.account_type) as account_type,
    max(accounts.statement) as statement,
    max(accounts.statement_line) as statement_line,
    max(balances.base_currency) as base_currency,
    sum(balances.opening_base) as opening_base,
    sum(balances.debit_base) as debit_base,
    sum(balances.credit_base) as credit_base,
    sum(balances.net_change_base) as net_change_base,
    sum(balances.closing_base) as closing_base,
    sum(balances.closing_statement_base) as closing_statement_base,
    max(balances.group_currency) as group_currency,
    case when not bool_or(balances.is_missing_rate) then sum(balances.net_change_group) end
        as net_change_group,
    case when not bool_or(balances.is_missing_rate) then sum(balances.closing_group) end
        as closing_group,
    bool_or(balances.is_missing_rate) as is_missing_rate
from {{ ref('fct_gl_balance') }} as balances
left join {{ ref('dim_account') }} as accounts using (company_id, account_number)
group by
    balances.company_id,
    balances.ledger_id,
    balances.ledger_type,
    balances.financial_period,
    balances.fiscal_year,
    balances.account_number
