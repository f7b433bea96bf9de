select distinct on (ledgers.company_id, ledgers.number)
    ledgers.company_id,
    ledgers.number as ledger_id,
    ledgers.description as ledger_name,
    ledgers.balance_type,
    coalesce(ledgers.currency_id, companies.base_currency) as currency,
    coalesce(ledgers.consolidation_source, false) as is_consolidation_source,
    coalesce(ledgers.branch_accounting, false) as has_branch_accounting,
    ledgers.is_deleted
from {{ ref('stg_visma__ledgers') }} as ledgers
left join {{ ref('int_visma__companies') }} as companies using (company_id)
where ledgers.number is not null
order by
    ledgers.company_id, ledgers.number, ledgers.is_deleted, ledgers.last_modified_date_time desc nulls last
