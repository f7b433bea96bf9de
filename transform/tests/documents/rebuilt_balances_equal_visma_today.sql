{{ config(severity='warn') }}
-- The original amount less all that was taken off is the balance that Visma shows today. Rows are
-- documents whose history does not add up (a payment in another currency, a write-off that no
-- payment tells): month-end ageing takes a snapshot for them where one was kept.
{%- for side in ['ap', 'ar'] %}
select
    documents.company_id, documents.document_type, documents.reference_number, documents.currency,
    coalesce(history.balance_currency, 0) as rebuilt_currency, documents.balance_currency,
    coalesce(history.balance_base, 0) as rebuilt_base, documents.balance_base
from {{ ref('int_visma__' ~ side ~ '_document_signed') }} as documents
left join {{ ref('int_visma__' ~ side ~ '_balance_history') }} as history
    on history.company_id = documents.company_id
    and history.document_type = documents.document_type
    and history.reference_number = documents.reference_number
    and history.to_period is null
where documents.balance_sign <> 0
    and documents.status_class in ('posted', 'prebooked')
    and (
        coalesce(history.balance_currency, 0) <> documents.balance_currency
        or abs(coalesce(history.balance_base, 0) - documents.balance_base) > 0.05
    )
{{ 'union all' if not loop.last }}
{%- endfor %}
