# Every posted journal line, of all ledgers. A total of more than one kind of ledger stays empty.
explore: general_ledger {
  view_name: fct_gl_line
  label: "General ledger"
  description: "Lines of posted batches. Amounts of actual, budget and statistical ledgers never add up: Type of ledger is a filter from the start."
  access_filter: {
    field: fct_gl_line.company_id
    user_attribute: company_id
  }
  always_filter: {
    filters: [fct_gl_line.ledger_type: "Actual"]
  }

  join: dim_company {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_gl_line.company_id} = ${dim_company.company_id} ;;
  }

  join: dim_branch {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_gl_line.company_id} = ${dim_branch.company_id} and ${fct_gl_line.branch_number} = ${dim_branch.branch_number} ;;
  }

  join: dim_ledger {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_gl_line.company_id} = ${dim_ledger.company_id} and ${fct_gl_line.ledger_id} = ${dim_ledger.ledger_id} ;;
  }

  join: dim_fiscal_period {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_gl_line.company_id} = ${dim_fiscal_period.company_id} and ${fct_gl_line.financial_period} = ${dim_fiscal_period.financial_period} ;;
  }

  join: dim_account {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_gl_line.company_id} = ${dim_account.company_id} and ${fct_gl_line.account_number} = ${dim_account.account_number} ;;
  }

  join: dim_cost_centre {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_gl_line.company_id} = ${dim_cost_centre.company_id} and ${fct_gl_line.cost_centre} = ${dim_cost_centre.cost_centre} ;;
  }

  join: dim_supplier {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_gl_line.company_id} = ${dim_supplier.company_id} and ${fct_gl_line.supplier_number} = ${dim_supplier.supplier_number} ;;
  }

  join: dim_customer {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_gl_line.company_id} = ${dim_customer.company_id} and ${fct_gl_line.customer_number} = ${dim_customer.customer_number} ;;
  }
}
