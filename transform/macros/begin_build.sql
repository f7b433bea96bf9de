{#
  Marks the build schema as this run's: of two builds at once, the older one ends (`end_table`). And
  lets Postgres count the raw tables that have changed: right after a load it knows nothing of them,
  and would join a million rows one by one. Where the role may not, Postgres warns and goes on.
#}
{% macro begin_build() -%}
  {%- set raw_tables = source('visma', 'sync_runs') -%}
  {%- if execute and flags.WHICH in ['build', 'run', 'seed', 'snapshot'] -%}
do $begin$
declare
  raw_table text;
begin
  for raw_table in
    select format('%I.%I', schemaname, relname) from pg_stat_all_tables
    where schemaname = '{{ raw_tables.schema }}'
      and (coalesce(last_analyze, last_autoanalyze) is null
           or n_mod_since_analyze > 0.1 * n_live_tup)
  loop
    execute 'analyze ' || raw_table;
  end loop;
  -- Last: what an older build has begun to commit, it commits before this mark is set.
  perform pg_advisory_xact_lock({{ build_lock() }});
  comment on schema {{ target.schema }} is 'Models in the making, by {{ invocation_id }}';
end $begin$
  {%- endif -%}
{%- endmacro %}


{#
  The last statement of each table's transaction. Models on top of it need to know its size as well;
  and what a newer build has begun to write, an older one must not overwrite: it ends here, and the
  table is not committed. The lock is shared by the tables of a build, and kept until they are.
#}
{% macro end_table() -%}
  {%- if config.get('materialized') != 'view' -%}
do $end$
begin
  {%- if config.get('materialized') == 'table' %}
  analyze {{ this }};
  {%- endif %}
  perform pg_advisory_xact_lock_shared({{ build_lock() }});
  {{ refuse_if_overtaken() }}
end $end$
  {%- endif -%}
{%- endmacro %}


{# Ends a build if another one began after it. #}
{% macro refuse_if_overtaken() -%}
  if obj_description('{{ target.schema }}'::regnamespace, 'pg_namespace') not like '%{{ invocation_id }}' then
    raise exception 'Another build began in schema {{ target.schema }}, so this one ends and is not published: two at once would mix their tables.'
      using hint = 'Wait for the newer build, which goes on. Let one run at a time.';
  end if;
{%- endmacro %}


{# One lock per database and build schema. #}
{% macro build_lock() -%} hashtext('dbt build of {{ target.schema }}') {%- endmacro %}
