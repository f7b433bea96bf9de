-- Written by transform/scripts/make_staging.py; `make docs` writes it anew.
with raw as (

    {{ raw('vat_codes') }}

)

select
    raw."company_id" as company_id,
    raw."vatCategoryId" as vat_category_id,
    raw."vatId" as vat_id,
    raw."description" as description,
    raw."type" as type,
    raw."deductibleVat" as deductible_vat,
    raw."reverseVat" as reverse_vat,
    raw."statisticalVat" as statistical_vat,
    raw."pendingVat" as pending_vat,
    raw."includeinVatExemptTotal" as includein_vat_exempt_total,
    raw."includeinVatTotal" as includein_vat_total,
    raw."enterFromVatInvoice" as enter_from_vat_invoice,
    raw."calculateOn" as calculate_on,
    raw."cashDiscount" as cash_discount,
    raw."notValidAfter"::date as not_valid_after,
    raw."euReportCode" as eu_report_code,
    raw."documentText" as document_text,
    raw."vismaXmlVatType" as visma_xml_vat_type,
    raw."lastModifiedDateTime" as last_modified_date_time,
    (raw."vatAgencyId" ->> 'internalId')::bigint as vat_agency_internal_id,
    raw."vatAgencyId" ->> 'number' as vat_agency_number,
    raw."vatAgencyId" ->> 'name' as vat_agency_name,
    raw."defaultNonStockItem" ->> 'number' as default_non_stock_item_number,
    raw."defaultNonStockItem" ->> 'description' as default_non_stock_item_description,
    raw."glAccounts" -> 'vatPayableAccount' ->> 'type' as gl_accounts_vat_payable_account_type,
    raw."glAccounts" -> 'vatPayableAccount' ->> 'externalCode1' as gl_accounts_vat_payable_account_external_code1,
    raw."glAccounts" -> 'vatPayableAccount' ->> 'externalCode2' as gl_accounts_vat_payable_account_external_code2,
    (raw."glAccounts" -> 'vatPayableAccount' ->> 'active')::boolean as gl_accounts_vat_payable_account_active,
    raw."glAccounts" -> 'vatPayableAccount' ->> 'number' as gl_accounts_vat_payable_account_number,
    raw."glAccounts" -> 'vatPayableAccount' ->> 'description' as gl_accounts_vat_payable_account_description,
    (raw."glAccounts" -> 'vatPayableSubaccount' ->> 'active')::boolean as gl_accounts_vat_payable_subaccount_active,
    raw."glAccounts" -> 'vatPayableSubaccount' ->> 'id' as gl_accounts_vat_payable_subaccount_id,
    raw."glAccounts" -> 'vatPayableSubaccount' ->> 'description' as gl_accounts_vat_payable_subaccount_description,
    raw."glAccounts" -> 'vatClaimableAccount' ->> 'type' as gl_accounts_vat_claimable_account_type,
    raw."glAccounts" -> 'vatClaimableAccount' ->> 'externalCode1' as gl_accounts_vat_claimable_account_external_code1,
    raw."glAccounts" -> 'vatClaimableAccount' ->> 'externalCode2' as gl_accounts_vat_claimable_account_external_code2,
    (raw."glAccounts" -> 'vatClaimableAccount' ->> 'active')::boolean as gl_accounts_vat_claimable_account_active,
    raw."glAccounts" -> 'vatClaimableAccount' ->> 'number' as gl_accounts_vat_claimable_account_number,
    raw."glAccounts" -> 'vatClaimableAccount' ->> 'description' as gl_accounts_vat_claimable_account_description,
    (raw."glAccounts" -> 'vatClaimableSubccount' ->> 'active')::boolean as gl_accounts_vat_claimable_subccount_active,
    raw."glAccounts" -> 'vatClaimableSubccount' ->> 'id' as gl_accounts_vat_claimable_subccount_id,
    raw."glAccounts" -> 'vatClaimableSubccount' ->> 'description' as gl_accounts_vat_claimable_subccount_description,
    raw._sdc_extracted_at as _extracted_at,
    raw._sdc_batched_at as _loaded_at,
    {{ is_deleted() }} as is_deleted
from raw
{{ join_last_full_pass('vat_codes') }}
