# Budget against actual, per period and year to date.
explore: budget_vs_actual {
  view_name: rpt_budget_vs_actual
  label: "Budget against actual"
  description: "Budget and actual by account and cost centre, as in statements. Actuals stand beside each budget ledger: choose one, or totals stay empty. Amounts to date are of one period."
  access_filter: {
    field: rpt_budget_vs_actual.company_id
    user_attribute: company_id
  }

  join: dim_company {
    type: left_outer
    relationship: many_to_one
    sql_on: ${rpt_budget_vs_actual.company_id} = ${dim_company.company_id} ;;
  }

  join: dim_branch {
    type: left_outer
    relationship: many_to_one
    sql_on: ${rpt_budget_vs_actual.company_id} = ${dim_branch.company_id} and ${rpt_budget_vs_actual.branch_number} = ${dim_branch.branch_number} ;;
  }

  join: dim_ledger {
    type: left_outer
    relationship: many_to_one
    sql_on: ${rpt_budget_vs_actual.company_id} = ${dim_ledger.company_id} and ${rpt_budget_vs_actual.budget_ledger_id} = ${dim_ledger.ledger_id} ;;
  }

  join: dim_fiscal_period {
    type: left_outer
    relationship: many_to_one
    sql_on: ${rpt_budget_vs_actual.company_id} = ${dim_fiscal_period.company_id} and ${rpt_budget_vs_actual.financial_period} = ${dim_fiscal_period.financial_period} ;;
  }

  join: dim_account {
    type: left_outer
    relationship: many_to_one
    sql_on: ${rpt_budget_vs_actual.company_id} = ${dim_account.company_id} and ${rpt_budget_vs_actual.account_number} = ${dim_account.account_number} ;;
  }

  join: dim_cost_centre {
    type: left_outer
    relationship: many_to_one
    sql_on: ${rpt_budget_vs_actual.company_id} = ${dim_cost_centre.company_id} and ${rpt_budget_vs_actual.cost_centre} = ${dim_cost_centre.cost_centre} ;;
  }
}
