-- Every period of a ledger: from its first movement to its last, and at least to today.
with spans as (

    select
        movements.company_id,
        movements.ledger_id,
        min(movements.financial_period) as first_period,
        greatest(max(movements.financial_period), max(today.financial_period)) as last_period
    from {{ ref('int_visma__gl_movements') }} as movements
    left join (
        select company_id, max(financial_period) as financial_period
        from {{ ref('int_visma__fiscal_periods') }}
        where has_begun
        group by company_id
    ) as today using (company_id)
    group by 1, 2

)

select
    spans.company_id,
    spans.ledger_id,
    periods.financial_period,
    periods.fiscal_year
from spans
inner join {{ ref('int_visma__fiscal_periods') }} as periods
    on periods.company_id = spans.company_id
    and periods.financial_period between spans.first_period and spans.last_period
