# The mart fct_ar_open_item_month_end, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# What was open of customers at the end of each period that has ended, per document.
view: fct_ar_open_item_month_end {
  label: "AR open item month end"
  sql_table_name: @{finance_schema}.fct_ar_open_item_month_end ;;

  dimension: fct_ar_open_item_month_end_key {
    label: "Fct AR open item month end key"
    description: "Identifies the row."
    hidden: yes
    primary_key: yes
    type: string
    sql: ${TABLE}.fct_ar_open_item_month_end_key ;;
  }

  dimension: company_id {
    label: "Company ID"
    description: "Short name of the company."
    hidden: yes
    type: string
    sql: ${TABLE}.company_id ;;
  }

  dimension: financial_period {
    label: "Financial period"
    description: "Period at whose end it was open, as YYYYPP; adjustment periods have no row of their own."
    hidden: yes
    type: string
    sql: ${TABLE}.financial_period ;;
  }

  dimension: as_of {
    label: "As of"
    description: "Last day of the period."
    hidden: yes
    type: date
    datatype: date
    convert_tz: no
    sql: ${TABLE}.as_of ;;
  }

  dimension: as_of_week {
    label: "As of week"
    description: "Last day of the period."
    hidden: yes
    type: date_week
    datatype: date
    convert_tz: no
    sql: ${TABLE}.as_of ;;
  }

  dimension: as_of_month {
    label: "As of month"
    description: "Last day of the period."
    hidden: yes
    type: date_month
    datatype: date
    convert_tz: no
    sql: ${TABLE}.as_of ;;
  }

  dimension: document_type {
    label: "Document type"
    description: "Type of the document as Visma spells it. Numbers are unique within a type only."
    hidden: yes
    type: string
    sql: ${TABLE}.document_type ;;
  }

  dimension: reference_number {
    label: "Reference number"
    description: "Number of the document within its type."
    hidden: yes
    type: string
    sql: ${TABLE}.reference_number ;;
  }

  dimension: branch_number {
    label: "Branch number"
    description: "Branch."
    hidden: yes
    type: string
    sql: ${TABLE}.branch_number ;;
  }

  dimension: customer_number {
    label: "Customer number"
    description: "Customer."
    hidden: yes
    type: string
    sql: ${TABLE}.customer_number ;;
  }

  dimension: control_account_number {
    label: "Control account number"
    description: "Control account of the document, as Visma tells it."
    hidden: yes
    type: string
    sql: ${TABLE}.control_account_number ;;
  }

  dimension: document_date {
    label: "Document date"
    description: "Date of the document."
    hidden: yes
    type: date
    datatype: date
    convert_tz: no
    sql: ${TABLE}.document_date ;;
  }

  dimension: document_week {
    label: "Document week"
    description: "Date of the document."
    hidden: yes
    type: date_week
    datatype: date
    convert_tz: no
    sql: ${TABLE}.document_date ;;
  }

  dimension: document_month {
    label: "Document month"
    description: "Date of the document."
    hidden: yes
    type: date_month
    datatype: date
    convert_tz: no
    sql: ${TABLE}.document_date ;;
  }

  dimension: due_date {
    label: "Due date"
    description: "Day on which it is to be paid; null where Visma tells none."
    hidden: yes
    type: date
    datatype: date
    convert_tz: no
    sql: ${TABLE}.due_date ;;
  }

  dimension: due_week {
    label: "Due week"
    description: "Day on which it is to be paid; null where Visma tells none."
    hidden: yes
    type: date_week
    datatype: date
    convert_tz: no
    sql: ${TABLE}.due_date ;;
  }

  dimension: due_month {
    label: "Due month"
    description: "Day on which it is to be paid; null where Visma tells none."
    hidden: yes
    type: date_month
    datatype: date
    convert_tz: no
    sql: ${TABLE}.due_date ;;
  }

  dimension: is_unapplied_payment {
    label: "Is unapplied payment"
    description: "Whether it is a payment or refund that is not taken off any document."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_unapplied_payment ;;
  }

  dimension: is_prepayment {
    label: "Is prepayment"
    description: "Whether it is a prepayment; of suppliers these are on a control account of their own, and not in the balance that Visma shows of a supplier."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_prepayment ;;
  }

  dimension: currency {
    label: "Currency"
    description: "Currency of the document."
    hidden: yes
    type: string
    sql: ${TABLE}.currency ;;
  }

  dimension: base_currency {
    label: "Base currency"
    description: "Currency of the company."
    hidden: yes
    type: string
    sql: ${TABLE}.base_currency ;;
  }

  dimension: group_currency {
    label: "Group currency"
    description: "Currency of the group; null where none is set."
    hidden: yes
    type: string
    sql: ${TABLE}.group_currency ;;
  }

  dimension: balance_base {
    label: "Balance base"
    description: "What is open, in the company's currency at the document's own rate, signed: invoices positive, credit notes and unapplied payments negative."
    hidden: yes
    type: number
    sql: ${TABLE}.balance_base ;;
  }

  dimension: balance_currency {
    label: "Balance currency"
    description: "What is open, in the document's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.balance_currency ;;
  }

  dimension: balance_group {
    label: "Balance group"
    description: "What was open in the group's currency at the rate of the last day of the period."
    hidden: yes
    type: number
    sql: ${TABLE}.balance_group ;;
  }

  dimension: is_missing_rate {
    label: "Is missing rate"
    description: "Whether the rate to the group currency is missing; the amount in it is then null."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_missing_rate ;;
  }

  dimension: days_overdue {
    label: "Days overdue"
    description: "Days after the due day, on the last day of the period."
    hidden: yes
    type: number
    sql: ${TABLE}.days_overdue ;;
  }

  dimension: ageing_bucket {
    label: "Ageing bucket"
    description: "Key of the ageing bucket, explained by the seed ageing_buckets."
    hidden: yes
    type: string
    sql: ${TABLE}.ageing_bucket ;;
  }

  dimension: ageing_bucket_label {
    label: "Ageing bucket label"
    description: "The ageing bucket as readers see it."
    hidden: yes
    type: string
    sql: ${TABLE}.ageing_bucket_label ;;
  }

  dimension: ageing_bucket_order {
    label: "Ageing bucket order"
    description: "Place of the ageing bucket among the others."
    hidden: yes
    type: number
    sql: ${TABLE}.ageing_bucket_order ;;
  }

  dimension: method {
    label: "Method"
    description: "rebuilt: original amount less what was taken off until the period's end, where that history adds up to Visma's balance of today; snapshot: Visma's own word of that day, where it does not."
    hidden: yes
    type: string
    sql: ${TABLE}.method ;;
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

  measure: count_periods {
    label: "Count periods"
    description: "Periods, of each company."
    hidden: yes
    type: count_distinct
    sql: ${company_id} || ' ' || ${financial_period} ;;
  }

  measure: count_companies {
    label: "Count companies"
    description: "Companies."
    hidden: yes
    type: count_distinct
    sql: ${company_id} ;;
  }

  measure: sum_balance_base {
    label: "Sum balance base"
    description: "What is open, in the company's currency at the document's own rate, signed: invoices positive, credit notes and unapplied payments negative."
    hidden: yes
    type: sum
    sql: ${balance_base} ;;
  }

  measure: sum_balance_group {
    label: "Sum balance group"
    description: "What is open, in the company's currency at the document's own rate, signed: invoices positive, credit notes and unapplied payments negative."
    hidden: yes
    type: sum
    sql: ${balance_group} ;;
  }

  measure: total_balance_group {
    label: "Total balance group"
    description: "What is open, in the company's currency at the document's own rate, signed: invoices positive, credit notes and unapplied payments negative. In the group's currency; empty where a rate is missing."
    hidden: yes
    type: number
    value_format_name: amount
    sql: case when ${count_periods} = ${count_companies} and ${rows_without_rate} = 0 and ${max_group_currency} is not null then ${sum_balance_group} end ;;
  }

  measure: total_balance {
    label: "Total balance"
    description: "What is open, in the company's currency at the document's own rate, signed: invoices positive, credit notes and unapplied payments negative. Where not all rows of the result have one base currency: in the group's currency."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and ${count_periods} = ${count_companies} then ${sum_balance_base} when ${one_currency} = 0 then ${total_balance_group} end ;;
  }
}
