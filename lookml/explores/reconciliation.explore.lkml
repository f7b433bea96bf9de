# What the warehouse holds against what Visma says. Look here before a figure is doubted.
explore: reconciliation {
  view_name: rpt_reconciliation
  label: "Reconciliation"
  description: "Comparisons with what Visma itself states: one summary per check and company, and a row for each difference with its likely cause."
  access_filter: {
    field: rpt_reconciliation.company_id
    user_attribute: company_id
  }

  join: dim_company {
    type: left_outer
    relationship: many_to_one
    sql_on: ${rpt_reconciliation.company_id} = ${dim_company.company_id} ;;
  }
}
