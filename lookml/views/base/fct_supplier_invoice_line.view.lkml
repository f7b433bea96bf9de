# The mart fct_supplier_invoice_line, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# Lines of supplier documents in what they cost, on the account and cost centre that they were bought for. Spend without VAT; never add it to costs of the general ledger.
view: fct_supplier_invoice_line {
  label: "Supplier invoice line"
  sql_table_name: @{finance_schema}.fct_supplier_invoice_line ;;

  dimension: fct_supplier_invoice_line_key {
    label: "Fct supplier invoice line key"
    description: "Identifies the row."
    hidden: yes
    primary_key: yes
    type: string
    sql: ${TABLE}.fct_supplier_invoice_line_key ;;
  }

  dimension: fct_supplier_invoice_key {
    label: "Fct supplier invoice key"
    description: "Key of the document in fct_supplier_invoice."
    hidden: yes
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

  dimension: line_number {
    label: "Line number"
    description: "Number of the line within its document; its place where Visma tells none."
    hidden: yes
    type: number
    sql: ${TABLE}.line_number ;;
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

  dimension: financial_period {
    label: "Financial period"
    description: "Period that it is posted to, as YYYYPP: Visma's own, never derived from a date."
    hidden: yes
    type: string
    sql: ${TABLE}.financial_period ;;
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

  dimension: account_number {
    label: "Account number"
    description: "Account that it was bought for: that of the receipt where the line itself clears an accrual; 'none' where unknown."
    hidden: yes
    type: string
    sql: ${TABLE}.account_number ;;
  }

  dimension: posted_account_number {
    label: "Posted account number"
    description: "Account that the line is posted to."
    hidden: yes
    type: string
    sql: ${TABLE}.posted_account_number ;;
  }

  dimension: subaccount_id {
    label: "Subaccount ID"
    description: "Subaccount that it is for, or 'none'."
    hidden: yes
    type: string
    sql: ${TABLE}.subaccount_id ;;
  }

  dimension: posted_subaccount_id {
    label: "Posted subaccount ID"
    description: "Subaccount that the line is posted to."
    hidden: yes
    type: string
    sql: ${TABLE}.posted_subaccount_id ;;
  }

  dimension: cost_centre {
    label: "Cost centre"
    description: "Value of the segment that is the cost centre, or 'unassigned'."
    hidden: yes
    type: string
    sql: ${TABLE}.cost_centre ;;
  }

  dimension: posted_cost_centre {
    label: "Posted cost centre"
    description: "Cost centre that the line is posted to, or 'unassigned'."
    hidden: yes
    type: string
    sql: ${TABLE}.posted_cost_centre ;;
  }

  dimension: project {
    label: "Project"
    description: "Project, or 'unassigned'."
    hidden: yes
    type: string
    sql: ${TABLE}.project ;;
  }

  dimension: project_task {
    label: "Project task"
    description: "Task of the project."
    hidden: yes
    type: string
    sql: ${TABLE}.project_task ;;
  }

  dimension: spend_class {
    label: "Spend class"
    description: "opex, capex, inventory, prepaid, grni (matched to a receipt that is not known) or other."
    hidden: yes
    type: string
    sql: ${TABLE}.spend_class ;;
  }

  dimension: spend_exclusion {
    label: "Spend exclusion"
    description: "Why it is no spend, by the seed spend_exclusions; null where it is."
    hidden: yes
    type: string
    sql: ${TABLE}.spend_exclusion ;;
  }

  dimension: is_spend {
    label: "Is spend"
    description: "Whether it counts as spend: released, of a type that is spend, not excluded."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_spend ;;
  }

  dimension: is_receipt_matched {
    label: "Is receipt matched"
    description: "Whether it is matched to a receipt of goods."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_receipt_matched ;;
  }

  dimension: is_vat_inclusive {
    label: "Is VAT inclusive"
    description: "Whether Visma's amount of the line includes VAT, which net amounts do not."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_vat_inclusive ;;
  }

  dimension: is_estimated_allocation {
    label: "Is estimated allocation"
    description: "Whether a discount, inclusive VAT or rounding of the header was divided among several lines."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_estimated_allocation ;;
  }

  dimension: inventory_number {
    label: "Inventory number"
    description: "Item."
    hidden: yes
    type: string
    sql: ${TABLE}.inventory_number ;;
  }

  dimension: description {
    label: "Description"
    description: "Text."
    hidden: yes
    type: string
    sql: ${TABLE}.description ;;
  }

  dimension: quantity {
    label: "Quantity"
    description: "Quantity."
    hidden: yes
    type: number
    sql: ${TABLE}.quantity ;;
  }

  dimension: uom {
    label: "UOM"
    description: "Unit of the quantity."
    hidden: yes
    type: string
    sql: ${TABLE}.uom ;;
  }

  dimension: po_number {
    label: "PO number"
    description: "Purchase order."
    hidden: yes
    type: string
    sql: ${TABLE}.po_number ;;
  }

  dimension: po_receipt_number {
    label: "PO receipt number"
    description: "Receipt of goods."
    hidden: yes
    type: string
    sql: ${TABLE}.po_receipt_number ;;
  }

  dimension: deferral_code {
    label: "Deferral code"
    description: "Code by which the amount is spread over time."
    hidden: yes
    type: string
    sql: ${TABLE}.deferral_code ;;
  }

  dimension: term_start_date {
    label: "Term start date"
    description: "First day of the term that it is for."
    hidden: yes
    type: date
    datatype: date
    convert_tz: no
    sql: ${TABLE}.term_start_date ;;
  }

  dimension: term_start_week {
    label: "Term start week"
    description: "First day of the term that it is for."
    hidden: yes
    type: date_week
    datatype: date
    convert_tz: no
    sql: ${TABLE}.term_start_date ;;
  }

  dimension: term_start_month {
    label: "Term start month"
    description: "First day of the term that it is for."
    hidden: yes
    type: date_month
    datatype: date
    convert_tz: no
    sql: ${TABLE}.term_start_date ;;
  }

  dimension: term_end_date {
    label: "Term end date"
    description: "Last day of the term that it is for."
    hidden: yes
    type: date
    datatype: date
    convert_tz: no
    sql: ${TABLE}.term_end_date ;;
  }

  dimension: term_end_week {
    label: "Term end week"
    description: "Last day of the term that it is for."
    hidden: yes
    type: date_week
    datatype: date
    convert_tz: no
    sql: ${TABLE}.term_end_date ;;
  }

  dimension: term_end_month {
    label: "Term end month"
    description: "Last day of the term that it is for."
    hidden: yes
    type: date_month
    datatype: date
    convert_tz: no
    sql: ${TABLE}.term_end_date ;;
  }

  dimension: vat_code {
    label: "VAT code"
    description: "VAT code."
    hidden: yes
    type: string
    sql: ${TABLE}.vat_code ;;
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

  dimension: line_base {
    label: "Line base"
    description: "Amount of the line after its own discount, as Visma has it, in the company's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.line_base ;;
  }

  dimension: line_currency {
    label: "Line currency"
    description: "Amount of the line after its own discount in the document's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.line_currency ;;
  }

  dimension: header_discount_base {
    label: "Header discount base"
    description: "The line's part of the document's discount in the company's currency, to the cent by largest remainder."
    hidden: yes
    type: number
    sql: ${TABLE}.header_discount_base ;;
  }

  dimension: header_discount_currency {
    label: "Header discount currency"
    description: "The line's part of the document's discount in the document's currency."
    hidden: yes
    type: number
    sql: ${TABLE}.header_discount_currency ;;
  }

  dimension: net_base {
    label: "Net base"
    description: "Without VAT and after all discounts, in the company's currency, signed, whatever the status."
    hidden: yes
    type: number
    sql: ${TABLE}.net_base ;;
  }

  dimension: net_currency {
    label: "Net currency"
    description: "Without VAT and after all discounts, in the document's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.net_currency ;;
  }

  dimension: vat_base {
    label: "VAT base"
    description: "The line's part of the document's VAT in the company's currency; none for reverse charge."
    hidden: yes
    type: number
    sql: ${TABLE}.vat_base ;;
  }

  dimension: vat_currency {
    label: "VAT currency"
    description: "The line's part of the document's VAT in the document's currency."
    hidden: yes
    type: number
    sql: ${TABLE}.vat_currency ;;
  }

  dimension: gross_base {
    label: "Gross base"
    description: "With VAT, in the company's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.gross_base ;;
  }

  dimension: gross_currency {
    label: "Gross currency"
    description: "With VAT, in the document's currency, signed."
    hidden: yes
    type: number
    sql: ${TABLE}.gross_currency ;;
  }

  dimension: nondeductible_vat_base {
    label: "Nondeductible VAT base"
    description: "The line's part of VAT that cannot be deducted and is a cost, in the company's currency."
    hidden: yes
    type: number
    sql: ${TABLE}.nondeductible_vat_base ;;
  }

  dimension: retainage_currency {
    label: "Retainage currency"
    description: "Held back until later, in the document's currency; part of the cost all the same."
    hidden: yes
    type: number
    sql: ${TABLE}.retainage_currency ;;
  }

  dimension: spend_base {
    label: "Spend base"
    description: "Spend in the company's currency: net amounts of released documents that are no exclusion; 0 for all else."
    hidden: yes
    type: number
    sql: ${TABLE}.spend_base ;;
  }

  dimension: spend_currency {
    label: "Spend currency"
    description: "Spend in the document's currency."
    hidden: yes
    type: number
    sql: ${TABLE}.spend_currency ;;
  }

  dimension: spend_group {
    label: "Spend group"
    description: "Spend in the group's currency at the rate of the document's date, rounded line by line."
    hidden: yes
    type: number
    sql: ${TABLE}.spend_group ;;
  }

  dimension: is_missing_rate {
    label: "Is missing rate"
    description: "Whether the rate to the group currency is missing; the amount in it is then null."
    hidden: yes
    type: yesno
    sql: ${TABLE}.is_missing_rate ;;
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

  measure: min_base_currency {
    label: "Min base currency"
    description: "First of the base currencies."
    hidden: yes
    type: min
    sql: coalesce(${base_currency}, '') ;;
  }

  measure: max_base_currency {
    label: "Max base currency"
    description: "Last of the base currencies."
    hidden: yes
    type: max
    sql: coalesce(${base_currency}, '') ;;
  }

  measure: one_currency {
    label: "One currency"
    description: "1 where all rows of the result have the same base currency, so that figures beside each other can be compared."
    hidden: yes
    type: number
    can_filter: no
    sql: case when min(${min_base_currency}) over () = max(${max_base_currency}) over () then 1 else 0 end ;;
  }

  measure: currency_shown {
    label: "Currency shown"
    description: "Currency of the amounts: the companies' where they share one, else the group's."
    hidden: yes
    type: string
    can_filter: no
    sql: case when ${one_currency} = 1 then ${max_base_currency} else ${max_group_currency} end ;;
  }

  measure: max_group_currency {
    label: "Max group currency"
    description: "The group's currency."
    hidden: yes
    type: max
    sql: ${group_currency} ;;
  }

  measure: rows_without_rate {
    label: "Rows without rate"
    description: "Rows without a rate to the group's currency."
    hidden: yes
    type: sum
    sql: case when ${TABLE}.is_missing_rate then 1 else 0 end ;;
  }

  measure: sum_line_base {
    label: "Sum line base"
    description: "Amount of the line after its own discount, as Visma has it, in the company's currency, signed."
    hidden: yes
    type: sum
    sql: ${line_base} ;;
  }

  measure: total_line {
    label: "Total line"
    description: "Amount of the line after its own discount, as Visma has it, in the company's currency, signed. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_line_base} end ;;
  }

  measure: sum_header_discount_base {
    label: "Sum header discount base"
    description: "The line's part of the document's discount in the company's currency, to the cent by largest remainder."
    hidden: yes
    type: sum
    sql: ${header_discount_base} ;;
  }

  measure: total_header_discount {
    label: "Total header discount"
    description: "The line's part of the document's discount in the company's currency, to the cent by largest remainder. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_header_discount_base} end ;;
  }

  measure: sum_net_base {
    label: "Sum net base"
    description: "Without VAT and after all discounts, in the company's currency, signed, whatever the status."
    hidden: yes
    type: sum
    sql: ${net_base} ;;
  }

  measure: total_net {
    label: "Total net"
    description: "Without VAT and after all discounts, in the company's currency, signed, whatever the status. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_net_base} end ;;
  }

  measure: sum_vat_base {
    label: "Sum VAT base"
    description: "The line's part of the document's VAT in the company's currency; none for reverse charge."
    hidden: yes
    type: sum
    sql: ${vat_base} ;;
  }

  measure: total_vat {
    label: "Total VAT"
    description: "The line's part of the document's VAT in the company's currency; none for reverse charge. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_vat_base} end ;;
  }

  measure: sum_gross_base {
    label: "Sum gross base"
    description: "With VAT, in the company's currency, signed."
    hidden: yes
    type: sum
    sql: ${gross_base} ;;
  }

  measure: total_gross {
    label: "Total gross"
    description: "With VAT, in the company's currency, signed. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_gross_base} end ;;
  }

  measure: sum_nondeductible_vat_base {
    label: "Sum nondeductible VAT base"
    description: "The line's part of VAT that cannot be deducted and is a cost, in the company's currency."
    hidden: yes
    type: sum
    sql: ${nondeductible_vat_base} ;;
  }

  measure: total_nondeductible_vat {
    label: "Total nondeductible VAT"
    description: "The line's part of VAT that cannot be deducted and is a cost, in the company's currency. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_nondeductible_vat_base} end ;;
  }

  measure: sum_spend_base {
    label: "Sum spend base"
    description: "Spend in the company's currency: net amounts of released documents that are no exclusion; 0 for all else."
    hidden: yes
    type: sum
    sql: ${spend_base} ;;
  }

  measure: sum_spend_group {
    label: "Sum spend group"
    description: "Spend in the company's currency: net amounts of released documents that are no exclusion; 0 for all else."
    hidden: yes
    type: sum
    sql: ${spend_group} ;;
  }

  measure: total_spend_group {
    label: "Total spend group"
    description: "Spend in the company's currency: net amounts of released documents that are no exclusion; 0 for all else. In the group's currency; empty where a rate is missing."
    hidden: yes
    type: number
    value_format_name: amount
    sql: case when ${rows_without_rate} = 0 and ${max_group_currency} is not null then ${sum_spend_group} end ;;
  }

  measure: total_spend {
    label: "Total spend"
    description: "Spend in the company's currency: net amounts of released documents that are no exclusion; 0 for all else. Where not all rows of the result have one base currency: in the group's currency."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_spend_base} when ${one_currency} = 0 then ${total_spend_group} end ;;
  }
}
