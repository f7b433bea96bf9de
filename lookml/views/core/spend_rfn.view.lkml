# Supplier invoices and their lines: spend, and the way to the postings. Used by: supplier_spend,
# ap_ageing, general_ledger.
view: +fct_supplier_invoice_line {
  label: "Supplier invoice line"
  dimension: document_type { hidden: no label: "Document type" }
  dimension: reference_number {
    hidden: no
    label: "Document number"
    link: {
      label: "Lines of the document"
      url: "@{supplier_lines}&f[fct_supplier_invoice_line.company_id]={{ fct_supplier_invoice_line.company_id._value | url_encode }}&f[fct_supplier_invoice_line.document_type]={{ fct_supplier_invoice_line.document_type._value | url_encode }}&f[fct_supplier_invoice_line.reference_number]={{ value | url_encode }}"
    }
    link: {
      label: "Journal lines of the document"
      url: "@{journal_lines}&f[fct_gl_line.company_id]={{ fct_supplier_invoice_line.company_id._value | url_encode }}&f[fct_gl_line.module]=AP&f[fct_gl_line.document_type]={{ fct_supplier_invoice_line.document_type._value | url_encode }}&f[fct_gl_line.reference_number]={{ value | url_encode }}"
    }
  }
  dimension: line_number { hidden: no label: "Line" }
  dimension: document_date { hidden: no label: "Document date" }
  dimension: document_month { hidden: no label: "Document month" }
  dimension: status { hidden: no label: "Status" }
  dimension: status_class { hidden: no label: "Posted or not" }
  dimension: spend_class { hidden: no label: "Kind of spend" }
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
  measure: share_unassigned {
    label: "Share without cost centre"
    description: "Part of the spend that has no cost centre; of one base currency."
    type: number
    can_filter: no
    value_format_name: percent_1
    sql: case when ${one_currency} = 1 then ${sum_spend_unassigned_base} / nullif(${sum_spend_base}, 0) end ;;
    drill_fields: [lines*]
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
