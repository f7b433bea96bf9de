{{ config(severity='warn') }}
-- A type or status that the seeds do not know counts as nothing until it is entered in
-- visma_document_signs or visma_document_statuses.
{%- for side, ledger in [('ap', 'AP'), ('ar', 'AR')] %}
select documents.company_id, '{{ ledger }}' as ledger, documents.document_type, documents.status, count(*) as documents_found
from {{ ref('int_visma__' ~ side ~ '_document_signed') }} as documents
left join {{ ref('visma_document_signs') }} as signs
    on signs.ledger = '{{ ledger }}' and signs.document_type = documents.document_type
where signs.document_type is null or documents.status_class = 'unknown'
group by 1, 2, 3, 4
{{ 'union all' if not loop.last }}
{%- endfor %}
