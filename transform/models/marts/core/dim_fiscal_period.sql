{{ config(indexes=[{'columns': ['company_id', 'fiscal_year']}]) }}
with periods as (

    select
        *,
        count(*) filter (where not is_adjustment) over (partition by company_id, fiscal_year)
            as ordinary_periods,
        -- The number is taken among those that this is true of.
        is_in_calendar and not is_adjustment as is_counted
    from {{ ref('int_visma__fiscal_periods') }}

)

select
    {{ surrogate_key(['periods.company_id', 'periods.financial_period']) }} as dim_fiscal_period_key,
    periods.company_id,
    periods.financial_period,
    periods.fiscal_year,
    periods.period_number,
    periods.fiscal_year::text || '-' || lpad(periods.period_number::text, 2, '0') as period_label,
    periods.description as period_name,
    -- Period 13 belongs to the last quarter.
    least(
        4, ceil(periods.period_number * 4.0 / greatest(periods.ordinary_periods, 1))
    )::integer as fiscal_quarter,
    periods.start_date,
    periods.end_date,
    periods.prior_financial_period,
    last_year.financial_period as same_period_last_year,
    periods.is_first_of_year,
    periods.is_adjustment,
    periods.is_active,
    periods.is_closed_gl,
    periods.is_closed_ap,
    periods.is_closed_ar,
    coalesce(
        {{ as_of_date() }} between periods.start_date and periods.end_date
        and not periods.is_adjustment, false
    ) as is_current,
    case when periods.is_counted then
        row_number() over (partition by periods.company_id, periods.is_counted order by periods.financial_period)
        - count(*) filter (where periods.is_counted and periods.has_begun) over (partition by periods.company_id)
    end::integer as relative_period,
    coalesce(periods.has_begun, false) as has_begun,
    periods.is_in_calendar
from periods
left join periods as last_year
    on last_year.company_id = periods.company_id
    and last_year.fiscal_year = periods.fiscal_year - 1
    and last_year.period_number = periods.period_number
