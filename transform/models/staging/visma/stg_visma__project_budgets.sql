-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('project_budgets') }}

)

select
    raw."company_id" as company_id,
    raw."taskKey" as task_key,
    raw."accountGroupKey" as account_group_key,
    raw."inventoryKey" as inventory_key,
    raw."typeKey" as type_key,
    raw."projectID" as project_id,
    raw."projectTaskID" as project_task_id,
    raw."accountGroupID" as account_group_id,
    raw."inventoryNumber" as inventory_number,
    raw."description" as description,
    raw."uom" as uom,
    raw."rate" as rate,
    raw."originalBudgetQty" as original_budget_qty,
    raw."originalBudgetAmount" as original_budget_amount,
    raw."revisedBudgetQty" as revised_budget_qty,
    raw."revisedBudgetAmount" as revised_budget_amount,
    raw."actualQty" as actual_qty,
    raw."actualAmount" as actual_amount,
    raw."type" as type,
    raw."committedQty" as committed_qty,
    raw."committedAmount" as committed_amount,
    raw."committedOpenQty" as committed_open_qty,
    raw."committedOpenAmount" as committed_open_amount,
    raw."committedReceivedQty" as committed_received_qty,
    raw."committedInvoicedQty" as committed_invoiced_qty,
    raw."committedInvoicedAmount" as committed_invoiced_amount,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('project_budgets') }}
