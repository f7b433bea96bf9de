# The mart dim_customer, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# Customers of each company by number, with those that only documents name.
view: dim_customer {
  label: "Customer"
  sql_table_name: @{finance_schema}.dim_customer ;;

  dimension: dim_customer_key {
    label: "Dim customer key"
    description: "Identifies the row."
    hidden: yes
    primary_key: yes
    type: string
    sql: ${TABLE}.dim_customer_key ;;
  }

  dimension: company_id {
    label: "Company ID"
    description: "Short name of the company."
    hidden: yes
    type: string
    sql: ${TABLE}.company_id ;;
  }

  dimension: customer_number {
    label: "Customer number"
    description: "Number of the customer."
    hidden: yes
    type: string
    sql: ${TABLE}.customer_number ;;
  }

  dimension: customer_name {
    label: "Customer name"
    description: "Name."
    hidden: yes
    type: string
    sql: ${TABLE}.customer_name ;;
  }

  dimension: status {
    label: "Status"
    description: "Status of the customer."
    hidden: yes
    type: string
    sql: ${TABLE}.status ;;
  }

  dimension: customer_class {
    label: "Customer class"
    description: "Class."
    hidden: yes
    type: string
    sql: ${TABLE}.customer_class ;;
  }

  dimension: customer_class_name {
    label: "Customer class name"
    description: "Class in words."
    hidden: yes
    type: string
    sql: ${TABLE}.customer_class_name ;;
  }

  dimension: currency {
    label: "Currency"
    description: "Currency that is usual with it."
    hidden: yes
    type: string
    sql: ${TABLE}.currency ;;
  }

  dimension: credit_terms {
    label: "Credit terms"
    description: "Terms of payment."
    hidden: yes
    type: string
    sql: ${TABLE}.credit_terms ;;
  }

  dimension: credit_terms_name {
    label: "Credit terms name"
    description: "Terms of payment in words."
    hidden: yes
    type: string
    sql: ${TABLE}.credit_terms_name ;;
  }

  dimension: city {
    label: "City"
    description: "City."
    hidden: yes
    type: string
    sql: ${TABLE}.city ;;
  }

  dimension: country {
    label: "Country"
    description: "Country."
    hidden: yes
    type: string
    sql: ${TABLE}.country ;;
  }

  dimension: corporate_id {
    label: "Corporate ID"
    description: "Organisation number."
    hidden: yes
    type: string
    sql: ${TABLE}.corporate_id ;;
  }

  dimension: vat_registration_id {
    label: "VAT registration ID"
    description: "VAT number."
    hidden: yes
    type: string
    sql: ${TABLE}.vat_registration_id ;;
  }

  dimension: base_currency {
    label: "Base currency"
    description: "Currency of the company."
    hidden: yes
    type: string
    sql: ${TABLE}.base_currency ;;
  }

  dimension: credit_limit_base {
    label: "Credit limit base"
    description: "Credit limit in the company's base currency."
    hidden: yes
    type: number
    sql: ${TABLE}.credit_limit_base ;;
  }

  dimension: credit_verification {
    label: "Credit verification"
    description: "How credit is checked."
    hidden: yes
    type: string
    sql: ${TABLE}.credit_verification ;;
  }

  dimension: parent_customer_number {
    label: "Parent customer number"
    description: "Customer that it belongs to."
    hidden: yes
    type: string
    sql: ${TABLE}.parent_customer_number ;;
  }

  dimension: control_account_number {
    label: "Control account number"
    description: "Account of the ledger on which the debt is posted."
    hidden: yes
    type: string
    sql: ${TABLE}.control_account_number ;;
  }

  dimension: group_key {
    label: "Group key"
    description: "One value for the same party in all companies: its VAT number, else its organisation number with the country, else itself."
    hidden: yes
    type: string
    sql: ${TABLE}.group_key ;;
  }

  dimension: is_missing_in_list {
    label: "Is missing in list"
    description: "Whether only documents name it."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_missing_in_list ;;
  }

  dimension: is_deleted {
    label: "Is deleted"
    description: "Whether Visma no longer has it."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_deleted ;;
  }
}
