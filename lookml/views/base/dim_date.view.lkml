# The mart dim_date, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# Calendar days for dates of documents. Fiscal periods are in dim_fiscal_period.
view: dim_date {
  label: "Date"
  sql_table_name: @{finance_schema}.dim_date ;;

  dimension: date_day {
    label: "Date day"
    description: "The day."
    hidden: yes
    primary_key: yes
    type: date
    datatype: date
    convert_tz: no
    sql: ${TABLE}.date_day ;;
  }

  dimension: date_day_week {
    label: "Date day week"
    description: "The day."
    hidden: yes
    type: date_week
    datatype: date
    convert_tz: no
    sql: ${TABLE}.date_day ;;
  }

  dimension: date_day_month {
    label: "Date day month"
    description: "The day."
    hidden: yes
    type: date_month
    datatype: date
    convert_tz: no
    sql: ${TABLE}.date_day ;;
  }

  dimension: calendar_year {
    label: "Calendar year"
    description: "Year."
    hidden: yes
    type: number
    sql: ${TABLE}.calendar_year ;;
  }

  dimension: calendar_quarter {
    label: "Calendar quarter"
    description: "Quarter of the calendar year."
    hidden: yes
    type: number
    sql: ${TABLE}.calendar_quarter ;;
  }

  dimension: calendar_month {
    label: "Calendar month"
    description: "Month, 1 to 12."
    hidden: yes
    type: number
    sql: ${TABLE}.calendar_month ;;
  }

  dimension: calendar_year_month {
    label: "Calendar year month"
    description: "YYYY-MM."
    hidden: yes
    type: string
    sql: ${TABLE}.calendar_year_month ;;
  }

  dimension: iso_year {
    label: "Iso year"
    description: "Year of the ISO week."
    hidden: yes
    type: number
    sql: ${TABLE}.iso_year ;;
  }

  dimension: iso_week {
    label: "Iso week"
    description: "ISO week."
    hidden: yes
    type: number
    sql: ${TABLE}.iso_week ;;
  }

  dimension: iso_day_of_week {
    label: "Iso day of week"
    description: "1 is Monday."
    hidden: yes
    type: number
    sql: ${TABLE}.iso_day_of_week ;;
  }

  dimension: is_weekend {
    label: "Is weekend"
    description: "Saturday or Sunday."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_weekend ;;
  }

  dimension: is_month_end {
    label: "Is month end"
    description: "Last day of its month."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_month_end ;;
  }

  dimension: is_today {
    label: "Is today"
    description: "Whether it is the day of the build (as_of_date)."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_today ;;
  }

  dimension: days_from_today {
    label: "Days from today"
    description: "Days after the day of the build; negative before."
    hidden: yes
    type: number
    sql: ${TABLE}.days_from_today ;;
  }
}
