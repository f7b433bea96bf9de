-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('vat_codes') }}

)

select
    raw."company_id" as company_id,
    raw."vatId" as vat_id,
    element.ordinality as line_ordinal,
    (element.item ->> 'startDate')::date as start_date,
    (element.item ->> 'vatRate')::numeric as vat_rate,
    (element.item ->> 'minTaxableAmt')::numeric as min_taxable_amt,
    (element.item ->> 'maxTaxableAmt')::numeric as max_taxable_amt,
    element.item ->> 'reportingGroup' as reporting_group,
    (element.item ->> 'deductibleVatRate')::numeric as deductible_vat_rate,
    element.item ->> 'groupType' as group_type,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('vat_codes') }}
cross join lateral {{ elements('raw."schedules"') }}
