# What customers owe: today by age, and at the end of each month.
explore: ar_ageing {
  view_name: fct_ar_open_item
  label: "Receivables"
  description: "Open documents of customers with their age: invoices, credit notes and unapplied payments. Credit notes and payments are negative."
  access_filter: {
    field: fct_ar_open_item.company_id
    user_attribute: company_id
  }

  join: dim_company {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_ar_open_item.company_id} = ${dim_company.company_id} ;;
  }

  join: dim_branch {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_ar_open_item.company_id} = ${dim_branch.company_id} and ${fct_ar_open_item.branch_number} = ${dim_branch.branch_number} ;;
  }

  join: dim_customer {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_ar_open_item.company_id} = ${dim_customer.company_id} and ${fct_ar_open_item.customer_number} = ${dim_customer.customer_number} ;;
  }
}

explore: ar_ageing_month_end {
  view_name: fct_ar_open_item_month_end
  label: "Receivables at month's end"
  description: "What customers owed at the end of each month. Months do not add up: choose one, or put the month beside the amount."
  access_filter: {
    field: fct_ar_open_item_month_end.company_id
    user_attribute: company_id
  }

  join: dim_company {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_ar_open_item_month_end.company_id} = ${dim_company.company_id} ;;
  }

  join: dim_branch {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_ar_open_item_month_end.company_id} = ${dim_branch.company_id} and ${fct_ar_open_item_month_end.branch_number} = ${dim_branch.branch_number} ;;
  }

  join: dim_fiscal_period {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_ar_open_item_month_end.company_id} = ${dim_fiscal_period.company_id} and ${fct_ar_open_item_month_end.financial_period} = ${dim_fiscal_period.financial_period} ;;
  }

  join: dim_customer {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_ar_open_item_month_end.company_id} = ${dim_customer.company_id} and ${fct_ar_open_item_month_end.customer_number} = ${dim_customer.customer_number} ;;
  }
}
