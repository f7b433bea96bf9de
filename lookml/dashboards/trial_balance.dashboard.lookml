# For accountants: from the balance of an account to its postings.
---
- dashboard: trial_balance
  title: "Trial balance"
  description: "Opening, movement and closing of every account, and the journal lines behind them."
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
  - name: Type of ledger
    title: "Type of ledger"
    type: field_filter
    model: finance
    explore: trial_balance
    field: rpt_trial_balance.ledger_type
    default_value: "Actual"
    allow_multiple_values: false
    required: true
  - name: Ledger
    title: "Ledger"
    type: field_filter
    model: finance
    explore: trial_balance
    field: dim_ledger.ledger_id
    default_value: ""
    allow_multiple_values: false
    required: false
  - name: Account
    title: "Account"
    type: field_filter
    model: finance
    explore: trial_balance
    field: dim_account.account_number
    default_value: ""
    allow_multiple_values: true
    required: false

  elements:
  - name: zero
    title: "Sum of all closing balances"
    note_text: "Zero in one base currency; in the group's, the translation difference."
    model: finance
    explore: trial_balance
    type: single_value
    fields: [rpt_trial_balance.total_closing, rpt_trial_balance.currency_shown]
    limit: 500
    listen:
      Company: dim_company.company_id
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Type of ledger: rpt_trial_balance.ledger_type
      Ledger: dim_ledger.ledger_id
    show_comparison: true
    comparison_type: value
    show_comparison_label: false
    row: 0
    col: 0
    width: 8
    height: 4

  - name: result
    title: "Result, year to date"
    note_text: "Relative period: 0 is the current one, -1 the one before. Empty it to choose a Period."
    model: finance
    explore: trial_balance
    type: single_value
    fields: [rpt_trial_balance.total_result, rpt_trial_balance.currency_shown]
    filters:
      rpt_trial_balance.statement: "profit_and_loss"
    limit: 500
    listen:
      Company: dim_company.company_id
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Type of ledger: rpt_trial_balance.ledger_type
      Ledger: dim_ledger.ledger_id
    show_comparison: true
    comparison_type: value
    show_comparison_label: false
    row: 0
    col: 8
    width: 8
    height: 4

  - name: movement
    title: "Debit and credit of the period"
    note_text: "Choose one company, where currencies differ."
    model: finance
    explore: trial_balance
    type: looker_single_record
    fields: [
      rpt_trial_balance.total_debit, rpt_trial_balance.total_credit,
      rpt_trial_balance.currency_shown
    ]
    limit: 500
    listen:
      Company: dim_company.company_id
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Type of ledger: rpt_trial_balance.ledger_type
      Ledger: dim_ledger.ledger_id
    show_view_names: false
    row: 0
    col: 16
    width: 8
    height: 4

  - name: statement
    title: "By line of the statement"
    note_text: "Choose one company, where currencies differ."
    model: finance
    explore: trial_balance
    type: looker_grid
    fields: [
      dim_account.statement_label, dim_account.statement_line, rpt_trial_balance.total_opening,
      rpt_trial_balance.total_debit, rpt_trial_balance.total_credit,
      rpt_trial_balance.total_closing, rpt_trial_balance.total_closing_statement,
      rpt_trial_balance.currency_shown
    ]
    sorts: [dim_account.statement_label, dim_account.statement_line]
    limit: 500
    listen:
      Company: dim_company.company_id
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Type of ledger: rpt_trial_balance.ledger_type
      Ledger: dim_ledger.ledger_id
      Account: dim_account.account_number
    row: 4
    col: 0
    width: 24
    height: 9

  - name: accounts
    title: "Accounts"
    note_text: "Choose one company, where currencies differ."
    model: finance
    explore: trial_balance
    type: looker_grid
    fields: [
      dim_company.company_name, rpt_trial_balance.ledger_id, rpt_trial_balance.financial_period,
      rpt_trial_balance.account_number, dim_account.account_name, rpt_trial_balance.total_opening,
      rpt_trial_balance.total_debit, rpt_trial_balance.total_credit,
      rpt_trial_balance.total_closing, rpt_trial_balance.currency_shown
    ]
    sorts: [dim_company.company_name, rpt_trial_balance.account_number]
    total: true
    limit: 5000
    listen:
      Company: dim_company.company_id
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Type of ledger: rpt_trial_balance.ledger_type
      Ledger: dim_ledger.ledger_id
      Account: dim_account.account_number
    row: 13
    col: 0
    width: 24
    height: 12

  - name: postings
    title: "Journal lines"
    note_text: "Choose one company, where currencies differ."
    model: finance
    explore: general_ledger
    type: looker_grid
    fields: [
      dim_company.company_name, fct_gl_line.transaction_date, fct_gl_line.module,
      fct_gl_line.batch_number, fct_gl_line.line_number, fct_gl_line.document_type,
      fct_gl_line.reference_number, fct_gl_line.description, dim_account.account_label,
      dim_cost_centre.cost_centre_label,
      fct_gl_line.total_debit, fct_gl_line.total_credit, fct_gl_line.currency_shown
    ]
    sorts: [fct_gl_line.transaction_date desc]
    limit: 200
    listen:
      Company: dim_company.company_id
      Relative period: dim_fiscal_period.relative_period
      Period: dim_fiscal_period.financial_period
      Type of ledger: fct_gl_line.ledger_type
      Ledger: dim_ledger.ledger_id
      Account: dim_account.account_number
    row: 25
    col: 0
    width: 24
    height: 9
