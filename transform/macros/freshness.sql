{# When a stream was last read completely, in UTC: of the company where that is longest ago. #}
{% macro last_complete_reading() -%}
  select min(finished_at) at time zone 'UTC'
  from (
      select company_id, max(finished_at) filter (where outcome <> 'failed') as finished_at
      from {{ source('visma', 'sync_runs') }}
      where stream = '{{ this.identifier }}'
      group by company_id
  ) as per_company
{%- endmacro %}
