# Journal lines and the trial balance. Used by: general_ledger, trial_balance.
view: +fct_gl_line {
  label: "Journal line"
  dimension: ledger_type { hidden: no label: "Type of ledger" }
  dimension: ledger_id { hidden: no label: "Ledger" }
  dimension: financial_period { hidden: no label: "Period" }
  dimension: transaction_date { hidden: no label: "Posting date" }
  dimension: transaction_month { hidden: no label: "Posting month" }
  dimension: module { hidden: no label: "Module" }
  dimension: batch_number {
    hidden: no
    label: "Batch"
    link: {
      label: "Whole batch"
      url: "@{journal_lines}&f[fct_gl_line.company_id]={{ fct_gl_line.company_id._filterable_value | url_encode }}&f[fct_gl_line.module]={{ fct_gl_line.module._filterable_value | url_encode }}&f[fct_gl_line.batch_number]={{ filterable_value | url_encode }}&f[fct_gl_line.ledger_type]={{ fct_gl_line.ledger_type._filterable_value | url_encode }}"
    }
  }
  dimension: line_number { hidden: no label: "Line" }
  dimension: document_type { hidden: no label: "Document type" }
  dimension: reference_number {
    hidden: no
    label: "Document number"
    # A posting leads back to its document, not to a line of it: Visma may sum lines up.
    link: {
      label: "Supplier document (module AP, no payment)"
      url: "@{supplier_lines}&f[fct_supplier_invoice_line.company_id]={{ fct_gl_line.company_id._filterable_value | url_encode }}&f[fct_supplier_invoice_line.document_type]={{ fct_gl_line.document_type._filterable_value | url_encode }}&f[fct_supplier_invoice_line.reference_number]={{ filterable_value | url_encode }}"
    }
    link: {
      label: "Customer document (module AR, no payment)"
      url: "@{customer_lines}&f[fct_customer_invoice_line.company_id]={{ fct_gl_line.company_id._filterable_value | url_encode }}&f[fct_customer_invoice_line.document_type]={{ fct_gl_line.document_type._filterable_value | url_encode }}&f[fct_customer_invoice_line.reference_number]={{ filterable_value | url_encode }}"
    }
  }
  dimension: description { hidden: no label: "Text" }
  dimension: batch_description { hidden: no label: "Text of the batch" }
  dimension: project { hidden: no label: "Project" }
  dimension: vat_code { hidden: no label: "VAT code" }
  dimension: currency { hidden: no label: "Batch currency" }
  dimension: amount_dr_cr_currency { hidden: no label: "Debit minus credit in batch currency" value_format_name: amount }
  dimension: is_reversal { hidden: no label: "Reversal" }
  dimension: original_batch_number { hidden: no label: "Reverses batch" }

  measure: count { hidden: no label: "Number of lines" drill_fields: [journal_lines*] }
  measure: total_debit { hidden: no label: "Debit" drill_fields: [journal_lines*] }
  measure: total_credit { hidden: no label: "Credit" drill_fields: [journal_lines*] }
  measure: total_amount_dr_cr { hidden: no label: "Debit minus credit" drill_fields: [journal_lines*] }
  measure: total_amount_statement { hidden: no label: "Amount" drill_fields: [journal_lines*] }
  measure: total_amount_statement_group { hidden: no label: "Amount, group currency" drill_fields: [journal_lines*] }
  measure: currency_shown { hidden: no label: "Currency" }
  measure: rows_without_rate { hidden: no label: "Rows without a rate" }
  measure: imbalance {
    hidden: yes
    description: "What debit and credit differ by: nothing, in each batch."
    type: number
    sql: abs(${sum_debit_base} - ${sum_credit_base}) ;;
  }

  set: journal_lines {
    fields: [dim_company.company_name, transaction_date, module, batch_number, line_number, document_type, reference_number, description, dim_account.account_label, dim_cost_centre.cost_centre_label, total_debit, total_credit, currency_shown]
  }
}

view: +rpt_trial_balance {
  label: "Trial balance"
  dimension: ledger_type { hidden: no label: "Type of ledger" }
  dimension: ledger_id { hidden: no label: "Ledger" }
  dimension: financial_period { hidden: no label: "Period" }
  dimension: account_number {
    hidden: no
    label: "Account number"
    link: {
      label: "Journal lines of the account"
      url: "@{journal_lines}&f[fct_gl_line.company_id]={{ rpt_trial_balance.company_id._filterable_value | url_encode }}&f[fct_gl_line.ledger_type]={{ rpt_trial_balance.ledger_type._filterable_value | url_encode }}&f[fct_gl_line.ledger_id]={{ rpt_trial_balance.ledger_id._filterable_value | url_encode }}&f[fct_gl_line.financial_period]={{ rpt_trial_balance.financial_period._filterable_value | url_encode }}&f[dim_account.account_number]={{ filterable_value | url_encode }}"
    }
  }
  measure: total_opening { hidden: no label: "Opening balance" drill_fields: [accounts*] }
  measure: total_debit { hidden: no label: "Debit" drill_fields: [accounts*] }
  measure: total_credit { hidden: no label: "Credit" drill_fields: [accounts*] }
  measure: total_net_change { hidden: no label: "Net change" drill_fields: [accounts*] }
  measure: total_closing { hidden: no label: "Closing balance" drill_fields: [accounts*] }
  measure: total_closing_group { hidden: no label: "Closing balance, group currency" drill_fields: [accounts*] }
  measure: sum_result_base {
    hidden: yes
    description: "Income less expenses of the fiscal year to date, in the company's currency."
    type: sum
    sql: case when ${statement} = 'profit_and_loss' then -${closing_base} end ;;
  }
  measure: sum_result_group {
    hidden: yes
    description: "Income less expenses of the fiscal year to date, in the group's currency."
    type: sum
    sql: case when ${statement} = 'profit_and_loss' then -${closing_group} end ;;
  }
  # Tiles filter the statement, too, so that the result is all that is behind it.
  measure: total_result {
    label: "Result, year to date"
    description: "Income less expenses of the fiscal year to date; a profit is positive. Where not all rows of the result have one base currency: in the group's currency. Of one period."
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${total_closing} is null then null when ${one_currency} = 1 then ${sum_result_base} else ${sum_result_group} end ;;
    drill_fields: [accounts*]
  }
  measure: total_closing_statement { hidden: no label: "Closing balance as in statements" drill_fields: [accounts*] }
  measure: currency_shown { hidden: no label: "Currency" }
  measure: rows_without_rate { hidden: no label: "Rows without a rate" }

  measure: imbalance {
    hidden: yes
    description: "What debit and credit balances differ by: nothing, in each ledger and period."
    type: number
    sql: abs(${sum_closing_base}) ;;
  }
  measure: roll_forward_gap {
    hidden: yes
    description: "What opening balance and net change differ from the closing balance by: nothing."
    type: number
    sql: abs(${sum_opening_base} + ${sum_net_change_base} - ${sum_closing_base}) ;;
  }

  set: accounts {
    fields: [dim_company.company_name, ledger_id, financial_period, account_number, dim_account.account_name, total_opening, total_debit, total_credit, total_closing, currency_shown]
  }
}
