{{ config(severity='warn') }}
-- Open documents are read in every run, since a payment may leave no trace on them. Rows are open
-- documents that were last read more than a week before the newest of their list: their age may rot.
-- Set the tap's `refresh_open_documents`.
{%- for side in ['ap', 'ar'] %}
select company_id, document_type, reference_number, balance_base, read_at, newest
from (
    select documents.*, max(read_at) over (partition by company_id) as newest
    from {{ ref('int_visma__' ~ side ~ '_document_signed') }} as documents
) as documents
where balance_base <> 0
    and status_class = 'posted'
    and read_at < newest - interval '7 days'
{{ 'union all' if not loop.last }}
{%- endfor %}
