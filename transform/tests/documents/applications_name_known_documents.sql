{{ config(severity='warn') }}
-- Payments that are taken off a document which was not loaded: older than `start_date`, or lost.
{%- for side in ['ap', 'ar'] %}
select company_id, payment_type, payment_number, document_type, reference_number, document_amount_currency
from {{ ref('int_visma__' ~ side ~ '_applications') }} as applications
where not exists (
    select from {{ ref('int_visma__' ~ side ~ '_document_signed') }} as documents
    where documents.company_id = applications.company_id
        and documents.document_type = applications.document_type
        and documents.reference_number = applications.reference_number
)
{{ 'union all' if not loop.last }}
{%- endfor %}
