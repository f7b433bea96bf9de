{#
  When a stream was last read completely, in UTC: of the company where that is longest ago. A stream
  that is not selected is never late; one that has failed ever since always is.
#}
{% macro last_complete_reading() -%}
  select coalesce(min(finished_at) at time zone 'UTC', now())
  from (
      select
          company_id,
          coalesce(max(finished_at) filter (where is_complete), 'epoch') as finished_at
      from (
          -- All parts of a stream, which a run tells at once.
          select company_id, max(finished_at) as finished_at, bool_and(outcome <> 'failed') as is_complete
          from {{ source('visma', 'sync_runs') }}
          where '{{ this.identifier }}' in (stream, 'sync_runs')
          group by company_id, stream, run_id
      ) as per_run
      group by company_id
  ) as per_company
{%- endmacro %}
