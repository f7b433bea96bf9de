# The mart dim_fiscal_period, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# Visma's own periods. A period that was posted to without being in the calendar is here, too, so that nothing is lost.
view: dim_fiscal_period {
  label: "Fiscal period"
  sql_table_name: @{finance_schema}.dim_fiscal_period ;;

  dimension: dim_fiscal_period_key {
    label: "Dim fiscal period key"
    description: "One column that identifies the row."
    hidden: yes
    primary_key: yes
    type: string
    sql: ${TABLE}.dim_fiscal_period_key ;;
  }

  dimension: company_id {
    label: "Company ID"
    description: "Short name of the company; part of every key."
    hidden: yes
    type: string
    sql: ${TABLE}.company_id ;;
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

  dimension: period_number {
    label: "Period number"
    description: "Number of the period in its year; 13 is for adjustments."
    hidden: yes
    type: number
    sql: ${TABLE}.period_number ;;
  }

  dimension: period_label {
    label: "Period label"
    description: "Year and number, as 2026-01."
    hidden: yes
    type: string
    sql: ${TABLE}.period_label ;;
  }

  dimension: period_name {
    label: "Period name"
    description: "Visma's description."
    hidden: yes
    type: string
    sql: ${TABLE}.period_name ;;
  }

  dimension: fiscal_quarter {
    label: "Fiscal quarter"
    description: "Quarter of the fiscal year; an adjustment period belongs to the last."
    hidden: yes
    type: number
    sql: ${TABLE}.fiscal_quarter ;;
  }

  dimension: start_date {
    label: "Start date"
    description: "First day."
    hidden: yes
    type: date
    datatype: date
    convert_tz: no
    sql: ${TABLE}.start_date ;;
  }

  dimension: start_week {
    label: "Start week"
    description: "First day."
    hidden: yes
    type: date_week
    datatype: date
    convert_tz: no
    sql: ${TABLE}.start_date ;;
  }

  dimension: start_month {
    label: "Start month"
    description: "First day."
    hidden: yes
    type: date_month
    datatype: date
    convert_tz: no
    sql: ${TABLE}.start_date ;;
  }

  dimension: end_date {
    label: "End date"
    description: "Last day."
    hidden: yes
    type: date
    datatype: date
    convert_tz: no
    sql: ${TABLE}.end_date ;;
  }

  dimension: end_week {
    label: "End week"
    description: "Last day."
    hidden: yes
    type: date_week
    datatype: date
    convert_tz: no
    sql: ${TABLE}.end_date ;;
  }

  dimension: end_month {
    label: "End month"
    description: "Last day."
    hidden: yes
    type: date_month
    datatype: date
    convert_tz: no
    sql: ${TABLE}.end_date ;;
  }

  dimension: prior_financial_period {
    label: "Prior financial period"
    description: "The period before."
    hidden: yes
    type: string
    sql: ${TABLE}.prior_financial_period ;;
  }

  dimension: same_period_last_year {
    label: "Same period last year"
    description: "The period with the same number in the year before."
    hidden: yes
    type: string
    sql: ${TABLE}.same_period_last_year ;;
  }

  dimension: is_first_of_year {
    label: "Is first of year"
    description: "Whether the fiscal year begins with it."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_first_of_year ;;
  }

  dimension: is_adjustment {
    label: "Is adjustment"
    description: "Whether it begins and ends on the last day of the period before."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_adjustment ;;
  }

  dimension: is_active {
    label: "Is active"
    description: "Whether it may be posted to at all."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_active ;;
  }

  dimension: is_closed_gl {
    label: "Is closed GL"
    description: "Closed in the general ledger."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_closed_gl ;;
  }

  dimension: is_closed_ap {
    label: "Is closed AP"
    description: "Closed in the supplier ledger."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_closed_ap ;;
  }

  dimension: is_closed_ar {
    label: "Is closed AR"
    description: "Closed in the customer ledger."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_closed_ar ;;
  }

  dimension: is_current {
    label: "Is current"
    description: "Whether the day of the build lies in it; never an adjustment period."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_current ;;
  }

  dimension: relative_period {
    label: "Relative period"
    description: "0 for the newest period that has begun on the day of the build, -1 for the one before, 1 for the one after, by the company's own calendar. Null for adjustment periods, and what is not in the calendar."
    hidden: yes
    type: number
    sql: ${TABLE}.relative_period ;;
  }

  dimension: has_begun {
    label: "Has begun"
    description: "Whether it has begun on the day of the build."
    hidden: yes
    type: yesno
    sql: ${TABLE}.has_begun ;;
  }

  dimension: is_in_calendar {
    label: "Is in calendar"
    description: "Whether Visma's list of periods holds it."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_in_calendar ;;
  }
}
