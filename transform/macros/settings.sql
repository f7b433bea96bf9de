{# A setting as SQL text, or null where it is not set. #}
{% macro setting(name) -%}
  {%- set value = var(name) -%}
  {{ dbt.string_literal(dbt.escape_single_quotes(value)) if value else 'null::text' }}
{%- endmacro %}


{# The values of a setting that is a list, for `in`. #}
{% macro setting_list(name) -%}
  {%- for value in var(name) -%}
    {{ dbt.string_literal(dbt.escape_single_quotes(value)) }}{{ ', ' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}


{# A value that is set per company, or the ordinary one; both as SQL. #}
{% macro by_company(company_id, values, ordinary) -%}
  {%- if values -%}
  case
  {%- for company, value in values.items() %}
    when {{ company_id }} = {{ dbt.string_literal(dbt.escape_single_quotes(company)) }} then {{ value }}
  {%- endfor %}
    else {{ ordinary }}
  end
  {%- else -%}
  {{ ordinary }}
  {%- endif -%}
{%- endmacro %}


{# The number of the segment that has a role (`cost_centre`, `project`) in the row's company. #}
{% macro dimension_segment(role, company_id) -%}
  {%- set numbers = {} -%}
  {%- for company, roles in (var('visma_dimension_roles_by_company') or {}).items() if role in roles -%}
    {%- do numbers.update({company: roles[role] or 'null'}) -%}
  {%- endfor -%}
  {{ by_company(company_id, numbers, (var('visma_dimension_roles').get(role) or 'null') ~ '::bigint') }}
{%- endmacro %}


{# The account that has a role (`retained_earnings`, `ytd_net_income`), as far as it is set. #}
{% macro system_account(role, company_id) -%}
  {%- set accounts = {} -%}
  {%- for company, roles in (var('visma_system_accounts') or {}).items() if role in roles -%}
    {%- do accounts.update({company: dbt.string_literal(dbt.escape_single_quotes(roles[role] | string))}) -%}
  {%- endfor -%}
  {{ by_company(company_id, accounts, 'null::text') }}
{%- endmacro %}


{# Stands for retained earnings where neither Visma's balances nor a setting tell their account. #}
{% macro unknown_retained_earnings() -%} '(result brought forward)' {%- endmacro %}


{# An amount in the group's currency, rounded as people read it: what is shown adds up to what it is
   summed to. Null without a rate. #}
{% macro in_group_currency(amount, rate, companies='companies') -%}
  round(({{ amount }}) * {{ rate }}, {{ companies }}.group_decimals)
{%- endmacro %}


{# When the build began, in UTC, as the tap stamps its runs. #}
{% macro built_at() -%} '{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}'::timestamp {%- endmacro %}
