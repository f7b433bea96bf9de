# What the figures are worth: comparisons with Visma's own, and when they were read. Used by:
# reconciliation, sync_status.
view: +rpt_reconciliation {
  label: "Reconciliation"
  dimension: check_group { hidden: no label: "Area code" }
  dimension: area {
    label: "Area"
    description: "What the check is about."
    type: string
    sql: upper(left(${check_group}, 1)) || replace(substr(${check_group}, 2), '_', ' ') ;;
  }
  dimension: check_id { hidden: no label: "Check ID" }
  dimension: check_name { hidden: no label: "Check" }
  dimension: row_type { hidden: no label: "Summary or difference" }
  dimension: status { hidden: no label: "Result code" }
  dimension: result {
    label: "Result"
    description: "Whether it agrees, differs, or could not be compared."
    type: string
    sql: upper(left(${status}, 1)) || replace(substr(${status}, 2), '_', ' ') ;;
  }
  dimension: explanation { hidden: no label: "Explanation" }
  dimension: erp_screen { hidden: no label: "Screen in Visma" }
  dimension: as_of { hidden: no label: "As of" }
  dimension: ledger_id { hidden: no label: "Ledger" }
  dimension: financial_period { hidden: no label: "Period" }
  dimension: account_number { hidden: no label: "Account number" }
  dimension: supplier_number { hidden: no label: "Supplier number" }
  dimension: customer_number { hidden: no label: "Customer number" }
  dimension: document_type { hidden: no label: "Document type" }
  dimension: reference_number { hidden: no label: "Document number" }
  dimension: batch_number {
    hidden: no
    label: "Batch"
    # Of whatever ledger: nothing chosen lifts what the Explore begins with.
    link: {
      label: "Whole batch"
      url: "@{journal_lines}&f[fct_gl_line.company_id]={{ rpt_reconciliation.company_id._filterable_value | url_encode }}&f[fct_gl_line.module]={{ rpt_reconciliation.module._filterable_value | url_encode }}&f[fct_gl_line.batch_number]={{ filterable_value | url_encode }}&f[fct_gl_line.ledger_type]="
    }
  }
  dimension: stream { hidden: no label: "Stream" }
  dimension: unit { hidden: no label: "Amount or count" }
  dimension: expected_is { hidden: no label: "What is expected" }
  dimension: expected { hidden: no label: "Expected" value_format_name: amount }
  dimension: actual_is { hidden: no label: "What is compared" }
  dimension: actual { hidden: no label: "In the warehouse" value_format_name: amount }
  dimension: difference { hidden: no label: "Difference" value_format_name: amount }
  dimension: base_currency { hidden: no label: "Currency of the company" }

  # A check has one summary, and a row more for each difference: a measure counts one kind, by its
  # filters, which its drilling takes along.
  measure: checks {
    label: "Checks"
    description: "Number of checks, each counted once per company."
    type: count
    filters: [row_type: "summary"]
    drill_fields: [summaries*]
  }
  measure: checks_passed {
    label: "Checks without a difference"
    description: "Checks in which everything agrees, or differs as it may."
    type: count
    filters: [row_type: "summary", status: "ok,explained"]
    drill_fields: [summaries*]
  }
  measure: checks_failed {
    label: "Checks with a difference"
    description: "Checks in which something differs without an explanation."
    type: count_distinct
    sql: ${company_id} || ' ' || ${check_id} ;;
    filters: [row_type: "detail", status: "difference"]
    drill_fields: [differences*]
  }
  measure: checks_not_made {
    label: "Checks not made"
    description: "Checks of which one side was not loaded."
    type: count
    filters: [row_type: "summary", status: "not_checked"]
    drill_fields: [summaries*]
  }
  measure: comparisons {
    label: "Comparisons"
    description: "Comparisons behind the checks."
    type: sum
    sql: ${items_checked} ;;
    filters: [row_type: "summary"]
    drill_fields: [summaries*]
  }
  measure: differences {
    label: "Differences"
    description: "Comparisons that differ without an explanation."
    type: count
    filters: [row_type: "detail", status: "difference"]
    drill_fields: [differences*]
  }

  set: summaries {
    fields: [dim_company.company_name, area, check_name, result, explanation, comparisons]
  }
  set: differences {
    fields: [dim_company.company_name, check_name, result, financial_period, account_number, supplier_number, customer_number, document_type, reference_number, batch_number, expected, actual, difference, unit, base_currency, explanation, erp_screen]
  }
}

view: +rpt_sync_status {
  label: "Loads"
  dimension: stream { hidden: no label: "Stream" }
  dimension: last_outcome { hidden: no label: "Outcome of the last load" }
  dimension: last_success_at { hidden: no label: "Last complete load (UTC)" }
  dimension: last_full_success_at { hidden: no label: "Last full load (UTC)" }
  dimension: last_news_at { hidden: no label: "Last news (UTC)" }
  dimension: last_mode { hidden: no label: "Kind of the last load" }
  dimension: last_reason { hidden: no label: "Reason of the failure" }
  dimension: hours_since_success { hidden: no label: "Hours since the last complete load" value_format_name: decimal_1 }
  dimension: is_stale { hidden: no label: "Late" }
  dimension: built_at { hidden: no label: "Models built (UTC)" }

  measure: count { hidden: no label: "Streams" drill_fields: [streams*] }
  measure: streams_late {
    label: "Late streams"
    description: "Streams that have not been read completely for too long."
    type: count
    filters: [is_stale: "Yes"]
    drill_fields: [streams*]
  }
  measure: streams_failed {
    label: "Failed streams"
    description: "Streams whose last load failed."
    type: count
    filters: [last_outcome: "failed"]
    drill_fields: [streams*]
  }
  measure: rows_new {
    label: "New rows in the last load"
    description: "Rows that the last load brought or changed."
    type: sum
    sql: ${last_rows_new} ;;
    drill_fields: [streams*]
  }
  measure: hours_since_success_max {
    label: "Hours of the stream furthest behind"
    description: "Hours since the last complete load, of the stream where they are most."
    type: max
    sql: ${hours_since_success} ;;
    value_format_name: decimal_1
    drill_fields: [streams*]
  }

  set: streams {
    fields: [dim_company.company_name, stream, last_outcome, last_mode, last_success_at, last_full_success_at, last_news_at, hours_since_success, is_stale, last_reason]
  }
}
