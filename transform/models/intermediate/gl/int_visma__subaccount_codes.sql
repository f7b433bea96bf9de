-- What endpoints call a subaccount by: its number, the number without separators, or its id.
with codes as (

    select company_id, subaccount_id, is_deleted, 1 as preference, subaccount_number as code
    from {{ ref('int_visma__subaccount_dimensions') }}
    union all
    select company_id, subaccount_id, is_deleted, 2, subaccount_number_compact
    from {{ ref('int_visma__subaccount_dimensions') }}
    union all
    select company_id, subaccount_id, is_deleted, 3, subaccount_id
    from {{ ref('int_visma__subaccount_dimensions') }}

)

select distinct on (company_id, code)
    company_id,
    code,
    subaccount_id
from codes
where code <> ''
order by company_id, code, is_deleted, preference, subaccount_id
