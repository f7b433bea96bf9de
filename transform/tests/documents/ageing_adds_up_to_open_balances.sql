-- The buckets of a supplier or customer add up to what is open of the documents.
{%- set sides = [('ap', 'supplier'), ('ar', 'customer')] %}
{%- for side, party in sides %}
select
    '{{ party }}' as party,
    company_id,
    number,
    coalesce(aged.balance, 0) as in_buckets,
    coalesce(documents.balance, 0) as in_documents
from (
    select company_id, {{ party }}_number as number, sum(balance_base) as balance
    from {{ ref('fct_' ~ side ~ '_open_item') }}
    where ageing_bucket is not null
    group by 1, 2
) as aged
full outer join (
    select company_id, {{ party }}_number as number, sum(balance_base) as balance
    from {{ ref('int_visma__' ~ side ~ '_document_signed') }}
    where status_class in ('posted', 'prebooked')
    group by 1, 2
) as documents using (company_id, number)
where coalesce(aged.balance, 0) <> coalesce(documents.balance, 0)
{{ 'union all' if not loop.last }}
{%- endfor %}
