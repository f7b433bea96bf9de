-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('budgets') }}

)

select
    raw."company_id" as company_id,
    raw."ledgerId" as ledger_id,
    raw."financialYear" as financial_year,
    raw."branch" as branch,
    coalesce(raw."accountNumber", raw."account" ->> 'number') as account_number,
    coalesce(raw."subaccountId", raw."subaccount" ->> 'id') as subaccount_id,
    element.ordinality as line_ordinal,
    element.item ->> 'periodId' as period_id,
    (element.item ->> 'amount')::numeric as amount,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('budgets', ['ledgerId', 'branch', 'financialYear']) }}
cross join lateral {{ elements('raw."periods"') }}
