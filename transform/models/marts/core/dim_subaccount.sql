{{ config(indexes=[{'columns': ['company_id', 'cost_centre']}]) }}
select
    {{ surrogate_key(['company_id', 'subaccount_id']) }} as dim_subaccount_key,
    company_id,
    subaccount_id,
    subaccount_number,
    subaccount_number_compact,
    subaccount_name,
    {%- for number in range(1, 7) %}
    segment_{{ number }},
    segment_{{ number }}_name,
    {%- endfor %}
    cost_centre,
    project,
    is_active
from {{ ref('int_visma__subaccount_dimensions') }}
where subaccount_id is not null
