{{ config(indexes=[
    {'columns': ['company_id', 'financial_period']},
    {'columns': ['company_id', 'account_number', 'cost_centre']},
]) }}
{%- set steps = [
    'invoiced', 'grni_timing', 'deferral', 'nondeductible_vat', 'excluded', 'manual_journals', 'fx',
    'other_modules', 'booked',
] %}
{%- set key = 'company_id, financial_period, account_number, cost_centre' %}
with lines as (

    select
        *,
        (account_number, cost_centre) <> (posted_account_number, posted_cost_centre) as is_moved
    from {{ ref('fct_supplier_invoice_line') }}
    where status_class in ('posted', 'prebooked')

),

booked as (

    select
        gl.company_id,
        gl.financial_period,
        coalesce(gl.account_number, 'none') as account_number,
        gl.cost_centre,
        gl.amount_dr_cr_base,
        case
            when gl.module = 'GL' then 'manual_journals'
            when gl.module in ('IN', 'PO') then 'grni_timing'
            when gl.module = 'DR' then 'deferral'
            when gl.module = 'CM' or coalesce(signs.is_payment, false) then 'fx'
            when gl.module = 'AP' then 'invoices'
            else 'other_modules'
        end as step
    from {{ ref('fct_gl_line') }} as gl
    left join {{ ref('visma_document_signs') }} as signs
        on signs.ledger = gl.module
        and signs.document_type = gl.document_type
    where gl.ledger_type = 'Actual'

),

-- What was invoiced stands where it was bought for, what is booked where it is posted.
moves as (

    select {{ key }}, 'invoiced' as step, spend_base as amount
    from lines
    where is_spend

    union all

    select {{ key }}, 'grni_timing', -spend_base
    from lines
    where is_spend and is_moved and deferral_code is null

    union all

    select company_id, financial_period, posted_account_number, posted_cost_centre, 'grni_timing', net_base
    from lines
    where (is_spend and is_moved and deferral_code is null) or status_class = 'prebooked'

    union all

    select {{ key }}, 'deferral', -spend_base
    from lines
    where is_spend and deferral_code is not null

    union all

    select
        company_id, financial_period, posted_account_number, posted_cost_centre,
        'nondeductible_vat', nondeductible_vat_base
    from lines
    where nondeductible_vat_base <> 0

    union all

    select company_id, financial_period, posted_account_number, posted_cost_centre, 'excluded', net_base
    from lines
    where not is_spend and status_class = 'posted'

    union all

    select {{ key }}, step, amount_dr_cr_base
    from booked
    where step <> 'invoices'

    union all

    select {{ key }}, 'booked', amount_dr_cr_base
    from booked

),

summed as (

    select
        {{ key }},
        {%- for step in steps %}
        coalesce(sum(amount) filter (where step = '{{ step }}'), 0) as {{ step }}_base
        {{- ',' if not loop.last }}
        {%- endfor %}
    from moves
    group by {{ key }}

),

-- Accounts of expenses, and those of assets that suppliers have invoiced for.
scope as (

    select company_id, account_number
    from {{ ref('int_visma__accounts') }}
    where account_type = 'Expense'

    union

    select company_id, account_number
    from lines
    where is_spend

)

select
    {{ surrogate_key(key.split(', ')) }} as rpt_spend_bridge_key,
    {{ key }},
    companies.base_currency,
    {%- for step in steps[:-1] %}
    {{ step }}_base,
    {%- endfor %}
    booked_base
    {%- for step in steps[:-1] %}
        - {{ step }}_base
    {%- endfor %} as unexplained_base,
    booked_base
from summed
inner join scope using (company_id, account_number)
left join {{ ref('int_visma__companies') }} as companies using (company_id)
