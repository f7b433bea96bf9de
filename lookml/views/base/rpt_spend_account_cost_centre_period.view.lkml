# The mart rpt_spend_account_cost_centre_period, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# Invoiced spend by account, cost centre, period and supplier.
view: rpt_spend_account_cost_centre_period {
  label: "Spend account cost centre period"
  sql_table_name: @{finance_schema}.rpt_spend_account_cost_centre_period ;;

  dimension: rpt_spend_account_cost_centre_period_key {
    label: "Rpt spend account cost centre period key"
    description: "Identifies the row."
    hidden: yes
    primary_key: yes
    type: string
    sql: ${TABLE}.rpt_spend_account_cost_centre_period_key ;;
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
    description: "Period that it is posted to, as YYYYPP: Visma's own, never derived from a date."
    hidden: yes
    type: string
    sql: ${TABLE}.financial_period ;;
  }

  dimension: account_number {
    label: "Account number"
    description: "Account, or 'none'."
    hidden: yes
    type: string
    sql: ${TABLE}.account_number ;;
  }

  dimension: cost_centre {
    label: "Cost centre"
    description: "Value of the segment that is the cost centre, or 'unassigned'."
    hidden: yes
    type: string
    sql: ${TABLE}.cost_centre ;;
  }

  dimension: supplier_number {
    label: "Supplier number"
    description: "Supplier, or 'none'."
    hidden: yes
    type: string
    sql: ${TABLE}.supplier_number ;;
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

  dimension: spend_base {
    label: "Spend base"
    description: "Spend in the company's currency: net amounts of released documents that are no exclusion; 0 for all else."
    hidden: yes
    type: number
    sql: ${TABLE}.spend_base ;;
  }

  dimension: spend_group {
    label: "Spend group"
    description: "Spend in the group's currency; null where a rate is missing."
    hidden: yes
    type: number
    sql: ${TABLE}.spend_group ;;
  }

  dimension: is_missing_rate {
    label: "Is missing rate"
    description: "Whether the rate to the group currency is missing; the amount in it is then null."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_missing_rate ;;
  }

  dimension: n_lines {
    label: "N lines"
    description: "Number of lines that are spend."
    hidden: yes
    type: number
    sql: ${TABLE}.n_lines ;;
  }

  dimension: n_documents {
    label: "N documents"
    description: "Number of documents with such lines."
    hidden: yes
    type: number
    sql: ${TABLE}.n_documents ;;
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

  measure: sum_spend_base {
    label: "Sum spend base"
    description: "Spend in the company's currency: net amounts of released documents that are no exclusion; 0 for all else."
    hidden: yes
    type: sum
    sql: ${spend_base} ;;
  }

  measure: sum_spend_group {
    label: "Sum spend group"
    description: "Spend in the company's currency: net amounts of released documents that are no exclusion; 0 for all else."
    hidden: yes
    type: sum
    sql: ${spend_group} ;;
  }

  measure: total_spend_group {
    label: "Total spend group"
    description: "Spend in the company's currency: net amounts of released documents that are no exclusion; 0 for all else. In the group's currency; empty where a rate is missing."
    hidden: yes
    type: number
    value_format_name: amount
    sql: case when ${rows_without_rate} = 0 and ${max_group_currency} is not null then ${sum_spend_group} end ;;
  }

  measure: total_spend {
    label: "Total spend"
    description: "Spend in the company's currency: net amounts of released documents that are no exclusion; 0 for all else. Where not all rows of the result have one base currency: in the group's currency."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_spend_base} when ${one_currency} = 0 then ${total_spend_group} end ;;
  }
}
