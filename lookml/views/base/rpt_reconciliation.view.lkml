# The mart rpt_reconciliation, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# What the warehouse holds against what Visma says. One summary row per check and company, and a row for each difference.
view: rpt_reconciliation {
  label: "Reconciliation"
  sql_table_name: @{finance_schema}.rpt_reconciliation ;;

  dimension: rpt_reconciliation_key {
    label: "Rpt reconciliation key"
    description: "One column that identifies the row."
    hidden: yes
    primary_key: yes
    type: string
    sql: ${TABLE}.rpt_reconciliation_key ;;
  }

  dimension: company_id {
    label: "Company ID"
    description: "Short name of the company; part of every key."
    hidden: yes
    type: string
    sql: ${TABLE}.company_id ;;
  }

  dimension: check_id {
    label: "Check ID"
    description: "The check (seed reconciliation_checks)."
    hidden: yes
    type: string
    sql: ${TABLE}.check_id ;;
  }

  dimension: check_group {
    label: "Check group"
    description: "general_ledger, payables, receivables, budget or loads."
    hidden: yes
    type: string
    sql: ${TABLE}.check_group ;;
  }

  dimension: check_name {
    label: "Check name"
    description: "What is checked, in words."
    hidden: yes
    type: string
    sql: ${TABLE}.check_name ;;
  }

  dimension: row_type {
    label: "Row type"
    description: "summary: all comparisons of a check; detail: one that differs."
    hidden: yes
    type: string
    sql: ${TABLE}.row_type ;;
  }

  dimension: branch_number {
    label: "Branch number"
    description: "Number of the branch."
    hidden: yes
    type: string
    sql: ${TABLE}.branch_number ;;
  }

  dimension: ledger_id {
    label: "Ledger ID"
    description: "Number of the ledger."
    hidden: yes
    type: string
    sql: ${TABLE}.ledger_id ;;
  }

  dimension: fiscal_year {
    label: "Fiscal year"
    description: "Fiscal year."
    hidden: yes
    type: number
    sql: ${TABLE}.fiscal_year ;;
  }

  dimension: financial_period {
    label: "Financial period"
    description: "Period as YYYYPP."
    hidden: yes
    type: string
    sql: ${TABLE}.financial_period ;;
  }

  dimension: account_number {
    label: "Account number"
    description: "Number of the account."
    hidden: yes
    type: string
    sql: ${TABLE}.account_number ;;
  }

  dimension: subaccount_id {
    label: "Subaccount ID"
    description: "Id of the subaccount."
    hidden: yes
    type: string
    sql: ${TABLE}.subaccount_id ;;
  }

  dimension: supplier_number {
    label: "Supplier number"
    description: "Number of the supplier."
    hidden: yes
    type: string
    sql: ${TABLE}.supplier_number ;;
  }

  dimension: customer_number {
    label: "Customer number"
    description: "Number of the customer."
    hidden: yes
    type: string
    sql: ${TABLE}.customer_number ;;
  }

  dimension: document_type {
    label: "Document type"
    description: "Type of the document, as the document lists spell it."
    hidden: yes
    type: string
    sql: ${TABLE}.document_type ;;
  }

  dimension: reference_number {
    label: "Reference number"
    description: "Number of the document. A number may serve several types."
    hidden: yes
    type: string
    sql: ${TABLE}.reference_number ;;
  }

  dimension: module {
    label: "Module"
    description: "Module of the batch."
    hidden: yes
    type: string
    sql: ${TABLE}.module ;;
  }

  dimension: batch_number {
    label: "Batch number"
    description: "Number of the batch."
    hidden: yes
    type: string
    sql: ${TABLE}.batch_number ;;
  }

  dimension: stream {
    label: "Stream"
    description: "Stream of the tap."
    hidden: yes
    type: string
    sql: ${TABLE}.stream ;;
  }

  dimension: base_currency {
    label: "Base currency"
    description: "Base currency of the company: the one of its actual ledger."
    hidden: yes
    type: string
    sql: ${TABLE}.base_currency ;;
  }

  dimension: unit {
    label: "Unit"
    description: "What expected, actual and difference are: amount (money in the base currency of the ledger or company) or count."
    hidden: yes
    type: string
    sql: ${TABLE}.unit ;;
  }

  dimension: expected_is {
    label: "Expected is"
    description: "What is expected, in words."
    hidden: yes
    type: string
    sql: ${TABLE}.expected_is ;;
  }

  dimension: expected {
    label: "Expected"
    description: "What Visma, or the other side of the comparison, says. Null where not checked."
    hidden: yes
    type: number
    sql: ${TABLE}.expected ;;
  }

  dimension: actual_is {
    label: "Actual is"
    description: "What is compared with it, in words."
    hidden: yes
    type: string
    sql: ${TABLE}.actual_is ;;
  }

  dimension: actual {
    label: "Actual"
    description: "What the warehouse says. Null where not checked."
    hidden: yes
    type: number
    sql: ${TABLE}.actual ;;
  }

  dimension: difference {
    label: "Difference"
    description: "Actual minus expected. Null where not checked."
    hidden: yes
    type: number
    sql: ${TABLE}.difference ;;
  }

  dimension: tolerance {
    label: "Tolerance"
    description: "Largest difference that passes (reconciliation_tolerance)."
    hidden: yes
    type: number
    sql: ${TABLE}.tolerance ;;
  }

  dimension: items_checked {
    label: "Items checked"
    description: "Comparisons behind the row; 0 where not checked."
    hidden: yes
    type: number
    sql: ${TABLE}.items_checked ;;
  }

  dimension: items_different {
    label: "Items different"
    description: "Those that differ without an explanation."
    hidden: yes
    type: number
    sql: ${TABLE}.items_different ;;
  }

  dimension: status {
    label: "Status"
    description: "ok, difference, explained (differs as it may) or not_checked (one side was not loaded)."
    hidden: yes
    type: string
    sql: ${TABLE}.status ;;
  }

  dimension: explanation {
    label: "Explanation"
    description: "Likely cause of the difference, or what was compared."
    hidden: yes
    type: string
    sql: ${TABLE}.explanation ;;
  }

  dimension: erp_screen {
    label: "ERP screen"
    description: "Screen in Visma to look at."
    hidden: yes
    type: string
    sql: ${TABLE}.erp_screen ;;
  }

  dimension: as_of {
    label: "As of"
    description: "Day of the build."
    hidden: yes
    type: date
    datatype: date
    convert_tz: no
    sql: ${TABLE}.as_of ;;
  }

  dimension: as_of_week {
    label: "As of week"
    description: "Day of the build."
    hidden: yes
    type: date_week
    datatype: date
    convert_tz: no
    sql: ${TABLE}.as_of ;;
  }

  dimension: as_of_month {
    label: "As of month"
    description: "Day of the build."
    hidden: yes
    type: date_month
    datatype: date
    convert_tz: no
    sql: ${TABLE}.as_of ;;
  }

  measure: count {
    label: "Count"
    description: "Number of rows."
    hidden: yes
    type: count
  }

  measure: newest_load_epoch {
    label: "Newest load epoch"
    description: "When the newest load that brought news ended, in seconds since 1970 (UTC); for utility-looker-refresh. The marts are published together."
    hidden: yes
    type: max
    value_format_name: id
    sql: (select floor(extract(epoch from max(last_news_at))) from @{finance_schema}.rpt_sync_status) ;;
  }

  measure: min_base_currency {
    label: "Min base currency"
    description: "First of the base currencies."
    hidden: yes
    type: min
    sql: coalesce(${base_currency}, '') ;;
  }

  measure: max_base_currency {
    label: "Max base currency"
    description: "Last of the base currencies."
    hidden: yes
    type: max
    sql: coalesce(${base_currency}, '') ;;
  }

  measure: one_currency {
    label: "One currency"
    description: "1 where all rows of the result have the same base currency, so that figures beside each other can be compared."
    hidden: yes
    type: number
    can_filter: no
    sql: case when min(${min_base_currency}) over () = max(${max_base_currency}) over () then 1 else 0 end ;;
  }

  measure: currency_shown {
    label: "Currency shown"
    description: "Currency of the amounts: the companies' where they share one, else none."
    hidden: yes
    type: string
    can_filter: no
    sql: case when ${one_currency} = 1 then ${max_base_currency} end ;;
  }
}
