-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('currencies') }}

)

select
    raw."company_id" as company_id,
    raw."id" as id,
    raw."description" as description,
    raw."symbol" as symbol,
    raw."isBaseCurrency" as is_base_currency,
    raw."decimalPrecision" as decimal_precision,
    raw."isUsedForAccounting" as is_used_for_accounting,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('currencies') }}
