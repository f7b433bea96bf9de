# What is owed to suppliers: today by age and due week, and at the end of each month.
explore: ap_ageing {
  view_name: fct_ap_open_item
  label: "Payables"
  description: "Open documents of suppliers with their age: invoices, credit notes, unapplied payments and prepayments. Credit notes and payments are negative."
  access_filter: {
    field: fct_ap_open_item.company_id
    user_attribute: company_id
  }

  join: dim_company {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_ap_open_item.company_id} = ${dim_company.company_id} ;;
  }

  join: dim_branch {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_ap_open_item.company_id} = ${dim_branch.company_id} and ${fct_ap_open_item.branch_number} = ${dim_branch.branch_number} ;;
  }

  join: dim_supplier {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_ap_open_item.company_id} = ${dim_supplier.company_id} and ${fct_ap_open_item.supplier_number} = ${dim_supplier.supplier_number} ;;
  }
}

explore: ap_ageing_month_end {
  view_name: fct_ap_open_item_month_end
  label: "Payables at month's end"
  description: "What was open to suppliers at the end of each month. Months do not add up: choose one, or put the month beside the amount."
  access_filter: {
    field: fct_ap_open_item_month_end.company_id
    user_attribute: company_id
  }

  join: dim_company {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_ap_open_item_month_end.company_id} = ${dim_company.company_id} ;;
  }

  join: dim_branch {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_ap_open_item_month_end.company_id} = ${dim_branch.company_id} and ${fct_ap_open_item_month_end.branch_number} = ${dim_branch.branch_number} ;;
  }

  join: dim_fiscal_period {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_ap_open_item_month_end.company_id} = ${dim_fiscal_period.company_id} and ${fct_ap_open_item_month_end.financial_period} = ${dim_fiscal_period.financial_period} ;;
  }

  join: dim_supplier {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_ap_open_item_month_end.company_id} = ${dim_supplier.company_id} and ${fct_ap_open_item_month_end.supplier_number} = ${dim_supplier.supplier_number} ;;
  }
}
