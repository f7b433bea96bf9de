-- Visma's own calendar, and any period that was posted to without being in it.
with calendar as (

    select
        company_id,
        case
            when left(period, 4) = year::text and length(period) = 6 then period
            when right(period, 4) = year::text and length(period) = 6
                then right(period, 4) || left(period, 2)
            else year::text || lpad(period, 2, '0')
        end as financial_period,
        year::integer as fiscal_year,
        description,
        start_date,
        end_date,
        coalesce(active, true) as is_active,
        coalesce(closed_in_general_ledger, false) as is_closed_gl,
        coalesce(closed_in_supplier_ledger, false) as is_closed_ap,
        coalesce(closed_in_customer_ledger, false) as is_closed_ar
    from {{ ref('stg_visma__financial_periods') }}
    where not is_deleted

),

used as (

    select company_id, financial_period from {{ ref('stg_visma__gl_balances') }}
    where not is_deleted
    union
    select company_id, financial_period from {{ ref('stg_visma__journal_batches') }}
    where not is_deleted and status in ({{ setting_list('posted_statuses') }})
    union
    select company_id, period_id from {{ ref('stg_visma__budget_periods') }}
    where not is_deleted

),

periods as (

    select
        company_id,
        financial_period,
        coalesce(calendar.fiscal_year, left(financial_period, 4)::integer) as fiscal_year,
        right(financial_period, 2)::integer as period_number,
        calendar.description,
        calendar.start_date,
        calendar.end_date,
        coalesce(calendar.is_active, false) as is_active,
        coalesce(calendar.is_closed_gl, false) as is_closed_gl,
        coalesce(calendar.is_closed_ap, false) as is_closed_ap,
        coalesce(calendar.is_closed_ar, false) as is_closed_ar,
        calendar.financial_period is not null as is_in_calendar
    from calendar
    full outer join used using (company_id, financial_period)
    where financial_period ~ '^\d{6}$'

)

select
    *,
    -- An adjustment period begins and ends on the last day of the one before.
    coalesce(
        end_date <= lag(end_date) over (partition by company_id order by financial_period), false
    ) as is_adjustment,
    lag(financial_period) over (partition by company_id order by financial_period)
        as prior_financial_period,
    financial_period = min(financial_period) over (partition by company_id, fiscal_year)
        as is_first_of_year,
    start_date <= {{ as_of_date() }} as has_begun
from periods
