-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('credit_terms') }}

)

select
    raw."company_id" as company_id,
    raw."termsId" as terms_id,
    element.ordinality as line_ordinal,
    (element.item ->> 'days')::bigint as days,
    (element.item ->> 'percent')::numeric as percent,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('credit_terms') }}
cross join lateral {{ elements('raw."instalmentsSchedule"') }}
