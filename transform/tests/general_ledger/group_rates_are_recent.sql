-- A rate that is more than 35 days old on a day that has begun: the company may have stopped entering them.
{{ config(severity='warn') }}
select company_id, min(rate_date) as first_day, max(rate_date) as last_day, max(rate_date - rate_effective_date) as age
from {{ ref('int_visma__fx_daily') }}
where rate_date <= {{ as_of_date() }} and rate_date - rate_effective_date > 35
group by 1
