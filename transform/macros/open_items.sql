{#
  Open documents with their age. `party` is supplier or customer; `extra` are further columns.
#}
{% macro open_items(relation, party, key, extra) -%}
select
    {{ surrogate_key(['documents.company_id', 'documents.document_type', 'documents.reference_number']) }}
        as {{ key }},
    documents.company_id,
    documents.document_type,
    documents.reference_number,
    documents.branch_number,
    documents.{{ party }}_number,
    documents.account_number as control_account_number,
    documents.document_date,
    documents.due_date,
    documents.financial_period,
    documents.status,
    documents.status_class,
    documents.is_payment as is_unapplied_payment,
    documents.is_prepayment,
    documents.is_on_hold,
    documents.{{ party }}_reference,
    documents.description,
    {%- for column in extra %}
    documents.{{ column }},
    {%- endfor %}
    documents.currency,
    companies.base_currency,
    companies.group_currency,
    documents.amount_base,
    documents.amount_currency,
    documents.balance_base,
    documents.balance_currency,
    {{ in_group_currency('documents.balance_base', 'rates.rate') }} as balance_group,
    companies.group_currency is not null and rates.rate is null as is_missing_rate,
    {{ days_overdue(as_of_date(), 'documents.due_date') }} as days_overdue,
    buckets.ageing_bucket,
    buckets.label as ageing_bucket_label,
    buckets.sort_order as ageing_bucket_order,
    {{ as_of_date() }} as as_of,
    documents.modified_at,
    documents.read_at
from {{ relation }} as documents
left join {{ ref('int_visma__companies') }} as companies using (company_id)
-- What is owed is worth in the group's currency what it is on the day of the ageing.
left join {{ ref('int_visma__fx_daily') }} as rates
    on rates.company_id = documents.company_id
    and rates.rate_date = {{ as_of_date() }}
{{ join_ageing_bucket(as_of_date(), 'documents.due_date') }}
{%- endmacro %}


{#
  What was open at the end of every period. A document whose history adds up to Visma's balance of
  today is rebuilt; for one that does not, Visma's own word of that day is taken, where a snapshot
  was kept by then.
#}
{% macro open_items_month_end(documents, history, snapshot, party, key) -%}
{%- set document = 'company_id, document_type, reference_number' -%}
with documents as (

    select * from {{ documents }}

),

periods as (

    select company_id, financial_period, end_date
    from {{ ref('int_visma__fiscal_periods') }}
    where not is_adjustment and end_date <= {{ as_of_date() }}

),

history as (

    select * from {{ history }}

),

-- Snapshots are stamped with the wall clock of the database.
snapshots as (

    select
        *,
        min(dbt_valid_from) over (partition by company_id) as first_kept_at
    from {{ snapshot }}

),

kept as (

    select company_id, min(first_kept_at) as first_kept_at
    from snapshots
    group by company_id

),

unproven as (

    select {{ document }}
    from documents
    left join (select * from history where to_period is null) as latest using ({{ document }})
    where balance_sign <> 0
        and coalesce(latest.balance_currency, 0) <> documents.balance_currency

),

rebuilt as (

    select
        periods.company_id,
        periods.financial_period,
        periods.end_date,
        history.document_type,
        history.reference_number,
        history.balance_base,
        history.balance_currency,
        'rebuilt' as method
    from periods
    inner join history
        on history.company_id = periods.company_id
        and history.from_period <= periods.financial_period
        and (history.to_period is null or history.to_period > periods.financial_period)
    left join kept on kept.company_id = periods.company_id
    where (history.balance_base <> 0 or history.balance_currency <> 0)
        and not (
            coalesce(kept.first_kept_at < periods.end_date + 1, false)
            and exists (
                select from unproven
                where unproven.company_id = history.company_id
                    and unproven.document_type = history.document_type
                    and unproven.reference_number = history.reference_number
            )
        )

),

told as (

    select
        periods.company_id,
        periods.financial_period,
        periods.end_date,
        snapshots.document_type,
        snapshots.reference_number,
        snapshots.balance_base,
        snapshots.balance_currency,
        'snapshot' as method
    from periods
    inner join snapshots
        on snapshots.company_id = periods.company_id
        and snapshots.dbt_valid_from < periods.end_date + 1
        and (snapshots.dbt_valid_to is null or snapshots.dbt_valid_to >= periods.end_date + 1)
    inner join unproven
        on unproven.company_id = snapshots.company_id
        and unproven.document_type = snapshots.document_type
        and unproven.reference_number = snapshots.reference_number

),

items as (

    select * from rebuilt
    union all
    select * from told

)

select
    {{ surrogate_key(['items.company_id', 'items.financial_period', 'items.document_type', 'items.reference_number']) }}
        as {{ key }},
    items.company_id,
    items.financial_period,
    items.end_date as as_of,
    items.document_type,
    items.reference_number,
    documents.branch_number,
    documents.{{ party }}_number,
    documents.account_number as control_account_number,
    documents.document_date,
    documents.due_date,
    documents.is_payment as is_unapplied_payment,
    documents.is_prepayment,
    documents.currency,
    companies.base_currency,
    companies.group_currency,
    items.balance_base,
    items.balance_currency,
    {{ in_group_currency('items.balance_base', 'rates.rate') }} as balance_group,
    companies.group_currency is not null and rates.rate is null as is_missing_rate,
    {{ days_overdue('items.end_date', 'documents.due_date') }} as days_overdue,
    buckets.ageing_bucket,
    buckets.label as ageing_bucket_label,
    buckets.sort_order as ageing_bucket_order,
    items.method
from items
inner join documents using ({{ document }})
left join {{ ref('int_visma__companies') }} as companies
    on companies.company_id = items.company_id
left join {{ ref('int_visma__fx_daily') }} as rates
    on rates.company_id = items.company_id
    and rates.rate_date = items.end_date
{{ join_ageing_bucket('items.end_date', 'documents.due_date') }}
{%- endmacro %}


{# What makes one party of several companies' suppliers or customers: its VAT number, else its
   organisation number with the country, else nothing but itself. #}
{% macro party_group_key(party, company_id, number) -%}
  coalesce(
      'vat:' || nullif(upper(regexp_replace({{ party }}.vat_registration_id, '[^[:alnum:]]', '', 'g')), ''),
      'org:' || coalesce({{ party }}.main_address_country_id, {{ party }}.location_country_id)
          || nullif(upper(regexp_replace({{ party }}.corporate_id, '[^[:alnum:]]', '', 'g')), ''),
      'own:' || {{ company_id }} || ':' || {{ number }}
  )
{%- endmacro %}
