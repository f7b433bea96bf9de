# The mart dim_company, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# Companies, one per tenant.
view: dim_company {
  label: "Company"
  sql_table_name: @{finance_schema}.dim_company ;;

  dimension: company_id {
    label: "Company ID"
    description: "Short name of the company; part of every key."
    hidden: yes
    primary_key: yes
    type: string
    sql: ${TABLE}.company_id ;;
  }

  dimension: company_name {
    label: "Company name"
    description: "Name of the company."
    hidden: yes
    type: string
    sql: ${TABLE}.company_name ;;
  }

  dimension: country {
    label: "Country"
    description: "Country code."
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
    description: "Base currency of the company: the one of its actual ledger; null where neither ledgers nor organizations nor currencies were read."
    hidden: yes
    type: string
    sql: ${TABLE}.base_currency ;;
  }

  dimension: group_currency {
    label: "Group currency"
    description: "Currency of the group (group_currency); null where none is set."
    hidden: yes
    type: string
    sql: ${TABLE}.group_currency ;;
  }
}
