# The mart fct_gl_balance, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# Balances per ledger, branch, account, subaccount and period, rolled forward from debit and credit over every period, also those without a row in Visma. Income and expenses begin each fiscal year at zero; assets and liabilities carry on; retained earnings take the result of the year before. The account on which Visma repeats the result of the running year is left out.
view: fct_gl_balance {
  label: "GL balance"
  sql_table_name: @{finance_schema}.fct_gl_balance ;;

  dimension: fct_gl_balance_key {
    label: "Fct GL balance key"
    description: "One column that identifies the row."
    hidden: yes
    primary_key: yes
    type: string
    sql: ${TABLE}.fct_gl_balance_key ;;
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
    description: "Currency that the ledger is kept in; of an actual ledger the company's base currency."
    hidden: yes
    type: string
    sql: ${TABLE}.base_currency ;;
  }

  dimension: opening_base {
    label: "Opening base"
    description: "Balance before the period, debit minus credit."
    hidden: yes
    type: number
    sql: ${TABLE}.opening_base ;;
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

  dimension: net_change_base {
    label: "Net change base"
    description: "Debit minus credit of the period."
    hidden: yes
    type: number
    sql: ${TABLE}.net_change_base ;;
  }

  dimension: closing_base {
    label: "Closing base"
    description: "Balance after the period, debit minus credit. For income and expenses: the year to date."
    hidden: yes
    type: number
    sql: ${TABLE}.closing_base ;;
  }

  dimension: net_change_statement_base {
    label: "Net change statement base"
    description: "Net change as statements show it: income and liabilities turned."
    hidden: yes
    type: number
    sql: ${TABLE}.net_change_statement_base ;;
  }

  dimension: closing_statement_base {
    label: "Closing statement base"
    description: "Closing balance as statements show it."
    hidden: yes
    type: number
    sql: ${TABLE}.closing_statement_base ;;
  }

  dimension: result_carried_base {
    label: "Result carried base"
    description: "Result of the year before that the opening of retained earnings holds for the first time."
    hidden: yes
    type: number
    sql: ${TABLE}.result_carried_base ;;
  }

  dimension: erp_opening_base {
    label: "ERP opening base"
    description: "Opening balance that Visma states, turned to debit minus credit; null where it has no row."
    hidden: yes
    type: number
    sql: ${TABLE}.erp_opening_base ;;
  }

  dimension: erp_closing_base {
    label: "ERP closing base"
    description: "Closing balance that Visma states, turned to debit minus credit."
    hidden: yes
    type: number
    sql: ${TABLE}.erp_closing_base ;;
  }

  dimension: is_scaffolded {
    label: "Is scaffolded"
    description: "Whether Visma has no row for this period."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_scaffolded ;;
  }

  dimension: group_currency {
    label: "Group currency"
    description: "Currency of the group (group_currency); null where none is set."
    hidden: yes
    type: string
    sql: ${TABLE}.group_currency ;;
  }

  dimension: net_change_group {
    label: "Net change group"
    description: "Net change at the period's average rate, rounded row by row."
    hidden: yes
    type: number
    sql: ${TABLE}.net_change_group ;;
  }

  dimension: net_change_statement_group {
    label: "Net change statement group"
    description: "Net change in the group's currency as statements show it."
    hidden: yes
    type: number
    sql: ${TABLE}.net_change_statement_group ;;
  }

  dimension: closing_group {
    label: "Closing group"
    description: "Closing balance in the group's currency, rounded row by row: assets and liabilities at the rate of the last day, income and expenses as the sum of their translated movements."
    hidden: yes
    type: number
    sql: ${TABLE}.closing_group ;;
  }

  dimension: is_missing_rate {
    label: "Is missing rate"
    description: "Whether a rate to the group's currency is missing, so that group amounts are null."
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
    sql: case when ${ledger_type} = 'Actual' then 'Actual' else ${ledger_id} end ;;
  }

  measure: max_ledger {
    label: "Max ledger"
    description: "Last of the ledgers; actual ones are one."
    hidden: yes
    type: max
    sql: case when ${ledger_type} = 'Actual' then 'Actual' else ${ledger_id} end ;;
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

  measure: sum_opening_base {
    label: "Sum opening base"
    description: "Balance before the period, debit minus credit."
    hidden: yes
    type: sum
    sql: ${opening_base} ;;
  }

  measure: total_opening {
    label: "Total opening"
    description: "Balance before the period, debit minus credit. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and ${min_ledger} = ${max_ledger} and ${count_periods} = ${count_companies} then ${sum_opening_base} end ;;
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

  measure: sum_net_change_base {
    label: "Sum net change base"
    description: "Debit minus credit of the period."
    hidden: yes
    type: sum
    sql: ${net_change_base} ;;
  }

  measure: sum_net_change_group {
    label: "Sum net change group"
    description: "Debit minus credit of the period."
    hidden: yes
    type: sum
    sql: ${net_change_group} ;;
  }

  measure: total_net_change_group {
    label: "Total net change group"
    description: "Debit minus credit of the period. In the group's currency; empty where a rate is missing."
    hidden: yes
    type: number
    value_format_name: amount
    sql: case when ${min_ledger} = ${max_ledger} and ${rows_without_rate} = 0 and ${max_group_currency} is not null then ${sum_net_change_group} end ;;
  }

  measure: total_net_change {
    label: "Total net change"
    description: "Debit minus credit of the period. Where not all rows of the result have one base currency: in the group's currency."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and ${min_ledger} = ${max_ledger} then ${sum_net_change_base} when ${one_currency} = 0 then ${total_net_change_group} end ;;
  }

  measure: sum_closing_base {
    label: "Sum closing base"
    description: "Balance after the period, debit minus credit. For income and expenses: the year to date."
    hidden: yes
    type: sum
    sql: ${closing_base} ;;
  }

  measure: sum_closing_group {
    label: "Sum closing group"
    description: "Balance after the period, debit minus credit. For income and expenses: the year to date."
    hidden: yes
    type: sum
    sql: ${closing_group} ;;
  }

  measure: total_closing_group {
    label: "Total closing group"
    description: "Balance after the period, debit minus credit. For income and expenses: the year to date. In the group's currency; empty where a rate is missing."
    hidden: yes
    type: number
    value_format_name: amount
    sql: case when ${min_ledger} = ${max_ledger} and ${count_periods} = ${count_companies} and ${rows_without_rate} = 0 and ${max_group_currency} is not null then ${sum_closing_group} end ;;
  }

  measure: total_closing {
    label: "Total closing"
    description: "Balance after the period, debit minus credit. For income and expenses: the year to date. Where not all rows of the result have one base currency: in the group's currency."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and ${min_ledger} = ${max_ledger} and ${count_periods} = ${count_companies} then ${sum_closing_base} when ${one_currency} = 0 then ${total_closing_group} end ;;
  }

  measure: sum_net_change_statement_base {
    label: "Sum net change statement base"
    description: "Net change as statements show it: income and liabilities turned."
    hidden: yes
    type: sum
    sql: ${net_change_statement_base} ;;
  }

  measure: sum_net_change_statement_group {
    label: "Sum net change statement group"
    description: "Net change as statements show it: income and liabilities turned."
    hidden: yes
    type: sum
    sql: ${net_change_statement_group} ;;
  }

  measure: total_net_change_statement_group {
    label: "Total net change statement group"
    description: "Net change as statements show it: income and liabilities turned. In the group's currency; empty where a rate is missing."
    hidden: yes
    type: number
    value_format_name: amount
    sql: case when ${min_ledger} = ${max_ledger} and ${rows_without_rate} = 0 and ${max_group_currency} is not null then ${sum_net_change_statement_group} end ;;
  }

  measure: total_net_change_statement {
    label: "Total net change statement"
    description: "Net change as statements show it: income and liabilities turned. Where not all rows of the result have one base currency: in the group's currency."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and ${min_ledger} = ${max_ledger} then ${sum_net_change_statement_base} when ${one_currency} = 0 then ${total_net_change_statement_group} end ;;
  }

  measure: sum_closing_statement_base {
    label: "Sum closing statement base"
    description: "Closing balance as statements show it."
    hidden: yes
    type: sum
    sql: ${closing_statement_base} ;;
  }

  measure: total_closing_statement {
    label: "Total closing statement"
    description: "Closing balance as statements show it. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and ${min_ledger} = ${max_ledger} and ${count_periods} = ${count_companies} then ${sum_closing_statement_base} end ;;
  }

  measure: sum_result_carried_base {
    label: "Sum result carried base"
    description: "Result of the year before that the opening of retained earnings holds for the first time."
    hidden: yes
    type: sum
    sql: ${result_carried_base} ;;
  }

  measure: total_result_carried {
    label: "Total result carried"
    description: "Result of the year before that the opening of retained earnings holds for the first time. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and ${min_ledger} = ${max_ledger} then ${sum_result_carried_base} end ;;
  }

  measure: sum_erp_opening_base {
    label: "Sum ERP opening base"
    description: "Opening balance that Visma states, turned to debit minus credit; null where it has no row."
    hidden: yes
    type: sum
    sql: ${erp_opening_base} ;;
  }

  measure: total_erp_opening {
    label: "Total ERP opening"
    description: "Opening balance that Visma states, turned to debit minus credit; null where it has no row. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and ${min_ledger} = ${max_ledger} and ${count_periods} = ${count_companies} then ${sum_erp_opening_base} end ;;
  }

  measure: sum_erp_closing_base {
    label: "Sum ERP closing base"
    description: "Closing balance that Visma states, turned to debit minus credit."
    hidden: yes
    type: sum
    sql: ${erp_closing_base} ;;
  }

  measure: total_erp_closing {
    label: "Total ERP closing"
    description: "Closing balance that Visma states, turned to debit minus credit. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 and ${min_ledger} = ${max_ledger} and ${count_periods} = ${count_companies} then ${sum_erp_closing_base} end ;;
  }
}
