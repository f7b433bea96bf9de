-- Calendar days, for dates of documents. Periods are not days: dim_fiscal_period has them.
select
    day::date as date_day,
    extract(year from day)::integer as calendar_year,
    extract(quarter from day)::integer as calendar_quarter,
    extract(month from day)::integer as calendar_month,
    to_char(day, 'YYYY-MM') as calendar_year_month,
    extract(isoyear from day)::integer as iso_year,
    extract(week from day)::integer as iso_week,
    extract(isodow from day)::integer as iso_day_of_week,
    extract(isodow from day) > 5 as is_weekend,
    day::date = (date_trunc('month', day) + interval '1 month - 1 day')::date as is_month_end,
    day::date = {{ as_of_date() }} as is_today,
    day::date - {{ as_of_date() }} as days_from_today
from generate_series(
    {{ setting('date_spine_start') }}::timestamp,
    date_trunc('year', {{ as_of_date() }}::timestamp) + interval '6 years - 1 day',
    interval '1 day'
) as day
