# The mart dim_ledger, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# Ledgers: actual, budget, report and statistical.
view: dim_ledger {
  label: "Ledger"
  sql_table_name: @{finance_schema}.dim_ledger ;;

  dimension: dim_ledger_key {
    label: "Dim ledger key"
    description: "One column that identifies the row."
    hidden: yes
    primary_key: yes
    type: string
    sql: ${TABLE}.dim_ledger_key ;;
  }

  dimension: company_id {
    label: "Company ID"
    description: "Short name of the company; part of every key."
    hidden: yes
    type: string
    sql: ${TABLE}.company_id ;;
  }

  dimension: ledger_id {
    label: "Ledger ID"
    description: "Number of the ledger."
    hidden: yes
    type: string
    sql: ${TABLE}.ledger_id ;;
  }

  dimension: ledger_name {
    label: "Ledger name"
    description: "Description of the ledger."
    hidden: yes
    type: string
    sql: ${TABLE}.ledger_name ;;
  }

  dimension: ledger_type {
    label: "Ledger type"
    description: "Actual, Budget, Report or Statistical. Never add amounts of different types."
    hidden: yes
    type: string
    sql: ${TABLE}.ledger_type ;;
  }

  dimension: base_currency {
    label: "Base currency"
    description: "Currency that the ledger is kept in; of an actual ledger the company's base currency."
    hidden: yes
    type: string
    sql: ${TABLE}.base_currency ;;
  }

  dimension: is_actual {
    label: "Is actual"
    description: "Whether it holds what happened."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_actual ;;
  }

  dimension: is_budget {
    label: "Is budget"
    description: "Whether it holds a budget or a version of one."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_budget ;;
  }

  dimension: is_statistical {
    label: "Is statistical"
    description: "Whether it holds quantities instead of money."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_statistical ;;
  }

  dimension: is_consolidation_source {
    label: "Is consolidation source"
    description: "Whether it is consolidated elsewhere."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_consolidation_source ;;
  }

  dimension: has_branch_accounting {
    label: "Has branch accounting"
    description: "Whether each branch balances for itself."
    hidden: yes
    type: yesno
    sql: ${TABLE}.has_branch_accounting ;;
  }

  dimension: is_active {
    label: "Is active"
    description: "Whether it is active and still in Visma."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_active ;;
  }
}
