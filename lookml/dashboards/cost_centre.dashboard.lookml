# For whoever answers for a cost centre. Choose one above.
---
- dashboard: cost_centre
  title: "Cost centre"
  description: "One cost centre on a page: budget, booked cost, suppliers and postings."
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
  - name: Cost centre
    title: "Cost centre"
    type: field_filter
    model: finance
    explore: budget_vs_actual
    field: dim_cost_centre.cost_centre
    default_value: ""
    allow_multiple_values: true
    required: false
  - name: Current period
    title: "Current period"
    type: field_filter
    model: finance
    explore: budget_vs_actual
    field: dim_fiscal_period.is_current
    default_value: "Yes"
    allow_multiple_values: false
    required: false
  - name: Budget ledger
    title: "Budget ledger"
    type: field_filter
    model: finance
    explore: budget_vs_actual
    field: rpt_budget_vs_actual.budget_ledger_id
    default_value: "BUDGET"
    allow_multiple_values: false
    required: false

  elements:
  - name: booked
    title: "Booked cost of the period"
    model: finance
    explore: budget_vs_actual
    type: single_value
    fields: [
      rpt_budget_vs_actual.total_actual, rpt_budget_vs_actual.total_budget,
      rpt_budget_vs_actual.currency_shown
    ]
    filters:
      rpt_budget_vs_actual.account_type: "Expense"
    limit: 500
    listen:
      Company: dim_company.company_id
      Cost centre: dim_cost_centre.cost_centre
      Current period: dim_fiscal_period.is_current
      Budget ledger: rpt_budget_vs_actual.budget_ledger_id
    show_comparison: true
    comparison_type: value
    comparison_label: "Budget"
    hidden_fields: [rpt_budget_vs_actual.currency_shown]
    row: 0
    col: 0
    width: 8
    height: 4

  - name: to_date
    title: "Booked cost, year to date"
    model: finance
    explore: budget_vs_actual
    type: single_value
    fields: [
      rpt_budget_vs_actual.total_actual_ytd, rpt_budget_vs_actual.total_budget_ytd,
      rpt_budget_vs_actual.currency_shown
    ]
    filters:
      rpt_budget_vs_actual.account_type: "Expense"
    limit: 500
    listen:
      Company: dim_company.company_id
      Cost centre: dim_cost_centre.cost_centre
      Current period: dim_fiscal_period.is_current
      Budget ledger: rpt_budget_vs_actual.budget_ledger_id
    show_comparison: true
    comparison_type: value
    comparison_label: "Budget"
    hidden_fields: [rpt_budget_vs_actual.currency_shown]
    row: 0
    col: 8
    width: 8
    height: 4

  - name: left
    title: "Left of the year's budget"
    model: finance
    explore: budget_vs_actual
    type: single_value
    fields: [rpt_budget_vs_actual.total_remaining, rpt_budget_vs_actual.currency_shown]
    filters:
      rpt_budget_vs_actual.account_type: "Expense"
    limit: 500
    listen:
      Company: dim_company.company_id
      Cost centre: dim_cost_centre.cost_centre
      Current period: dim_fiscal_period.is_current
      Budget ledger: rpt_budget_vs_actual.budget_ledger_id
    hidden_fields: [rpt_budget_vs_actual.currency_shown]
    row: 0
    col: 16
    width: 8
    height: 4

  - name: by_period
    title: "Cost and budget by period"
    model: finance
    explore: budget_vs_actual
    type: looker_column
    fields: [
      dim_fiscal_period.period_label, rpt_budget_vs_actual.total_budget,
      rpt_budget_vs_actual.total_actual
    ]
    filters:
      rpt_budget_vs_actual.account_type: "Expense"
    sorts: [dim_fiscal_period.period_label]
    limit: 500
    listen:
      Company: dim_company.company_id
      Cost centre: dim_cost_centre.cost_centre
      Budget ledger: rpt_budget_vs_actual.budget_ledger_id
    row: 4
    col: 0
    width: 12
    height: 8

  - name: by_account
    title: "By account"
    model: finance
    explore: budget_vs_actual
    type: looker_grid
    fields: [
      rpt_budget_vs_actual.account_number, dim_account.account_name,
      rpt_budget_vs_actual.total_budget, rpt_budget_vs_actual.total_actual,
      rpt_budget_vs_actual.total_variance_favourable, rpt_budget_vs_actual.currency_shown
    ]
    filters:
      rpt_budget_vs_actual.account_type: "Expense"
    sorts: [rpt_budget_vs_actual.total_variance_favourable]
    limit: 500
    listen:
      Company: dim_company.company_id
      Cost centre: dim_cost_centre.cost_centre
      Current period: dim_fiscal_period.is_current
      Budget ledger: rpt_budget_vs_actual.budget_ledger_id
    row: 4
    col: 12
    width: 12
    height: 8

  - name: suppliers
    title: "Invoiced by supplier"
    model: finance
    explore: supplier_spend
    type: looker_bar
    fields: [dim_supplier.supplier_name, fct_supplier_invoice_line.total_spend]
    sorts: [fct_supplier_invoice_line.total_spend desc]
    limit: 15
    listen:
      Company: dim_company.company_id
      Cost centre: dim_cost_centre.cost_centre
      Current period: dim_fiscal_period.is_current
    row: 12
    col: 0
    width: 24
    height: 8

  - name: bridge
    title: "From invoiced to booked"
    note_text: "Choose one company, where currencies differ."
    model: finance
    explore: spend_bridge
    type: looker_grid
    fields: [
      dim_account.account_label, rpt_spend_bridge.total_invoiced,
      rpt_spend_bridge.total_grni_timing, rpt_spend_bridge.total_deferral,
      rpt_spend_bridge.total_nondeductible_vat, rpt_spend_bridge.total_excluded,
      rpt_spend_bridge.total_manual_journals, rpt_spend_bridge.total_fx,
      rpt_spend_bridge.total_other_modules, rpt_spend_bridge.total_unexplained,
      rpt_spend_bridge.total_booked, rpt_spend_bridge.currency_shown
    ]
    filters:
      dim_account.account_type: "Expense"
    sorts: [dim_account.account_label]
    limit: 500
    listen:
      Company: dim_company.company_id
      Cost centre: dim_cost_centre.cost_centre
      Current period: dim_fiscal_period.is_current
    row: 20
    col: 0
    width: 24
    height: 8

  - name: postings
    title: "Journal lines"
    model: finance
    explore: general_ledger
    type: looker_grid
    fields: [
      fct_gl_line.transaction_date, fct_gl_line.module, fct_gl_line.batch_number,
      fct_gl_line.line_number, fct_gl_line.reference_number, fct_gl_line.description,
      dim_account.account_label, fct_gl_line.total_amount_statement, fct_gl_line.currency_shown
    ]
    filters:
      fct_gl_line.ledger_type: "Actual"
      dim_account.account_type: "Expense"
    sorts: [fct_gl_line.transaction_date desc]
    limit: 200
    listen:
      Company: dim_company.company_id
      Cost centre: dim_cost_centre.cost_centre
      Current period: dim_fiscal_period.is_current
    row: 28
    col: 0
    width: 24
    height: 8
