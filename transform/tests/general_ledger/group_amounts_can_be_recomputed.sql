-- A group amount is the base amount times the rate of its period, rounded, and null where there is none.
select balances.company_id, balances.financial_period, balances.account_number, balances.net_change_base, balances.net_change_group
from {{ ref('fct_gl_balance') }} as balances
left join {{ ref('int_visma__companies') }} as companies using (company_id)
left join {{ ref('int_visma__fx_period') }} as rates
    on rates.company_id = balances.company_id
    and rates.financial_period = balances.financial_period
    and balances.base_currency = companies.base_currency
where balances.net_change_group is distinct from
        {{ in_group_currency('balances.net_change_base', 'rates.rate_average') }}
    or (balances.is_missing_rate and balances.net_change_group is not null and balances.closing_group is not null)
    or (balances.base_currency = balances.group_currency and balances.closing_group <> balances.closing_base)
