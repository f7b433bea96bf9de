-- One row per account number. A number that was deleted and given again has two rows in Visma.
-- One that is in the balances and not in the chart is known by what the balances say of it.
with listed as (

    select distinct on (company_id, account_cd)
        company_id,
        account_cd as account_number,
        type as account_type,
        description as account_name,
        account_class,
        account_class_description,
        public_code1 as public_code_1,
        external_code1_info_number as external_code_1,
        external_code2_info_number as external_code_2,
        currency as account_currency,
        post_option,
        control_account_module,
        coalesce(cash_account, false) as is_cash,
        coalesce(active, true) and not is_deleted as is_active,
        true as is_in_chart
    from {{ ref('stg_visma__accounts') }}
    where account_cd is not null
    order by company_id, account_cd, is_deleted, last_modified_date_time desc nulls last

),

chart as (

    select * from listed

    union all

    select
        balances.company_id,
        balances.account_number,
        max(balances.account_type),
        max(balances.account_description),
        null, null, null, null, null, null, null, null,
        false,
        false,
        false
    from {{ ref('stg_visma__gl_balances') }} as balances
    left join listed using (company_id, account_number)
    where listed.account_number is null and not balances.is_deleted
    group by balances.company_id, balances.account_number

),

-- The best rule is the one for the company, then for its country, then with the longest number.
lines as (

    select distinct on (chart.company_id, chart.account_number)
        chart.company_id,
        chart.account_number,
        rules.statement_line,
        rules.statement_line_order,
        rules.is_equity,
        rules.is_vat
    from chart
    inner join {{ ref('int_visma__companies') }} as companies using (company_id)
    inner join {{ ref('account_class_rollup') }} as rules
        on coalesce(rules.company_id, chart.company_id) = chart.company_id
        and (rules.country is null or rules.country = companies.country)
        and coalesce(rules.account_type, chart.account_type) = chart.account_type
        and (
            rules.account_from is null
            or left(chart.account_number, length(rules.account_from)) collate "C"
            >= rules.account_from
        )
        and (
            rules.account_to is null
            or left(chart.account_number, length(rules.account_to)) collate "C"
            <= rules.account_to
        )
    order by
        chart.company_id,
        chart.account_number,
        (rules.company_id is not null) desc,
        (rules.country is not null) desc,
        length(rules.account_from) desc nulls last,
        rules.statement_line_order

)

select
    chart.*,
    case
        when chart.account_type in ('Income', 'Expense') then 'profit_and_loss'
        when chart.account_type in ('Asset', 'Liability') then 'balance_sheet'
    end as statement,
    case when chart.account_type in ('Income', 'Liability') then -1 else 1 end as normal_sign,
    coalesce(lines.statement_line, 'Not assigned') as statement_line,
    coalesce(lines.statement_line_order, 999) as statement_line_order,
    coalesce(lines.is_equity, false) as is_equity,
    coalesce(lines.is_vat, false) as is_vat,
    coalesce(group_accounts.group_account, chart.account_number) as group_account,
    coalesce(group_accounts.group_account_name, chart.account_name) as group_account_name
from chart
left join lines using (company_id, account_number)
left join {{ ref('group_account_map') }} as group_accounts using (company_id, account_number)
