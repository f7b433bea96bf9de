# Sales invoices and their lines, and the way to the postings. Used by: customer_sales.
view: +fct_customer_invoice_line {
  label: "Sales invoice line"
  dimension: document_type { hidden: no label: "Document type" }
  dimension: reference_number {
    hidden: no
    label: "Document number"
    link: {
      label: "Lines of the document"
      url: "@{customer_lines}&f[fct_customer_invoice_line.company_id]={{ fct_customer_invoice_line.company_id._filterable_value | url_encode }}&f[fct_customer_invoice_line.document_type]={{ fct_customer_invoice_line.document_type._filterable_value | url_encode }}&f[fct_customer_invoice_line.reference_number]={{ filterable_value | url_encode }}"
    }
    link: {
      label: "Journal lines of the document"
      url: "@{journal_lines}&f[fct_gl_line.company_id]={{ fct_customer_invoice_line.company_id._filterable_value | url_encode }}&f[fct_gl_line.ledger_type]=Actual&f[fct_gl_line.module]=AR&f[fct_gl_line.document_type]={{ fct_customer_invoice_line.document_type._filterable_value | url_encode }}&f[fct_gl_line.reference_number]={{ filterable_value | url_encode }}"
    }
  }
  dimension: line_number { hidden: no label: "Line" }
  dimension: document_date { hidden: no label: "Document date" }
  dimension: document_month { hidden: no label: "Document month" }
  dimension: status { hidden: no label: "Status" }
  dimension: status_class { hidden: no label: "Posted or not" }
  dimension: is_sale { hidden: no label: "Counts as sale" }
  dimension: project { hidden: no label: "Project" }
  dimension: inventory_number { hidden: no label: "Item" }
  dimension: description { hidden: no label: "Text" }
  dimension: quantity { hidden: no label: "Quantity" }
  dimension: uom { hidden: no label: "Unit" }
  dimension: sales_order_number { hidden: no label: "Sales order" }
  dimension: currency { hidden: no label: "Document currency" }
  dimension: net_currency { hidden: no label: "Net in document currency" value_format_name: amount }

  measure: count { hidden: no label: "Number of lines" drill_fields: [lines*] }
  measure: count_documents {
    label: "Number of documents"
    description: "Documents with such lines."
    type: count_distinct
    sql: ${fct_customer_invoice_key} ;;
    drill_fields: [documents*]
  }
  measure: total_sales { hidden: no label: "Sales" drill_fields: [documents*] }
  measure: total_sales_group { hidden: no label: "Sales, group currency" drill_fields: [documents*] }
  measure: total_net { hidden: no label: "Net amount" drill_fields: [lines*] }
  measure: currency_shown { hidden: no label: "Currency" }
  measure: rows_without_rate { hidden: no label: "Rows without a rate" }

  set: documents {
    fields: [dim_company.company_name, dim_customer.customer_name, document_type, reference_number, document_date, fct_customer_invoice.due_date, fct_customer_invoice.customer_reference, status, total_sales, currency_shown]
  }
  set: lines {
    fields: [dim_company.company_name, dim_customer.customer_name, document_type, reference_number, line_number, description, dim_account.account_label, dim_cost_centre.cost_centre_label, project, total_sales, total_net, currency_shown]
  }
}

view: +fct_customer_invoice {
  label: "Sales invoice"
  dimension: due_date { hidden: no label: "Due date" }
  dimension: customer_reference { hidden: no label: "Customer's reference" }
  dimension: description { hidden: no label: "Text of the document" }
  dimension: is_on_hold { hidden: no label: "On hold" }
  dimension: gross_currency { hidden: no label: "Gross in document currency" value_format_name: amount }
  dimension: paid_on { hidden: no label: "Paid on" }
  dimension: days_to_pay { hidden: no label: "Days to pay" }
  dimension: days_paid_late { hidden: no label: "Days paid late" }
}
