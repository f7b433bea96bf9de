-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('customer_balances') }}

)

select
    raw."company_id" as company_id,
    coalesce(raw."customerNumber", raw."customer" ->> 'number') as customer_number,
    raw."balance" as balance,
    raw."totalOrder" as total_order,
    raw."totalLoan" as total_loan,
    raw."totalSalePeriod" as total_sale_period,
    raw."totalSaleYear" as total_sale_year,
    raw."totalDiscountPeriod" as total_discount_period,
    raw."totalDiscountYear" as total_discount_year,
    raw."lastModified" as last_modified,
    (raw."customer" ->> 'internalId')::bigint as customer_internal_id,
    raw."customer" ->> 'name' as customer_name,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('customer_balances') }}
