{{ config(severity='warn') }}
-- Nothing is open of more than a document amounts to; closed ones have nothing open, open ones
-- something. Rows are documents that were changed by hand, or read while a payment was released.
{%- for side, party in [('ap', 'supplier'), ('ar', 'customer')] %}
select company_id, document_type, reference_number, status, document_amount_currency, document_balance_currency
from {{ ref('int_visma__' ~ side ~ '_document_signed') }}
where status_class = 'posted'
    and (
        abs(document_balance_currency) > abs(document_amount_currency)
        or (status = 'Closed' and document_balance_currency <> 0)
        or (status = 'Open' and document_balance_currency = 0)
    )
{{ 'union all' if not loop.last }}
{%- endfor %}
