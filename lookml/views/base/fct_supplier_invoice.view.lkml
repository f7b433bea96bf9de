# The mart fct_supplier_invoice, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# Invoices, credit notes and debit notes of suppliers, one row per document of any status. Amounts carry the sign of the effect on spend.
view: fct_supplier_invoice {
  label: "Supplier invoice"
  sql_table_name: @{finance_schema}.fct_supplier_invoice ;;

  dimension: fct_supplier_invoice_key {
    label: "Fct supplier invoice key"
    description: "Identifies the row."
    hidden: yes
    primary_key: yes
    type: string
    sql: ${TABLE}.fct_supplier_invoice_key ;;
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

  dimension: supplier_number {
    label: "Supplier number"
    description: "Supplier, or 'none'."
    hidden: yes
    type: string
    sql: ${TABLE}.supplier_number ;;
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

  dimension: orig_invoice_date {
    label: "Orig invoice date"
    description: "Date on the original invoice."
    hidden: yes
    type: date
    datatype: date
    convert_tz: no
    sql: ${TABLE}.orig_invoice_date ;;
  }

  dimension: orig_invoice_week {
    label: "Orig invoice week"
    description: "Date on the original invoice."
    hidden: yes
    type: date_week
    datatype: date
    convert_tz: no
    sql: ${TABLE}.orig_invoice_date ;;
  }

  dimension: orig_invoice_month {
    label: "Orig invoice month"
    description: "Date on the original invoice."
    hidden: yes
    type: date_month
    datatype: date
    convert_tz: no
    sql: ${TABLE}.orig_invoice_date ;;
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

  dimension: pay_date {
    label: "Pay date"
    description: "Day on which payment is planned."
    hidden: yes
    type: date
    datatype: date
    convert_tz: no
    sql: ${TABLE}.pay_date ;;
  }

  dimension: pay_week {
    label: "Pay week"
    description: "Day on which payment is planned."
    hidden: yes
    type: date_week
    datatype: date
    convert_tz: no
    sql: ${TABLE}.pay_date ;;
  }

  dimension: pay_month {
    label: "Pay month"
    description: "Day on which payment is planned."
    hidden: yes
    type: date_month
    datatype: date
    convert_tz: no
    sql: ${TABLE}.pay_date ;;
  }

  dimension: cash_discount_date {
    label: "Cash discount date"
    description: "Last day for a cash discount."
    hidden: yes
    type: date
    datatype: date
    convert_tz: no
    sql: ${TABLE}.cash_discount_date ;;
  }

  dimension: cash_discount_week {
    label: "Cash discount week"
    description: "Last day for a cash discount."
    hidden: yes
    type: date_week
    datatype: date
    convert_tz: no
    sql: ${TABLE}.cash_discount_date ;;
  }

  dimension: cash_discount_month {
    label: "Cash discount month"
    description: "Last day for a cash discount."
    hidden: yes
    type: date_month
    datatype: date
    convert_tz: no
    sql: ${TABLE}.cash_discount_date ;;
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

  dimension: approval_status {
    label: "Approval status"
    description: "How far Visma's approval workflow has come with the document, in Visma's words. `New`: not sent to approval, also where no workflow is used; `SentToApproval`, `ReceivedByApproval`, `InProgressApproval` and `ActiveWorkflowApproval`: waiting for somebody; `ApprovedInApproval`; `RejectedInApproval`; `Canceled`: taken back from approval. It decides nothing here: whether a document counts is told by `status_class`."
    hidden: yes
    type: string
    sql: ${TABLE}.approval_status ;;
  }

  dimension: is_on_hold {
    label: "Is on hold"
    description: "Whether it is held back from payment."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_on_hold ;;
  }

  dimension: supplier_reference {
    label: "Supplier reference"
    description: "The supplier's own number of the document."
    hidden: yes
    type: string
    sql: ${TABLE}.supplier_reference ;;
  }

  dimension: description {
    label: "Description"
    description: "Text."
    hidden: yes
    type: string
    sql: ${TABLE}.description ;;
  }

  dimension: original_reference_number {
    label: "Original reference number"
    description: "Document that it corrects or releases."
    hidden: yes
    type: string
    sql: ${TABLE}.original_reference_number ;;
  }

  dimension: credit_terms {
    label: "Credit terms"
    description: "Terms of payment."
    hidden: yes
    type: string
    sql: ${TABLE}.credit_terms ;;
  }

  dimension: tax_calculation_mode {
    label: "Tax calculation mode"
    description: "Whether lines include VAT: TaxSetting (by VAT code), Gross or Net."
    hidden: yes
    type: string
    sql: ${TABLE}.tax_calculation_mode ;;
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

  dimension: withholding_tax_base {
    label: "Withholding tax base"
    description: "Tax withheld, in the company's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.withholding_tax_base ;;
  }

  dimension: rounding_diff_base {
    label: "Rounding diff base"
    description: "Rounding in the company's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.rounding_diff_base ;;
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

  dimension: withholding_tax_currency {
    label: "Withholding tax currency"
    description: "Tax withheld, in the document's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.withholding_tax_currency ;;
  }

  dimension: rounding_diff_currency {
    label: "Rounding diff currency"
    description: "Rounding in the document's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.rounding_diff_currency ;;
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

  dimension: spend_base {
    label: "Spend base"
    description: "Spend in the company's currency: net amounts of released documents that are no exclusion; 0 for all else."
    hidden: yes
    type: number
    sql: ${TABLE}.spend_base ;;
  }

  dimension: spend_group {
    label: "Spend group"
    description: "Spend in the group's currency at the rate of the document's date, rounded line by line."
    hidden: yes
    type: number
    sql: ${TABLE}.spend_group ;;
  }

  dimension: pipeline_base {
    label: "Pipeline base"
    description: "Net amount of what is entered and not released yet, in the company's currency; 0 for all else."
    hidden: yes
    type: number
    sql: ${TABLE}.pipeline_base ;;
  }

  dimension: retainage_currency {
    label: "Retainage currency"
    description: "Held back until later, in the document's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.retainage_currency ;;
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
