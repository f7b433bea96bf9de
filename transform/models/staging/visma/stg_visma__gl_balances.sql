-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('general_ledger_balances') }}

)

select
    raw."company_id" as company_id,
    coalesce(raw."ledgerId", raw."ledger" ->> 'id') as ledger_id,
    coalesce(raw."branchNumber", raw."branch" ->> 'number') as branch_number,
    coalesce(raw."accountNumber", raw."account" ->> 'number') as account_number,
    raw."subaccountKey" as subaccount_key,
    raw."currencyKey" as currency_key,
    raw."balanceTypeKey" as balance_type_key,
    raw."balanceType" as balance_type,
    raw."financialPeriod" as financial_period,
    coalesce(raw."subaccountId", raw."subaccount" ->> 'subaccountId') as subaccount_id,
    raw."subAccountCd" as sub_account_cd,
    raw."currencyId" as currency_id,
    raw."periodToDateDebit" as period_to_date_debit,
    raw."periodToDateCredit" as period_to_date_credit,
    raw."beginningBalance" as beginning_balance,
    raw."yearToDateBalance" as year_to_date_balance,
    raw."periodToDateDebitInCurrency" as period_to_date_debit_in_currency,
    raw."periodToDateCreditInCurrency" as period_to_date_credit_in_currency,
    raw."beginningBalanceInCurrency" as beginning_balance_in_currency,
    raw."yearToDateBalanceInCurrency" as year_to_date_balance_in_currency,
    raw."yearClosed" as year_closed,
    raw."lastModifiedDateTime" as last_modified_date_time,
    raw."branch" ->> 'name' as branch_name,
    raw."ledger" ->> 'description' as ledger_description,
    raw."account" ->> 'type' as account_type,
    raw."account" ->> 'externalCode1' as account_external_code1,
    raw."account" ->> 'externalCode2' as account_external_code2,
    raw."account" -> 'externalCode1Info' ->> 'number' as account_external_code1_info_number,
    raw."account" -> 'externalCode1Info' ->> 'description' as account_external_code1_info_description,
    raw."account" -> 'externalCode2Info' ->> 'number' as account_external_code2_info_number,
    raw."account" -> 'externalCode2Info' ->> 'description' as account_external_code2_info_description,
    raw."account" ->> 'glConsolAccountCD' as account_gl_consol_account_cd,
    raw."account" ->> 'description' as account_description,
    raw."subaccount" ->> 'subaccountNumber' as subaccount_number,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('general_ledger_balances') }}
