-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('dimensions') }}

)

select
    raw."company_id" as company_id,
    raw."id" as id,
    element.ordinality as line_ordinal,
    element.item ->> 'internalId' as internal_id,
    (element.item ->> 'segmentId')::bigint as segment_id,
    element.item ->> 'description' as description,
    (element.item ->> 'length')::bigint as length,
    element.item ->> 'publicId' as public_id,
    (element.item ->> 'lastModified')::timestamp as last_modified,
    (element.item ->> 'validate')::boolean as validate,
    (element.item ->> 'isAutoNumber')::boolean as is_auto_number,
    (element.item ->> 'consolNumChar')::bigint as consol_num_char,
    (element.item ->> 'consolOrder')::bigint as consol_order,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('dimensions') }}
cross join lateral {{ elements('raw."segments"') }}
