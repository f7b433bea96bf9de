{# Every value that is there has the form of a regular expression. #}
{% test matches(model, column_name, pattern) %}
  select {{ column_name }}, count(*) as rows_found
  from {{ model }}
  where {{ column_name }} !~ '{{ pattern }}'
  group by {{ column_name }}
{% endtest %}
