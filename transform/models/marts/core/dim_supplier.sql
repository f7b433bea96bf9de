{{ config(indexes=[{'columns': ['group_key']}]) }}
with suppliers as (

    -- A number that was deleted and given again has two rows in Visma.
    select distinct on (company_id, number) *
    from {{ ref('stg_visma__suppliers') }}
    where number is not null
    order by company_id, number, is_deleted, last_modified_date_time desc nulls last

),

-- Documents may name a supplier that the list of suppliers does not hold.
named as (

    select company_id, supplier_number, max(supplier_name) as supplier_name
    from {{ ref('stg_visma__supplier_documents') }}
    where supplier_number is not null
    group by company_id, supplier_number

)

select
    {{ surrogate_key(['coalesce(suppliers.company_id, named.company_id)', 'coalesce(suppliers.number, named.supplier_number)']) }}
        as dim_supplier_key,
    coalesce(suppliers.company_id, named.company_id) as company_id,
    coalesce(suppliers.number, named.supplier_number) as supplier_number,
    coalesce(suppliers.name, named.supplier_name) as supplier_name,
    suppliers.status,
    suppliers.supplier_class_id as supplier_class,
    suppliers.supplier_class_description as supplier_class_name,
    suppliers.currency_id as currency,
    suppliers.credit_terms_id as credit_terms,
    suppliers.credit_terms_description as credit_terms_name,
    suppliers.main_address_city as city,
    coalesce(suppliers.main_address_country_id, suppliers.location_country_id) as country,
    suppliers.corporate_id,
    suppliers.vat_registration_id,
    suppliers.nace_code,
    suppliers.parent_record_number as parent_supplier_number,
    suppliers.gl_accounts_supplier_account_number as control_account_number,
    {{ party_group_key('suppliers', 'coalesce(suppliers.company_id, named.company_id)', 'coalesce(suppliers.number, named.supplier_number)') }} as group_key,
    suppliers.number is null as is_missing_in_list,
    coalesce(suppliers.is_deleted, false) as is_deleted
from suppliers
full outer join named
    on named.company_id = suppliers.company_id
    and named.supplier_number = suppliers.number
