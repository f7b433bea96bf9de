select
    company_id,
    company_name,
    country,
    corporate_id,
    vat_registration_id,
    base_currency,
    group_currency
from {{ ref('int_visma__companies') }}
