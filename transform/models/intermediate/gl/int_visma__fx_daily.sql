{{ config(indexes=[{'columns': ['company_id', 'rate_date'], 'unique': true}]) }}
-- What one unit of a company's base currency was worth in the group's, day by day: the newest rate
-- of the chosen type that was in force. A day before the first rate has no row, and never a 1.
with companies as (

    select
        companies.company_id,
        companies.base_currency,
        companies.group_currency,
        companies.rate_company_id,
        greatest({{ as_of_date() }}, max(periods.end_date)) as horizon
    from {{ ref('int_visma__companies') }} as companies
    left join {{ ref('int_visma__fiscal_periods') }} as periods using (company_id)
    where companies.group_currency is not null
    group by 1, 2, 3, 4

),

quotes as (

    select
        company_id as rate_company_id,
        from_currency_id,
        to_currency_id,
        effective_date,
        case
            when lower(mult_div) like 'div%' then 1 / nullif(rate, 0)
            else nullif(rate, 0)
        end as factor
    from {{ ref('stg_visma__currency_rates') }}
    where not is_deleted and rate_type = {{ setting('group_rate_type') }}

),

-- A pair that is quoted the other way round is turned; on the same day the direct quote wins.
directed as (

    select companies.company_id, quotes.effective_date, quotes.factor, false as is_reversed
    from companies
    inner join quotes using (rate_company_id)
    where quotes.from_currency_id = companies.base_currency
        and quotes.to_currency_id = companies.group_currency
    union all
    select companies.company_id, quotes.effective_date, 1 / quotes.factor, true
    from companies
    inner join quotes using (rate_company_id)
    where quotes.from_currency_id = companies.group_currency
        and quotes.to_currency_id = companies.base_currency

),

chosen as (

    select distinct on (company_id, effective_date)
        company_id,
        effective_date,
        factor
    from directed
    where factor is not null
    order by company_id, effective_date, is_reversed, factor

),

steps as (

    select
        company_id,
        effective_date,
        factor,
        lead(effective_date) over (partition by company_id order by effective_date)
            as next_effective_date
    from chosen

)

select
    companies.company_id,
    day::date as rate_date,
    companies.base_currency,
    companies.group_currency,
    steps.factor as rate,
    steps.effective_date as rate_effective_date
from companies
inner join steps using (company_id)
cross join lateral generate_series(
    steps.effective_date::timestamp,
    coalesce(steps.next_effective_date - 1, companies.horizon)::timestamp,
    interval '1 day'
) as day
where companies.base_currency <> companies.group_currency

union all

select
    companies.company_id,
    day::date,
    companies.base_currency,
    companies.group_currency,
    1::numeric,
    day::date
from companies
cross join lateral generate_series(
    {{ setting('date_spine_start') }}::timestamp, companies.horizon::timestamp, interval '1 day'
) as day
where companies.base_currency = companies.group_currency
