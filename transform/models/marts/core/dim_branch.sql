select distinct on (branches.company_id, branches.number)
    {{ surrogate_key(['branches.company_id', 'branches.number']) }} as dim_branch_key,
    branches.company_id,
    branches.number as branch_number,
    branches.name as branch_name,
    branches.organization_id,
    coalesce(branches.is_main_branch, false) as is_main_branch,
    coalesce(branches.is_active, true) and not branches.is_deleted as is_active,
    branches.ledger_id,
    coalesce(branches.currency_id, companies.base_currency) as base_currency,
    coalesce(branches.default_country_id, branches.main_address_country_id) as country
from {{ ref('stg_visma__branches') }} as branches
inner join {{ ref('int_visma__companies') }} as companies using (company_id)
where branches.number is not null
order by
    branches.company_id, branches.number, branches.is_deleted,
    branches.last_modified_date_time desc nulls last
