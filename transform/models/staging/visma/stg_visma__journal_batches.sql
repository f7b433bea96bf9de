-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('journal_transactions') }}

)

select
    raw."company_id" as company_id,
    raw."module" as module,
    raw."batchNumber" as batch_number,
    raw."status" as status,
    raw."hold" as hold,
    raw."transactionDate"::date as transaction_date,
    raw."postPeriod" as post_period,
    raw."financialPeriod" as financial_period,
    raw."ledger" as ledger,
    raw."ledgerDescription" as ledger_description,
    raw."currencyId" as currency_id,
    raw."exchangeRate" as exchange_rate,
    raw."autoReversing" as auto_reversing,
    raw."reversingEntry" as reversing_entry,
    raw."description" as description,
    raw."originalBatchNumber" as original_batch_number,
    raw."debitTotal" as debit_total,
    raw."debitTotalInCurrency" as debit_total_in_currency,
    raw."creditTotal" as credit_total,
    raw."creditTotalInCurrency" as credit_total_in_currency,
    raw."controlTotal" as control_total,
    raw."controlTotalInCurrency" as control_total_in_currency,
    raw."createVatTransaction" as create_vat_transaction,
    raw."skipVatAmountValidation" as skip_vat_amount_validation,
    raw."lastModifiedDateTime" as last_modified_date_time,
    raw."transactionCode" as transaction_code,
    raw."transactionCodeDescription" as transaction_code_description,
    raw."branch" as branch,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('journal_transactions') }}
