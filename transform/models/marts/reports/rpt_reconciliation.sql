{{ config(indexes=[{'columns': ['company_id', 'check_id']}, {'columns': ['status']}]) }}
-- One row per check and company, so that it is seen that all is well, and one per difference.
with items as (

    select * from {{ ref('int_visma__reconciliation_gl') }}
    union all
    select * from {{ ref('int_visma__reconciliation_budget') }}
    union all
    select * from {{ ref('int_visma__reconciliation_loads') }}
    union all
    select * from {{ ref('int_visma__reconciliation_payables') }}
    union all
    select * from {{ ref('int_visma__reconciliation_receivables') }}

),

judged as (

    select
        *,
        case
            when not is_checked then 'not_checked'
            when abs(actual - expected) <= {{ var('reconciliation_tolerance') }} then 'ok'
            when is_explained then 'explained'
            else 'difference'
        end as status
    from items

),

summaries as (

    select
        company_id,
        check_id,
        sum(expected) filter (where is_checked) as expected,
        sum(actual) filter (where is_checked) as actual,
        count(*) filter (where is_checked) as items_checked,
        count(*) filter (where status = 'difference') as items_different,
        count(*) filter (where status = 'explained') as items_explained
    from judged
    group by 1, 2

),

reported as (

    select
        companies.company_id,
        checks.check_id,
        'summary' as row_type,
        {%- for column in reconciliation_scope() %}
        null::{{ 'integer' if column == 'fiscal_year' else 'text' }} as {{ column }},
        {%- endfor %}
        -- Null where nothing could be compared: no amount is not an amount of zero.
        summaries.expected,
        summaries.actual,
        coalesce(summaries.items_checked, 0) as items_checked,
        coalesce(summaries.items_different, 0) as items_different,
        case
            when coalesce(summaries.items_checked, 0) = 0 then 'not_checked'
            when summaries.items_different > 0 then 'difference'
            when summaries.items_explained > 0 then 'explained'
            else 'ok'
        end as status,
        case
            when coalesce(summaries.items_checked, 0) = 0 then checks.not_checked
            when summaries.items_different + summaries.items_explained > 0
                then summaries.items_different + summaries.items_explained || ' of '
                    || summaries.items_checked || ' comparisons differ; each has a row of its own.'
            else 'All ' || summaries.items_checked || ' comparisons agree.'
        end as explanation
    from {{ ref('int_visma__companies') }} as companies
    cross join {{ ref('reconciliation_checks') }} as checks
    left join summaries using (company_id, check_id)

    union all

    select
        company_id,
        check_id,
        'detail',
        {%- for column in reconciliation_scope() %}
        {{ column }},
        {%- endfor %}
        expected,
        actual,
        1,
        case when status = 'difference' then 1 else 0 end,
        status,
        explanation
    from judged
    where status in ('difference', 'explained')

)

select
    {{ surrogate_key(['reported.company_id', 'reported.check_id', 'reported.row_type'] + reconciliation_scope()) }}
        as rpt_reconciliation_key,
    reported.company_id,
    reported.check_id,
    checks.check_group,
    checks.check_name,
    reported.row_type,
    {%- for column in reconciliation_scope() %}
    reported.{{ column }},
    {%- endfor %}
    companies.base_currency,
    checks.unit,
    checks.expected_is,
    reported.expected,
    checks.actual_is,
    reported.actual,
    reported.actual - reported.expected as difference,
    {{ var('reconciliation_tolerance') }}::numeric as tolerance,
    reported.items_checked,
    reported.items_different,
    reported.status,
    reported.explanation,
    checks.erp_screen,
    {{ as_of_date() }} as as_of
from reported
inner join {{ ref('reconciliation_checks') }} as checks using (check_id)
inner join {{ ref('int_visma__companies') }} as companies using (company_id)
