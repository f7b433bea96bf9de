{#
  Marks the build schema as this run's: of two builds at once, the older one must not publish. And
  lets Postgres count the raw tables that have changed: right after a load it knows nothing of them,
  and would join a million rows one by one. Where the role may not, Postgres warns and goes on.
#}
{% macro begin_build() -%}
  {%- set raw_tables = source('visma', 'sync_runs') -%}
  {%- if execute and flags.WHICH in ['build', 'run', 'seed'] -%}
do $begin$
declare
  raw_table text;
begin
  comment on schema {{ target.schema }} is 'Models in the making, by {{ invocation_id }}';
  for raw_table in
    select format('%I.%I', schemaname, relname) from pg_stat_all_tables
    where schemaname = '{{ raw_tables.schema }}'
      and (coalesce(last_analyze, last_autoanalyze) is null
           or n_mod_since_analyze > 0.1 * n_live_tup)
  loop
    execute 'analyze ' || raw_table;
  end loop;
end $begin$
  {%- endif -%}
{%- endmacro %}


{# The models on top of a table need to know its size as well. #}
{% macro analyze_table() -%}
  {%- if config.get('materialized') == 'table' -%} analyze {{ this }} {%- endif -%}
{%- endmacro %}
