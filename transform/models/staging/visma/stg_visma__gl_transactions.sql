-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('general_ledger_transactions') }}

)

select
    raw."company_id" as company_id,
    coalesce(raw."ledgerId", raw."ledger" ->> 'id') as ledger_id,
    raw."lineNumber" as line_number,
    raw."module" as module,
    raw."batchNumber" as batch_number,
    raw."tranDate"::date as tran_date,
    raw."period" as period,
    raw."description" as description,
    raw."refNumber" as ref_number,
    raw."subaccount" as subaccount,
    raw."begBalance" as beg_balance,
    raw."debitAmount" as debit_amount,
    raw."creditAmount" as credit_amount,
    raw."endingBalance" as ending_balance,
    raw."currency" as currency,
    raw."currBegBalance" as curr_beg_balance,
    raw."currDebitAmount" as curr_debit_amount,
    raw."currCreditAmount" as curr_credit_amount,
    raw."currEndingBalance" as curr_ending_balance,
    raw."lastModifiedDateTime" as last_modified_date_time,
    raw."branch" ->> 'number' as branch_number,
    raw."branch" ->> 'name' as branch_name,
    raw."account" ->> 'type' as account_type,
    raw."account" ->> 'externalCode1' as account_external_code1,
    raw."account" ->> 'externalCode2' as account_external_code2,
    raw."account" -> 'externalCode1Info' ->> 'number' as account_external_code1_info_number,
    raw."account" -> 'externalCode1Info' ->> 'description' as account_external_code1_info_description,
    raw."account" -> 'externalCode2Info' ->> 'number' as account_external_code2_info_number,
    raw."account" -> 'externalCode2Info' ->> 'description' as account_external_code2_info_description,
    raw."account" ->> 'glConsolAccountCD' as account_gl_consol_account_cd,
    raw."account" ->> 'number' as account_number,
    raw."account" ->> 'description' as account_description,
    raw."ledger" ->> 'description' as ledger_description,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('general_ledger_transactions', ['ledgerId']) }}
