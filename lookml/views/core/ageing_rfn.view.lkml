# Open documents of suppliers and customers, today and at each month's end. Used by: ap_ageing,
# ar_ageing.
view: +fct_ap_open_item {
  label: "Open supplier document"
  dimension: document_type { hidden: no label: "Document type" }
  dimension: reference_number {
    hidden: no
    label: "Document number"
    link: {
      label: "Lines of the document (not of payments)"
      url: "@{supplier_lines}&f[fct_supplier_invoice_line.company_id]={{ fct_ap_open_item.company_id._filterable_value | url_encode }}&f[fct_supplier_invoice_line.document_type]={{ fct_ap_open_item.document_type._filterable_value | url_encode }}&f[fct_supplier_invoice_line.reference_number]={{ filterable_value | url_encode }}"
    }
    link: {
      label: "Journal lines of the document"
      url: "@{journal_lines}&f[fct_gl_line.company_id]={{ fct_ap_open_item.company_id._filterable_value | url_encode }}&f[fct_gl_line.ledger_type]=Actual&f[fct_gl_line.module]=AP&f[fct_gl_line.document_type]={{ fct_ap_open_item.document_type._filterable_value | url_encode }}&f[fct_gl_line.reference_number]={{ filterable_value | url_encode }}"
    }
  }
  dimension: document_date { hidden: no label: "Document date" }
  dimension: due_date { hidden: no label: "Due date" }
  dimension: due_week { hidden: no label: "Due week" }
  dimension: due_month { hidden: no label: "Due month" }
  dimension: as_of { hidden: no label: "As of" }
  dimension: days_overdue { hidden: no label: "Days overdue" }
  dimension: ageing_bucket { hidden: no label: "Ageing bucket key" }
  dimension: ageing_bucket_label { hidden: no label: "Ageing bucket" order_by_field: ageing_bucket_order }
  dimension: is_unapplied_payment { hidden: no label: "Unapplied payment" }
  dimension: is_prepayment { hidden: no label: "Prepayment" }
  dimension: is_on_hold { hidden: no label: "On hold" }
  dimension: approval_status { hidden: no label: "Approval" }
  dimension: supplier_reference { hidden: no label: "Supplier's reference" }
  dimension: currency { hidden: no label: "Document currency" }
  dimension: balance_currency { hidden: no label: "Open in document currency" value_format_name: amount }

  measure: count { hidden: no label: "Number of documents" drill_fields: [documents*] }
  measure: total_balance { hidden: no label: "Open balance" drill_fields: [documents*] }
  measure: total_balance_group { hidden: no label: "Open balance, group currency" drill_fields: [documents*] }
  measure: min_currency {
    hidden: yes
    description: "First of the document currencies."
    type: min
    sql: ${currency} ;;
  }
  measure: max_currency {
    hidden: yes
    description: "Last of the document currencies."
    type: max
    sql: ${currency} ;;
  }
  measure: sum_balance_currency {
    hidden: yes
    description: "What is open, in document currency."
    type: sum
    sql: ${balance_currency} ;;
  }
  measure: total_balance_currency {
    label: "Open balance, document currency"
    description: "What is open in the currency of the documents; empty where they have several."
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${min_currency} = ${max_currency} then ${sum_balance_currency} end ;;
    drill_fields: [documents*]
  }
  measure: sum_overdue_base {
    hidden: yes
    description: "What is open after its due day, in the company's currency."
    type: sum
    sql: case when ${days_overdue} > 0 then ${balance_base} end ;;
  }
  measure: sum_overdue_group {
    hidden: yes
    description: "What is open after its due day, in the group's currency."
    type: sum
    sql: case when ${days_overdue} > 0 then ${balance_group} end ;;
  }
  # What it leaves out would be behind it: tiles that drill filter days_overdue instead.
  measure: total_overdue {
    label: "Overdue"
    description: "What is open after its due day, less credit notes that are. Where not all rows of the result have one base currency: in the group's currency."
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_overdue_base} when ${rows_without_rate} = 0 and ${max_group_currency} is not null then ${sum_overdue_group} end ;;
  }
  measure: share_overdue {
    label: "Share overdue"
    description: "Overdue per unit of what is open."
    type: number
    can_filter: no
    value_format_name: percent_1
    sql: ${total_overdue} / nullif(${total_balance}, 0) ;;
  }
  measure: ageing_gap {
    hidden: yes
    description: "What is open and in no ageing bucket, in the company's currency: nothing."
    type: number
    sql: abs(${sum_balance_base} - ${sum_in_buckets_base}) ;;
  }
  measure: sum_in_buckets_base {
    hidden: yes
    description: "What is open and in one of the ageing buckets, in the company's currency."
    type: sum
    sql: case when ${ageing_bucket} is not null and ${ageing_bucket_order} is not null then ${balance_base} end ;;
  }
  measure: currency_shown { hidden: no label: "Currency" }
  measure: rows_without_rate { hidden: no label: "Rows without a rate" }

  set: documents {
    fields: [dim_company.company_name, dim_supplier.supplier_name, document_type, reference_number, supplier_reference, document_date, due_date, days_overdue, ageing_bucket_label, total_balance, currency_shown]
  }
}

view: +fct_ar_open_item {
  label: "Open customer document"
  dimension: document_type { hidden: no label: "Document type" }
  dimension: reference_number {
    hidden: no
    label: "Document number"
    link: {
      label: "Lines of the document (not of payments)"
      url: "@{customer_lines}&f[fct_customer_invoice_line.company_id]={{ fct_ar_open_item.company_id._filterable_value | url_encode }}&f[fct_customer_invoice_line.document_type]={{ fct_ar_open_item.document_type._filterable_value | url_encode }}&f[fct_customer_invoice_line.reference_number]={{ filterable_value | url_encode }}"
    }
    link: {
      label: "Journal lines of the document"
      url: "@{journal_lines}&f[fct_gl_line.company_id]={{ fct_ar_open_item.company_id._filterable_value | url_encode }}&f[fct_gl_line.ledger_type]=Actual&f[fct_gl_line.module]=AR&f[fct_gl_line.document_type]={{ fct_ar_open_item.document_type._filterable_value | url_encode }}&f[fct_gl_line.reference_number]={{ filterable_value | url_encode }}"
    }
  }
  dimension: document_date { hidden: no label: "Document date" }
  dimension: due_date { hidden: no label: "Due date" }
  dimension: due_week { hidden: no label: "Due week" }
  dimension: due_month { hidden: no label: "Due month" }
  dimension: as_of { hidden: no label: "As of" }
  dimension: days_overdue { hidden: no label: "Days overdue" }
  dimension: ageing_bucket { hidden: no label: "Ageing bucket key" }
  dimension: ageing_bucket_label { hidden: no label: "Ageing bucket" order_by_field: ageing_bucket_order }
  dimension: is_unapplied_payment { hidden: no label: "Unapplied payment" }
  dimension: is_prepayment { hidden: no label: "Prepayment" }
  dimension: is_on_hold { hidden: no label: "On hold" }
  dimension: dunning_letter_level { hidden: no label: "Reminders sent" }
  dimension: dunning_letter_date { hidden: no label: "Date of the last reminder" }
  dimension: customer_reference { hidden: no label: "Customer's reference" }
  dimension: currency { hidden: no label: "Document currency" }
  dimension: balance_currency { hidden: no label: "Open in document currency" value_format_name: amount }

  measure: count { hidden: no label: "Number of documents" drill_fields: [documents*] }
  measure: total_balance { hidden: no label: "Open balance" drill_fields: [documents*] }
  measure: total_balance_group { hidden: no label: "Open balance, group currency" drill_fields: [documents*] }
  measure: min_currency {
    hidden: yes
    description: "First of the document currencies."
    type: min
    sql: ${currency} ;;
  }
  measure: max_currency {
    hidden: yes
    description: "Last of the document currencies."
    type: max
    sql: ${currency} ;;
  }
  measure: sum_balance_currency {
    hidden: yes
    description: "What is open, in document currency."
    type: sum
    sql: ${balance_currency} ;;
  }
  measure: total_balance_currency {
    label: "Open balance, document currency"
    description: "What is open in the currency of the documents; empty where they have several."
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${min_currency} = ${max_currency} then ${sum_balance_currency} end ;;
    drill_fields: [documents*]
  }
  measure: sum_overdue_base {
    hidden: yes
    description: "What is open after its due day, in the company's currency."
    type: sum
    sql: case when ${days_overdue} > 0 then ${balance_base} end ;;
  }
  measure: sum_overdue_group {
    hidden: yes
    description: "What is open after its due day, in the group's currency."
    type: sum
    sql: case when ${days_overdue} > 0 then ${balance_group} end ;;
  }
  # What it leaves out would be behind it: tiles that drill filter days_overdue instead.
  measure: total_overdue {
    label: "Overdue"
    description: "What is open after its due day, less credit notes that are. Where not all rows of the result have one base currency: in the group's currency."
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_overdue_base} when ${rows_without_rate} = 0 and ${max_group_currency} is not null then ${sum_overdue_group} end ;;
  }
  measure: share_overdue {
    label: "Share overdue"
    description: "Overdue per unit of what is open."
    type: number
    can_filter: no
    value_format_name: percent_1
    sql: ${total_overdue} / nullif(${total_balance}, 0) ;;
  }
  measure: ageing_gap {
    hidden: yes
    description: "What is open and in no ageing bucket, in the company's currency: nothing."
    type: number
    sql: abs(${sum_balance_base} - ${sum_in_buckets_base}) ;;
  }
  measure: sum_in_buckets_base {
    hidden: yes
    description: "What is open and in one of the ageing buckets, in the company's currency."
    type: sum
    sql: case when ${ageing_bucket} is not null and ${ageing_bucket_order} is not null then ${balance_base} end ;;
  }
  measure: currency_shown { hidden: no label: "Currency" }
  measure: rows_without_rate { hidden: no label: "Rows without a rate" }

  set: documents {
    fields: [dim_company.company_name, dim_customer.customer_name, document_type, reference_number, customer_reference, document_date, due_date, days_overdue, ageing_bucket_label, total_balance, currency_shown]
  }
}

view: +fct_ap_open_item_month_end {
  label: "Supplier documents open at month's end"
  dimension: financial_period { hidden: no label: "Period" }
  dimension: as_of { hidden: no label: "As of" }
  dimension: as_of_month { hidden: no label: "Month" }
  dimension: document_type { hidden: no label: "Document type" }
  dimension: reference_number {
    hidden: no
    label: "Document number"
    link: {
      label: "Lines of the document (not of payments)"
      url: "@{supplier_lines}&f[fct_supplier_invoice_line.company_id]={{ fct_ap_open_item_month_end.company_id._filterable_value | url_encode }}&f[fct_supplier_invoice_line.document_type]={{ fct_ap_open_item_month_end.document_type._filterable_value | url_encode }}&f[fct_supplier_invoice_line.reference_number]={{ filterable_value | url_encode }}"
    }
    link: {
      label: "Journal lines of the document"
      url: "@{journal_lines}&f[fct_gl_line.company_id]={{ fct_ap_open_item_month_end.company_id._filterable_value | url_encode }}&f[fct_gl_line.ledger_type]=Actual&f[fct_gl_line.module]=AP&f[fct_gl_line.document_type]={{ fct_ap_open_item_month_end.document_type._filterable_value | url_encode }}&f[fct_gl_line.reference_number]={{ filterable_value | url_encode }}"
    }
  }
  dimension: due_date { hidden: no label: "Due date" }
  dimension: days_overdue { hidden: no label: "Days overdue" }
  dimension: ageing_bucket_label { hidden: no label: "Ageing bucket" order_by_field: ageing_bucket_order }
  dimension: is_prepayment { hidden: no label: "Prepayment" }
  dimension: method { hidden: no label: "How it is known" }
  measure: count { hidden: no label: "Number of documents" drill_fields: [documents*] }
  measure: total_balance { hidden: no label: "Open balance" drill_fields: [documents*] }
  measure: total_balance_group { hidden: no label: "Open balance, group currency" drill_fields: [documents*] }
  measure: currency_shown { hidden: no label: "Currency" }
  measure: rows_without_rate { hidden: no label: "Rows without a rate" }
  set: documents {
    fields: [dim_company.company_name, dim_supplier.supplier_name, as_of, document_type, reference_number, due_date, days_overdue, ageing_bucket_label, total_balance, currency_shown]
  }
}

view: +fct_ar_open_item_month_end {
  label: "Customer documents open at month's end"
  dimension: financial_period { hidden: no label: "Period" }
  dimension: as_of { hidden: no label: "As of" }
  dimension: as_of_month { hidden: no label: "Month" }
  dimension: document_type { hidden: no label: "Document type" }
  dimension: reference_number {
    hidden: no
    label: "Document number"
    link: {
      label: "Lines of the document (not of payments)"
      url: "@{customer_lines}&f[fct_customer_invoice_line.company_id]={{ fct_ar_open_item_month_end.company_id._filterable_value | url_encode }}&f[fct_customer_invoice_line.document_type]={{ fct_ar_open_item_month_end.document_type._filterable_value | url_encode }}&f[fct_customer_invoice_line.reference_number]={{ filterable_value | url_encode }}"
    }
    link: {
      label: "Journal lines of the document"
      url: "@{journal_lines}&f[fct_gl_line.company_id]={{ fct_ar_open_item_month_end.company_id._filterable_value | url_encode }}&f[fct_gl_line.ledger_type]=Actual&f[fct_gl_line.module]=AR&f[fct_gl_line.document_type]={{ fct_ar_open_item_month_end.document_type._filterable_value | url_encode }}&f[fct_gl_line.reference_number]={{ filterable_value | url_encode }}"
    }
  }
  dimension: due_date { hidden: no label: "Due date" }
  dimension: days_overdue { hidden: no label: "Days overdue" }
  dimension: ageing_bucket_label { hidden: no label: "Ageing bucket" order_by_field: ageing_bucket_order }
  dimension: is_prepayment { hidden: no label: "Prepayment" }
  dimension: method { hidden: no label: "How it is known" }
  measure: count { hidden: no label: "Number of documents" drill_fields: [documents*] }
  measure: total_balance { hidden: no label: "Open balance" drill_fields: [documents*] }
  measure: total_balance_group { hidden: no label: "Open balance, group currency" drill_fields: [documents*] }
  measure: currency_shown { hidden: no label: "Currency" }
  measure: rows_without_rate { hidden: no label: "Rows without a rate" }
  set: documents {
    fields: [dim_company.company_name, dim_customer.customer_name, as_of, document_type, reference_number, due_date, days_overdue, ageing_bucket_label, total_balance, currency_shown]
  }
}
