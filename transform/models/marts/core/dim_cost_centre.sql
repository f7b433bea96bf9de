-- The values of the segment that is the cost centre, those in use, and one for what has none.
with cost_centres as (

    select
        company_id,
        value_id as cost_centre,
        description as cost_centre_name,
        coalesce(active, true) and not is_deleted as is_active,
        1 as preference
    from {{ ref('stg_visma__dimension_segment_values') }}
    where dimension_id = 'SUBACCOUNT'
        and segment_id = {{ dimension_segment('cost_centre', 'company_id') }}

    union all

    select
        company_id,
        cost_centre,
        max(cost_centre_name),
        bool_or(is_active),
        2
    from {{ ref('int_visma__subaccount_dimensions') }}
    group by company_id, cost_centre

    union all

    select company_id, 'unassigned', 'Unassigned', true, 0
    from {{ ref('int_visma__companies') }}

),

chosen as (

    select distinct on (company_id, cost_centre) *
    from cost_centres
    where cost_centre <> ''
    order by company_id, cost_centre, preference, is_active desc

)

select
    {{ surrogate_key(['chosen.company_id', 'chosen.cost_centre']) }} as dim_cost_centre_key,
    chosen.company_id,
    chosen.cost_centre,
    chosen.cost_centre_name,
    case
        when chosen.cost_centre = 'unassigned' then 'Unassigned'
        else chosen.cost_centre || ' ' || coalesce(chosen.cost_centre_name, '')
    end as cost_centre_label,
    coalesce(group_map.group_cost_centre, chosen.cost_centre) as group_cost_centre,
    coalesce(group_map.group_cost_centre_name, chosen.cost_centre_name) as group_cost_centre_name,
    chosen.is_active
from chosen
left join {{ ref('group_cost_centre_map') }} as group_map using (company_id, cost_centre)
