# The mart fct_gl_line, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# Lines of posted journal batches, all ledgers. Reversals are entries of their own and count as any other; nothing is netted.
view: fct_gl_line {
  label: "GL line"
  sql_table_name: @{finance_schema}.fct_gl_line ;;

  dimension: fct_gl_line_key {
    label: "Fct GL line key"
    description: "One column that identifies the row."
    hidden: yes
    primary_key: yes
    type: string
    sql: ${TABLE}.fct_gl_line_key ;;
  }

  dimension: company_id {
    label: "Company ID"
    description: "Short name of the company; part of every key."
    hidden: yes
    type: string
    sql: ${TABLE}.company_id ;;
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

  dimension: ledger_type {
    label: "Ledger type"
    description: "Actual, Budget, Report or Statistical. Never add amounts of different types."
    hidden: yes
    type: string
    sql: ${TABLE}.ledger_type ;;
  }

  dimension: financial_period {
    label: "Financial period"
    description: "Visma's own period as YYYYPP. PP is no month: years may begin in September and have a period 13."
    hidden: yes
    type: string
    sql: ${TABLE}.financial_period ;;
  }

  dimension: transaction_date {
    label: "Transaction date"
    description: "Date of the batch."
    hidden: yes
    type: date
    datatype: date
    convert_tz: no
    sql: ${TABLE}.transaction_date ;;
  }

  dimension: transaction_week {
    label: "Transaction week"
    description: "Date of the batch."
    hidden: yes
    type: date_week
    datatype: date
    convert_tz: no
    sql: ${TABLE}.transaction_date ;;
  }

  dimension: transaction_month {
    label: "Transaction month"
    description: "Date of the batch."
    hidden: yes
    type: date_month
    datatype: date
    convert_tz: no
    sql: ${TABLE}.transaction_date ;;
  }

  dimension: module {
    label: "Module"
    description: "Module that the batch comes from: GL, AP, AR and so on."
    hidden: yes
    type: string
    sql: ${TABLE}.module ;;
  }

  dimension: batch_number {
    label: "Batch number"
    description: "Number of the batch in its module."
    hidden: yes
    type: string
    sql: ${TABLE}.batch_number ;;
  }

  dimension: line_number {
    label: "Line number"
    description: "Number of the line in its batch."
    hidden: yes
    type: number
    sql: ${TABLE}.line_number ;;
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
    description: "Id of the subaccount; 'none' where the row has none."
    hidden: yes
    type: string
    sql: ${TABLE}.subaccount_id ;;
  }

  dimension: cost_centre {
    label: "Cost centre"
    description: "Value of the subaccount's segment that is the cost centre (visma_dimension_roles); 'unassigned' where there is none."
    hidden: yes
    type: string
    sql: ${TABLE}.cost_centre ;;
  }

  dimension: project {
    label: "Project"
    description: "Project of the line, else the subaccount's segment that is the project (visma_dimension_roles); 'unassigned' where there is none."
    hidden: yes
    type: string
    sql: ${TABLE}.project ;;
  }

  dimension: project_task {
    label: "Project task"
    description: "Task of the project."
    hidden: yes
    type: string
    sql: ${TABLE}.project_task ;;
  }

  dimension: supplier_number {
    label: "Supplier number"
    description: "Supplier of the line, or of its document; only for batches of AP and PO."
    hidden: yes
    type: string
    sql: ${TABLE}.supplier_number ;;
  }

  dimension: customer_number {
    label: "Customer number"
    description: "Customer of the line, or of its document; only for batches of AR and SO."
    hidden: yes
    type: string
    sql: ${TABLE}.customer_number ;;
  }

  dimension: transaction_type {
    label: "Transaction type"
    description: "Visma's code of the document type."
    hidden: yes
    type: string
    sql: ${TABLE}.transaction_type ;;
  }

  dimension: document_type {
    label: "Document type"
    description: "Type of the document that the line comes from, as the document lists spell it (seed visma_transaction_types). A document may be drilled to; a line of it may not, since postings may be summed up."
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

  dimension: description {
    label: "Description"
    description: "Text of the line."
    hidden: yes
    type: string
    sql: ${TABLE}.description ;;
  }

  dimension: batch_description {
    label: "Batch description"
    description: "Text of the batch."
    hidden: yes
    type: string
    sql: ${TABLE}.batch_description ;;
  }

  dimension: vat_code {
    label: "VAT code"
    description: "VAT code."
    hidden: yes
    type: string
    sql: ${TABLE}.vat_code ;;
  }

  dimension: inventory_number {
    label: "Inventory number"
    description: "Item."
    hidden: yes
    type: string
    sql: ${TABLE}.inventory_number ;;
  }

  dimension: quantity {
    label: "Quantity"
    description: "Quantity."
    hidden: yes
    type: number
    sql: ${TABLE}.quantity ;;
  }

  dimension: currency {
    label: "Currency"
    description: "Currency of the batch."
    hidden: yes
    type: string
    sql: ${TABLE}.currency ;;
  }

  dimension: base_currency {
    label: "Base currency"
    description: "Currency that the ledger is kept in; of an actual ledger the company's base currency."
    hidden: yes
    type: string
    sql: ${TABLE}.base_currency ;;
  }

  dimension: debit_base {
    label: "Debit base"
    description: "Debit in base currency."
    hidden: yes
    type: number
    sql: ${TABLE}.debit_base ;;
  }

  dimension: credit_base {
    label: "Credit base"
    description: "Credit in base currency."
    hidden: yes
    type: number
    sql: ${TABLE}.credit_base ;;
  }

  dimension: amount_dr_cr_base {
    label: "Amount dr cr base"
    description: "Debit minus credit in base currency."
    hidden: yes
    type: number
    sql: ${TABLE}.amount_dr_cr_base ;;
  }

  dimension: amount_statement_base {
    label: "Amount statement base"
    description: "Amount with the sign of statements, in base currency: income and liabilities turned."
    hidden: yes
    type: number
    sql: ${TABLE}.amount_statement_base ;;
  }

  dimension: debit_currency {
    label: "Debit currency"
    description: "Debit in the currency of the batch."
    hidden: yes
    type: number
    sql: ${TABLE}.debit_currency ;;
  }

  dimension: credit_currency {
    label: "Credit currency"
    description: "Credit in the currency of the batch."
    hidden: yes
    type: number
    sql: ${TABLE}.credit_currency ;;
  }

  dimension: amount_dr_cr_currency {
    label: "Amount dr cr currency"
    description: "Debit minus credit in the currency of the batch."
    hidden: yes
    type: number
    sql: ${TABLE}.amount_dr_cr_currency ;;
  }

  dimension: group_currency {
    label: "Group currency"
    description: "Currency of the group (group_currency); null where none is set."
    hidden: yes
    type: string
    sql: ${TABLE}.group_currency ;;
  }

  dimension: amount_dr_cr_group {
    label: "Amount dr cr group"
    description: "Debit minus credit at the period's average rate, rounded line by line."
    hidden: yes
    type: number
    sql: ${TABLE}.amount_dr_cr_group ;;
  }

  dimension: amount_statement_group {
    label: "Amount statement group"
    description: "Statement amount at the period's average rate, rounded line by line."
    hidden: yes
    type: number
    sql: ${TABLE}.amount_statement_group ;;
  }

  dimension: is_missing_rate {
    label: "Is missing rate"
    description: "Whether a rate to the group's currency is missing, so that group amounts are null."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_missing_rate ;;
  }

  dimension: is_reversal {
    label: "Is reversal"
    description: "Whether the batch reverses another."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_reversal ;;
  }

  dimension: is_auto_reversing {
    label: "Is auto reversing"
    description: "Whether the batch is reversed in the next period."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_auto_reversing ;;
  }

  dimension: original_batch_number {
    label: "Original batch number"
    description: "Batch that it reverses."
    hidden: yes
    type: string
    sql: ${TABLE}.original_batch_number ;;
  }

  dimension: modified_at {
    label: "Modified at"
    description: "When Visma changed the batch last, by its own wall clock."
    hidden: yes
    type: date_time
    datatype: datetime
    convert_tz: no
    sql: ${TABLE}.modified_at ;;
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
    description: "Currency of the amounts: the companies' where they share one, else the group's."
    hidden: yes
    type: string
    can_filter: no
    sql: case when ${one_currency} = 1 then ${max_base_currency} else ${max_group_currency} end ;;
  }

  measure: max_group_currency {
    label: "Max group currency"
    description: "The group's currency."
    hidden: yes
    type: max
    sql: ${group_currency} ;;
  }

  measure: rows_without_rate {
    label: "Rows without rate"
    description: "Rows without a rate to the group's currency."
    hidden: yes
    type: sum
    sql: case when ${TABLE}.is_missing_rate then 1 else 0 end ;;
  }

  measure: min_ledger {
    label: "Min ledger"
    description: "First of the ledgers; actual ones are one."
    hidden: yes
    type: min
    sql: case when ${ledger_type} = 'Actual' then 'Actual' else ${ledger_id} end ;;
  }

  measure: max_ledger {
    label: "Max ledger"
    description: "Last of the ledgers; actual ones are one."
    hidden: yes
    type: max
    sql: case when ${ledger_type} = 'Actual' then 'Actual' else ${ledger_id} end ;;
  }

  measure: sum_debit_base {
    label: "Sum debit base"
    description: "Debit in base currency."
    hidden: yes
    type: sum
    sql: ${debit_base} ;;
  }

  measure: total_debit {
    label: "Total debit"
    description: "Debit in base currency. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and ${min_ledger} = ${max_ledger} then ${sum_debit_base} end ;;
  }

  measure: sum_credit_base {
    label: "Sum credit base"
    description: "Credit in base currency."
    hidden: yes
    type: sum
    sql: ${credit_base} ;;
  }

  measure: total_credit {
    label: "Total credit"
    description: "Credit in base currency. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and ${min_ledger} = ${max_ledger} then ${sum_credit_base} end ;;
  }

  measure: sum_amount_dr_cr_base {
    label: "Sum amount dr cr base"
    description: "Debit minus credit in base currency."
    hidden: yes
    type: sum
    sql: ${amount_dr_cr_base} ;;
  }

  measure: sum_amount_dr_cr_group {
    label: "Sum amount dr cr group"
    description: "Debit minus credit in base currency."
    hidden: yes
    type: sum
    sql: ${amount_dr_cr_group} ;;
  }

  measure: total_amount_dr_cr_group {
    label: "Total amount dr cr group"
    description: "Debit minus credit in base currency. In the group's currency; empty where a rate is missing."
    hidden: yes
    type: number
    value_format_name: amount
    sql: case when ${min_ledger} = ${max_ledger} and ${rows_without_rate} = 0 and ${max_group_currency} is not null then ${sum_amount_dr_cr_group} end ;;
  }

  measure: total_amount_dr_cr {
    label: "Total amount dr cr"
    description: "Debit minus credit in base currency. Where not all rows of the result have one base currency: in the group's currency."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and ${min_ledger} = ${max_ledger} then ${sum_amount_dr_cr_base} when ${one_currency} = 0 then ${total_amount_dr_cr_group} end ;;
  }

  measure: sum_amount_statement_base {
    label: "Sum amount statement base"
    description: "Amount with the sign of statements, in base currency: income and liabilities turned."
    hidden: yes
    type: sum
    sql: ${amount_statement_base} ;;
  }

  measure: sum_amount_statement_group {
    label: "Sum amount statement group"
    description: "Amount with the sign of statements, in base currency: income and liabilities turned."
    hidden: yes
    type: sum
    sql: ${amount_statement_group} ;;
  }

  measure: total_amount_statement_group {
    label: "Total amount statement group"
    description: "Amount with the sign of statements, in base currency: income and liabilities turned. In the group's currency; empty where a rate is missing."
    hidden: yes
    type: number
    value_format_name: amount
    sql: case when ${min_ledger} = ${max_ledger} and ${rows_without_rate} = 0 and ${max_group_currency} is not null then ${sum_amount_statement_group} end ;;
  }

  measure: total_amount_statement {
    label: "Total amount statement"
    description: "Amount with the sign of statements, in base currency: income and liabilities turned. Where not all rows of the result have one base currency: in the group's currency."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and ${min_ledger} = ${max_ledger} then ${sum_amount_statement_base} when ${one_currency} = 0 then ${total_amount_statement_group} end ;;
  }
}
