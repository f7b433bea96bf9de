# The mart rpt_sync_status, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# How fresh each stream is, by what the tap says of its runs. All times are UTC.
view: rpt_sync_status {
  label: "Sync status"
  sql_table_name: @{finance_schema}.rpt_sync_status ;;

  dimension: rpt_sync_status_key {
    label: "Rpt sync status key"
    description: "One column that identifies the row."
    hidden: yes
    primary_key: yes
    type: string
    sql: ${TABLE}.rpt_sync_status_key ;;
  }

  dimension: company_id {
    label: "Company ID"
    description: "Short name of the company; part of every key."
    hidden: yes
    type: string
    sql: ${TABLE}.company_id ;;
  }

  dimension: stream {
    label: "Stream"
    description: "Stream of the tap."
    hidden: yes
    type: string
    sql: ${TABLE}.stream ;;
  }

  dimension: last_outcome {
    label: "Last outcome"
    description: "Outcome of the last run: success, failed or skipped."
    hidden: yes
    type: string
    sql: ${TABLE}.last_outcome ;;
  }

  dimension: last_success_at {
    label: "Last success at"
    description: "When it was last read completely (UTC); of the part where that is longest ago."
    hidden: yes
    type: date_time
    datatype: datetime
    convert_tz: no
    sql: ${TABLE}.last_success_at ;;
  }

  dimension: last_full_success_at {
    label: "Last full success at"
    description: "When it was last read as a whole, which is what finds deletes (UTC)."
    hidden: yes
    type: date_time
    datatype: datetime
    convert_tz: no
    sql: ${TABLE}.last_full_success_at ;;
  }

  dimension: last_news_at {
    label: "Last news at"
    description: "When a run last brought news (UTC)."
    hidden: yes
    type: date_time
    datatype: datetime
    convert_tz: no
    sql: ${TABLE}.last_news_at ;;
  }

  dimension: last_run_at {
    label: "Last run at"
    description: "When the last run of it ended (UTC)."
    hidden: yes
    type: date_time
    datatype: datetime
    convert_tz: no
    sql: ${TABLE}.last_run_at ;;
  }

  dimension: last_mode {
    label: "Last mode"
    description: "first, incremental or full."
    hidden: yes
    type: string
    sql: ${TABLE}.last_mode ;;
  }

  dimension: last_reason {
    label: "Last reason"
    description: "Why the last run failed."
    hidden: yes
    type: string
    sql: ${TABLE}.last_reason ;;
  }

  dimension: parts {
    label: "Parts"
    description: "Parts that the stream is read in."
    hidden: yes
    type: number
    sql: ${TABLE}.parts ;;
  }

  dimension: failed_parts {
    label: "Failed parts"
    description: "Parts whose last run failed."
    hidden: yes
    type: number
    sql: ${TABLE}.failed_parts ;;
  }

  dimension: last_rows_read {
    label: "Last rows read"
    description: "Rows read by the last run."
    hidden: yes
    type: number
    sql: ${TABLE}.last_rows_read ;;
  }

  dimension: last_rows_new {
    label: "Last rows new"
    description: "Rows that the last run brought or changed."
    hidden: yes
    type: number
    sql: ${TABLE}.last_rows_new ;;
  }

  dimension: rows_new_ever {
    label: "Rows new ever"
    description: "The same of all runs."
    hidden: yes
    type: number
    sql: ${TABLE}.rows_new_ever ;;
  }

  dimension: hours_since_success {
    label: "Hours since success"
    description: "Hours from the last success to the build."
    hidden: yes
    type: number
    sql: ${TABLE}.hours_since_success ;;
  }

  dimension: is_stale {
    label: "Is stale"
    description: "Whether that is more than stale_after_hours, or never was. A stream that the company does not have is skipped, and not late."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_stale ;;
  }

  dimension: built_at {
    label: "Built at"
    description: "When the build began (UTC)."
    hidden: yes
    type: date_time
    datatype: datetime
    convert_tz: no
    sql: ${TABLE}.built_at ;;
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
}
