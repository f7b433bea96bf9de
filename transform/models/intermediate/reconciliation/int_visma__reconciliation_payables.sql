-- The supplier ledger against the ERP's supplier balances, the control accounts and its invoices.
{{ reconciliation_subledger(
    'ap', 'supplier', ref('int_visma__ap_document_signed'), ref('stg_visma__supplier_balances'),
    ref('fct_ap_open_item'), ref('fct_supplier_invoice')
) }}
