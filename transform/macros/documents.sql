{# Whether the first currency amount of a document is converted by multiplying or by dividing is not
   told: the way that comes to the document's own base amount is right. #}
{% macro rate_to_base(amount_base, amount_currency, exchange_rate) -%}
  case
      when {{ amount_currency }} = {{ amount_base }} or coalesce({{ amount_currency }}, 0) = 0 then 1
      when coalesce({{ exchange_rate }}, 0) = 0 then {{ amount_base }} / {{ amount_currency }}
      when abs({{ amount_currency }} * {{ exchange_rate }} - {{ amount_base }})
          <= abs({{ amount_currency }} / {{ exchange_rate }} - {{ amount_base }}) then {{ exchange_rate }}
      else 1 / {{ exchange_rate }}
  end
{%- endmacro %}


{#
  Gives documents their sign and class. Continues a `with` that has
  - documents: document key, amounts and balances as Visma sends them (base and currency),
    exchange_rate, status, financial_period, and what else is wanted;
  - payments: company_id, payment_type, reference_number, is_released (null where not told).
#}
{% macro signed_documents(ledger) -%}
, classified as (

    select
        documents.*,
        signs.payment_type,
        coalesce(signs.on_spend, 0) as spend_sign,
        coalesce(signs.is_payment, false) as is_payment,
        coalesce(signs.is_void, false) as is_void,
        coalesce(signs.is_prepayment, false) as is_prepayment,
        -- A prepayment that is only asked for is no asset yet: no payment bears its number.
        case
            when signs.is_prepayment and payments.reference_number is null then 0
            else coalesce(signs.on_balance, 0)
        end as balance_sign,
        coalesce(
            case
                when not signs.is_payment then statuses.document_class
                when payments.is_released then 'posted'
                when not payments.is_released then 'pipeline'
                else statuses.payment_class
            end,
            'unknown'
        ) as status_class,
        -- What takes back another document counts against it, whichever sign Visma shows.
        case when signs.is_void and documents.document_amount_currency > 0 then -1 else 1 end
            as void_factor
    from documents
    left join {{ ref('visma_document_signs') }} as signs
        on signs.ledger = '{{ ledger }}'
        and signs.document_type = documents.document_type
    left join {{ ref('visma_document_statuses') }} as statuses
        on statuses.status = documents.status
    left join payments
        on payments.company_id = documents.company_id
        and payments.payment_type = signs.payment_type
        and payments.reference_number = documents.reference_number

),

-- What takes back a payment bears the payment's number.
voids as (

    select company_id, reference_number, min(financial_period) as void_period
    from classified
    where is_void and status_class = 'posted'
    group by company_id, reference_number

)

select
    classified.*,
    voids.void_period,
    {{ rate_to_base('document_amount_base', 'document_amount_currency', 'exchange_rate') }}
        as rate_to_base,
    balance_sign * void_factor * document_amount_base as amount_base,
    balance_sign * void_factor * document_amount_currency as amount_currency,
    balance_sign * document_balance_base as balance_base,
    balance_sign * document_balance_currency as balance_currency
from classified
left join voids
    on voids.company_id = classified.company_id
    and voids.reference_number = classified.reference_number
    and classified.is_payment
    and (classified.is_void or classified.status = 'Voided')
{%- endmacro %}


{#
  What payments and credit notes take off documents. Continues a `with` that has `lines`: company_id,
  payment_type, payment_number, line_ordinal, document_type, reference_number, amount_paid,
  deductions (discount, withheld tax, write-off), payment_amount, line_date, line_period,
  payment_date, payment_period.
#}
{% macro applications(documents) -%}
, periods as (

    select company_id, financial_period, end_date
    from {{ ref('int_visma__fiscal_periods') }}
    where not is_adjustment

),

joined as (

    select
        lines.*,
        payers.currency as payment_currency,
        payers.rate_to_base as payment_rate,
        documents.currency as document_currency,
        documents.rate_to_base as document_rate,
        greatest(lines.line_date, lines.payment_date, documents.document_date) as application_date,
        -- The period in which both sides are posted and the application is made. Where a line tells
        -- none: the payment's, if made with it, else the first that ends on that day or later.
        greatest(
            case
                when lines.line_period is not null then lines.line_period
                when coalesce(lines.line_date <= lines.payment_date, true) then lines.payment_period
                else (
                    select min(periods.financial_period)
                    from periods
                    where periods.company_id = lines.company_id
                      and periods.end_date >= lines.line_date
                )
            end,
            payers.financial_period,
            documents.financial_period
        ) as application_period,
        -- The lines of what takes back a payment are negative, whichever sign Visma shows.
        case when payers.is_void and lines.payment_amount > 0 then -1 else 1 end as factor
    from lines
    inner join {{ documents }} as payers
        on payers.company_id = lines.company_id
        and payers.payment_type = lines.payment_type
        and payers.reference_number = lines.payment_number
        and payers.status_class = 'posted'
    left join {{ documents }} as documents
        on documents.company_id = lines.company_id
        and documents.document_type = lines.document_type
        and documents.reference_number = lines.reference_number

)

select
    company_id,
    payment_type,
    payment_number,
    line_ordinal,
    document_type,
    reference_number,
    application_date,
    application_period,
    payment_currency,
    document_currency,
    coalesce(document_currency <> payment_currency, false) as is_cross_currency,
    factor * amount_paid as payment_amount_currency,
    round(factor * amount_paid * payment_rate, 2) as payment_amount_base,
    -- The amount is in the currency of the payment; in a document of another it is worth as much in
    -- the company's currency.
    case
        when document_currency <> payment_currency
            then round(factor * (amount_paid + deductions) * payment_rate / document_rate, 2)
        else factor * (amount_paid + deductions)
    end as document_amount_currency,
    -- What is cleared is the debt, at the document's own rate.
    case
        when document_currency <> payment_currency
            then round(factor * (amount_paid + deductions) * payment_rate, 2)
        else round(factor * (amount_paid + deductions) * coalesce(document_rate, payment_rate), 2)
    end as document_amount_base
from joined
{%- endmacro %}


{#
  What was open of each document, from one period until the next change: the original amount less
  what was taken off it, and less what it took off others.
#}
{% macro balance_history(documents, applications) -%}
{%- set key = 'company_id, document_type, reference_number' -%}
with documents as (

    select *
    from {{ documents }}
    where balance_sign <> 0 and status_class in ('posted', 'prebooked')

),

-- A prepayment that was asked for becomes an asset when it is paid; that payment does not use it up.
funded as (

    select documents.{{ key | replace(', ', ', documents.') }}, min(application_period) as funded_period
    from documents
    inner join {{ applications }} as applications using ({{ key }})
    where documents.is_prepayment and applications.payment_type = 'Payment'
    group by 1, 2, 3

),

events as (

    select
        documents.{{ key | replace(', ', ', documents.') }},
        greatest(documents.financial_period, funded.funded_period) as financial_period,
        documents.amount_currency,
        documents.amount_base
    from documents
    left join funded using ({{ key }})

    union all

    select
        documents.{{ key | replace(', ', ', documents.') }},
        applications.application_period,
        -documents.balance_sign * applications.document_amount_currency,
        -documents.balance_sign * applications.document_amount_base
    from documents
    inner join {{ applications }} as applications using ({{ key }})
    where not (documents.is_prepayment and applications.payment_type = 'Payment')

    union all

    select
        documents.{{ key | replace(', ', ', documents.') }},
        applications.application_period,
        -documents.balance_sign * applications.payment_amount_currency,
        -documents.balance_sign * applications.payment_amount_base
    from documents
    inner join {{ applications }} as applications
        on applications.company_id = documents.company_id
        and applications.payment_type = documents.payment_type
        and applications.payment_number = documents.reference_number

    union all

    select {{ key }}, void_period, 0, 0
    from documents
    where void_period is not null

),

changes as (

    select
        {{ key }},
        financial_period,
        sum(amount_currency) as amount_currency,
        sum(amount_base) as amount_base
    from events
    group by {{ key }}, financial_period

),

running as (

    select
        {{ key }},
        financial_period as from_period,
        lead(financial_period) over document as to_period,
        sum(amount_currency) over document as rest_currency,
        sum(amount_base) over document as rest_base
    from changes
    window document as (partition by {{ key }} order by financial_period)

)

select
    documents.{{ key | replace(', ', ', documents.') }},
    running.from_period,
    running.to_period,
    case
        when running.from_period >= documents.void_period then 0 else running.rest_currency
    end as balance_currency,
    -- The last application takes all that is left; the rest of a payment is at the payment's rate.
    case
        when running.from_period >= documents.void_period or running.rest_currency = 0 then 0
        when documents.is_payment and running.rest_currency <> documents.amount_currency
            then round(running.rest_currency * documents.rate_to_base, 2)
        else running.rest_base
    end as balance_base
from running
inner join documents using ({{ key }})
{%- endmacro %}


{# Days overdue on a day; the due day itself is 0. #}
{% macro days_overdue(day, due_date) -%}
  ({{ day }} - {{ due_date }})
{%- endmacro %}


{# Joins the bucket of the seed; buckets are half-open: from days_from, before days_to. #}
{% macro join_ageing_bucket(day, due_date) -%}
  left join {{ ref('ageing_buckets') }} as buckets
      on buckets.has_due_date = ({{ due_date }} is not null)
      and ({{ due_date }} is null or buckets.days_from is null
          or {{ days_overdue(day, due_date) }} >= buckets.days_from)
      and ({{ due_date }} is null or buckets.days_to is null
          or {{ days_overdue(day, due_date) }} < buckets.days_to)
{%- endmacro %}
