# For purchasing and controlling: whom we buy from, what, and for whom.
---
- dashboard: supplier_spend
  title: "Supplier spend"
  description: "What suppliers invoiced, by supplier, account, cost centre and period, without VAT."
  layout: newspaper
  preferred_viewer: dashboards-next
  crossfilter_enabled: true

  filters:
  - name: Company
    title: "Company"
    type: field_filter
    model: finance
    explore: supplier_spend
    field: dim_company.company_id
    default_value: ""
    allow_multiple_values: true
    required: false
  - name: Fiscal year
    title: "Fiscal year"
    type: field_filter
    model: finance
    explore: supplier_spend
    field: dim_fiscal_period.fiscal_year
    default_value: ""
    allow_multiple_values: true
    required: false
  - name: Supplier
    title: "Supplier"
    type: field_filter
    model: finance
    explore: supplier_spend
    field: dim_supplier.supplier_name
    default_value: ""
    allow_multiple_values: true
    required: false
  - name: Cost centre
    title: "Cost centre"
    type: field_filter
    model: finance
    explore: supplier_spend
    field: dim_cost_centre.cost_centre_label
    default_value: ""
    allow_multiple_values: true
    required: false
  - name: Account
    title: "Account"
    type: field_filter
    model: finance
    explore: supplier_spend
    field: dim_account.account_number
    default_value: ""
    allow_multiple_values: true
    required: false
  - name: Relative period
    title: "Relative period"
    type: field_filter
    model: finance
    explore: supplier_spend
    field: dim_fiscal_period.relative_period
    default_value: "0"
    allow_multiple_values: true
    required: false
  - name: Period
    title: "Period"
    type: field_filter
    model: finance
    explore: supplier_spend
    field: dim_fiscal_period.financial_period
    default_value: ""
    allow_multiple_values: true
    required: false

  elements:
  - name: spend
    title: "Spend"
    note_text: "Relative period: 0 is the current one, -1 the one before. Empty it to choose a Period or a Fiscal year."
    model: finance
    explore: supplier_spend
    type: single_value
    fields: [fct_supplier_invoice_line.total_spend, fct_supplier_invoice_line.currency_shown]
    limit: 500
    listen:
      Company: dim_company.company_id
      Fiscal year: dim_fiscal_period.fiscal_year
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Supplier: dim_supplier.supplier_name
      Cost centre: dim_cost_centre.cost_centre_label
      Account: dim_account.account_number
    show_comparison: true
    comparison_type: value
    show_comparison_label: false
    row: 0
    col: 0
    width: 6
    height: 4

  - name: documents
    title: "Number of documents"
    model: finance
    explore: supplier_spend
    type: single_value
    fields: [fct_supplier_invoice_line.count_documents]
    filters:
      fct_supplier_invoice_line.is_spend: "Yes"
    limit: 500
    listen:
      Company: dim_company.company_id
      Fiscal year: dim_fiscal_period.fiscal_year
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Supplier: dim_supplier.supplier_name
      Cost centre: dim_cost_centre.cost_centre_label
      Account: dim_account.account_number
    row: 0
    col: 6
    width: 6
    height: 4

  - name: unassigned
    title: "Share without cost centre"
    model: finance
    explore: supplier_spend
    type: single_value
    fields: [fct_supplier_invoice_line.share_unassigned]
    limit: 500
    listen:
      Company: dim_company.company_id
      Fiscal year: dim_fiscal_period.fiscal_year
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Supplier: dim_supplier.supplier_name
      Cost centre: dim_cost_centre.cost_centre_label
      Account: dim_account.account_number
    row: 0
    col: 12
    width: 6
    height: 4

  - name: not_posted
    title: "Waiting to be posted"
    note_text: "Of all periods. Choose one company, where currencies differ."
    model: finance
    explore: supplier_spend
    type: single_value
    fields: [fct_supplier_invoice_line.total_net, fct_supplier_invoice_line.currency_shown]
    filters:
      fct_supplier_invoice_line.status_class: "pipeline"
    limit: 500
    listen:
      Company: dim_company.company_id
      Supplier: dim_supplier.supplier_name
      Cost centre: dim_cost_centre.cost_centre_label
      Account: dim_account.account_number
    show_comparison: true
    comparison_type: value
    show_comparison_label: false
    row: 0
    col: 18
    width: 6
    height: 4

  - name: by_period
    title: "Spend by period"
    note_text: "In the company's currency; in the group's where companies differ. Periods are of each company's own fiscal year."
    model: finance
    explore: supplier_spend
    type: looker_column
    fields: [dim_fiscal_period.period_label, fct_supplier_invoice_line.total_spend]
    sorts: [dim_fiscal_period.period_label desc]
    limit: 24
    listen:
      Company: dim_company.company_id
      Fiscal year: dim_fiscal_period.fiscal_year
      Supplier: dim_supplier.supplier_name
      Cost centre: dim_cost_centre.cost_centre_label
      Account: dim_account.account_number
    x_axis_reversed: true
    row: 4
    col: 0
    width: 12
    height: 8

  - name: by_supplier
    title: "Largest suppliers"
    note_text: "In the company's currency; in the group's where companies differ."
    model: finance
    explore: supplier_spend
    type: looker_bar
    fields: [dim_supplier.supplier_name, fct_supplier_invoice_line.total_spend]
    sorts: [fct_supplier_invoice_line.total_spend desc]
    limit: 15
    listen:
      Company: dim_company.company_id
      Fiscal year: dim_fiscal_period.fiscal_year
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Supplier: dim_supplier.supplier_name
      Cost centre: dim_cost_centre.cost_centre_label
      Account: dim_account.account_number
    row: 4
    col: 12
    width: 12
    height: 8

  - name: by_account
    title: "Spend by account"
    model: finance
    explore: supplier_spend
    type: looker_grid
    fields: [
      dim_account.account_label, fct_supplier_invoice_line.spend_class_label,
      fct_supplier_invoice_line.total_spend, fct_supplier_invoice_line.count_documents,
      fct_supplier_invoice_line.currency_shown
    ]
    filters:
      fct_supplier_invoice_line.is_spend: "Yes"
    sorts: [fct_supplier_invoice_line.total_spend desc]
    total: true
    limit: 500
    listen:
      Company: dim_company.company_id
      Fiscal year: dim_fiscal_period.fiscal_year
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Supplier: dim_supplier.supplier_name
      Cost centre: dim_cost_centre.cost_centre_label
      Account: dim_account.account_number
    row: 12
    col: 0
    width: 12
    height: 8

  - name: by_cost_centre
    title: "Spend by cost centre"
    note_text: "In the company's currency; in the group's where companies differ."
    model: finance
    explore: supplier_spend
    type: looker_bar
    fields: [dim_cost_centre.cost_centre_label, fct_supplier_invoice_line.total_spend]
    sorts: [fct_supplier_invoice_line.total_spend desc]
    limit: 20
    listen:
      Company: dim_company.company_id
      Fiscal year: dim_fiscal_period.fiscal_year
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Supplier: dim_supplier.supplier_name
      Cost centre: dim_cost_centre.cost_centre_label
      Account: dim_account.account_number
    row: 12
    col: 12
    width: 12
    height: 8

  - name: by_company
    title: "Spend by company, group currency"
    note_text: "Empty where no group currency is set, or a rate is missing."
    model: finance
    explore: supplier_spend
    type: looker_column
    fields: [dim_company.company_name, fct_supplier_invoice_line.total_spend_group]
    sorts: [fct_supplier_invoice_line.total_spend_group desc]
    limit: 500
    listen:
      Company: dim_company.company_id
      Fiscal year: dim_fiscal_period.fiscal_year
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Supplier: dim_supplier.supplier_name
      Cost centre: dim_cost_centre.cost_centre_label
      Account: dim_account.account_number
    row: 20
    col: 0
    width: 8
    height: 8

  - name: supplier_documents
    title: "Documents"
    model: finance
    explore: supplier_spend
    type: looker_grid
    fields: [
      dim_company.company_name, dim_supplier.supplier_name,
      fct_supplier_invoice_line.document_type, fct_supplier_invoice_line.reference_number,
      fct_supplier_invoice_line.document_date, fct_supplier_invoice.supplier_reference,
      fct_supplier_invoice_line.status, fct_supplier_invoice_line.total_spend,
      fct_supplier_invoice_line.currency_shown
    ]
    filters:
      fct_supplier_invoice_line.is_spend: "Yes"
    sorts: [fct_supplier_invoice_line.document_date desc]
    limit: 100
    listen:
      Company: dim_company.company_id
      Fiscal year: dim_fiscal_period.fiscal_year
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Supplier: dim_supplier.supplier_name
      Cost centre: dim_cost_centre.cost_centre_label
      Account: dim_account.account_number
    row: 20
    col: 8
    width: 16
    height: 8
