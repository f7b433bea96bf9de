# Budget against actual. Used by: budget_vs_actual.
view: +rpt_budget_vs_actual {
  label: "Budget against actual"
  dimension: budget_ledger_id { hidden: no label: "Budget ledger" description: "None stands for companies without a budget ledger." }
  dimension: financial_period { hidden: no label: "Period" }
  dimension: account_number {
    hidden: no
    label: "Account number"
    # Of the whole company, where budgets are compared by account alone (budget_level).
    link: {
      label: "Journal lines of the account"
      url: "@{journal_lines}&f[fct_gl_line.company_id]={{ rpt_budget_vs_actual.company_id._filterable_value | url_encode }}&f[fct_gl_line.ledger_type]=Actual&f[fct_gl_line.financial_period]={{ rpt_budget_vs_actual.financial_period._filterable_value | url_encode }}&f[dim_account.account_number]={{ filterable_value | url_encode }}{% if rpt_budget_vs_actual.cost_centre._value != 'all' %}&f[dim_cost_centre.cost_centre]={{ rpt_budget_vs_actual.cost_centre._filterable_value | url_encode }}{% endif %}"
    }
  }
  dimension: account_type { hidden: no label: "Type of account" }
  dimension: cost_centre { hidden: no label: "Cost centre code" }
  dimension: is_main_budget {
    hidden: no
    label: "Main budget"
    description: "Of each company and year the budget ledger with most lines. To see another, lift this and choose a budget ledger."
  }
  dimension: year_has_budget { hidden: no label: "Year has a budget" }
  dimension: has_budget { hidden: no label: "Has a budget" }
  dimension: has_actual { hidden: no label: "Has an actual" }

  measure: count { hidden: no label: "Number of rows" drill_fields: [accounts*] }
  measure: total_budget { hidden: no label: "Budget" drill_fields: [accounts*] }
  measure: total_actual { hidden: no label: "Actual" drill_fields: [accounts*] }
  measure: total_variance { hidden: no label: "Variance" drill_fields: [accounts*] }
  measure: total_variance_favourable { hidden: no label: "Variance, favourable positive" drill_fields: [accounts*] }
  measure: variance_percent {
    label: "Variance per budget"
    description: "Actual minus budget, per unit of budget."
    type: number
    can_filter: no
    value_format_name: percent_1
    sql: ${total_variance} / nullif(abs(${total_budget}), 0) ;;
    drill_fields: [accounts*]
  }
  measure: total_budget_ytd { hidden: no label: "Budget, year to date" drill_fields: [accounts_to_date*] }
  measure: total_actual_ytd { hidden: no label: "Actual, year to date" drill_fields: [accounts_to_date*] }
  measure: total_variance_ytd { hidden: no label: "Variance, year to date" drill_fields: [accounts_to_date*] }
  measure: total_variance_favourable_ytd { hidden: no label: "Variance to date, favourable positive" drill_fields: [accounts_to_date*] }
  measure: total_full_year_budget { hidden: no label: "Budget of the year" drill_fields: [accounts_of_year*] }
  measure: total_remaining { hidden: no label: "Left of the year's budget" drill_fields: [accounts_of_year*] }
  measure: total_budget_group { hidden: no label: "Budget, group currency" drill_fields: [accounts*] }
  measure: total_actual_group { hidden: no label: "Actual, group currency" drill_fields: [accounts*] }
  measure: total_variance_favourable_group { hidden: no label: "Variance, favourable positive, group currency" drill_fields: [accounts*] }
  measure: currency_shown { hidden: no label: "Currency" }
  measure: rows_without_rate { hidden: no label: "Rows without a rate" }

  measure: variance_gap {
    hidden: yes
    description: "What the variance differs from actual minus budget by: nothing."
    type: number
    sql: abs(${sum_actual_base} - ${sum_budget_base} - ${sum_variance_base}) ;;
  }

  # From a total to accounts, from an account to its journal lines.
  set: accounts {
    fields: [dim_company.company_name, financial_period, account_number, dim_account.account_name, dim_cost_centre.cost_centre_label, total_budget, total_actual, total_variance, total_variance_favourable, currency_shown]
  }
  set: accounts_to_date {
    fields: [dim_company.company_name, financial_period, account_number, dim_account.account_name, dim_cost_centre.cost_centre_label, total_budget_ytd, total_actual_ytd, total_variance_ytd, total_variance_favourable_ytd, currency_shown]
  }
  set: accounts_of_year {
    fields: [dim_company.company_name, financial_period, account_number, dim_account.account_name, dim_cost_centre.cost_centre_label, total_full_year_budget, total_actual_ytd, total_remaining, currency_shown]
  }
}
