{{ config(severity='warn') }}
-- Documents whose date is outside the period that they are posted to: late invoices, or a mistyped
-- date. Periods are Visma's own, so nothing is counted wrongly for it.
{%- for side in ['ap', 'ar'] %}
select documents.company_id, documents.document_type, documents.reference_number,
    documents.document_date, documents.financial_period, periods.start_date, periods.end_date
from {{ ref('int_visma__' ~ side ~ '_document_signed') }} as documents
inner join {{ ref('int_visma__fiscal_periods') }} as periods using (company_id, financial_period)
where documents.status_class = 'posted'
    and not periods.is_adjustment
    and documents.document_date not between periods.start_date and periods.end_date
{{ 'union all' if not loop.last }}
{%- endfor %}
