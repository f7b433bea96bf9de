# The mart fct_budget_period, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# Budget per period: the single budget lines, not the subtotals of the budget tree, which repeat them.
view: fct_budget_period {
  label: "Budget period"
  sql_table_name: @{finance_schema}.fct_budget_period ;;

  dimension: fct_budget_period_key {
    label: "Fct budget period key"
    description: "One column that identifies the row."
    hidden: yes
    primary_key: yes
    type: string
    sql: ${TABLE}.fct_budget_period_key ;;
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
    description: "Budget ledger: a budget, or a version of one. Never add two."
    hidden: yes
    type: string
    sql: ${TABLE}.ledger_id ;;
  }

  dimension: financial_period {
    label: "Financial period"
    description: "Visma's own period as YYYYPP. PP is no month: years may begin in September and have a period 13."
    hidden: yes
    type: string
    sql: ${TABLE}.financial_period ;;
  }

  dimension: fiscal_year {
    label: "Fiscal year"
    description: "Fiscal year of the period, as Visma names it."
    hidden: yes
    type: number
    sql: ${TABLE}.fiscal_year ;;
  }

  dimension: account_number {
    label: "Account number"
    description: "Number of the account."
    hidden: yes
    type: string
    sql: ${TABLE}.account_number ;;
  }

  dimension: account_type {
    label: "Account type"
    description: "Asset, Liability (equity included), Income or Expense."
    hidden: yes
    type: string
    sql: ${TABLE}.account_type ;;
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

  dimension: base_currency {
    label: "Base currency"
    description: "Currency that the budget ledger is kept in."
    hidden: yes
    type: string
    sql: ${TABLE}.base_currency ;;
  }

  dimension: amount_statement_base {
    label: "Amount statement base"
    description: "Budget as statements show it; income is positive."
    hidden: yes
    type: number
    sql: ${TABLE}.amount_statement_base ;;
  }

  dimension: amount_dr_cr_base {
    label: "Amount dr cr base"
    description: "Budget as debit minus credit."
    hidden: yes
    type: number
    sql: ${TABLE}.amount_dr_cr_base ;;
  }

  dimension: group_currency {
    label: "Group currency"
    description: "Currency of the group (group_currency); null where none is set."
    hidden: yes
    type: string
    sql: ${TABLE}.group_currency ;;
  }

  dimension: amount_statement_group {
    label: "Amount statement group"
    description: "Budget at the period's average rate, the newest one for days to come; rounded row by row."
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

  dimension: is_released {
    label: "Is released"
    description: "Whether the budget line is released to its ledger."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_released ;;
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

  measure: sum_amount_statement_base {
    label: "Sum amount statement base"
    description: "Budget as statements show it; income is positive."
    hidden: yes
    type: sum
    sql: ${amount_statement_base} ;;
  }

  measure: sum_amount_statement_group {
    label: "Sum amount statement group"
    description: "Budget as statements show it; income is positive."
    hidden: yes
    type: sum
    sql: ${amount_statement_group} ;;
  }

  measure: total_amount_statement_group {
    label: "Total amount statement group"
    description: "Budget as statements show it; income is positive. In the group's currency; empty where a rate is missing."
    hidden: yes
    type: number
    value_format_name: amount
    sql: case when ${rows_without_rate} = 0 and ${max_group_currency} is not null then ${sum_amount_statement_group} end ;;
  }

  measure: total_amount_statement {
    label: "Total amount statement"
    description: "Budget as statements show it; income is positive. Where not all rows of the result have one base currency: in the group's currency."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_amount_statement_base} when ${one_currency} = 0 then ${total_amount_statement_group} end ;;
  }

  measure: sum_amount_dr_cr_base {
    label: "Sum amount dr cr base"
    description: "Budget as debit minus credit."
    hidden: yes
    type: sum
    sql: ${amount_dr_cr_base} ;;
  }

  measure: total_amount_dr_cr {
    label: "Total amount dr cr"
    description: "Budget as debit minus credit. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_amount_dr_cr_base} end ;;
  }
}
