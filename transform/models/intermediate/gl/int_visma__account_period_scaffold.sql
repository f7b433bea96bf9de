-- Every period that an account can have a balance in, whether Visma has a row for it or not; a gap
-- would break all that comes after. `balance_before` is what there was before the first movement.
with movements as (

    select
        company_id, ledger_id, branch_number, account_number, subaccount_id, span,
        financial_period, erp_opening, first_fiscal_year
    from {{ ref('int_visma__gl_movements') }}
    union all
    select
        company_id, ledger_id, branch_number, account_number, subaccount_id, 0,
        financial_period, null, null
    from {{ ref('int_visma__results_carried') }}

),

spans as (

    select
        company_id,
        ledger_id,
        branch_number,
        account_number,
        subaccount_id,
        span,
        min(financial_period) as first_period,
        -- Income and expenses begin at zero, except in a year that was not loaded from its start:
        -- anything else would be a row that is missing, and the reconciliation says so.
        coalesce(
            (array_agg(erp_opening order by financial_period) filter (
                where erp_opening is not null and span in (0, first_fiscal_year)
            ))[1], 0
        ) as first_opening,
        min(financial_period) filter (where erp_opening is not null) as first_erp_period
    from movements
    group by 1, 2, 3, 4, 5, 6

),

-- An opening of retained earnings holds the results of earlier years already.
carried as (

    select
        spans.company_id,
        spans.ledger_id,
        spans.branch_number,
        spans.account_number,
        spans.subaccount_id,
        spans.span,
        sum(results.result_carried) as result_carried
    from spans
    inner join {{ ref('int_visma__results_carried') }} as results
        using (company_id, ledger_id, branch_number, account_number, subaccount_id)
    where spans.span = 0 and results.financial_period <= spans.first_erp_period
    group by 1, 2, 3, 4, 5, 6

),

-- Computed once, before it is spread over the periods.
anchored as materialized (

    select
        spans.*,
        spans.first_opening - coalesce(carried.result_carried, 0) as balance_before
    from spans
    left join carried
        using (company_id, ledger_id, branch_number, account_number, subaccount_id, span)

)

select
    anchored.company_id,
    anchored.ledger_id,
    anchored.branch_number,
    anchored.account_number,
    anchored.subaccount_id,
    anchored.span,
    periods.financial_period,
    periods.fiscal_year,
    anchored.balance_before
from anchored
inner join {{ ref('int_visma__ledger_periods') }} as periods
    on periods.company_id = anchored.company_id
    and periods.ledger_id = anchored.ledger_id
    and anchored.span in (0, periods.fiscal_year)
    and (anchored.balance_before <> 0 or periods.financial_period >= anchored.first_period)
