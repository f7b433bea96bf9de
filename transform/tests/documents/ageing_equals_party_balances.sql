{{ config(severity='warn') }}
-- The ageing per supplier and customer is what Visma's own balance of them says. Prepayments to
-- suppliers are not in that balance. Rows: read at different moments, or a document is missing.
select 'supplier' as party, company_id, branch_number, number, aged.balance as in_ageing, told.balance as in_visma
from (
    select company_id, coalesce(branch_number, '') as branch_number, supplier_number as number, sum(balance_base) as balance
    from {{ ref('fct_ap_open_item') }}
    where not is_prepayment
    group by 1, 2, 3
) as aged
full outer join (
    select company_id, coalesce(branch_number, '') as branch_number, supplier_number as number, sum(balance) as balance
    from {{ ref('stg_visma__supplier_balances') }}
    where not is_deleted
    group by 1, 2, 3
) as told using (company_id, branch_number, number)
where abs(coalesce(aged.balance, 0) - coalesce(told.balance, 0)) > {{ var('reconciliation_tolerance') }}
    and company_id in (select company_id from {{ ref('stg_visma__supplier_balances') }})

union all

select 'customer', company_id, null, number, aged.balance, told.balance
from (
    select company_id, customer_number as number, sum(balance_base) as balance
    from {{ ref('fct_ar_open_item') }}
    group by 1, 2
) as aged
full outer join (
    select company_id, customer_number as number, sum(balance) as balance
    from {{ ref('stg_visma__customer_balances') }}
    where not is_deleted
    group by 1, 2
) as told using (company_id, number)
where abs(coalesce(aged.balance, 0) - coalesce(told.balance, 0)) > {{ var('reconciliation_tolerance') }}
    and company_id in (select company_id from {{ ref('stg_visma__customer_balances') }})
