-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('fixed_asset_transactions') }}

)

select
    raw."company_id" as company_id,
    raw."book" as book,
    raw."refNo" as ref_no,
    raw."lineNo" as line_no,
    raw."branchID" as branch_id,
    raw."origin" as origin,
    raw."assetID" as asset_id,
    raw."transactionDescription" as transaction_description,
    raw."bookID" as book_id,
    raw."transactionType" as transaction_type,
    raw."transactionAmount" as transaction_amount,
    raw."batchNo" as batch_no,
    raw."transactionPeriodID" as transaction_period_id,
    raw."transactionDate"::date as transaction_date,
    raw."lastModifiedDateTime" as last_modified_date_time,
    raw."accounts" ->> 'debitAccountID' as accounts_debit_account_id,
    raw."accounts" ->> 'debitSubAccountID' as accounts_debit_sub_account_id,
    raw."accounts" ->> 'creditAccountID' as accounts_credit_account_id,
    raw."accounts" ->> 'creditSubAccountID' as accounts_credit_sub_account_id,
    (raw."register" ->> 'documentDate')::date as register_document_date,
    raw."register" ->> 'status' as register_status,
    (raw."register" ->> 'hold')::boolean as register_hold,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('fixed_asset_transactions') }}
