select
    {{ surrogate_key(['company_id', 'ledger_id']) }} as dim_ledger_key,
    company_id,
    ledger_id,
    ledger_name,
    balance_type as ledger_type,
    currency as base_currency,
    balance_type = 'Actual' as is_actual,
    balance_type = 'Budget' as is_budget,
    balance_type = 'Statistical' as is_statistical,
    is_consolidation_source,
    has_branch_accounting,
    not is_deleted as is_active
from {{ ref('int_visma__ledgers') }}
