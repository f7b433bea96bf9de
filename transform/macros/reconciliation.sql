{# What a difference can be tied to, in the order of all models of the reconciliation. #}
{% macro reconciliation_scope() -%}
  {{ return([
      'branch_number', 'ledger_id', 'fiscal_year', 'financial_period', 'account_number',
      'subaccount_id', 'supplier_number', 'customer_number', 'document_type', 'reference_number',
      'module', 'batch_number', 'stream',
  ]) }}
{%- endmacro %}


{#
  The columns of one comparison. `scope` names the columns that tie it down; `explanation` says the
  likely cause of a difference in plain words; `is_explained` whether it is none of our making.
#}
{% macro reconciliation_item(
    check_id, expected, actual, scope, explanation, is_explained='false', is_checked='true'
) -%}
    '{{ check_id }}'::text as check_id,
    company_id,
    {%- for column in reconciliation_scope() %}
    {{ column if column in scope else 'null' }}::{{ 'integer' if column == 'fiscal_year' else 'text' }} as {{ column }},
    {%- endfor %}
    ({{ expected }})::numeric as expected,
    ({{ actual }})::numeric as actual,
    case when ({{ expected }}) <> ({{ actual }}) then {{ explanation }} end::text as explanation,
    ({{ is_explained }})::boolean as is_explained,
    ({{ is_checked }})::boolean as is_checked
{%- endmacro %}
