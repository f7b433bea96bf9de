# The mart rpt_budget_vs_actual, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# Budget against actual in statement signs, for each budget ledger. All accounts of the profit and loss, balance accounts only where they are budgeted (by movement). Actuals stand beside every budget ledger: choose one.
view: rpt_budget_vs_actual {
  label: "Budget vs actual"
  sql_table_name: @{finance_schema}.rpt_budget_vs_actual ;;

  dimension: rpt_budget_vs_actual_key {
    label: "Rpt budget vs actual key"
    description: "One column that identifies the row."
    hidden: yes
    primary_key: yes
    type: string
    sql: ${TABLE}.rpt_budget_vs_actual_key ;;
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

  dimension: budget_ledger_id {
    label: "Budget ledger ID"
    description: "Budget ledger; 'none' for a company without one."
    hidden: yes
    type: string
    sql: ${TABLE}.budget_ledger_id ;;
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

  dimension: account_name {
    label: "Account name"
    description: "Name of the account."
    hidden: yes
    type: string
    sql: ${TABLE}.account_name ;;
  }

  dimension: account_type {
    label: "Account type"
    description: "Asset, Liability (equity included), Income or Expense."
    hidden: yes
    type: string
    sql: ${TABLE}.account_type ;;
  }

  dimension: statement {
    label: "Statement"
    description: "profit_and_loss or balance_sheet."
    hidden: yes
    type: string
    sql: ${TABLE}.statement ;;
  }

  dimension: statement_line {
    label: "Statement line"
    description: "Line of the statement (seed account_class_rollup)."
    hidden: yes
    type: string
    sql: ${TABLE}.statement_line ;;
  }

  dimension: cost_centre {
    label: "Cost centre"
    description: "Cost centre; 'all' where budget_level is account."
    hidden: yes
    type: string
    sql: ${TABLE}.cost_centre ;;
  }

  dimension: subaccount_id {
    label: "Subaccount ID"
    description: "Subaccount; 'all' unless budget_level is subaccount."
    hidden: yes
    type: string
    sql: ${TABLE}.subaccount_id ;;
  }

  dimension: base_currency {
    label: "Base currency"
    description: "Currency of both sides: what the ledgers are kept in. Unlike currencies never meet."
    hidden: yes
    type: string
    sql: ${TABLE}.base_currency ;;
  }

  dimension: group_currency {
    label: "Group currency"
    description: "Currency of the group (group_currency); null where none is set."
    hidden: yes
    type: string
    sql: ${TABLE}.group_currency ;;
  }

  dimension: budget_base {
    label: "Budget base"
    description: "Budget of the period."
    hidden: yes
    type: number
    sql: ${TABLE}.budget_base ;;
  }

  dimension: actual_base {
    label: "Actual base"
    description: "Actual of the period."
    hidden: yes
    type: number
    sql: ${TABLE}.actual_base ;;
  }

  dimension: variance_base {
    label: "Variance base"
    description: "Actual minus budget."
    hidden: yes
    type: number
    sql: ${TABLE}.variance_base ;;
  }

  dimension: variance_favourable_base {
    label: "Variance favourable base"
    description: "Variance with the sign of its effect on the result: more income and less expense are positive. Null for balance accounts."
    hidden: yes
    type: number
    sql: ${TABLE}.variance_favourable_base ;;
  }

  dimension: budget_ytd_base {
    label: "Budget YTD base"
    description: "Budget of the fiscal year to this period."
    hidden: yes
    type: number
    sql: ${TABLE}.budget_ytd_base ;;
  }

  dimension: actual_ytd_base {
    label: "Actual YTD base"
    description: "Actual of the fiscal year to this period."
    hidden: yes
    type: number
    sql: ${TABLE}.actual_ytd_base ;;
  }

  dimension: variance_ytd_base {
    label: "Variance YTD base"
    description: "Actual minus budget of the fiscal year to this period."
    hidden: yes
    type: number
    sql: ${TABLE}.variance_ytd_base ;;
  }

  dimension: variance_favourable_ytd_base {
    label: "Variance favourable YTD base"
    description: "Variance of the fiscal year to this period with the sign of its effect on the result: more income and less expense are positive. Null for balance accounts."
    hidden: yes
    type: number
    sql: ${TABLE}.variance_favourable_ytd_base ;;
  }

  dimension: full_year_budget_base {
    label: "Full year budget base"
    description: "Budget of the whole fiscal year."
    hidden: yes
    type: number
    sql: ${TABLE}.full_year_budget_base ;;
  }

  dimension: remaining_base {
    label: "Remaining base"
    description: "Budget of the whole year minus actual to this period."
    hidden: yes
    type: number
    sql: ${TABLE}.remaining_base ;;
  }

  dimension: budget_group {
    label: "Budget group"
    description: "Budget of the period; in the group's currency, as the sum of rounded rows (fct_budget_period, fct_gl_balance)."
    hidden: yes
    type: number
    sql: ${TABLE}.budget_group ;;
  }

  dimension: actual_group {
    label: "Actual group"
    description: "Actual of the period; in the group's currency, as the sum of rounded rows (fct_budget_period, fct_gl_balance)."
    hidden: yes
    type: number
    sql: ${TABLE}.actual_group ;;
  }

  dimension: variance_group {
    label: "Variance group"
    description: "Actual minus budget, in the group's currency."
    hidden: yes
    type: number
    sql: ${TABLE}.variance_group ;;
  }

  dimension: variance_favourable_group {
    label: "Variance favourable group"
    description: "Variance in the group's currency with the sign of its effect on the result: more income and less expense are positive. Null for balance accounts."
    hidden: yes
    type: number
    sql: ${TABLE}.variance_favourable_group ;;
  }

  dimension: budget_ytd_group {
    label: "Budget YTD group"
    description: "Budget of the fiscal year to this period, in the group's currency; null from the first period without a rate on."
    hidden: yes
    type: number
    sql: ${TABLE}.budget_ytd_group ;;
  }

  dimension: actual_ytd_group {
    label: "Actual YTD group"
    description: "Actual of the fiscal year to this period, in the group's currency; null from the first period without a rate on."
    hidden: yes
    type: number
    sql: ${TABLE}.actual_ytd_group ;;
  }

  dimension: variance_ytd_group {
    label: "Variance YTD group"
    description: "Actual minus budget of the fiscal year to this period, in the group's currency."
    hidden: yes
    type: number
    sql: ${TABLE}.variance_ytd_group ;;
  }

  dimension: variance_favourable_ytd_group {
    label: "Variance favourable YTD group"
    description: "Variance of the fiscal year to this period in the group's currency with the sign of its effect on the result: more income and less expense are positive. Null for balance accounts."
    hidden: yes
    type: number
    sql: ${TABLE}.variance_favourable_ytd_group ;;
  }

  dimension: full_year_budget_group {
    label: "Full year budget group"
    description: "Budget of the whole fiscal year, in the group's currency; null where one of its periods lacks a rate."
    hidden: yes
    type: number
    sql: ${TABLE}.full_year_budget_group ;;
  }

  dimension: remaining_group {
    label: "Remaining group"
    description: "Budget of the whole year minus actual to this period, in the group's currency."
    hidden: yes
    type: number
    sql: ${TABLE}.remaining_group ;;
  }

  dimension: variance_share {
    label: "Variance share"
    description: "Variance per unit of budget (0.1 is ten per cent over), in base currency and rounded to six decimals; null without a budget."
    hidden: yes
    type: number
    sql: ${TABLE}.variance_share ;;
  }

  dimension: is_main_budget {
    label: "Is main budget"
    description: "Whether the budget ledger is the company's main one in the fiscal year: the one with most budget lines, of equals the first by name. Where a year has no budget, its actuals are here once, too."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_main_budget ;;
  }

  dimension: year_has_budget {
    label: "Year has budget"
    description: "Whether the budget ledger has a budget in the fiscal year. Where it has none, variances are actuals against nothing."
    hidden: yes
    type: yesno
    sql: ${TABLE}.year_has_budget ;;
  }

  dimension: has_budget {
    label: "Has budget"
    description: "Whether there is a budget in this period."
    hidden: yes
    type: yesno
    sql: ${TABLE}.has_budget ;;
  }

  dimension: has_actual {
    label: "Has actual"
    description: "Whether there is a movement in this period."
    hidden: yes
    type: yesno
    sql: ${TABLE}.has_actual ;;
  }

  dimension: is_missing_rate {
    label: "Is missing rate"
    description: "Whether a rate to the group's currency is missing for the period, so that its group amounts are null."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_missing_rate ;;
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
    sql: ${budget_ledger_id} ;;
  }

  measure: max_ledger {
    label: "Max ledger"
    description: "Last of the ledgers; actual ones are one."
    hidden: yes
    type: max
    sql: ${budget_ledger_id} ;;
  }

  measure: only_main_budgets {
    label: "Only main budgets"
    description: "1 where all rows are of the companies' main budgets, whatever they are called."
    hidden: yes
    type: min
    sql: case when ${is_main_budget} then 1 else 0 end ;;
  }

  measure: any_budget {
    label: "Any budget"
    description: "1 where a row is of a year for which its company has a budget."
    hidden: yes
    type: max
    sql: case when ${year_has_budget} then 1 else 0 end ;;
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

  measure: sum_budget_base {
    label: "Sum budget base"
    description: "Budget of the period."
    hidden: yes
    type: sum
    sql: ${budget_base} ;;
  }

  measure: sum_budget_group {
    label: "Sum budget group"
    description: "Budget of the period."
    hidden: yes
    type: sum
    sql: ${budget_group} ;;
  }

  measure: total_budget_group {
    label: "Total budget group"
    description: "Budget of the period. In the group's currency; empty where a rate is missing."
    hidden: yes
    type: number
    value_format_name: amount
    sql: case when (${min_ledger} = ${max_ledger} or ${only_main_budgets} = 1) and ${any_budget} = 1 and ${rows_without_rate} = 0 and ${max_group_currency} is not null then ${sum_budget_group} end ;;
  }

  measure: total_budget {
    label: "Total budget"
    description: "Budget of the period. Where not all rows of the result have one base currency: in the group's currency."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and (${min_ledger} = ${max_ledger} or ${only_main_budgets} = 1) and ${any_budget} = 1 then ${sum_budget_base} when ${one_currency} = 0 then ${total_budget_group} end ;;
  }

  measure: sum_actual_base {
    label: "Sum actual base"
    description: "Actual of the period."
    hidden: yes
    type: sum
    sql: ${actual_base} ;;
  }

  measure: sum_actual_group {
    label: "Sum actual group"
    description: "Actual of the period."
    hidden: yes
    type: sum
    sql: ${actual_group} ;;
  }

  measure: total_actual_group {
    label: "Total actual group"
    description: "Actual of the period. In the group's currency; empty where a rate is missing."
    hidden: yes
    type: number
    value_format_name: amount
    sql: case when (${min_ledger} = ${max_ledger} or ${only_main_budgets} = 1) and ${rows_without_rate} = 0 and ${max_group_currency} is not null then ${sum_actual_group} end ;;
  }

  measure: total_actual {
    label: "Total actual"
    description: "Actual of the period. Where not all rows of the result have one base currency: in the group's currency."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and (${min_ledger} = ${max_ledger} or ${only_main_budgets} = 1) then ${sum_actual_base} when ${one_currency} = 0 then ${total_actual_group} end ;;
  }

  measure: sum_variance_base {
    label: "Sum variance base"
    description: "Actual minus budget."
    hidden: yes
    type: sum
    sql: ${variance_base} ;;
  }

  measure: sum_variance_group {
    label: "Sum variance group"
    description: "Actual minus budget."
    hidden: yes
    type: sum
    sql: ${variance_group} ;;
  }

  measure: total_variance_group {
    label: "Total variance group"
    description: "Actual minus budget. In the group's currency; empty where a rate is missing."
    hidden: yes
    type: number
    value_format_name: amount
    sql: case when (${min_ledger} = ${max_ledger} or ${only_main_budgets} = 1) and ${any_budget} = 1 and ${rows_without_rate} = 0 and ${max_group_currency} is not null then ${sum_variance_group} end ;;
  }

  measure: total_variance {
    label: "Total variance"
    description: "Actual minus budget. Where not all rows of the result have one base currency: in the group's currency."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and (${min_ledger} = ${max_ledger} or ${only_main_budgets} = 1) and ${any_budget} = 1 then ${sum_variance_base} when ${one_currency} = 0 then ${total_variance_group} end ;;
  }

  measure: sum_variance_favourable_base {
    label: "Sum variance favourable base"
    description: "Variance with the sign of its effect on the result: more income and less expense are positive. Null for balance accounts."
    hidden: yes
    type: sum
    sql: ${variance_favourable_base} ;;
  }

  measure: sum_variance_favourable_group {
    label: "Sum variance favourable group"
    description: "Variance with the sign of its effect on the result: more income and less expense are positive. Null for balance accounts."
    hidden: yes
    type: sum
    sql: ${variance_favourable_group} ;;
  }

  measure: total_variance_favourable_group {
    label: "Total variance favourable group"
    description: "Variance with the sign of its effect on the result: more income and less expense are positive. Null for balance accounts. In the group's currency; empty where a rate is missing."
    hidden: yes
    type: number
    value_format_name: amount
    sql: case when (${min_ledger} = ${max_ledger} or ${only_main_budgets} = 1) and ${any_budget} = 1 and ${rows_without_rate} = 0 and ${max_group_currency} is not null then ${sum_variance_favourable_group} end ;;
  }

  measure: total_variance_favourable {
    label: "Total variance favourable"
    description: "Variance with the sign of its effect on the result: more income and less expense are positive. Null for balance accounts. Where not all rows of the result have one base currency: in the group's currency."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and (${min_ledger} = ${max_ledger} or ${only_main_budgets} = 1) and ${any_budget} = 1 then ${sum_variance_favourable_base} when ${one_currency} = 0 then ${total_variance_favourable_group} end ;;
  }

  measure: sum_budget_ytd_base {
    label: "Sum budget YTD base"
    description: "Budget of the fiscal year to this period."
    hidden: yes
    type: sum
    sql: ${budget_ytd_base} ;;
  }

  measure: sum_budget_ytd_group {
    label: "Sum budget YTD group"
    description: "Budget of the fiscal year to this period."
    hidden: yes
    type: sum
    sql: ${budget_ytd_group} ;;
  }

  measure: total_budget_ytd_group {
    label: "Total budget YTD group"
    description: "Budget of the fiscal year to this period. In the group's currency; empty where a rate is missing."
    hidden: yes
    type: number
    value_format_name: amount
    sql: case when (${min_ledger} = ${max_ledger} or ${only_main_budgets} = 1) and ${any_budget} = 1 and ${count_periods} = ${count_companies} and ${rows_without_rate} = 0 and ${max_group_currency} is not null then ${sum_budget_ytd_group} end ;;
  }

  measure: total_budget_ytd {
    label: "Total budget YTD"
    description: "Budget of the fiscal year to this period. Where not all rows of the result have one base currency: in the group's currency."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and (${min_ledger} = ${max_ledger} or ${only_main_budgets} = 1) and ${any_budget} = 1 and ${count_periods} = ${count_companies} then ${sum_budget_ytd_base} when ${one_currency} = 0 then ${total_budget_ytd_group} end ;;
  }

  measure: sum_actual_ytd_base {
    label: "Sum actual YTD base"
    description: "Actual of the fiscal year to this period."
    hidden: yes
    type: sum
    sql: ${actual_ytd_base} ;;
  }

  measure: sum_actual_ytd_group {
    label: "Sum actual YTD group"
    description: "Actual of the fiscal year to this period."
    hidden: yes
    type: sum
    sql: ${actual_ytd_group} ;;
  }

  measure: total_actual_ytd_group {
    label: "Total actual YTD group"
    description: "Actual of the fiscal year to this period. In the group's currency; empty where a rate is missing."
    hidden: yes
    type: number
    value_format_name: amount
    sql: case when (${min_ledger} = ${max_ledger} or ${only_main_budgets} = 1) and ${count_periods} = ${count_companies} and ${rows_without_rate} = 0 and ${max_group_currency} is not null then ${sum_actual_ytd_group} end ;;
  }

  measure: total_actual_ytd {
    label: "Total actual YTD"
    description: "Actual of the fiscal year to this period. Where not all rows of the result have one base currency: in the group's currency."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and (${min_ledger} = ${max_ledger} or ${only_main_budgets} = 1) and ${count_periods} = ${count_companies} then ${sum_actual_ytd_base} when ${one_currency} = 0 then ${total_actual_ytd_group} end ;;
  }

  measure: sum_variance_ytd_base {
    label: "Sum variance YTD base"
    description: "Actual minus budget of the fiscal year to this period."
    hidden: yes
    type: sum
    sql: ${variance_ytd_base} ;;
  }

  measure: sum_variance_ytd_group {
    label: "Sum variance YTD group"
    description: "Actual minus budget of the fiscal year to this period."
    hidden: yes
    type: sum
    sql: ${variance_ytd_group} ;;
  }

  measure: total_variance_ytd_group {
    label: "Total variance YTD group"
    description: "Actual minus budget of the fiscal year to this period. In the group's currency; empty where a rate is missing."
    hidden: yes
    type: number
    value_format_name: amount
    sql: case when (${min_ledger} = ${max_ledger} or ${only_main_budgets} = 1) and ${any_budget} = 1 and ${count_periods} = ${count_companies} and ${rows_without_rate} = 0 and ${max_group_currency} is not null then ${sum_variance_ytd_group} end ;;
  }

  measure: total_variance_ytd {
    label: "Total variance YTD"
    description: "Actual minus budget of the fiscal year to this period. Where not all rows of the result have one base currency: in the group's currency."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and (${min_ledger} = ${max_ledger} or ${only_main_budgets} = 1) and ${any_budget} = 1 and ${count_periods} = ${count_companies} then ${sum_variance_ytd_base} when ${one_currency} = 0 then ${total_variance_ytd_group} end ;;
  }

  measure: sum_variance_favourable_ytd_base {
    label: "Sum variance favourable YTD base"
    description: "Variance of the fiscal year to this period with the sign of its effect on the result: more income and less expense are positive. Null for balance accounts."
    hidden: yes
    type: sum
    sql: ${variance_favourable_ytd_base} ;;
  }

  measure: sum_variance_favourable_ytd_group {
    label: "Sum variance favourable YTD group"
    description: "Variance of the fiscal year to this period with the sign of its effect on the result: more income and less expense are positive. Null for balance accounts."
    hidden: yes
    type: sum
    sql: ${variance_favourable_ytd_group} ;;
  }

  measure: total_variance_favourable_ytd_group {
    label: "Total variance favourable YTD group"
    description: "Variance of the fiscal year to this period with the sign of its effect on the result: more income and less expense are positive. Null for balance accounts. In the group's currency; empty where a rate is missing."
    hidden: yes
    type: number
    value_format_name: amount
    sql: case when (${min_ledger} = ${max_ledger} or ${only_main_budgets} = 1) and ${any_budget} = 1 and ${count_periods} = ${count_companies} and ${rows_without_rate} = 0 and ${max_group_currency} is not null then ${sum_variance_favourable_ytd_group} end ;;
  }

  measure: total_variance_favourable_ytd {
    label: "Total variance favourable YTD"
    description: "Variance of the fiscal year to this period with the sign of its effect on the result: more income and less expense are positive. Null for balance accounts. Where not all rows of the result have one base currency: in the group's currency."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and (${min_ledger} = ${max_ledger} or ${only_main_budgets} = 1) and ${any_budget} = 1 and ${count_periods} = ${count_companies} then ${sum_variance_favourable_ytd_base} when ${one_currency} = 0 then ${total_variance_favourable_ytd_group} end ;;
  }

  measure: sum_full_year_budget_base {
    label: "Sum full year budget base"
    description: "Budget of the whole fiscal year."
    hidden: yes
    type: sum
    sql: ${full_year_budget_base} ;;
  }

  measure: sum_full_year_budget_group {
    label: "Sum full year budget group"
    description: "Budget of the whole fiscal year."
    hidden: yes
    type: sum
    sql: ${full_year_budget_group} ;;
  }

  measure: total_full_year_budget_group {
    label: "Total full year budget group"
    description: "Budget of the whole fiscal year. In the group's currency; empty where a rate is missing."
    hidden: yes
    type: number
    value_format_name: amount
    sql: case when (${min_ledger} = ${max_ledger} or ${only_main_budgets} = 1) and ${any_budget} = 1 and ${count_periods} = ${count_companies} and ${rows_without_rate} = 0 and ${max_group_currency} is not null then ${sum_full_year_budget_group} end ;;
  }

  measure: total_full_year_budget {
    label: "Total full year budget"
    description: "Budget of the whole fiscal year. Where not all rows of the result have one base currency: in the group's currency."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and (${min_ledger} = ${max_ledger} or ${only_main_budgets} = 1) and ${any_budget} = 1 and ${count_periods} = ${count_companies} then ${sum_full_year_budget_base} when ${one_currency} = 0 then ${total_full_year_budget_group} end ;;
  }

  measure: sum_remaining_base {
    label: "Sum remaining base"
    description: "Budget of the whole year minus actual to this period."
    hidden: yes
    type: sum
    sql: ${remaining_base} ;;
  }

  measure: sum_remaining_group {
    label: "Sum remaining group"
    description: "Budget of the whole year minus actual to this period."
    hidden: yes
    type: sum
    sql: ${remaining_group} ;;
  }

  measure: total_remaining_group {
    label: "Total remaining group"
    description: "Budget of the whole year minus actual to this period. In the group's currency; empty where a rate is missing."
    hidden: yes
    type: number
    value_format_name: amount
    sql: case when (${min_ledger} = ${max_ledger} or ${only_main_budgets} = 1) and ${any_budget} = 1 and ${count_periods} = ${count_companies} and ${rows_without_rate} = 0 and ${max_group_currency} is not null then ${sum_remaining_group} end ;;
  }

  measure: total_remaining {
    label: "Total remaining"
    description: "Budget of the whole year minus actual to this period. Where not all rows of the result have one base currency: in the group's currency."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and (${min_ledger} = ${max_ledger} or ${only_main_budgets} = 1) and ${any_budget} = 1 and ${count_periods} = ${count_companies} then ${sum_remaining_base} when ${one_currency} = 0 then ${total_remaining_group} end ;;
  }
}
