-- The ERP's own balances, one row per ledger, branch, account, subaccount and period, with the sign
-- of debit minus credit. Whether Visma sends liabilities and income with the sign of the account,
-- and whether that is toggled, is not documented alike everywhere: the rows that move tell it.
with balances as (

    select
        balances.company_id,
        balances.ledger_id,
        coalesce(balances.branch_number, '') as branch_number,
        balances.account_number,
        coalesce(
            nullif(balances.subaccount_id, ''), codes.subaccount_id, 'none'
        ) as subaccount_id,
        balances.financial_period,
        max(coalesce(accounts.account_type, balances.account_type)) as account_type,
        sum(coalesce(balances.period_to_date_debit, 0)) as debit,
        sum(coalesce(balances.period_to_date_credit, 0)) as credit,
        sum(coalesce(balances.beginning_balance, 0)) as beginning_balance,
        sum(coalesce(balances.year_to_date_balance, 0)) as year_to_date_balance
    from {{ ref('stg_visma__gl_balances') }} as balances
    left join {{ ref('int_visma__accounts') }} as accounts using (company_id, account_number)
    left join {{ ref('int_visma__subaccount_codes') }} as codes
        on codes.company_id = balances.company_id and codes.code = balances.sub_account_cd
    where not balances.is_deleted
    group by 1, 2, 3, 4, 5, 6

),

signs as (

    select
        company_id,
        account_type,
        case
            when sum(sign(debit - credit) * sign(year_to_date_balance - beginning_balance)) > 0
                then 1
            when sum(sign(debit - credit) * sign(year_to_date_balance - beginning_balance)) < 0
                then -1
            when account_type in ('Income', 'Liability') then -1
            else 1
        end as sign
    from balances
    where abs(year_to_date_balance - beginning_balance) = abs(debit - credit)
    group by company_id, account_type

)

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
    coalesce(
        signs.sign, case when balances.account_type in ('Income', 'Liability') then -1 else 1 end
    ) * balances.beginning_balance as erp_opening,
    coalesce(
        signs.sign, case when balances.account_type in ('Income', 'Liability') then -1 else 1 end
    ) * balances.year_to_date_balance as erp_closing
from balances
left join signs using (company_id, account_type)
