# What differs from one installation to the next. Used by: every other file.
project_name: "visma_finance"

# The database connection in Looker (Admin, Connections).
constant: connection_name {
  value: "visma_warehouse"
  export: override_required
}

# The schema that the models are published to (DBT_POSTGRES_SCHEMA).
constant: finance_schema {
  value: "finance"
  export: override_optional
}

# What the model is called in the Explore menu.
constant: model_label {
  value: "Finance"
  export: override_optional
}

# Beginnings of the links from document to lines to postings; a link adds which one it is about.
constant: supplier_lines {
  value: "/explore/finance/supplier_spend?fields=fct_supplier_invoice_line.document_type,fct_supplier_invoice_line.reference_number,fct_supplier_invoice_line.line_number,fct_supplier_invoice_line.description,dim_account.account_label,dim_cost_centre.cost_centre_label,fct_supplier_invoice_line.total_net,fct_supplier_invoice_line.total_spend,fct_supplier_invoice_line.currency_shown&sorts=fct_supplier_invoice_line.line_number"
}
constant: customer_lines {
  value: "/explore/finance/customer_sales?fields=fct_customer_invoice_line.document_type,fct_customer_invoice_line.reference_number,fct_customer_invoice_line.line_number,fct_customer_invoice_line.description,dim_account.account_label,dim_cost_centre.cost_centre_label,fct_customer_invoice_line.total_net,fct_customer_invoice_line.total_sales,fct_customer_invoice_line.currency_shown&sorts=fct_customer_invoice_line.line_number"
}
constant: journal_lines {
  value: "/explore/finance/general_ledger?fields=fct_gl_line.transaction_date,fct_gl_line.module,fct_gl_line.batch_number,fct_gl_line.line_number,fct_gl_line.document_type,fct_gl_line.reference_number,fct_gl_line.description,dim_account.account_label,dim_cost_centre.cost_centre_label,fct_gl_line.total_debit,fct_gl_line.total_credit,fct_gl_line.currency_shown&sorts=fct_gl_line.batch_number,fct_gl_line.line_number"
}

# Words of the fields are keys of the strings files, one per language.
localization_settings: {
  default_locale: en
  localization_level: permissive
}
