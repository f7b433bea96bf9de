{#
  Divides totals among the rows of a group so that the parts add up to the cent: each row gets its
  share rounded down, and the cents that are left go to the largest remainders (ties: in order).
  Where all weights are 0 the shares are equal.

  shares: dictionaries of name (of the new column), total and weight (expressions of `relation`).
#}
{% macro largest_remainder(relation, shares, partition_by, order_by) -%}
  select
      *
      {%- for share in shares %},
      {{ share.name }}_floor + case
          when row_number() over (
              partition by {{ partition_by }}
              order by {{ share.name }}_raw - {{ share.name }}_floor desc, {{ order_by }}
          ) <= round(
              ({{ share.name }}_total - sum({{ share.name }}_floor) over (partition by {{ partition_by }}))
              * 100
          ) then 0.01 else 0
      end as {{ share.name }}
      {%- endfor %}
  from (
      select
          *
          {%- for share in shares %},
          floor({{ share.name }}_raw * 100) * 0.01 as {{ share.name }}_floor
          {%- endfor %}
      from (
          select
              *
              {%- for share in shares %},
              round({{ share.total }}, 2) as {{ share.name }}_total,
              round({{ share.total }}, 2) * coalesce(
                  ({{ share.weight }})
                  / nullif(sum({{ share.weight }}) over (partition by {{ partition_by }}), 0),
                  1.0 / count(*) over (partition by {{ partition_by }})
              ) as {{ share.name }}_raw
              {%- endfor %}
          from {{ relation }}
      ) as shared
  ) as floored
{%- endmacro %}


{#
  What a line is without VAT and after all discounts, so that the lines of a document add up to its
  header. Continues a `with` that has
  - headers: document key, detail_total_, discount_total_, vat_total_ (base and currency) and
    tax_calculation_mode;
  - lines: document key, line_number, sent_ and line_discount_ (base and currency), vat_code, and
    what else is wanted;
  - taxes: document key, vat_code, vat_currency, expense_currency, one row per code.

  Ends with `net_lines`: the lines with line_ (after the line's discount), header_discount_, vat_,
  net_ (base and currency), nondeductible_vat_base, is_vat_inclusive, is_estimated_allocation and
  lines_difference_ (header less lines, where that is more than rounding).
#}
{% macro net_lines() -%}
{%- set key = 'company_id, document_type, reference_number' -%}
{%- set basis = var('line_amount_basis') -%}
, vat_codes as (

    select distinct on (company_id, vat_id)
        company_id,
        vat_id as vat_code,
        coalesce(reverse_vat, false) as reverse_vat,
        calculate_on
    from {{ ref('stg_visma__vat_codes') }}
    where not is_deleted
    order by company_id, vat_id

),

sums as (

    select
        {{ key }},
        count(*) as n_lines,
        sum(sent_currency) as sent_currency,
        sum(sent_currency - line_discount_currency) as discounted_currency
    from lines
    group by {{ key }}

),

-- Visma does not say whether a line's amount is before or after its own discount: the sum that is
-- nearer to the header's is right, unless a variable decides.
discounted as (

    select
        lines.*,
        sums.n_lines,
        headers.tax_calculation_mode,
        coalesce(headers.discount_total_base, 0) as discount_total_base,
        coalesce(headers.discount_total_currency, 0) as discount_total_currency,
        coalesce(headers.vat_total_base, 0) as vat_total_base,
        coalesce(headers.vat_total_currency, 0) as vat_total_currency,
        headers.detail_total_base,
        headers.detail_total_currency,
        {% for suffix in ['base', 'currency'] -%}
        lines.sent_{{ suffix }}
        {%- if basis != 'after_discount' %} - case
            when
            {%- if basis == 'before_discount' %} true
            {%- else %} abs(sums.discounted_currency - headers.detail_total_currency)
                < abs(sums.sent_currency - headers.detail_total_currency)
            {%- endif %} then lines.line_discount_{{ suffix }}
            else 0
        end{% endif %} as line_{{ suffix }}{{ ',' if not loop.last }}
        {% endfor %}
    from lines
    left join headers using ({{ key }})
    left join sums using ({{ key }})

),

differences as (

    select
        *,
        coalesce(
            detail_total_base - sum(line_base) over (partition by {{ key }}), 0
        ) as header_less_lines_base,
        coalesce(
            detail_total_currency - sum(line_currency) over (partition by {{ key }}), 0
        ) as header_less_lines_currency
    from discounted

),

-- A difference of a cent per line is rounding and is shared out with the header's discount; more
-- is something that the lines do not tell (landed costs, retainage), and is shown.
weighed as (

    select
        differences.*,
        {% for suffix in ['base', 'currency'] -%}
        case
            when abs(header_less_lines_{{ suffix }}) <= 0.01 * n_lines
                then header_less_lines_{{ suffix }}
            else 0
        end as rounding_{{ suffix }},
        {% endfor -%}
        case tax_calculation_mode
            when 'Gross' then not coalesce(vat_codes.reverse_vat, false)
            when 'Net' then false
            else coalesce(
                vat_codes.calculate_on = 'ExtractFromItemAmount' and not vat_codes.reverse_vat, false
            )
        end as is_vat_inclusive,
        case
            when vat_codes.reverse_vat then 0
            else coalesce(
                taxes.vat_currency * coalesce(
                    line_currency / nullif(
                        sum(line_currency) over (partition by {{ key }}, vat_code), 0
                    ),
                    1.0 / count(*) over (partition by {{ key }}, vat_code)
                ),
                0
            )
        end as vat_weight,
        coalesce(
            taxes.expense_currency * coalesce(
                line_currency / nullif(sum(line_currency) over (partition by {{ key }}, vat_code), 0),
                1.0 / count(*) over (partition by {{ key }}, vat_code)
            ),
            0
        ) as expense_weight
    from differences
    left join taxes using ({{ key }}, vat_code)
    left join vat_codes using (company_id, vat_code)

),

totalled as (

    select
        *,
        -- Without any VAT lines the header's VAT is shared out over all lines.
        case
            when sum(abs(vat_weight)) over (partition by {{ key }}) = 0 then line_currency
            else vat_weight
        end as vat_share,
        sum(expense_weight) over (partition by {{ key }})
            * coalesce(detail_total_base / nullif(detail_total_currency, 0), 1) as expense_base
    from weighed

),

allocated as (

    {{ largest_remainder('totalled', [
        {'name': 'header_discount_base', 'total': 'discount_total_base', 'weight': 'line_base'},
        {'name': 'header_discount_currency', 'total': 'discount_total_currency', 'weight': 'line_currency'},
        {'name': 'line_rounding_base', 'total': 'rounding_base', 'weight': 'line_base'},
        {'name': 'line_rounding_currency', 'total': 'rounding_currency', 'weight': 'line_currency'},
        {'name': 'vat_base', 'total': 'vat_total_base', 'weight': 'vat_share'},
        {'name': 'vat_currency', 'total': 'vat_total_currency', 'weight': 'vat_share'},
        {'name': 'nondeductible_vat_base', 'total': 'expense_base', 'weight': 'expense_weight'},
    ], key, 'line_number') | indent(4) }}

),

net_lines as (

    select
        *,
        {% for suffix in ['base', 'currency'] -%}
        line_{{ suffix }} + line_rounding_{{ suffix }} - header_discount_{{ suffix }}
            - case when is_vat_inclusive then vat_{{ suffix }} else 0 end as net_{{ suffix }},
        header_less_lines_{{ suffix }} - rounding_{{ suffix }} as lines_difference_{{ suffix }},
        {% endfor -%}
        n_lines > 1 and (
            discount_total_currency <> 0 or rounding_base <> 0
            or (is_vat_inclusive and vat_total_currency <> 0)
        ) as is_estimated_allocation
    from allocated

)
{%- endmacro %}


{# Whether a rule of a seed is for an account: empty columns of a rule hold for all. #}
{% macro account_rule_applies(rules, company_id, account_type, account_number) -%}
  coalesce({{ rules }}.company_id, {{ company_id }}) = {{ company_id }}
  and ({{ rules }}.account_type is null or {{ rules }}.account_type = {{ account_type }})
  and (
      {{ rules }}.account_from is null
      or left({{ account_number }}, length({{ rules }}.account_from)) collate "C" >= {{ rules }}.account_from
  )
  and (
      {{ rules }}.account_to is null
      or left({{ account_number }}, length({{ rules }}.account_to)) collate "C" <= {{ rules }}.account_to
  )
{%- endmacro %}
