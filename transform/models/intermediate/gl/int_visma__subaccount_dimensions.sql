-- Segments of a subaccount side by side, and those that have a role.
with segments as (

    select
        company_id,
        subaccount_id,
        {%- for number in range(1, 7) %}
        max(segment_value) filter (where segment_id = {{ number }}) as segment_{{ number }},
        max(segment_value_description) filter (where segment_id = {{ number }}) as segment_{{ number }}_name,
        {%- endfor %}
        max(segment_value) filter (
            where segment_id = {{ dimension_segment('cost_centre', 'company_id') }}
        ) as cost_centre,
        max(segment_value_description) filter (
            where segment_id = {{ dimension_segment('cost_centre', 'company_id') }}
        ) as cost_centre_name,
        max(segment_value) filter (
            where segment_id = {{ dimension_segment('project', 'company_id') }}
        ) as project
    from {{ ref('stg_visma__subaccount_segments') }}
    group by company_id, subaccount_id

)

select
    subaccounts.company_id,
    subaccounts.subaccount_id,
    subaccounts.subaccount_number,
    regexp_replace(subaccounts.subaccount_number, '[^[:alnum:]]', '', 'g')
        as subaccount_number_compact,
    subaccounts.description as subaccount_name,
    {%- for number in range(1, 7) %}
    segments.segment_{{ number }},
    segments.segment_{{ number }}_name,
    {%- endfor %}
    coalesce(nullif(trim(segments.cost_centre), ''), 'unassigned') as cost_centre,
    segments.cost_centre_name,
    coalesce(nullif(trim(segments.project), ''), 'unassigned') as project,
    coalesce(subaccounts.active, true) and not subaccounts.is_deleted as is_active,
    subaccounts.is_deleted
from {{ ref('stg_visma__subaccounts') }} as subaccounts
left join segments using (company_id, subaccount_id)
