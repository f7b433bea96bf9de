# What suppliers invoiced: negotiation, concentration, purchasing outside agreements. A row is a line.
explore: supplier_spend {
  view_name: fct_supplier_invoice_line
  label: "Supplier spend"
  description: "Lines of supplier documents without VAT, by supplier, account and cost centre. Never add them to costs of the ledger: the same invoice is in both."
  access_filter: {
    field: fct_supplier_invoice_line.company_id
    user_attribute: company_id
  }

  join: dim_company {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_supplier_invoice_line.company_id} = ${dim_company.company_id} ;;
  }

  join: dim_branch {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_supplier_invoice_line.company_id} = ${dim_branch.company_id} and ${fct_supplier_invoice_line.branch_number} = ${dim_branch.branch_number} ;;
  }

  join: dim_fiscal_period {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_supplier_invoice_line.company_id} = ${dim_fiscal_period.company_id} and ${fct_supplier_invoice_line.financial_period} = ${dim_fiscal_period.financial_period} ;;
  }

  join: dim_account {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_supplier_invoice_line.company_id} = ${dim_account.company_id} and ${fct_supplier_invoice_line.account_number} = ${dim_account.account_number} ;;
  }

  join: dim_cost_centre {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_supplier_invoice_line.company_id} = ${dim_cost_centre.company_id} and ${fct_supplier_invoice_line.cost_centre} = ${dim_cost_centre.cost_centre} ;;
  }

  join: dim_supplier {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_supplier_invoice_line.company_id} = ${dim_supplier.company_id} and ${fct_supplier_invoice_line.supplier_number} = ${dim_supplier.supplier_number} ;;
  }

  join: fct_supplier_invoice {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_supplier_invoice_line.company_id} = ${fct_supplier_invoice.company_id} and ${fct_supplier_invoice_line.document_type} = ${fct_supplier_invoice.document_type} and ${fct_supplier_invoice_line.reference_number} = ${fct_supplier_invoice.reference_number} ;;
  }
}
