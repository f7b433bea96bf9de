# For accounts payable and treasury: what is owed, and when money goes out.
---
- dashboard: ap_ageing
  title: "Payables: ageing and cash-out"
  description: "What is owed to suppliers, how old it is, and when it is to be paid."
  layout: newspaper
  preferred_viewer: dashboards-next
  crossfilter_enabled: true

  filters:
  - name: Company
    title: "Company"
    type: field_filter
    model: finance
    explore: ap_ageing
    field: dim_company.company_id
    default_value: ""
    allow_multiple_values: true
    required: false
  - name: Supplier
    title: "Supplier"
    type: field_filter
    model: finance
    explore: ap_ageing
    field: dim_supplier.supplier_name
    default_value: ""
    allow_multiple_values: true
    required: false

  elements:
  - name: open
    title: "Open balance"
    model: finance
    explore: ap_ageing
    type: single_value
    fields: [fct_ap_open_item.total_balance, fct_ap_open_item.currency_shown]
    limit: 500
    listen:
      Company: dim_company.company_id
      Supplier: dim_supplier.supplier_name
    show_comparison: true
    comparison_type: value
    show_comparison_label: false
    row: 0
    col: 0
    width: 6
    height: 4

  - name: overdue
    title: "Overdue"
    model: finance
    explore: ap_ageing
    type: single_value
    fields: [fct_ap_open_item.total_balance, fct_ap_open_item.currency_shown]
    filters:
      fct_ap_open_item.days_overdue: ">0"
    limit: 500
    listen:
      Company: dim_company.company_id
      Supplier: dim_supplier.supplier_name
    show_comparison: true
    comparison_type: value
    show_comparison_label: false
    row: 0
    col: 6
    width: 6
    height: 4

  - name: share_overdue
    title: "Share overdue"
    model: finance
    explore: ap_ageing
    type: single_value
    fields: [fct_ap_open_item.share_overdue]
    limit: 500
    listen:
      Company: dim_company.company_id
      Supplier: dim_supplier.supplier_name
    row: 0
    col: 12
    width: 6
    height: 4

  - name: documents
    title: "Number of documents"
    model: finance
    explore: ap_ageing
    type: single_value
    fields: [fct_ap_open_item.count]
    limit: 500
    listen:
      Company: dim_company.company_id
      Supplier: dim_supplier.supplier_name
    row: 0
    col: 18
    width: 6
    height: 4

  - name: by_age
    title: "Open balance by age"
    note_text: "In the company's currency; in the group's where companies differ."
    model: finance
    explore: ap_ageing
    type: looker_column
    fields: [fct_ap_open_item.ageing_bucket_label, fct_ap_open_item.total_balance]
    sorts: [fct_ap_open_item.ageing_bucket_label]
    limit: 500
    listen:
      Company: dim_company.company_id
      Supplier: dim_supplier.supplier_name
    row: 4
    col: 0
    width: 12
    height: 8

  - name: by_week
    title: "Payments due by week"
    note_text: "In the company's currency; in the group's where companies differ. Weeks before today are overdue."
    model: finance
    explore: ap_ageing
    type: looker_column
    fields: [fct_ap_open_item.due_week, fct_ap_open_item.total_balance]
    sorts: [fct_ap_open_item.due_week]
    limit: 500
    listen:
      Company: dim_company.company_id
      Supplier: dim_supplier.supplier_name
    row: 4
    col: 12
    width: 12
    height: 8

  - name: by_party
    title: "Suppliers by age"
    note_text: "In the company's currency; in the group's where companies differ."
    model: finance
    explore: ap_ageing
    type: looker_grid
    fields: [
      dim_supplier.supplier_name, fct_ap_open_item.ageing_bucket_label,
      fct_ap_open_item.total_balance
    ]
    pivots: [fct_ap_open_item.ageing_bucket_label]
    sorts: [dim_supplier.supplier_name, fct_ap_open_item.ageing_bucket_label]
    total: true
    limit: 5000
    listen:
      Company: dim_company.company_id
      Supplier: dim_supplier.supplier_name
    row_total: right
    row: 12
    col: 0
    width: 12
    height: 10

  - name: month_ends
    title: "Open balance at month's end"
    note_text: "In the company's currency; in the group's where companies differ."
    model: finance
    explore: ap_ageing_month_end
    type: looker_line
    fields: [fct_ap_open_item_month_end.as_of_month, fct_ap_open_item_month_end.total_balance]
    sorts: [fct_ap_open_item_month_end.as_of_month desc]
    limit: 24
    listen:
      Company: dim_company.company_id
      Supplier: dim_supplier.supplier_name
    x_axis_reversed: true
    row: 12
    col: 12
    width: 12
    height: 10

  - name: by_currency
    title: "Open balance by document currency"
    model: finance
    explore: ap_ageing
    type: looker_grid
    fields: [
      fct_ap_open_item.currency, fct_ap_open_item.total_balance_currency,
      fct_ap_open_item.total_balance, fct_ap_open_item.currency_shown, fct_ap_open_item.count
    ]
    sorts: [fct_ap_open_item.currency]
    total: true
    limit: 500
    listen:
      Company: dim_company.company_id
      Supplier: dim_supplier.supplier_name
    row: 22
    col: 0
    width: 8
    height: 8

  - name: open_documents
    title: "Open documents"
    model: finance
    explore: ap_ageing
    type: looker_grid
    fields: [
      dim_company.company_name, dim_supplier.supplier_name, fct_ap_open_item.document_type,
      fct_ap_open_item.reference_number, fct_ap_open_item.due_date, fct_ap_open_item.days_overdue,
      fct_ap_open_item.approval_status, fct_ap_open_item.total_balance,
      fct_ap_open_item.currency_shown
    ]
    sorts: [fct_ap_open_item.days_overdue desc]
    limit: 100
    listen:
      Company: dim_company.company_id
      Supplier: dim_supplier.supplier_name
    row: 22
    col: 8
    width: 16
    height: 8
