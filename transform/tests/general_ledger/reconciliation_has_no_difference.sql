-- What the warehouse holds and what the ERP says differ. A warning: the load may have met a posting
-- half-way. Each difference is a row of rpt_reconciliation, with its likely cause and the screen.
{{ config(severity='warn') }}
select company_id, check_id, items_different, difference
from {{ ref('rpt_reconciliation') }}
where row_type = 'summary' and status = 'difference'
