-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('organizations') }}

)

select
    raw."company_id" as company_id,
    raw."organizationCd" as organization_cd,
    element.ordinality as line_ordinal,
    element.item ->> 'number' as number,
    element.item ->> 'name' as name,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('organizations') }}
cross join lateral {{ elements('raw."branches"') }}
