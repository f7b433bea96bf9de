-- Looker sorts a line of the statement by its order: with two, the line would be there twice.
select statement_line, min(statement_line_order) as one, max(statement_line_order) as another
from {{ ref('account_class_rollup') }}
group by statement_line
having count(distinct statement_line_order) > 1
