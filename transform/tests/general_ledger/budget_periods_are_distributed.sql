-- The periods of a budget line add up to what it says was distributed.
{{ config(severity='warn') }}
select company_id, branch_number, ledger_id, fiscal_year, account_number, subaccount_id, difference
from {{ ref('rpt_reconciliation') }}
where check_id = 'budget_distributed' and status = 'difference' and row_type = 'detail'
