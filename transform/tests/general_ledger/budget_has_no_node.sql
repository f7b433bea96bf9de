-- No article that counts is the sum of others that count: accounts and subaccounts of articles are
-- never empty, masks or the beginning of another's where both are counted.
with leaves as (

    select * from {{ ref('int_visma__budget_articles') }} where not is_node

)

select leaves.company_id, leaves.ledger_id, leaves.branch, leaves.financial_year, leaves.account_number, leaves.subaccount_code
from leaves
inner join leaves as others
    using (company_id, ledger_id, branch, financial_year)
where (leaves.account_number, leaves.subaccount_code) <> (others.account_number, others.subaccount_code)
    and (
        leaves.account_number = ''
        or coalesce(leaves.has_account_mask, false)
        or (leaves.account_number = others.account_number and leaves.subaccount_code = '')
        or (
            not leaves.is_in_chart
            and leaves.account_number <> others.account_number
            and starts_with(others.account_number, leaves.account_number)
        )
    )
