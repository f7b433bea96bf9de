-- Proof, for this tenant, of what Visma's texts say in three ways: that amounts named InCurrency are
-- in the document's currency, and those without in the company's. The ratio of the two is nearer to
-- the rate of the day from the company's own table than to its inverse. Currencies worth about the
-- same as the company's prove nothing and are left out.
with ratios as (

    select company_id, document_type, reference_number, document_date, currency, base_currency,
        'lines' as amounts, detail_total_base / detail_total_currency as ratio
    from {{ ref('fct_supplier_invoice') }}
    where currency <> base_currency and detail_total_base * detail_total_currency > 0
    union all
    select company_id, document_type, reference_number, document_date, currency, base_currency,
        'lines', detail_total_base / detail_total_currency
    from {{ ref('fct_customer_invoice') }}
    where currency <> base_currency and detail_total_base * detail_total_currency > 0
    {%- for side in ['ap', 'ar'] %}
    union all
    select company_id, document_type, reference_number, document_date, currency, base_currency,
        'document', document_amount_base / document_amount_currency
    from {{ ref('int_visma__' ~ side ~ '_document_signed') }}
    inner join {{ ref('int_visma__companies') }} using (company_id)
    where currency <> base_currency and document_amount_base * document_amount_currency > 0
    {%- endfor %}

),

quotes as (

    select
        company_id,
        from_currency_id,
        to_currency_id,
        effective_date,
        case when lower(mult_div) like 'div%' then 1 / rate else rate end as rate
    from {{ ref('stg_visma__currency_rates') }}
    where not is_deleted and rate > 0

),

-- Many documents share a day.
days as (

    select distinct company_id, currency, base_currency, document_date from ratios

),

priced as (

    select
        days.*,
        (
            select case when from_currency_id = days.currency then rate else 1 / rate end
            from quotes
            where quotes.company_id = days.company_id
                and quotes.effective_date <= days.document_date
                and (
                    (from_currency_id = days.currency and to_currency_id = days.base_currency)
                    or (from_currency_id = days.base_currency and to_currency_id = days.currency)
                )
            order by effective_date desc, from_currency_id = days.currency desc
            limit 1
        ) as rate
    from days

)

select ratios.*, priced.rate
from ratios
inner join priced using (company_id, currency, base_currency, document_date)
where abs(ln(priced.rate)) > 0.2
    and abs(ln(ratios.ratio) - ln(priced.rate)) >= abs(ln(ratios.ratio) + ln(priced.rate))
