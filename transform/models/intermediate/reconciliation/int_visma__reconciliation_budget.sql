-- Budgets against themselves and against what was released to their ledger.
with articles as (

    select
        *,
        financial_year as fiscal_year,
        '^' || regexp_replace(account_number, '[?*_%]', '.', 'g') as account_pattern,
        '^' || regexp_replace(subaccount_code, '[?*_%]', '.', 'g') as subaccount_pattern
    from {{ ref('int_visma__budget_articles') }}

),

distributed as (

    select
        articles.company_id,
        articles.ledger_id,
        articles.branch_number,
        articles.fiscal_year,
        articles.account_number,
        articles.subaccount_id,
        sum(articles.amount) as amount,
        sum(articles.distributed_amount) as distributed_amount,
        sum(coalesce(periods.amount, 0)) as period_amount
    from articles
    left join (
        select
            company_id, ledger_id, branch, financial_year,
            coalesce(account_number, '') as account_number,
            coalesce(subaccount_id, '') as subaccount_code,
            sum(amount) as amount
        from {{ ref('stg_visma__budget_periods') }}
        where not is_deleted
        group by 1, 2, 3, 4, 5, 6
    ) as periods
        using (company_id, ledger_id, branch, financial_year, account_number, subaccount_code)
    where not articles.is_node
    group by 1, 2, 3, 4, 5, 6

),

released as (

    select
        company_id,
        ledger_id,
        branch_number,
        financial_period,
        account_number,
        subaccount_id,
        sum(ledger_amount) as ledger_amount,
        sum(budget_amount) as budget_amount
    from (
        select
            balances.company_id, balances.ledger_id, balances.branch_number,
            balances.financial_period, balances.account_number, balances.subaccount_id,
            balances.debit - balances.credit as ledger_amount,
            null::numeric as budget_amount
        from {{ ref('int_visma__gl_balances') }} as balances
        inner join {{ ref('int_visma__ledgers') }} as ledgers using (company_id, ledger_id)
        where ledgers.balance_type = 'Budget'
        union all
        select
            company_id, ledger_id, branch_number, financial_period, account_number, subaccount_id,
            null, amount_dr_cr_base
        from {{ ref('fct_budget_period') }}
        where is_released
    ) as sides
    group by 1, 2, 3, 4, 5, 6

),

compared as (

    select
        *,
        bool_or(ledger_amount is not null) over (partition by company_id, ledger_id)
        and bool_or(budget_amount is not null) over (partition by company_id, ledger_id)
            as is_checked
    from released

),

nodes as (

    select
        nodes.company_id,
        nodes.ledger_id,
        nodes.branch_number,
        nodes.fiscal_year,
        nodes.account_number,
        nodes.subaccount_code as subaccount_id,
        max(nodes.amount) as amount,
        coalesce(sum(leaves.amount), 0) as leaf_amount
    from articles as nodes
    left join articles as leaves
        on leaves.company_id = nodes.company_id
        and leaves.ledger_id = nodes.ledger_id
        and leaves.branch = nodes.branch
        and leaves.financial_year = nodes.financial_year
        and leaves.account_number ~ nodes.account_pattern
        and leaves.subaccount_code ~ nodes.subaccount_pattern
        and not leaves.is_node
    where nodes.is_node
    group by 1, 2, 3, 4, 5, 6

)

select
    {{ reconciliation_item(
        'budget_distributed', 'distributed_amount', 'period_amount',
        ['branch_number', 'ledger_id', 'fiscal_year', 'account_number', 'subaccount_id'],
        "'The periods of the budget line are not what it says was distributed: the line was changed and not distributed anew, or periods are missing.'"
    ) }}
from distributed
union all
select
    {{ reconciliation_item(
        'budget_fully_distributed', 'amount', 'distributed_amount',
        ['branch_number', 'ledger_id', 'fiscal_year', 'account_number', 'subaccount_id'],
        "'The budget line is not distributed over the periods in full. What is left is in no period, and so in no comparison with actuals.'",
        is_explained='true'
    ) }}
from distributed
union all
select
    {{ reconciliation_item(
        'budget_released', 'coalesce(ledger_amount, 0)', 'coalesce(budget_amount, 0)',
        ['branch_number', 'ledger_id', 'financial_period', 'account_number', 'subaccount_id'],
        "case when coalesce(ledger_amount, 0) = - coalesce(budget_amount, 0) then 'The sign is turned: income is entered as a negative budget (budget_income_sign).' when budget_amount is null then 'The budget ledger has an amount without a released budget line: the line was changed after its release, or deleted.' else 'The budget line was changed after its release; release it again.' end",
        is_checked='is_checked'
    ) }}
from compared
union all
select
    {{ reconciliation_item(
        'budget_subtotals', 'leaf_amount', 'amount',
        ['branch_number', 'ledger_id', 'fiscal_year', 'account_number', 'subaccount_id'],
        "'The subtotal is not the sum of the budget lines below it: one is missing, or what looks like a subtotal is a line of its own and was left out.'"
    ) }}
from nodes
