# The mart fct_customer_invoice, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# Invoices, credit notes and debit notes to customers, one row per document of any status. Amounts carry the sign of the effect on sales.
view: fct_customer_invoice {
  label: "Customer invoice"
  sql_table_name: @{finance_schema}.fct_customer_invoice ;;

  dimension: fct_customer_invoice_key {
    label: "Fct customer invoice key"
    description: "Identifies the row."
    hidden: yes
    primary_key: yes
    type: string
    sql: ${TABLE}.fct_customer_invoice_key ;;
  }

  dimension: company_id {
    label: "Company ID"
    description: "Short name of the company."
    hidden: yes
    type: string
    sql: ${TABLE}.company_id ;;
  }

  dimension: document_type {
    label: "Document type"
    description: "Type of the document as Visma spells it. Numbers are unique within a type only."
    hidden: yes
    type: string
    sql: ${TABLE}.document_type ;;
  }

  dimension: reference_number {
    label: "Reference number"
    description: "Number of the document within its type."
    hidden: yes
    type: string
    sql: ${TABLE}.reference_number ;;
  }

  dimension: branch_number {
    label: "Branch number"
    description: "Branch."
    hidden: yes
    type: string
    sql: ${TABLE}.branch_number ;;
  }

  dimension: customer_number {
    label: "Customer number"
    description: "Customer, or 'none'."
    hidden: yes
    type: string
    sql: ${TABLE}.customer_number ;;
  }

  dimension: control_account_number {
    label: "Control account number"
    description: "Account of the ledger on which the debt is posted."
    hidden: yes
    type: string
    sql: ${TABLE}.control_account_number ;;
  }

  dimension: document_date {
    label: "Document date"
    description: "Date of the document."
    hidden: yes
    type: date
    datatype: date
    convert_tz: no
    sql: ${TABLE}.document_date ;;
  }

  dimension: document_week {
    label: "Document week"
    description: "Date of the document."
    hidden: yes
    type: date_week
    datatype: date
    convert_tz: no
    sql: ${TABLE}.document_date ;;
  }

  dimension: document_month {
    label: "Document month"
    description: "Date of the document."
    hidden: yes
    type: date_month
    datatype: date
    convert_tz: no
    sql: ${TABLE}.document_date ;;
  }

  dimension: due_date {
    label: "Due date"
    description: "Day on which it is to be paid; null where Visma tells none."
    hidden: yes
    type: date
    datatype: date
    convert_tz: no
    sql: ${TABLE}.due_date ;;
  }

  dimension: due_week {
    label: "Due week"
    description: "Day on which it is to be paid; null where Visma tells none."
    hidden: yes
    type: date_week
    datatype: date
    convert_tz: no
    sql: ${TABLE}.due_date ;;
  }

  dimension: due_month {
    label: "Due month"
    description: "Day on which it is to be paid; null where Visma tells none."
    hidden: yes
    type: date_month
    datatype: date
    convert_tz: no
    sql: ${TABLE}.due_date ;;
  }

  dimension: financial_period {
    label: "Financial period"
    description: "Period that it is posted to, as YYYYPP: Visma's own, never derived from a date."
    hidden: yes
    type: string
    sql: ${TABLE}.financial_period ;;
  }

  dimension: closed_financial_period {
    label: "Closed financial period"
    description: "Period in which nothing was left of it."
    hidden: yes
    type: string
    sql: ${TABLE}.closed_financial_period ;;
  }

  dimension: status {
    label: "Status"
    description: "Status as Visma spells it."
    hidden: yes
    type: string
    sql: ${TABLE}.status ;;
  }

  dimension: status_class {
    label: "Status class"
    description: "posted, prebooked, pipeline (entered, not released), void or unknown; the seed visma_document_statuses says which status is what."
    hidden: yes
    type: string
    sql: ${TABLE}.status_class ;;
  }

  dimension: is_on_hold {
    label: "Is on hold"
    description: "Whether it is held back from payment."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_on_hold ;;
  }

  dimension: customer_reference {
    label: "Customer reference"
    description: "The customer's own reference."
    hidden: yes
    type: string
    sql: ${TABLE}.customer_reference ;;
  }

  dimension: external_reference {
    label: "External reference"
    description: "Reference for the outside."
    hidden: yes
    type: string
    sql: ${TABLE}.external_reference ;;
  }

  dimension: description {
    label: "Description"
    description: "Text."
    hidden: yes
    type: string
    sql: ${TABLE}.description ;;
  }

  dimension: credit_terms {
    label: "Credit terms"
    description: "Terms of payment."
    hidden: yes
    type: string
    sql: ${TABLE}.credit_terms ;;
  }

  dimension: project {
    label: "Project"
    description: "Project of the document."
    hidden: yes
    type: string
    sql: ${TABLE}.project ;;
  }

  dimension: dunning_letter_level {
    label: "Dunning letter level"
    description: "Level of the last reminder."
    hidden: yes
    type: number
    sql: ${TABLE}.dunning_letter_level ;;
  }

  dimension: dunning_letter_date {
    label: "Dunning letter date"
    description: "Date of the last reminder."
    hidden: yes
    type: date
    datatype: date
    convert_tz: no
    sql: ${TABLE}.dunning_letter_date ;;
  }

  dimension: dunning_letter_week {
    label: "Dunning letter week"
    description: "Date of the last reminder."
    hidden: yes
    type: date_week
    datatype: date
    convert_tz: no
    sql: ${TABLE}.dunning_letter_date ;;
  }

  dimension: dunning_letter_month {
    label: "Dunning letter month"
    description: "Date of the last reminder."
    hidden: yes
    type: date_month
    datatype: date
    convert_tz: no
    sql: ${TABLE}.dunning_letter_date ;;
  }

  dimension: currency {
    label: "Currency"
    description: "Currency of the document."
    hidden: yes
    type: string
    sql: ${TABLE}.currency ;;
  }

  dimension: base_currency {
    label: "Base currency"
    description: "Currency of the company."
    hidden: yes
    type: string
    sql: ${TABLE}.base_currency ;;
  }

  dimension: group_currency {
    label: "Group currency"
    description: "Currency of the group; null where none is set."
    hidden: yes
    type: string
    sql: ${TABLE}.group_currency ;;
  }

  dimension: exchange_rate {
    label: "Exchange rate"
    description: "Rate of the document as Visma shows it, whichever way it is meant."
    hidden: yes
    type: number
    sql: ${TABLE}.exchange_rate ;;
  }

  dimension: rate_to_base {
    label: "Rate to base"
    description: "What one unit of the document's currency is worth in the company's, by the document's own amounts."
    hidden: yes
    type: number
    sql: ${TABLE}.rate_to_base ;;
  }

  dimension: detail_total_base {
    label: "Detail total base"
    description: "Sum of the lines by the header, in the company's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.detail_total_base ;;
  }

  dimension: discount_total_base {
    label: "Discount total base"
    description: "Discount on the document as a whole, in the company's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.discount_total_base ;;
  }

  dimension: vat_total_base {
    label: "VAT total base"
    description: "VAT in the company's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.vat_total_base ;;
  }

  dimension: gross_base {
    label: "Gross base"
    description: "What the document amounts to, in the company's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.gross_base ;;
  }

  dimension: balance_base {
    label: "Balance base"
    description: "What is open, in the company's currency at the document's own rate, signed: invoices positive, credit notes and unapplied payments negative."
    hidden: yes
    type: number
    sql: ${TABLE}.balance_base ;;
  }

  dimension: net_base {
    label: "Net base"
    description: "Sum of the lines without VAT and after all discounts, in the company's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.net_base ;;
  }

  dimension: lines_difference_base {
    label: "Lines difference base"
    description: "Header less lines where that is more than a cent per line (landed costs, retainage), in the company's currency."
    hidden: yes
    type: number
    sql: ${TABLE}.lines_difference_base ;;
  }

  dimension: detail_total_currency {
    label: "Detail total currency"
    description: "Sum of the lines by the header, in the document's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.detail_total_currency ;;
  }

  dimension: discount_total_currency {
    label: "Discount total currency"
    description: "Discount on the document as a whole, in the document's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.discount_total_currency ;;
  }

  dimension: vat_total_currency {
    label: "VAT total currency"
    description: "VAT in the document's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.vat_total_currency ;;
  }

  dimension: gross_currency {
    label: "Gross currency"
    description: "What the document amounts to, in its currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.gross_currency ;;
  }

  dimension: balance_currency {
    label: "Balance currency"
    description: "What is open, in the document's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.balance_currency ;;
  }

  dimension: net_currency {
    label: "Net currency"
    description: "Sum of the lines without VAT and after all discounts, in the document's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.net_currency ;;
  }

  dimension: lines_difference_currency {
    label: "Lines difference currency"
    description: "Header less lines where that is more than a cent per line, in the document's currency."
    hidden: yes
    type: number
    sql: ${TABLE}.lines_difference_currency ;;
  }

  dimension: rounding_diff_base {
    label: "Rounding diff base"
    description: "Rounding in the company's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.rounding_diff_base ;;
  }

  dimension: sales_base {
    label: "Sales base"
    description: "Sales in the company's currency: net amounts of released documents; 0 for all else."
    hidden: yes
    type: number
    sql: ${TABLE}.sales_base ;;
  }

  dimension: sales_group {
    label: "Sales group"
    description: "Sales in the group's currency at the rate of the document's date, rounded line by line."
    hidden: yes
    type: number
    sql: ${TABLE}.sales_group ;;
  }

  dimension: pipeline_base {
    label: "Pipeline base"
    description: "Net amount of what is entered and not released yet, in the company's currency; 0 for all else."
    hidden: yes
    type: number
    sql: ${TABLE}.pipeline_base ;;
  }

  dimension: is_missing_rate {
    label: "Is missing rate"
    description: "Whether the rate to the group currency is missing; the amount in it is then null."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_missing_rate ;;
  }

  dimension: n_lines {
    label: "N lines"
    description: "Number of lines."
    hidden: yes
    type: number
    sql: ${TABLE}.n_lines ;;
  }

  dimension: n_accounts {
    label: "N accounts"
    description: "Number of different accounts."
    hidden: yes
    type: number
    sql: ${TABLE}.n_accounts ;;
  }

  dimension: days_to_due {
    label: "Days to due"
    description: "Days from the date of the document until it is due."
    hidden: yes
    type: number
    sql: ${TABLE}.days_to_due ;;
  }

  dimension: paid_on {
    label: "Paid on"
    description: "Day on which the last was taken off it; null while something is left."
    hidden: yes
    type: date
    datatype: date
    convert_tz: no
    sql: ${TABLE}.paid_on ;;
  }

  dimension: paid_week {
    label: "Paid week"
    description: "Day on which the last was taken off it; null while something is left."
    hidden: yes
    type: date_week
    datatype: date
    convert_tz: no
    sql: ${TABLE}.paid_on ;;
  }

  dimension: paid_month {
    label: "Paid month"
    description: "Day on which the last was taken off it; null while something is left."
    hidden: yes
    type: date_month
    datatype: date
    convert_tz: no
    sql: ${TABLE}.paid_on ;;
  }

  dimension: days_to_pay {
    label: "Days to pay"
    description: "Days from the date of the document until nothing was left."
    hidden: yes
    type: number
    sql: ${TABLE}.days_to_pay ;;
  }

  dimension: days_paid_late {
    label: "Days paid late"
    description: "Days from the due day until nothing was left; negative if early."
    hidden: yes
    type: number
    sql: ${TABLE}.days_paid_late ;;
  }

  dimension: modified_at {
    label: "Modified at"
    description: "When Visma last changed it, by Visma's wall clock."
    hidden: yes
    type: date_time
    datatype: datetime
    convert_tz: no
    sql: ${TABLE}.modified_at ;;
  }

  dimension: read_at {
    label: "Read at"
    description: "When it was read from Visma (UTC)."
    hidden: yes
    type: date_time
    datatype: datetime
    convert_tz: no
    sql: ${TABLE}.read_at ;;
  }
}
