# The mart dim_account, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# The chart of accounts with what reports need to know of an account.
view: dim_account {
  label: "Account"
  sql_table_name: @{finance_schema}.dim_account ;;

  dimension: dim_account_key {
    label: "Dim account key"
    description: "One column that identifies the row."
    hidden: yes
    primary_key: yes
    type: string
    sql: ${TABLE}.dim_account_key ;;
  }

  dimension: company_id {
    label: "Company ID"
    description: "Short name of the company; part of every key."
    hidden: yes
    type: string
    sql: ${TABLE}.company_id ;;
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

  dimension: account_label {
    label: "Account label"
    description: "Number and name."
    hidden: yes
    type: string
    sql: ${TABLE}.account_label ;;
  }

  dimension: account_type {
    label: "Account type"
    description: "Asset, Liability (equity included), Income or Expense."
    hidden: yes
    type: string
    sql: ${TABLE}.account_type ;;
  }

  dimension: account_class {
    label: "Account class"
    description: "Visma's account class."
    hidden: yes
    type: string
    sql: ${TABLE}.account_class ;;
  }

  dimension: account_class_description {
    label: "Account class description"
    description: "Its description."
    hidden: yes
    type: string
    sql: ${TABLE}.account_class_description ;;
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

  dimension: statement_line_order {
    label: "Statement line order"
    description: "Order of the lines."
    hidden: yes
    type: number
    sql: ${TABLE}.statement_line_order ;;
  }

  dimension: normal_sign {
    label: "Normal sign"
    description: "1 for assets and expenses, -1 for liabilities and income: statement amount = sign times (debit - credit)."
    hidden: yes
    type: number
    sql: ${TABLE}.normal_sign ;;
  }

  dimension: account_currency {
    label: "Account currency"
    description: "Currency that the account is kept in, where it is bound to one."
    hidden: yes
    type: string
    sql: ${TABLE}.account_currency ;;
  }

  dimension: post_option {
    label: "Post option"
    description: "Summary or Detail. A summary posting does not tell the lines of its document."
    hidden: yes
    type: string
    sql: ${TABLE}.post_option ;;
  }

  dimension: public_code_1 {
    label: "Public code 1"
    description: "Standard account (SAF-T or SRU code)."
    hidden: yes
    type: string
    sql: ${TABLE}.public_code_1 ;;
  }

  dimension: external_code_1 {
    label: "External code 1"
    description: "First external code."
    hidden: yes
    type: string
    sql: ${TABLE}.external_code_1 ;;
  }

  dimension: external_code_2 {
    label: "External code 2"
    description: "Second external code."
    hidden: yes
    type: string
    sql: ${TABLE}.external_code_2 ;;
  }

  dimension: group_account {
    label: "Group account"
    description: "Account of the group (seed group_account_map); else the account itself."
    hidden: yes
    type: string
    sql: ${TABLE}.group_account ;;
  }

  dimension: group_account_name {
    label: "Group account name"
    description: "Its name."
    hidden: yes
    type: string
    sql: ${TABLE}.group_account_name ;;
  }

  dimension: is_equity {
    label: "Is equity"
    description: "Whether it is equity. Visma has no such type: it is a liability there."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_equity ;;
  }

  dimension: is_control_ap {
    label: "Is control AP"
    description: "Whether supplier documents are posted against it."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_control_ap ;;
  }

  dimension: is_control_ar {
    label: "Is control AR"
    description: "Whether customer documents are posted against it."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_control_ar ;;
  }

  dimension: is_vat {
    label: "Is VAT"
    description: "Whether it is for VAT."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_vat ;;
  }

  dimension: is_cash {
    label: "Is cash"
    description: "Whether it is a cash account."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_cash ;;
  }

  dimension: is_retained_earnings {
    label: "Is retained earnings"
    description: "Whether it takes the result of each year."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_retained_earnings ;;
  }

  dimension: is_system_result {
    label: "Is system result"
    description: "Whether Visma repeats the result of the running year on it. It is left out of balances."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_system_result ;;
  }

  dimension: is_active {
    label: "Is active"
    description: "Whether it is active and still in Visma."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_active ;;
  }
}
