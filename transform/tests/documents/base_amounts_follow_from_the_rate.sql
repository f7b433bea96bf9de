{{ config(severity='warn') }}
-- The header's base amount is its currency amount at the document's rate, give or take a cent per
-- line. Rows are documents where the rate was changed by hand after the amounts, or base amounts
-- were overwritten.
{%- for fact in ['fct_supplier_invoice', 'fct_customer_invoice'] %}
select company_id, document_type, reference_number, currency, detail_total_currency,
    detail_total_base, exchange_rate
from {{ ref(fact) }}
where currency <> base_currency
    and exchange_rate <> 0
    and least(
        abs(detail_total_currency * exchange_rate - detail_total_base),
        abs(detail_total_currency / exchange_rate - detail_total_base)
    ) > 0.01 * greatest(n_lines, 1)
{{ 'union all' if not loop.last }}
{%- endfor %}
