{#
  Deletes leave no trace in Visma's API. A row is deleted when it was read before the last complete
  reading of its list (per company, stream and part) began: that reading would have written it anew.
#}
{% macro is_deleted() -%}
  coalesce(raw._sdc_extracted_at < last_full_pass.started_at, false)
{%- endmacro %}


{# Joins that reading. `parts` are the raw columns that name the part, in the order of sync_runs. #}
{% macro join_last_full_pass(stream, parts=[]) -%}
  left join {{ ref('stg_visma__full_passes') }} as last_full_pass
    on last_full_pass.company_id = raw.company_id
    and last_full_pass.stream = '{{ stream }}'
    and last_full_pass.partition = {% for part in parts -%}
      {{ " || " if not loop.first }}'{{ ", " if not loop.first }}{{ part }}=' || raw."{{ part }}"
    {%- else %}''{% endfor %}
{%- endmacro %}
