# The mart dim_currency, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# Currencies that a company knows.
view: dim_currency {
  label: "Currency"
  sql_table_name: @{finance_schema}.dim_currency ;;

  dimension: dim_currency_key {
    label: "Dim currency key"
    description: "One column that identifies the row."
    hidden: yes
    primary_key: yes
    type: string
    sql: ${TABLE}.dim_currency_key ;;
  }

  dimension: company_id {
    label: "Company ID"
    description: "Short name of the company; part of every key."
    hidden: yes
    type: string
    sql: ${TABLE}.company_id ;;
  }

  dimension: currency {
    label: "Currency"
    description: "Code of the currency."
    hidden: yes
    type: string
    sql: ${TABLE}.currency ;;
  }

  dimension: currency_name {
    label: "Currency name"
    description: "Name of the currency."
    hidden: yes
    type: string
    sql: ${TABLE}.currency_name ;;
  }

  dimension: symbol {
    label: "Symbol"
    description: "Symbol."
    hidden: yes
    type: string
    sql: ${TABLE}.symbol ;;
  }

  dimension: decimal_places {
    label: "Decimal places"
    description: "Decimals of an amount."
    hidden: yes
    type: number
    sql: ${TABLE}.decimal_places ;;
  }

  dimension: is_base_currency {
    label: "Is base currency"
    description: "Whether it is the company's base currency."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_base_currency ;;
  }

  dimension: is_active {
    label: "Is active"
    description: "Whether it is active and still in Visma."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_active ;;
  }
}
