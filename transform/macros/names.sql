{# Schemas are named in full: `history` beside `finance_build` is `finance_history`. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
  {{ target.schema if custom_schema_name is none else published_schema() ~ '_' ~ custom_schema_name }}
{%- endmacro %}


{# The schema that Looker reads: that of the build without its ending. #}
{% macro published_schema() -%}
  {%- if not target.schema.endswith('_build') -%}
    {{ exceptions.raise_compiler_error(
        "The schema to build in must end in _build, but is " ~ target.schema ~ ": nothing would "
        ~ "tell it from the one that Looker reads. Set it in profiles.yml.") }}
  {%- endif -%}
  {{ target.schema[:-6] }}
{%- endmacro %}


{# One column that identifies a row: the natural key, which begins with the company. #}
{% macro surrogate_key(columns) -%}
  md5(row({{ columns | join(', ') }})::text)
{%- endmacro %}


{# The day that ageing and "current" mean: one for a whole build, also across midnight. #}
{% macro as_of_date() -%}
  '{{ var("as_of_date") or run_started_at.astimezone(modules.pytz.timezone(var("time_zone"))).date() }}'::date
{%- endmacro %}
