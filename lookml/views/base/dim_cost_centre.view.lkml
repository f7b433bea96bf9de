# The mart dim_cost_centre, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# Values of the segment that is the cost centre, and 'unassigned'.
view: dim_cost_centre {
  label: "Cost centre"
  sql_table_name: @{finance_schema}.dim_cost_centre ;;

  dimension: dim_cost_centre_key {
    label: "Dim cost centre key"
    description: "One column that identifies the row."
    hidden: yes
    primary_key: yes
    type: string
    sql: ${TABLE}.dim_cost_centre_key ;;
  }

  dimension: company_id {
    label: "Company ID"
    description: "Short name of the company; part of every key."
    hidden: yes
    type: string
    sql: ${TABLE}.company_id ;;
  }

  dimension: cost_centre {
    label: "Cost centre"
    description: "Value of the subaccount's segment that is the cost centre (visma_dimension_roles); 'unassigned' where there is none."
    hidden: yes
    type: string
    sql: ${TABLE}.cost_centre ;;
  }

  dimension: cost_centre_name {
    label: "Cost centre name"
    description: "Description."
    hidden: yes
    type: string
    sql: ${TABLE}.cost_centre_name ;;
  }

  dimension: cost_centre_label {
    label: "Cost centre label"
    description: "Value and description."
    hidden: yes
    type: string
    sql: ${TABLE}.cost_centre_label ;;
  }

  dimension: group_cost_centre {
    label: "Group cost centre"
    description: "Cost centre of the group (seed group_cost_centre_map); else the value itself."
    hidden: yes
    type: string
    sql: ${TABLE}.group_cost_centre ;;
  }

  dimension: group_cost_centre_name {
    label: "Group cost centre name"
    description: "Its description."
    hidden: yes
    type: string
    sql: ${TABLE}.group_cost_centre_name ;;
  }

  dimension: is_active {
    label: "Is active"
    description: "Whether it is active and still in Visma."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_active ;;
  }
}
