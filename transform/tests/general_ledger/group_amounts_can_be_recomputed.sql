-- A group amount is the base amount times the rate of its period, and null where there is none.
select balances.company_id, balances.financial_period, balances.account_number, balances.net_change, balances.net_change_group
from {{ ref('fct_gl_balance') }} as balances
left join {{ ref('int_visma__fx_period') }} as rates using (company_id, financial_period)
where balances.net_change_group is distinct from balances.net_change * rates.rate_average
    or (balances.is_missing_rate and balances.net_change_group is not null and balances.closing_group is not null)
    or (balances.base_currency = balances.group_currency and balances.closing_group <> balances.closing)
