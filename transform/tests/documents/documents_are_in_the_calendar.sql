-- The period of a released document is one of Visma's own periods of that company.
{%- for side in ['ap', 'ar'] %}
select documents.company_id, documents.document_type, documents.reference_number, documents.financial_period
from {{ ref('int_visma__' ~ side ~ '_document_signed') }} as documents
left join {{ ref('int_visma__fiscal_periods') }} as periods using (company_id, financial_period)
where documents.status_class in ('posted', 'prebooked')
    and not coalesce(periods.is_in_calendar, false)
    and exists (
        select from {{ ref('stg_visma__financial_periods') }} as read
        where read.company_id = documents.company_id
    )
{{ 'union all' if not loop.last }}
{%- endfor %}
