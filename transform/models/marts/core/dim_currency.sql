select
    {{ surrogate_key(['company_id', 'id']) }} as dim_currency_key,
    company_id,
    id as currency,
    description as currency_name,
    symbol,
    decimal_precision::integer as decimal_places,
    coalesce(is_base_currency, false) as is_base_currency,
    coalesce(is_used_for_accounting, true) and not is_deleted as is_active
from {{ ref('stg_visma__currencies') }}
