-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('accounts') }}

)

select
    raw."company_id" as company_id,
    raw."accountID" as account_id,
    raw."accountCD" as account_cd,
    raw."accountGroupCD" as account_group_cd,
    raw."accountClass" as account_class,
    raw."type" as type,
    raw."active" as active,
    raw."description" as description,
    raw."accountClassDescription" as account_class_description,
    raw."useDefaultSub" as use_default_sub,
    raw."postOption" as post_option,
    raw."currency" as currency,
    raw."taxCategory" as tax_category,
    raw."cashAccount" as cash_account,
    raw."publicCode1" as public_code1,
    raw."lastModifiedDateTime" as last_modified_date_time,
    raw."controlAccountModule" as control_account_module,
    raw."allowManualEntry" as allow_manual_entry,
    raw."externalCode1Info" ->> 'number' as external_code1_info_number,
    raw."externalCode1Info" ->> 'description' as external_code1_info_description,
    raw."externalCode2Info" ->> 'number' as external_code2_info_number,
    raw."externalCode2Info" ->> 'description' as external_code2_info_description,
    raw."analisysCodeInfo" ->> 'number' as analisys_code_info_number,
    raw."analisysCodeInfo" ->> 'description' as analisys_code_info_description,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('accounts') }}
