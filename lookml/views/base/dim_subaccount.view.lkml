# The mart dim_subaccount, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# Subaccounts with their segments side by side.
view: dim_subaccount {
  label: "Subaccount"
  sql_table_name: @{finance_schema}.dim_subaccount ;;

  dimension: dim_subaccount_key {
    label: "Dim subaccount key"
    description: "One column that identifies the row."
    hidden: yes
    primary_key: yes
    type: string
    sql: ${TABLE}.dim_subaccount_key ;;
  }

  dimension: company_id {
    label: "Company ID"
    description: "Short name of the company; part of every key."
    hidden: yes
    type: string
    sql: ${TABLE}.company_id ;;
  }

  dimension: subaccount_id {
    label: "Subaccount ID"
    description: "Id of the subaccount."
    hidden: yes
    type: string
    sql: ${TABLE}.subaccount_id ;;
  }

  dimension: subaccount_number {
    label: "Subaccount number"
    description: "Number as Visma shows it."
    hidden: yes
    type: string
    sql: ${TABLE}.subaccount_number ;;
  }

  dimension: subaccount_number_compact {
    label: "Subaccount number compact"
    description: "Number without separators."
    hidden: yes
    type: string
    sql: ${TABLE}.subaccount_number_compact ;;
  }

  dimension: subaccount_name {
    label: "Subaccount name"
    description: "Description."
    hidden: yes
    type: string
    sql: ${TABLE}.subaccount_name ;;
  }

  dimension: segment_1 {
    label: "Segment 1"
    description: "Value of segment 1."
    hidden: yes
    type: string
    sql: ${TABLE}.segment_1 ;;
  }

  dimension: segment_1_name {
    label: "Segment 1 name"
    description: "Description of that value."
    hidden: yes
    type: string
    sql: ${TABLE}.segment_1_name ;;
  }

  dimension: segment_2 {
    label: "Segment 2"
    description: "Value of segment 2."
    hidden: yes
    type: string
    sql: ${TABLE}.segment_2 ;;
  }

  dimension: segment_2_name {
    label: "Segment 2 name"
    description: "Description of that value."
    hidden: yes
    type: string
    sql: ${TABLE}.segment_2_name ;;
  }

  dimension: segment_3 {
    label: "Segment 3"
    description: "Value of segment 3."
    hidden: yes
    type: string
    sql: ${TABLE}.segment_3 ;;
  }

  dimension: segment_3_name {
    label: "Segment 3 name"
    description: "Description of that value."
    hidden: yes
    type: string
    sql: ${TABLE}.segment_3_name ;;
  }

  dimension: segment_4 {
    label: "Segment 4"
    description: "Value of segment 4."
    hidden: yes
    type: string
    sql: ${TABLE}.segment_4 ;;
  }

  dimension: segment_4_name {
    label: "Segment 4 name"
    description: "Description of that value."
    hidden: yes
    type: string
    sql: ${TABLE}.segment_4_name ;;
  }

  dimension: segment_5 {
    label: "Segment 5"
    description: "Value of segment 5."
    hidden: yes
    type: string
    sql: ${TABLE}.segment_5 ;;
  }

  dimension: segment_5_name {
    label: "Segment 5 name"
    description: "Description of that value."
    hidden: yes
    type: string
    sql: ${TABLE}.segment_5_name ;;
  }

  dimension: segment_6 {
    label: "Segment 6"
    description: "Value of segment 6."
    hidden: yes
    type: string
    sql: ${TABLE}.segment_6 ;;
  }

  dimension: segment_6_name {
    label: "Segment 6 name"
    description: "Description of that value."
    hidden: yes
    type: string
    sql: ${TABLE}.segment_6_name ;;
  }

  dimension: cost_centre {
    label: "Cost centre"
    description: "Value of the subaccount's segment that is the cost centre (visma_dimension_roles); 'unassigned' where there is none."
    hidden: yes
    type: string
    sql: ${TABLE}.cost_centre ;;
  }

  dimension: project {
    label: "Project"
    description: "Value of the segment that is the project; 'unassigned' where there is none."
    hidden: yes
    type: string
    sql: ${TABLE}.project ;;
  }

  dimension: is_active {
    label: "Is active"
    description: "Whether it is active and still in Visma."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_active ;;
  }
}
