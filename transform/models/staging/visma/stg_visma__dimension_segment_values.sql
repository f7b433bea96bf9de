-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('dimension_segment_values') }}

)

select
    raw."company_id" as company_id,
    raw."dimensionId" as dimension_id,
    raw."internalId" as internal_id,
    raw."segmentId" as segment_id,
    raw."valueId" as value_id,
    raw."description" as description,
    raw."publicId" as public_id,
    raw."active" as active,
    raw."lastModified" as last_modified,
    raw."mappedSegValue" as mapped_seg_value,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('dimension_segment_values') }}
