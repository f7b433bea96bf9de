{{ config(indexes=[{'columns': ['group_key']}]) }}
with customers as (

    -- A number that was deleted and given again has two rows in Visma.
    select distinct on (company_id, number) *
    from {{ ref('stg_visma__customers') }}
    where number is not null
    order by company_id, number, is_deleted, last_modified_date_time desc nulls last

),

-- Documents may name a customer that the list of customers does not hold.
named as (

    select company_id, customer_number, max(customer_name) as customer_name
    from {{ ref('stg_visma__customer_documents') }}
    where customer_number is not null
    group by company_id, customer_number

)

select
    {{ surrogate_key(['coalesce(customers.company_id, named.company_id)', 'coalesce(customers.number, named.customer_number)']) }}
        as dim_customer_key,
    coalesce(customers.company_id, named.company_id) as company_id,
    coalesce(customers.number, named.customer_number) as customer_number,
    coalesce(customers.name, named.customer_name) as customer_name,
    customers.status,
    customers.customer_class_id as customer_class,
    customers.customer_class_description as customer_class_name,
    customers.currency_id as currency,
    customers.credit_terms_id as credit_terms,
    customers.credit_terms_description as credit_terms_name,
    customers.main_address_city as city,
    coalesce(customers.main_address_country_id, customers.location_country_id) as country,
    customers.corporate_id,
    customers.vat_registration_id,
    companies.base_currency,
    customers.credit_limit as credit_limit_base,
    customers.credit_verification,
    customers.parent_record_number as parent_customer_number,
    customers.gl_accounts_customer_ledger_account_number as control_account_number,
    {{ party_group_key('customers', 'coalesce(customers.company_id, named.company_id)', 'coalesce(customers.number, named.customer_number)') }} as group_key,
    customers.number is null as is_missing_in_list,
    coalesce(customers.is_deleted, false) as is_deleted
from customers
full outer join named
    on named.company_id = customers.company_id
    and named.customer_number = customers.number
left join {{ ref('int_visma__companies') }} as companies
    on companies.company_id = coalesce(customers.company_id, named.company_id)
