# What customers were invoiced, and where open receivables lead to. A row is a line.
explore: customer_sales {
  view_name: fct_customer_invoice_line
  label: "Customer sales"
  description: "Lines of sales documents without VAT, by customer, account and cost centre."
  access_filter: {
    field: fct_customer_invoice_line.company_id
    user_attribute: company_id
  }

  join: dim_company {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_customer_invoice_line.company_id} = ${dim_company.company_id} ;;
  }

  join: dim_branch {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_customer_invoice_line.company_id} = ${dim_branch.company_id} and ${fct_customer_invoice_line.branch_number} = ${dim_branch.branch_number} ;;
  }

  join: dim_fiscal_period {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_customer_invoice_line.company_id} = ${dim_fiscal_period.company_id} and ${fct_customer_invoice_line.financial_period} = ${dim_fiscal_period.financial_period} ;;
  }

  join: dim_account {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_customer_invoice_line.company_id} = ${dim_account.company_id} and ${fct_customer_invoice_line.account_number} = ${dim_account.account_number} ;;
  }

  join: dim_cost_centre {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_customer_invoice_line.company_id} = ${dim_cost_centre.company_id} and ${fct_customer_invoice_line.cost_centre} = ${dim_cost_centre.cost_centre} ;;
  }

  join: dim_customer {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_customer_invoice_line.company_id} = ${dim_customer.company_id} and ${fct_customer_invoice_line.customer_number} = ${dim_customer.customer_number} ;;
  }

  join: fct_customer_invoice {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_customer_invoice_line.company_id} = ${fct_customer_invoice.company_id} and ${fct_customer_invoice_line.document_type} = ${fct_customer_invoice.document_type} and ${fct_customer_invoice_line.reference_number} = ${fct_customer_invoice.reference_number} ;;
  }
}
