-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('journal_transactions') }}

)

select
    raw."company_id" as company_id,
    raw."module" as module,
    raw."batchNumber" as batch_number,
    element.ordinality as line_ordinal,
    (element.item ->> 'lineNumber')::bigint as line_number,
    element.item ->> 'accountNumber' as account_number,
    element.item ->> 'description' as description,
    element.item -> 'subaccount' ->> 'subaccountNumber' as subaccount_number,
    element.item -> 'subaccount' ->> 'subaccountId' as subaccount_id,
    element.item -> 'subaccount' ->> 'description' as subaccount_description,
    (element.item -> 'subaccount' ->> 'active')::boolean as subaccount_active,
    element.item ->> 'referenceNumber' as reference_number,
    (element.item ->> 'debitAmount')::numeric as debit_amount,
    (element.item ->> 'debitAmountInCurrency')::numeric as debit_amount_in_currency,
    (element.item ->> 'creditAmount')::numeric as credit_amount,
    (element.item ->> 'creditAmountInCurrency')::numeric as credit_amount_in_currency,
    element.item ->> 'transactionDescription' as transaction_description,
    element.item -> 'vatCode' ->> 'id' as vat_code_id,
    element.item -> 'vatCode' ->> 'description' as vat_code_description,
    element.item -> 'vat' ->> 'id' as vat_id,
    element.item -> 'vat' ->> 'description' as vat_description,
    element.item ->> 'branch' as branch,
    element.item ->> 'customerSupplier' as customer_supplier,
    element.item ->> 'transactionType' as transaction_type,
    element.item ->> 'module' as line_module,
    element.item ->> 'uom' as uom,
    (element.item -> 'project' ->> 'internalId')::bigint as project_internal_id,
    element.item -> 'project' ->> 'id' as project_id,
    element.item -> 'project' ->> 'description' as project_description,
    (element.item -> 'projectTask' ->> 'internalId')::bigint as project_task_internal_id,
    element.item -> 'projectTask' ->> 'id' as project_task_id,
    element.item -> 'projectTask' ->> 'description' as project_task_description,
    (element.item ->> 'quantity')::numeric as quantity,
    element.item ->> 'inventoryNumber' as inventory_number,
    element.item ->> 'note' as note,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('journal_transactions') }}
cross join lateral {{ elements('raw."journalTransactionLines"') }}
