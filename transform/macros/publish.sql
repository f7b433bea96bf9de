{#
  Write, audit, publish. Models are built and tested in the build schema; when every test of the
  complete build has passed, one transaction brings the marts of the published schema to the same
  state. It deletes and inserts the rows that differ: readers see the state before or the state
  after, are never blocked, and grants, views and policies on the marts stay (docs/models.md).
#}
{% macro publish(results) -%}
  {%- if execute and flags.WHICH == 'build' -%}
    {%- set steps = graph.nodes.values()
        | selectattr('resource_type', 'in', ['model', 'seed', 'snapshot', 'test'])
        | rejectattr('config.materialized', 'equalto', 'ephemeral')
        | map(attribute='unique_id') | list -%}
    {%- set good = [] -%}
    {%- set bad = [] -%}
    {%- for result in results -%}
      {%- set good_or_bad = good if result.status in ['success', 'pass', 'warn', 'no-op'] else bad -%}
      {%- do good_or_bad.append(result.node.unique_id) -%}
    {%- endfor -%}
    {%- set marts = [] -%}
    {%- for node in graph.nodes.values()
        if node.resource_type == 'model' and node.config.meta.get('published') -%}
      {%- do marts.append(node.alias) -%}
    {%- endfor -%}
    {%- if bad -%}
      {%- do print("Not published, since not all of the build succeeded (failed or skipped: "
          ~ bad | length ~ "). Schema " ~ published_schema() ~ " keeps the marts of the build before. "
          ~ "Correct what failed and build again.") -%}
    {%- elif steps | reject('in', good) | list or flags.EMPTY or invocation_args_dict.get('sample') -%}
      {%- do print("Not published: only a complete build is. Schema " ~ published_schema()
          ~ " keeps the marts of the build before.") -%}
    {%- elif marts -%}
      {%- do print("Every test passed: " ~ marts | length ~ " marts are published in schema "
          ~ published_schema() ~ ".") -%}
      {{ publish_statement(marts | sort) }}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}
