{# Every value is found in another model, in the same company. #}
{% test relationship_in_company(model, column_name, to, field) %}
  select child.company_id, child.{{ column_name }}, count(*) as rows_found
  from {{ model }} as child
  where child.{{ column_name }} is not null
    and not exists (
        select from {{ to }} as parent
        where parent.company_id = child.company_id
          and parent.{{ field }} = child.{{ column_name }}
    )
  group by child.company_id, child.{{ column_name }}
{% endtest %}
