# The first page for finance. Each tile drills down; details are on the other dashboards.
---
- dashboard: finance_overview
  title: "Finance overview"
  description: "Result, open items, spend and budget at a glance, and whether the figures can be trusted."
  layout: newspaper
  preferred_viewer: dashboards-next
  crossfilter_enabled: true

  filters:
  - name: Company
    title: "Company"
    type: field_filter
    model: finance
    explore: trial_balance
    field: dim_company.company_id
    default_value: ""
    allow_multiple_values: true
    required: false
  - name: Relative period
    title: "Relative period"
    type: field_filter
    model: finance
    explore: trial_balance
    field: dim_fiscal_period.relative_period
    default_value: "0"
    allow_multiple_values: true
    required: false
  - name: Period
    title: "Period"
    type: field_filter
    model: finance
    explore: trial_balance
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
  - name: result
    title: "Result, year to date"
    note_text: "Of each company's own fiscal year. Relative period: 0 is the current one, -1 the one before. Empty it to choose a Period."
    model: finance
    explore: trial_balance
    type: single_value
    fields: [rpt_trial_balance.total_result, rpt_trial_balance.currency_shown]
    filters:
      rpt_trial_balance.ledger_type: "Actual"
      rpt_trial_balance.statement: "profit_and_loss"
    limit: 500
    listen:
      Company: dim_company.company_id
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
    show_comparison: true
    comparison_type: value
    show_comparison_label: false
    row: 0
    col: 0
    width: 6
    height: 4

  - name: payables
    title: "Open payables"
    note_text: "As of today, whatever period is chosen."
    model: finance
    explore: ap_ageing
    type: looker_single_record
    fields: [
      fct_ap_open_item.total_balance, fct_ap_open_item.total_overdue,
      fct_ap_open_item.currency_shown
    ]
    limit: 500
    listen:
      Company: dim_company.company_id
    show_view_names: false
    row: 0
    col: 6
    width: 6
    height: 4

  - name: receivables
    title: "Open receivables"
    note_text: "As of today, whatever period is chosen."
    model: finance
    explore: ar_ageing
    type: looker_single_record
    fields: [
      fct_ar_open_item.total_balance, fct_ar_open_item.total_overdue,
      fct_ar_open_item.currency_shown
    ]
    limit: 500
    listen:
      Company: dim_company.company_id
    show_view_names: false
    row: 0
    col: 12
    width: 6
    height: 4

  - name: spend
    title: "Spend of the period"
    model: finance
    explore: supplier_spend
    type: single_value
    fields: [fct_supplier_invoice_line.total_spend, fct_supplier_invoice_line.currency_shown]
    limit: 500
    listen:
      Company: dim_company.company_id
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
    show_comparison: true
    comparison_type: value
    show_comparison_label: false
    row: 0
    col: 18
    width: 6
    height: 4

  - name: income_and_expenses
    title: "Income and expenses by period"
    note_text: "In the company's currency; in the group's where companies differ. Periods are of each company's own fiscal year."
    model: finance
    explore: budget_vs_actual
    type: looker_column
    fields: [
      dim_fiscal_period.period_label, rpt_budget_vs_actual.account_type,
      rpt_budget_vs_actual.total_actual
    ]
    pivots: [rpt_budget_vs_actual.account_type]
    filters:
      rpt_budget_vs_actual.account_type: "Income,Expense"
      # Actuals are the same beside every budget: once, whatever is chosen above.
      rpt_budget_vs_actual.is_main_budget: "Yes"
      dim_fiscal_period.has_begun: "Yes"
    sorts: [dim_fiscal_period.period_label desc]
    limit: 24
    listen:
      Company: dim_company.company_id
    x_axis_reversed: true
    row: 4
    col: 0
    width: 12
    height: 8

  - name: budget_to_date
    title: "Budget against actual, year to date"
    note_text: "To see another budget, empty Main budget and choose its ledger. The budget is empty where none is loaded; in a sum of companies, those without one count with zero."
    model: finance
    explore: budget_vs_actual
    type: looker_grid
    fields: [
      rpt_budget_vs_actual.account_type, rpt_budget_vs_actual.total_budget_ytd,
      rpt_budget_vs_actual.total_actual_ytd, rpt_budget_vs_actual.total_variance_favourable_ytd,
      rpt_budget_vs_actual.total_full_year_budget, rpt_budget_vs_actual.currency_shown
    ]
    filters:
      rpt_budget_vs_actual.account_type: "Income,Expense"
    sorts: [rpt_budget_vs_actual.account_type]
    limit: 500
    listen:
      Company: dim_company.company_id
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Main budget: rpt_budget_vs_actual.is_main_budget
      Budget ledger: rpt_budget_vs_actual.budget_ledger_id
    row: 4
    col: 12
    width: 12
    height: 8

  - name: cash_out
    title: "Payments due by week"
    note_text: "In the company's currency; in the group's where companies differ. As of today: weeks before are overdue."
    model: finance
    explore: ap_ageing
    type: looker_column
    fields: [fct_ap_open_item.due_week, fct_ap_open_item.total_balance]
    sorts: [fct_ap_open_item.due_week]
    limit: 500
    listen:
      Company: dim_company.company_id
    row: 12
    col: 0
    width: 12
    height: 8

  - name: largest_suppliers
    title: "Largest suppliers"
    note_text: "In the company's currency; in the group's where companies differ."
    model: finance
    explore: supplier_spend
    type: looker_bar
    fields: [dim_supplier.supplier_name, fct_supplier_invoice_line.total_spend]
    sorts: [fct_supplier_invoice_line.total_spend desc]
    limit: 10
    listen:
      Company: dim_company.company_id
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
    row: 12
    col: 12
    width: 12
    height: 8

  - name: checks
    title: "Checks with a difference"
    model: finance
    explore: reconciliation
    type: single_value
    fields: [rpt_reconciliation.checks_failed, rpt_reconciliation.checks_not_made]
    limit: 500
    show_comparison: true
    comparison_type: value
    show_comparison_label: true
    comparison_label: "Checks not made"
    listen:
      Company: dim_company.company_id
    row: 20
    col: 0
    width: 8
    height: 4

  - name: late
    title: "Late streams"
    model: finance
    explore: sync_status
    type: single_value
    fields: [rpt_sync_status.streams_late]
    limit: 500
    listen:
      Company: dim_company.company_id
    row: 20
    col: 8
    width: 8
    height: 4

  - name: loaded
    title: "Newest change (UTC)"
    model: finance
    explore: sync_status
    type: single_value
    fields: [rpt_sync_status.last_news_at]
    filters:
      rpt_sync_status.last_news_at: "NOT NULL"
    sorts: [rpt_sync_status.last_news_at desc]
    limit: 1
    listen:
      Company: dim_company.company_id
    row: 20
    col: 16
    width: 8
    height: 4
