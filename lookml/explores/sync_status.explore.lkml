# How fresh each stream is, and when the newest load ended: freshness of utility-looker-refresh.
explore: sync_status {
  view_name: rpt_sync_status
  label: "Loads"
  description: "When each stream was last read completely, and what the last load brought."
  access_filter: {
    field: rpt_sync_status.company_id
    user_attribute: company_id
  }

  join: dim_company {
    type: left_outer
    relationship: many_to_one
    sql_on: ${rpt_sync_status.company_id} = ${dim_company.company_id} ;;
  }
}
