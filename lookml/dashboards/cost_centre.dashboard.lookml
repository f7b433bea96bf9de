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
    field: dim_cost_centre.cost_centre_label
    default_value: ""
    allow_multiple_values: true
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

  elements:
  - name: booked
    title: "Booked cost of the period"
    note_text: "Relative period: 0 is the current one, -1 the one before. Empty it to choose a Period."
    model: finance
    explore: budget_vs_actual
    type: looker_single_record
    fields: [
      rpt_budget_vs_actual.total_actual, rpt_budget_vs_actual.total_budget,
      rpt_budget_vs_actual.currency_shown
    ]
    filters:
      rpt_budget_vs_actual.account_type: "Expense"
    limit: 500
    listen:
      Company: dim_company.company_id
      Cost centre: dim_cost_centre.cost_centre_label
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Main budget: rpt_budget_vs_actual.is_main_budget
      Budget ledger: rpt_budget_vs_actual.budget_ledger_id
    show_view_names: false
    row: 0
    col: 0
    width: 8
    height: 4

  - name: to_date
    title: "Booked cost, year to date"
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
      Cost centre: dim_cost_centre.cost_centre_label
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Main budget: rpt_budget_vs_actual.is_main_budget
      Budget ledger: rpt_budget_vs_actual.budget_ledger_id
    show_view_names: false
    row: 0
    col: 8
    width: 8
    height: 4

  - name: left
    title: "Left of the year's budget"
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
      Cost centre: dim_cost_centre.cost_centre_label
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Main budget: rpt_budget_vs_actual.is_main_budget
      Budget ledger: rpt_budget_vs_actual.budget_ledger_id
    show_comparison: true
    comparison_type: value
    show_comparison_label: false
    row: 0
    col: 16
    width: 8
    height: 4

  - name: by_period
    title: "Cost and budget by period"
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
      Cost centre: dim_cost_centre.cost_centre_label
      Main budget: rpt_budget_vs_actual.is_main_budget
      Budget ledger: rpt_budget_vs_actual.budget_ledger_id
    x_axis_reversed: true
    row: 4
    col: 0
    width: 12
    height: 8

  - name: by_account
    title: "By account"
    note_text: "The budget is empty where none is loaded; in a sum of companies, those without one count with zero."
    model: finance
    explore: budget_vs_actual
    type: looker_grid
    fields: [
      dim_account.account_label, rpt_budget_vs_actual.total_budget,
      rpt_budget_vs_actual.total_actual,
      rpt_budget_vs_actual.total_variance_favourable, rpt_budget_vs_actual.currency_shown
    ]
    filters:
      rpt_budget_vs_actual.account_type: "Expense"
    sorts: [rpt_budget_vs_actual.total_variance_favourable, dim_account.account_label]
    total: true
    limit: 500
    listen:
      Company: dim_company.company_id
      Cost centre: dim_cost_centre.cost_centre_label
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Main budget: rpt_budget_vs_actual.is_main_budget
      Budget ledger: rpt_budget_vs_actual.budget_ledger_id
    row: 4
    col: 12
    width: 12
    height: 8

  - name: suppliers
    title: "Invoiced by supplier"
    note_text: "In the company's currency; in the group's where companies differ."
    model: finance
    explore: supplier_spend
    type: looker_bar
    fields: [dim_supplier.supplier_name, fct_supplier_invoice_line.total_spend]
    sorts: [fct_supplier_invoice_line.total_spend desc]
    limit: 15
    listen:
      Company: dim_company.company_id
      Cost centre: dim_cost_centre.cost_centre_label
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
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
    total: true
    limit: 500
    listen:
      Company: dim_company.company_id
      Cost centre: dim_cost_centre.cost_centre_label
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
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
      dim_company.company_name, fct_gl_line.transaction_date, fct_gl_line.module,
      fct_gl_line.batch_number, fct_gl_line.line_number, fct_gl_line.document_type,
      fct_gl_line.reference_number, fct_gl_line.description, dim_account.account_label,
      fct_gl_line.total_amount_statement, fct_gl_line.currency_shown
    ]
    filters:
      fct_gl_line.ledger_type: "Actual"
      dim_account.account_type: "Expense"
    sorts: [fct_gl_line.transaction_date desc]
    limit: 200
    listen:
      Company: dim_company.company_id
      Cost centre: dim_cost_centre.cost_centre_label
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
    row: 28
    col: 0
    width: 24
    height: 8
