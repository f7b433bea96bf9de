-- The customer ledger against the ERP's customer balances, the control accounts and its invoices.
{{ reconciliation_subledger(
    'ar', 'customer', ref('int_visma__ar_document_signed'), ref('stg_visma__customer_balances'),
    ref('fct_ar_open_item'), ref('fct_customer_invoice')
) }}
