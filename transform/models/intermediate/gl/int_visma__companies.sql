-- The currency of a company is the one of its actual ledger; master data only stand in for it.
with companies as (

    select company_id from {{ ref('stg_visma__sync_runs') }}
    union
    select company_id from {{ ref('stg_visma__ledgers') }}
    union
    select company_id from {{ ref('stg_visma__branches') }}
    union
    select company_id from {{ ref('stg_visma__organizations') }}
    union
    select company_id from {{ ref('stg_visma__accounts') }}

),

ledgers as (

    select
        company_id,
        min(currency_id) as currency
    from {{ ref('stg_visma__ledgers') }}
    where not is_deleted and balance_type = 'Actual'
    group by company_id

),

organizations as (

    select
        company_id,
        string_agg(name, ', ' order by organization_cd) as name,
        min(coalesce(base_currency, currency_id)) as currency,
        min(coalesce(default_country_id, main_address_country_id)) as country,
        min(corporate_id) as corporate_id,
        min(vat_registration_id) as vat_registration_id
    from {{ ref('stg_visma__organizations') }}
    where not is_deleted
    group by company_id

),

branches as (

    select
        company_id,
        (array_agg(name order by is_main_branch desc nulls last, number))[1] as name,
        min(coalesce(default_country_id, main_address_country_id)) as country
    from {{ ref('stg_visma__branches') }}
    where not is_deleted
    group by company_id

),

currencies as (

    select
        company_id,
        min(id) as currency
    from {{ ref('stg_visma__currencies') }}
    where not is_deleted and is_base_currency
    group by company_id

),

minor_units as (

    select max(decimal_precision)::integer as decimals
    from {{ ref('stg_visma__currencies') }}
    where not is_deleted and id = {{ setting('group_currency') }}

)

select
    companies.company_id,
    coalesce(organizations.name, branches.name, companies.company_id) as company_name,
    coalesce(organizations.country, branches.country) as country,
    organizations.corporate_id,
    organizations.vat_registration_id,
    coalesce(ledgers.currency, organizations.currency, currencies.currency) as base_currency,
    {{ setting('group_currency') }} as group_currency,
    coalesce(minor_units.decimals, 2) as group_decimals,
    coalesce({{ setting('group_rate_company') }}, companies.company_id) as rate_company_id
from companies
left join ledgers using (company_id)
left join organizations using (company_id)
left join branches using (company_id)
left join currencies using (company_id)
cross join minor_units
