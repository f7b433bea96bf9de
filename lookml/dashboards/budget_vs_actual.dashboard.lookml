# For controlling and managers. One budget ledger at a time: actuals stand beside each.
---
- dashboard: budget_vs_actual
  title: "Budget against actual"
  description: "The period, the year to date and the whole year, by account and cost centre."
  layout: newspaper
  preferred_viewer: dashboards-next
  crossfilter_enabled: true

  filters:
  - name: Company
    title: "Company"
    type: field_filter
    model: finance
    explore: budget_vs_actual
    field: dim_company.company_id
    default_value: ""
    allow_multiple_values: true
    required: false
  - name: Main budget
    title: "Main budget"
    type: field_filter
    model: finance
    explore: budget_vs_actual
    field: rpt_budget_vs_actual.is_main_budget
    default_value: "Yes"
    allow_multiple_values: false
    required: false
  - name: Budget ledger
    title: "Budget ledger"
    type: field_filter
    model: finance
    explore: budget_vs_actual
    field: rpt_budget_vs_actual.budget_ledger_id
    default_value: ""
    allow_multiple_values: false
    required: false
  - name: Relative period
    title: "Relative period"
    type: field_filter
    model: finance
    explore: budget_vs_actual
    field: dim_fiscal_period.relative_period
    default_value: "0"
    allow_multiple_values: true
    required: false
  - name: Period
    title: "Period"
    type: field_filter
    model: finance
    explore: budget_vs_actual
    field: dim_fiscal_period.financial_period
    default_value: ""
    allow_multiple_values: true
    required: false
  - name: Cost centre
    title: "Cost centre"
    type: field_filter
    model: finance
    explore: budget_vs_actual
    field: dim_cost_centre.cost_centre_label
    default_value: ""
    allow_multiple_values: true
    required: false

  elements:
  - name: favourable
    title: "Variance of the period, favourable positive"
    note_text: "Relative period: 0 is the current one, -1 the one before. Empty it to choose a Period. Of companies with a budget; empty where there is none."
    model: finance
    explore: budget_vs_actual
    type: single_value
    fields: [
      rpt_budget_vs_actual.total_variance_favourable, rpt_budget_vs_actual.currency_shown
    ]
    filters:
      rpt_budget_vs_actual.account_type: "Income,Expense"
      rpt_budget_vs_actual.year_has_budget: "Yes"
    limit: 500
    listen:
      Company: dim_company.company_id
      Main budget: rpt_budget_vs_actual.is_main_budget
      Budget ledger: rpt_budget_vs_actual.budget_ledger_id
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Cost centre: dim_cost_centre.cost_centre_label
    show_comparison: true
    comparison_type: value
    show_comparison_label: false
    row: 0
    col: 0
    width: 8
    height: 4

  - name: expenses_to_date
    title: "Expenses, year to date"
    note_text: "To see another budget, empty Main budget and choose its ledger. It is empty where none is loaded."
    model: finance
    explore: budget_vs_actual
    type: looker_single_record
    fields: [
      rpt_budget_vs_actual.total_actual_ytd, rpt_budget_vs_actual.total_budget_ytd,
      rpt_budget_vs_actual.currency_shown
    ]
    filters:
      rpt_budget_vs_actual.account_type: "Expense"
    limit: 500
    listen:
      Company: dim_company.company_id
      Main budget: rpt_budget_vs_actual.is_main_budget
      Budget ledger: rpt_budget_vs_actual.budget_ledger_id
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Cost centre: dim_cost_centre.cost_centre_label
    show_view_names: false
    row: 0
    col: 8
    width: 8
    height: 4

  - name: expenses_left
    title: "Left of the year's budget of expenses"
    note_text: "Of companies with a budget; empty where there is none."
    model: finance
    explore: budget_vs_actual
    type: single_value
    fields: [rpt_budget_vs_actual.total_remaining, rpt_budget_vs_actual.currency_shown]
    filters:
      rpt_budget_vs_actual.account_type: "Expense"
      rpt_budget_vs_actual.year_has_budget: "Yes"
    limit: 500
    listen:
      Company: dim_company.company_id
      Main budget: rpt_budget_vs_actual.is_main_budget
      Budget ledger: rpt_budget_vs_actual.budget_ledger_id
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Cost centre: dim_cost_centre.cost_centre_label
    show_comparison: true
    comparison_type: value
    show_comparison_label: false
    row: 0
    col: 16
    width: 8
    height: 4

  - name: by_line
    title: "By line of the statement"
    note_text: "The budget is empty where none is loaded; in a sum of companies, those without one count with zero."
    model: finance
    explore: budget_vs_actual
    type: looker_grid
    fields: [
      dim_account.statement_line, rpt_budget_vs_actual.total_budget,
      rpt_budget_vs_actual.total_actual, rpt_budget_vs_actual.total_variance,
      rpt_budget_vs_actual.total_variance_favourable, rpt_budget_vs_actual.total_budget_ytd,
      rpt_budget_vs_actual.total_actual_ytd, rpt_budget_vs_actual.total_variance_favourable_ytd,
      rpt_budget_vs_actual.total_full_year_budget, rpt_budget_vs_actual.currency_shown
    ]
    filters:
      rpt_budget_vs_actual.account_type: "Income,Expense"
    sorts: [dim_account.statement_line]
    limit: 500
    listen:
      Company: dim_company.company_id
      Main budget: rpt_budget_vs_actual.is_main_budget
      Budget ledger: rpt_budget_vs_actual.budget_ledger_id
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Cost centre: dim_cost_centre.cost_centre_label
    row: 4
    col: 0
    width: 24
    height: 9

  - name: by_period
    title: "Expenses by period"
    note_text: "In the company's currency; in the group's where companies differ. Periods are of each company's own fiscal year."
    model: finance
    explore: budget_vs_actual
    type: looker_column
    fields: [
      dim_fiscal_period.period_label, rpt_budget_vs_actual.total_budget,
      rpt_budget_vs_actual.total_actual
    ]
    filters:
      rpt_budget_vs_actual.account_type: "Expense"
    sorts: [dim_fiscal_period.period_label desc]
    limit: 24
    listen:
      Company: dim_company.company_id
      Main budget: rpt_budget_vs_actual.is_main_budget
      Budget ledger: rpt_budget_vs_actual.budget_ledger_id
      Cost centre: dim_cost_centre.cost_centre_label
    x_axis_reversed: true
    row: 13
    col: 0
    width: 12
    height: 8

  - name: by_cost_centre
    title: "Variance by cost centre, favourable positive"
    note_text: "In the company's currency; in the group's where companies differ. The 20 least favourable, of companies with a budget."
    model: finance
    explore: budget_vs_actual
    type: looker_bar
    fields: [dim_cost_centre.cost_centre_label, rpt_budget_vs_actual.total_variance_favourable]
    filters:
      rpt_budget_vs_actual.account_type: "Income,Expense"
      rpt_budget_vs_actual.year_has_budget: "Yes"
    sorts: [rpt_budget_vs_actual.total_variance_favourable]
    limit: 20
    listen:
      Company: dim_company.company_id
      Main budget: rpt_budget_vs_actual.is_main_budget
      Budget ledger: rpt_budget_vs_actual.budget_ledger_id
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Cost centre: dim_cost_centre.cost_centre_label
    row: 13
    col: 12
    width: 12
    height: 8

  - name: by_account
    title: "By account"
    note_text: "The budget is empty where none is loaded; in a sum of companies, those without one count with zero."
    model: finance
    explore: budget_vs_actual
    type: looker_grid
    fields: [
      dim_company.company_name, rpt_budget_vs_actual.financial_period,
      dim_account.account_label,
      rpt_budget_vs_actual.total_budget, rpt_budget_vs_actual.total_actual,
      rpt_budget_vs_actual.total_variance, rpt_budget_vs_actual.total_variance_favourable,
      rpt_budget_vs_actual.currency_shown
    ]
    filters:
      rpt_budget_vs_actual.account_type: "Income,Expense"
    sorts: [rpt_budget_vs_actual.total_variance_favourable, dim_account.account_label]
    limit: 200
    listen:
      Company: dim_company.company_id
      Main budget: rpt_budget_vs_actual.is_main_budget
      Budget ledger: rpt_budget_vs_actual.budget_ledger_id
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Cost centre: dim_cost_centre.cost_centre_label
    row: 21
    col: 0
    width: 24
    height: 9
