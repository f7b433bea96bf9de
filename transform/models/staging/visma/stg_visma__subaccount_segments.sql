-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('subaccounts') }}

)

select
    raw."company_id" as company_id,
    raw."subaccountId"::text as subaccount_id,
    element.ordinality as line_ordinal,
    (element.item ->> 'segmentId')::bigint as segment_id,
    element.item ->> 'segmentDescription' as segment_description,
    element.item ->> 'segmentValue' as segment_value,
    element.item ->> 'segmentValueDescription' as segment_value_description,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('subaccounts') }}
cross join lateral {{ elements('raw."segments"') }}
