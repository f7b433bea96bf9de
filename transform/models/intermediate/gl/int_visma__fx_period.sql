-- Movements of a period are translated at its average rate, balances at the rate of its last day.
-- Days that are still to come carry the newest rate, so that budgets can be translated.
select
    periods.company_id,
    periods.financial_period,
    companies.group_currency,
    avg(daily.rate) as rate_average,
    max(daily.rate) filter (where daily.rate_date = periods.end_date) as rate_end
from {{ ref('int_visma__fiscal_periods') }} as periods
inner join {{ ref('int_visma__companies') }} as companies using (company_id)
left join {{ ref('int_visma__fx_daily') }} as daily
    on daily.company_id = periods.company_id
    and daily.rate_date between periods.start_date and periods.end_date
group by 1, 2, 3
-- Rates that begin within a period would make an average of its last days only.
having count(daily.rate) = max(periods.end_date - periods.start_date) + 1
