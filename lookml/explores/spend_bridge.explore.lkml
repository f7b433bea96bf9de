# Why the cost that is booked is not what was invoiced: the only place where both stand together.
explore: spend_bridge {
  view_name: rpt_spend_bridge
  label: "Spend bridge"
  description: "From what suppliers invoiced to what the ledger booked, by account and cost centre: invoiced and all steps come to booked. In the company's currency."
  access_filter: {
    field: rpt_spend_bridge.company_id
    user_attribute: company_id
  }

  join: dim_company {
    type: left_outer
    relationship: many_to_one
    sql_on: ${rpt_spend_bridge.company_id} = ${dim_company.company_id} ;;
  }

  join: dim_fiscal_period {
    type: left_outer
    relationship: many_to_one
    sql_on: ${rpt_spend_bridge.company_id} = ${dim_fiscal_period.company_id} and ${rpt_spend_bridge.financial_period} = ${dim_fiscal_period.financial_period} ;;
  }

  join: dim_account {
    type: left_outer
    relationship: many_to_one
    sql_on: ${rpt_spend_bridge.company_id} = ${dim_account.company_id} and ${rpt_spend_bridge.account_number} = ${dim_account.account_number} ;;
  }

  join: dim_cost_centre {
    type: left_outer
    relationship: many_to_one
    sql_on: ${rpt_spend_bridge.company_id} = ${dim_cost_centre.company_id} and ${rpt_spend_bridge.cost_centre} = ${dim_cost_centre.cost_centre} ;;
  }
}
