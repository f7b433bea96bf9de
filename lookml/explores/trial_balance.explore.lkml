# Opening, debit, credit and closing of each account and period.
explore: trial_balance {
  view_name: rpt_trial_balance
  label: "Trial balance"
  description: "Balances of the accounts per ledger and period. A balance is of one period: choose one, or put the period beside the amount."
  access_filter: {
    field: rpt_trial_balance.company_id
    user_attribute: company_id
  }
  always_filter: {
    filters: [rpt_trial_balance.ledger_type: "Actual"]
  }

  join: dim_company {
    type: left_outer
    relationship: many_to_one
    sql_on: ${rpt_trial_balance.company_id} = ${dim_company.company_id} ;;
  }

  join: dim_ledger {
    type: left_outer
    relationship: many_to_one
    sql_on: ${rpt_trial_balance.company_id} = ${dim_ledger.company_id} and ${rpt_trial_balance.ledger_id} = ${dim_ledger.ledger_id} ;;
  }

  join: dim_fiscal_period {
    type: left_outer
    relationship: many_to_one
    sql_on: ${rpt_trial_balance.company_id} = ${dim_fiscal_period.company_id} and ${rpt_trial_balance.financial_period} = ${dim_fiscal_period.financial_period} ;;
  }

  join: dim_account {
    type: left_outer
    relationship: many_to_one
    sql_on: ${rpt_trial_balance.company_id} = ${dim_account.company_id} and ${rpt_trial_balance.account_number} = ${dim_account.account_number} ;;
  }
}
