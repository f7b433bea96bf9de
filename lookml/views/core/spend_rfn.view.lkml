# Supplier invoices and their lines: spend, the way to the postings, and the bridge to booked cost.
# Used by: supplier_spend, spend_bridge.
view: +fct_supplier_invoice_line {
  label: "Supplier invoice line"
  dimension: document_type { hidden: no label: "Document type" }
  dimension: reference_number {
    hidden: no
    label: "Document number"
    link: {
      label: "Lines of the document"
      url: "@{supplier_lines}&f[fct_supplier_invoice_line.company_id]={{ fct_supplier_invoice_line.company_id._filterable_value | url_encode }}&f[fct_supplier_invoice_line.document_type]={{ fct_supplier_invoice_line.document_type._filterable_value | url_encode }}&f[fct_supplier_invoice_line.reference_number]={{ filterable_value | url_encode }}"
    }
    link: {
      label: "Journal lines of the document"
      url: "@{journal_lines}&f[fct_gl_line.company_id]={{ fct_supplier_invoice_line.company_id._filterable_value | url_encode }}&f[fct_gl_line.ledger_type]=Actual&f[fct_gl_line.module]=AP&f[fct_gl_line.document_type]={{ fct_supplier_invoice_line.document_type._filterable_value | url_encode }}&f[fct_gl_line.reference_number]={{ filterable_value | url_encode }}"
    }
  }
  dimension: line_number { hidden: no label: "Line" }
  dimension: document_date { hidden: no label: "Document date" }
  dimension: document_month { hidden: no label: "Document month" }
  dimension: status { hidden: no label: "Status" }
  dimension: status_class { hidden: no label: "Posted or not" }
  dimension: spend_class { hidden: no label: "Kind of spend, code" }
  dimension: spend_class_label {
    label: "Kind of spend"
    description: "What the cost is: operating, capital, inventory and so on."
    type: string
    sql: case ${spend_class}
      when 'opex' then 'Operating expense'
      when 'capex' then 'Capital expenditure'
      when 'grni' then 'Received, not matched'
      else upper(left(${spend_class}, 1)) || replace(substr(${spend_class}, 2), '_', ' ')
    end ;;
  }
  dimension: is_spend { hidden: no label: "Counts as spend" }
  dimension: project { hidden: no label: "Project" }
  dimension: inventory_number { hidden: no label: "Item" }
  dimension: description { hidden: no label: "Text" }
  dimension: quantity { hidden: no label: "Quantity" }
  dimension: uom { hidden: no label: "Unit" }
  dimension: po_number { hidden: no label: "Purchase order" }
  dimension: po_receipt_number { hidden: no label: "Goods receipt" }
  dimension: is_receipt_matched { hidden: no label: "Matched to a receipt" }
  dimension: vat_code { hidden: no label: "VAT code" }
  dimension: currency { hidden: no label: "Document currency" }
  dimension: net_currency { hidden: no label: "Net in document currency" value_format_name: amount }

  measure: count { hidden: no label: "Number of lines" drill_fields: [lines*] }
  measure: count_documents {
    label: "Number of documents"
    description: "Documents with such lines."
    type: count_distinct
    sql: ${fct_supplier_invoice_key} ;;
    drill_fields: [documents*]
  }
  measure: total_spend { hidden: no label: "Spend" drill_fields: [documents*] }
  measure: total_spend_group { hidden: no label: "Spend, group currency" drill_fields: [documents*] }
  measure: total_net { hidden: no label: "Net amount" drill_fields: [lines*] }
  measure: currency_shown { hidden: no label: "Currency" }
  measure: rows_without_rate { hidden: no label: "Rows without a rate" }
  measure: sum_spend_unassigned_base {
    hidden: yes
    description: "Spend without a cost centre, in the company's currency."
    type: sum
    sql: case when ${cost_centre} = 'unassigned' then ${spend_base} end ;;
  }
  measure: sum_spend_unassigned_group {
    hidden: yes
    description: "Spend without a cost centre, in the group's currency."
    type: sum
    sql: case when ${cost_centre} = 'unassigned' then ${spend_group} end ;;
  }
  measure: share_unassigned {
    label: "Share without cost centre"
    description: "Part of the spend that has no cost centre."
    type: number
    can_filter: no
    value_format_name: percent_1
    sql: case when ${one_currency} = 1 then ${sum_spend_unassigned_base} else ${sum_spend_unassigned_group} end / nullif(${total_spend}, 0) ;;
  }

  # From a total to documents, to lines.
  set: documents {
    fields: [dim_company.company_name, dim_supplier.supplier_name, document_type, reference_number, document_date, fct_supplier_invoice.due_date, fct_supplier_invoice.supplier_reference, status, total_spend, currency_shown]
  }
  set: lines {
    fields: [dim_company.company_name, dim_supplier.supplier_name, document_type, reference_number, line_number, description, dim_account.account_label, dim_cost_centre.cost_centre_label, project, po_number, total_spend, total_net, currency_shown]
  }
}

view: +fct_supplier_invoice {
  label: "Supplier invoice"
  dimension: due_date { hidden: no label: "Due date" }
  dimension: pay_date { hidden: no label: "Planned payment" }
  dimension: supplier_reference { hidden: no label: "Supplier's reference" }
  dimension: description { hidden: no label: "Text of the document" }
  dimension: approval_status { hidden: no label: "Approval" }
  dimension: is_on_hold { hidden: no label: "On hold" }
  dimension: gross_currency { hidden: no label: "Gross in document currency" value_format_name: amount }
  dimension: paid_on { hidden: no label: "Paid on" }
  dimension: days_to_pay { hidden: no label: "Days to pay" }
  dimension: days_paid_late { hidden: no label: "Days paid late" }
}

view: +rpt_spend_bridge {
  label: "Spend bridge"
  measure: count { hidden: no label: "Number of rows" drill_fields: [steps*] }
  measure: total_invoiced { hidden: no label: "Invoiced" drill_fields: [steps*] }
  measure: total_grni_timing { hidden: no label: "Received, not invoiced" drill_fields: [steps*] }
  measure: total_deferral { hidden: no label: "Deferrals" drill_fields: [steps*] }
  measure: total_nondeductible_vat { hidden: no label: "Non-deductible VAT" drill_fields: [steps*] }
  measure: total_excluded { hidden: no label: "Lines that are no spend" drill_fields: [steps*] }
  measure: total_manual_journals { hidden: no label: "Manual journals" drill_fields: [steps*] }
  measure: total_fx { hidden: no label: "Exchange differences" drill_fields: [steps*] }
  measure: total_other_modules { hidden: no label: "Other modules" drill_fields: [steps*] }
  measure: total_unexplained { hidden: no label: "Unexplained" drill_fields: [steps*] }
  measure: total_booked { hidden: no label: "Booked" drill_fields: [steps*] }
  measure: currency_shown { hidden: no label: "Currency" }
  measure: bridge_gap {
    hidden: yes
    description: "What invoiced and all steps differ from booked by: nothing."
    type: number
    sql: abs(${sum_invoiced_base} + ${sum_grni_timing_base} + ${sum_deferral_base} + ${sum_nondeductible_vat_base} + ${sum_excluded_base} + ${sum_manual_journals_base} + ${sum_fx_base} + ${sum_other_modules_base} + ${sum_unexplained_base} - ${sum_booked_base}) ;;
  }

  set: steps {
    fields: [dim_company.company_name, dim_fiscal_period.period_label, dim_account.account_label, dim_cost_centre.cost_centre_label, total_invoiced, total_grni_timing, total_deferral, total_nondeductible_vat, total_excluded, total_manual_journals, total_fx, total_other_modules, total_unexplained, total_booked, currency_shown]
  }
}
