{{ config(indexes=[{'columns': ['company_id', 'statement_line_order']}]) }}
-- Accounts that documents are posted against: not every company names them in its chart.
with ap_accounts as (

    select distinct company_id, account_number, true as is_control_ap
    from {{ ref('stg_visma__supplier_documents') }}

),

ar_accounts as (

    select distinct company_id, account_number, true as is_control_ar
    from {{ ref('stg_visma__customer_documents') }}

),

accounts as (

    select
        accounts.*,
        coalesce(ap_accounts.is_control_ap, control_account_module = 'AP', false) as is_control_ap,
        coalesce(ar_accounts.is_control_ar, control_account_module = 'AR', false) as is_control_ar
    from {{ ref('int_visma__accounts') }} as accounts
    left join ap_accounts using (company_id, account_number)
    left join ar_accounts using (company_id, account_number)

)

select
    {{ surrogate_key(['accounts.company_id', 'accounts.account_number']) }} as dim_account_key,
    accounts.company_id,
    accounts.account_number,
    accounts.account_name,
    accounts.account_number || ' ' || coalesce(accounts.account_name, '') as account_label,
    accounts.account_type,
    accounts.account_class,
    accounts.account_class_description,
    accounts.statement,
    accounts.statement_line,
    accounts.statement_line_order,
    accounts.normal_sign,
    accounts.account_currency,
    accounts.post_option,
    accounts.public_code_1,
    accounts.external_code_1,
    accounts.external_code_2,
    accounts.group_account,
    accounts.group_account_name,
    accounts.is_equity
    or accounts.account_number is not distinct from system_accounts.retained_earnings_account
    or accounts.account_number is not distinct from system_accounts.ytd_net_income_account
        as is_equity,
    accounts.is_control_ap,
    accounts.is_control_ar,
    accounts.is_vat,
    accounts.is_cash,
    accounts.account_number is not distinct from system_accounts.retained_earnings_account
        as is_retained_earnings,
    accounts.account_number is not distinct from system_accounts.ytd_net_income_account
        as is_system_result,
    accounts.is_active
from accounts
left join {{ ref('int_visma__system_accounts') }} as system_accounts using (company_id)

union all

-- Holds the results of earlier years until the account of retained earnings is known.
select
    {{ surrogate_key(['company_id', unknown_retained_earnings()]) }},
    company_id,
    {{ unknown_retained_earnings() }},
    'Results of earlier years; the account of retained earnings is not known',
    {{ unknown_retained_earnings() }},
    'Liability',
    null,
    null,
    'balance_sheet',
    'Equity',
    210,
    -1,
    null,
    null,
    null,
    null,
    null,
    {{ unknown_retained_earnings() }},
    'Results of earlier years',
    true,
    false,
    false,
    false,
    false,
    true,
    false,
    true
from {{ ref('int_visma__system_accounts') }}
where retained_earnings_account is null
