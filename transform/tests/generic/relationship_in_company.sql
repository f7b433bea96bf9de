{# Every value is found in another model, in the same company, as far as that list was read. #}
{% test relationship_in_company(model, column_name, to, field) %}
  select child.company_id, child.{{ column_name }}, count(*) as rows_found
  from {{ model }} as child
  where child.{{ column_name }} is not null
    and child.company_id in (select company_id from {{ to }})
    and not exists (
        select from {{ to }} as parent
        where parent.company_id = child.company_id
          and parent.{{ field }} = child.{{ column_name }}
    )
  group by child.company_id, child.{{ column_name }}
{% endtest %}
