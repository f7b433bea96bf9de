-- Accounts whose type and number do not go together: an Expense account with a number of income, or
-- a number outside of the chart that the rules are for. They stand on the general line of their
-- type, so statements add up, but the line of their number lacks them. Or a rule without a type has
-- put Income and Expense (Asset and Liability) on one line: as both are shown with the sign of
-- their type, the line adds what it should subtract. Correct the account's type in Visma, or give
-- the company rules of its own in account_class_rollup, one per type.
{{ config(severity='warn') }}
with accounts as (

    select
        accounts.company_id,
        accounts.account_number,
        accounts.account_name,
        accounts.account_type,
        accounts.statement_line,
        bool_and(rules.company_id is null and rules.country is null) as is_on_general_line
    from {{ ref('dim_account') }} as accounts
    inner join {{ ref('int_visma__companies') }} as companies using (company_id)
    inner join {{ ref('account_class_rollup') }} as rules
        on rules.statement_line = accounts.statement_line
        and coalesce(rules.company_id, accounts.company_id) = accounts.company_id
        and (rules.country is null or rules.country = companies.country)
    where accounts.account_type is not null
    group by 1, 2, 3, 4, 5

),

lines as (

    select company_id, statement_line, count(distinct account_type) as types
    from accounts
    group by 1, 2

)

select
    accounts.company_id,
    accounts.account_number,
    accounts.account_name,
    accounts.account_type,
    accounts.statement_line
from accounts
inner join lines using (company_id, statement_line)
inner join {{ ref('int_visma__companies') }} as companies using (company_id)
where lines.types > 1
    or (
        accounts.is_on_general_line
        and exists (
            select from {{ ref('account_class_rollup') }} as rules
            where rules.company_id = accounts.company_id or rules.country = companies.country
        )
    )
