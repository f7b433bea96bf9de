-- Budget articles with the rule that tells nodes from leaves: a node sums up others, and to count it
-- would count them twice. Whether and how the API sends nodes is not documented, so each plausible
-- form is recognised: no account or one with wildcards; an account that is not in the chart and
-- begins other articles' accounts; a subaccount that is empty or has wildcards where the same
-- account has articles with one.
with articles as (

    select
        budgets.company_id,
        budgets.ledger_id,
        budgets.branch,
        coalesce(budgets.branch_number, budgets.branch) as branch_number,
        budgets.financial_year,
        coalesce(budgets.account_number, '') as account_number,
        coalesce(budgets.subaccount_id, '') as subaccount_code,
        coalesce(codes.subaccount_id, nullif(budgets.subaccount_id, ''), 'none') as subaccount_id,
        coalesce(accounts.account_type, budgets.account_type) as account_type,
        coalesce(accounts.is_in_chart, false) as is_in_chart,
        budgets.account_number ~ '[?*_%]' as has_account_mask,
        budgets.subaccount_id ~ '[?*_%]' as has_subaccount_mask,
        coalesce(budgets.amount, 0) as amount,
        coalesce(budgets.distributed_amount, 0) as distributed_amount,
        coalesce(budgets.released, false) as is_released,
        coalesce(budgets.released_amount, 0) as released_amount
    from {{ ref('stg_visma__budgets') }} as budgets
    left join {{ ref('int_visma__accounts') }} as accounts using (company_id, account_number)
    left join {{ ref('int_visma__subaccount_codes') }} as codes
        on codes.company_id = budgets.company_id and codes.code = budgets.subaccount_id
    where not budgets.is_deleted

)

select
    articles.*,
    articles.account_number = ''
    or coalesce(articles.has_account_mask, false)
    or (
        not articles.is_in_chart
        and exists (
            select 1
            from articles as others
            where others.company_id = articles.company_id
                and others.ledger_id = articles.ledger_id
                and others.branch = articles.branch
                and others.financial_year = articles.financial_year
                and others.account_number <> articles.account_number
                and starts_with(others.account_number, articles.account_number)
        )
    )
    or (
        (articles.subaccount_code = '' or coalesce(articles.has_subaccount_mask, false))
        and exists (
            select 1
            from articles as others
            where others.company_id = articles.company_id
                and others.ledger_id = articles.ledger_id
                and others.branch = articles.branch
                and others.financial_year = articles.financial_year
                and others.account_number = articles.account_number
                and others.subaccount_code <> ''
                and not coalesce(others.has_subaccount_mask, false)
        )
    ) as is_node
from articles
