{#
  The raw table of a stream with exactly the columns that the sources declare, typed. A stream or
  column that is not selected is absent from the warehouse: it becomes an empty table, or nulls.
#}
{% macro raw(stream) -%}
  {%- set relation = source('visma', stream) -%}
  {%- if execute -%}
    {%- set declared = (graph.sources.values()
        | selectattr('source_name', 'equalto', 'visma')
        | selectattr('name', 'equalto', stream) | first).columns -%}
    {%- set loaded = adapter.get_relation(relation.database, relation.schema, relation.identifier) -%}
    {%- set there = adapter.get_columns_in_relation(loaded) | map(attribute='name') | list
        if loaded else [] -%}
    select
    {%- for column in declared.values() %}
        {{ '"' ~ column.name ~ '"' if column.name in there else 'null' -}}
        ::{{ column.data_type }} as "{{ column.name }}"{{ ',' if not loop.last }}
    {%- endfor %}
    {{ 'from ' ~ relation if loaded else 'where false' }}
  {%- endif -%}
{%- endmacro %}


{# The elements of a list inside a row, with their place in it from 1; none where it is no list. #}
{% macro elements(array) -%}
  jsonb_array_elements(case when jsonb_typeof({{ array }}) = 'array' then {{ array }} end)
    with ordinality as element (item, ordinality)
{%- endmacro %}
