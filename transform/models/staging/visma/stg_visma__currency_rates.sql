-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('currency_rates') }}

)

select
    raw."company_id" as company_id,
    raw."id" as id,
    raw."fromCurrencyId" as from_currency_id,
    raw."toCurrencyId" as to_currency_id,
    raw."rateType" as rate_type,
    raw."rate" as rate,
    raw."effectiveDate"::date as effective_date,
    raw."multDiv" as mult_div,
    raw."rateReciprocal" as rate_reciprocal,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('currency_rates') }}
