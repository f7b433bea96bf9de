# For whoever doubts a figure: differences with their likely cause, and how fresh each stream is.
---
- dashboard: data_trust
  title: "Data trust"
  description: "Whether the figures agree with Visma, and when they were read."
  layout: newspaper
  preferred_viewer: dashboards-next
  crossfilter_enabled: true

  filters:
  - name: Company
    title: "Company"
    type: field_filter
    model: finance
    explore: reconciliation
    field: dim_company.company_id
    default_value: ""
    allow_multiple_values: true
    required: false

  elements:
  - name: failed
    title: "Checks with a difference"
    model: finance
    explore: reconciliation
    type: single_value
    fields: [rpt_reconciliation.checks_failed, rpt_reconciliation.checks]
    limit: 500
    listen:
      Company: dim_company.company_id
    show_comparison: true
    comparison_type: value
    comparison_label: "Checks"
    row: 0
    col: 0
    width: 6
    height: 4

  - name: comparisons
    title: "Comparisons"
    model: finance
    explore: reconciliation
    type: single_value
    fields: [rpt_reconciliation.comparisons]
    limit: 500
    listen:
      Company: dim_company.company_id
    row: 0
    col: 6
    width: 6
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
    row: 0
    col: 12
    width: 6
    height: 4

  - name: failed_streams
    title: "Failed streams"
    model: finance
    explore: sync_status
    type: single_value
    fields: [rpt_sync_status.streams_failed]
    limit: 500
    listen:
      Company: dim_company.company_id
    row: 0
    col: 18
    width: 6
    height: 4

  - name: by_area
    title: "Checks by area"
    model: finance
    explore: reconciliation
    type: looker_grid
    fields: [
      rpt_reconciliation.area, dim_company.company_name, rpt_reconciliation.checks,
      rpt_reconciliation.checks_passed, rpt_reconciliation.checks_failed,
      rpt_reconciliation.checks_not_made, rpt_reconciliation.comparisons,
      rpt_reconciliation.differences
    ]
    sorts: [rpt_reconciliation.area, dim_company.company_name]
    limit: 500
    listen:
      Company: dim_company.company_id
    row: 4
    col: 0
    width: 24
    height: 8

  - name: differences
    title: "Differences"
    model: finance
    explore: reconciliation
    type: looker_grid
    fields: [
      dim_company.company_name, rpt_reconciliation.check_name, rpt_reconciliation.result,
      rpt_reconciliation.financial_period, rpt_reconciliation.account_number,
      rpt_reconciliation.supplier_number, rpt_reconciliation.customer_number,
      rpt_reconciliation.document_type, rpt_reconciliation.reference_number,
      rpt_reconciliation.batch_number, rpt_reconciliation.expected, rpt_reconciliation.actual,
      rpt_reconciliation.difference, rpt_reconciliation.unit, rpt_reconciliation.base_currency,
      rpt_reconciliation.explanation, rpt_reconciliation.erp_screen
    ]
    filters:
      rpt_reconciliation.row_type: "detail"
    sorts: [rpt_reconciliation.check_name]
    limit: 500
    listen:
      Company: dim_company.company_id
    row: 12
    col: 0
    width: 24
    height: 10

  - name: not_checked
    title: "Checks not made"
    model: finance
    explore: reconciliation
    type: looker_grid
    fields: [
      dim_company.company_name, rpt_reconciliation.check_name, rpt_reconciliation.explanation
    ]
    filters:
      rpt_reconciliation.row_type: "summary"
      rpt_reconciliation.status: "not_checked"
    sorts: [rpt_reconciliation.check_name]
    limit: 500
    listen:
      Company: dim_company.company_id
    row: 22
    col: 0
    width: 24
    height: 6

  - name: rates_spend
    title: "Invoice lines without a rate"
    note_text: "Totals in the group's currency stay empty where one is among them."
    model: finance
    explore: supplier_spend
    type: single_value
    fields: [fct_supplier_invoice_line.rows_without_rate]
    limit: 500
    listen:
      Company: dim_company.company_id
    row: 28
    col: 0
    width: 12
    height: 4

  - name: rates_ledger
    title: "Journal lines without a rate"
    note_text: "Totals in the group's currency stay empty where one is among them."
    model: finance
    explore: general_ledger
    type: single_value
    fields: [fct_gl_line.rows_without_rate]
    filters:
      fct_gl_line.ledger_type: "Actual"
    limit: 500
    listen:
      Company: dim_company.company_id
    row: 28
    col: 12
    width: 12
    height: 4

  - name: streams
    title: "Loads"
    model: finance
    explore: sync_status
    type: looker_grid
    fields: [
      dim_company.company_name, rpt_sync_status.stream, rpt_sync_status.last_outcome,
      rpt_sync_status.last_mode, rpt_sync_status.last_success_at,
      rpt_sync_status.last_full_success_at, rpt_sync_status.last_news_at,
      rpt_sync_status.hours_since_success, rpt_sync_status.is_stale, rpt_sync_status.rows_new,
      rpt_sync_status.last_reason
    ]
    sorts: [rpt_sync_status.hours_since_success desc]
    limit: 500
    listen:
      Company: dim_company.company_id
    row: 32
    col: 0
    width: 24
    height: 12
