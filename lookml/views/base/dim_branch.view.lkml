# The mart dim_branch, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# Branches of the companies.
view: dim_branch {
  label: "Branch"
  sql_table_name: @{finance_schema}.dim_branch ;;

  dimension: dim_branch_key {
    label: "Dim branch key"
    description: "One column that identifies the row."
    hidden: yes
    primary_key: yes
    type: string
    sql: ${TABLE}.dim_branch_key ;;
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

  dimension: branch_name {
    label: "Branch name"
    description: "Name of the branch."
    hidden: yes
    type: string
    sql: ${TABLE}.branch_name ;;
  }

  dimension: organization_id {
    label: "Organization ID"
    description: "Id of the organisation that the branch belongs to."
    hidden: yes
    type: number
    sql: ${TABLE}.organization_id ;;
  }

  dimension: is_main_branch {
    label: "Is main branch"
    description: "Whether it is the main branch."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_main_branch ;;
  }

  dimension: is_active {
    label: "Is active"
    description: "Whether it is active and still in Visma."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_active ;;
  }

  dimension: ledger_id {
    label: "Ledger ID"
    description: "Actual ledger of the branch."
    hidden: yes
    type: string
    sql: ${TABLE}.ledger_id ;;
  }

  dimension: base_currency {
    label: "Base currency"
    description: "Base currency of the branch."
    hidden: yes
    type: string
    sql: ${TABLE}.base_currency ;;
  }

  dimension: country {
    label: "Country"
    description: "Country code."
    hidden: yes
    type: string
    sql: ${TABLE}.country ;;
  }
}
