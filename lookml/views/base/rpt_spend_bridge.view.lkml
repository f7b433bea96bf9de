# The mart rpt_spend_bridge, from its contract in transform/models/marts. Not written by hand:
# lookml/scripts/make_views.py makes it (`make docs`).
# From what suppliers invoiced to what the general ledger's actual ledger booked, by account and cost centre: invoiced plus all steps is booked. Expense accounts, and asset accounts that suppliers invoiced for.
view: rpt_spend_bridge {
  label: "Spend bridge"
  sql_table_name: @{finance_schema}.rpt_spend_bridge ;;

  dimension: rpt_spend_bridge_key {
    label: "Rpt spend bridge key"
    description: "Identifies the row."
    hidden: yes
    primary_key: yes
    type: string
    sql: ${TABLE}.rpt_spend_bridge_key ;;
  }

  dimension: company_id {
    label: "Company ID"
    description: "Short name of the company."
    hidden: yes
    type: string
    sql: ${TABLE}.company_id ;;
  }

  dimension: financial_period {
    label: "Financial period"
    description: "Period that it is posted to, as YYYYPP: Visma's own, never derived from a date."
    hidden: yes
    type: string
    sql: ${TABLE}.financial_period ;;
  }

  dimension: account_number {
    label: "Account number"
    description: "Account, or 'none'."
    hidden: yes
    type: string
    sql: ${TABLE}.account_number ;;
  }

  dimension: cost_centre {
    label: "Cost centre"
    description: "Value of the segment that is the cost centre, or 'unassigned'."
    hidden: yes
    type: string
    sql: ${TABLE}.cost_centre ;;
  }

  dimension: base_currency {
    label: "Base currency"
    description: "Currency of the company."
    hidden: yes
    type: string
    sql: ${TABLE}.base_currency ;;
  }

  dimension: invoiced_base {
    label: "Invoiced base"
    description: "Spend by supplier invoices, where it was bought for, in the company's currency."
    hidden: yes
    type: number
    sql: ${TABLE}.invoiced_base ;;
  }

  dimension: grni_timing_base {
    label: "GRNI timing base"
    description: "Goods received and used (modules IN and PO) less invoices that are matched to receipts, and what waits on accounts for prebooking."
    hidden: yes
    type: number
    sql: ${TABLE}.grni_timing_base ;;
  }

  dimension: deferral_base {
    label: "Deferral base"
    description: "Deferred cost that the period bears (module DR) less what was invoiced and deferred."
    hidden: yes
    type: number
    sql: ${TABLE}.deferral_base ;;
  }

  dimension: nondeductible_vat_base {
    label: "Nondeductible VAT base"
    description: "VAT on supplier invoices that cannot be deducted."
    hidden: yes
    type: number
    sql: ${TABLE}.nondeductible_vat_base ;;
  }

  dimension: excluded_base {
    label: "Excluded base"
    description: "Lines of supplier invoices that are no spend (seed spend_exclusions), where they are posted."
    hidden: yes
    type: number
    sql: ${TABLE}.excluded_base ;;
  }

  dimension: manual_journals_base {
    label: "Manual journals base"
    description: "Journals of module GL: accruals, payroll, corrections."
    hidden: yes
    type: number
    sql: ${TABLE}.manual_journals_base ;;
  }

  dimension: fx_base {
    label: "FX base"
    description: "Differences of exchange: module CM, and what payments post to accounts of cost."
    hidden: yes
    type: number
    sql: ${TABLE}.fx_base ;;
  }

  dimension: other_modules_base {
    label: "Other modules base"
    description: "All other modules: sales, cash, fixed assets, projects."
    hidden: yes
    type: number
    sql: ${TABLE}.other_modules_base ;;
  }

  dimension: unexplained_base {
    label: "Unexplained base"
    description: "What is left: 0 where every line of a supplier invoice is posted as it says."
    hidden: yes
    type: number
    sql: ${TABLE}.unexplained_base ;;
  }

  dimension: booked_base {
    label: "Booked base"
    description: "Debit less credit of the journal lines, in the company's currency."
    hidden: yes
    type: number
    sql: ${TABLE}.booked_base ;;
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
    description: "Currency of the amounts: the companies' where they share one, else none."
    hidden: yes
    type: string
    can_filter: no
    sql: case when ${one_currency} = 1 then ${max_base_currency} end ;;
  }

  measure: sum_invoiced_base {
    label: "Sum invoiced base"
    description: "Spend by supplier invoices, where it was bought for, in the company's currency."
    hidden: yes
    type: sum
    sql: ${invoiced_base} ;;
  }

  measure: total_invoiced {
    label: "Total invoiced"
    description: "Spend by supplier invoices, where it was bought for, in the company's currency. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_invoiced_base} end ;;
  }

  measure: sum_grni_timing_base {
    label: "Sum GRNI timing base"
    description: "Goods received and used (modules IN and PO) less invoices that are matched to receipts, and what waits on accounts for prebooking."
    hidden: yes
    type: sum
    sql: ${grni_timing_base} ;;
  }

  measure: total_grni_timing {
    label: "Total GRNI timing"
    description: "Goods received and used (modules IN and PO) less invoices that are matched to receipts, and what waits on accounts for prebooking. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_grni_timing_base} end ;;
  }

  measure: sum_deferral_base {
    label: "Sum deferral base"
    description: "Deferred cost that the period bears (module DR) less what was invoiced and deferred."
    hidden: yes
    type: sum
    sql: ${deferral_base} ;;
  }

  measure: total_deferral {
    label: "Total deferral"
    description: "Deferred cost that the period bears (module DR) less what was invoiced and deferred. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_deferral_base} end ;;
  }

  measure: sum_nondeductible_vat_base {
    label: "Sum nondeductible VAT base"
    description: "VAT on supplier invoices that cannot be deducted."
    hidden: yes
    type: sum
    sql: ${nondeductible_vat_base} ;;
  }

  measure: total_nondeductible_vat {
    label: "Total nondeductible VAT"
    description: "VAT on supplier invoices that cannot be deducted. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_nondeductible_vat_base} end ;;
  }

  measure: sum_excluded_base {
    label: "Sum excluded base"
    description: "Lines of supplier invoices that are no spend (seed spend_exclusions), where they are posted."
    hidden: yes
    type: sum
    sql: ${excluded_base} ;;
  }

  measure: total_excluded {
    label: "Total excluded"
    description: "Lines of supplier invoices that are no spend (seed spend_exclusions), where they are posted. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_excluded_base} end ;;
  }

  measure: sum_manual_journals_base {
    label: "Sum manual journals base"
    description: "Journals of module GL: accruals, payroll, corrections."
    hidden: yes
    type: sum
    sql: ${manual_journals_base} ;;
  }

  measure: total_manual_journals {
    label: "Total manual journals"
    description: "Journals of module GL: accruals, payroll, corrections. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_manual_journals_base} end ;;
  }

  measure: sum_fx_base {
    label: "Sum FX base"
    description: "Differences of exchange: module CM, and what payments post to accounts of cost."
    hidden: yes
    type: sum
    sql: ${fx_base} ;;
  }

  measure: total_fx {
    label: "Total FX"
    description: "Differences of exchange: module CM, and what payments post to accounts of cost. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_fx_base} end ;;
  }

  measure: sum_other_modules_base {
    label: "Sum other modules base"
    description: "All other modules: sales, cash, fixed assets, projects."
    hidden: yes
    type: sum
    sql: ${other_modules_base} ;;
  }

  measure: total_other_modules {
    label: "Total other modules"
    description: "All other modules: sales, cash, fixed assets, projects. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_other_modules_base} end ;;
  }

  measure: sum_unexplained_base {
    label: "Sum unexplained base"
    description: "What is left: 0 where every line of a supplier invoice is posted as it says."
    hidden: yes
    type: sum
    sql: ${unexplained_base} ;;
  }

  measure: total_unexplained {
    label: "Total unexplained"
    description: "What is left: 0 where every line of a supplier invoice is posted as it says. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_unexplained_base} end ;;
  }

  measure: sum_booked_base {
    label: "Sum booked base"
    description: "Debit less credit of the journal lines, in the company's currency."
    hidden: yes
    type: sum
    sql: ${booked_base} ;;
  }

  measure: total_booked {
    label: "Total booked"
    description: "Debit less credit of the journal lines, in the company's currency. Where not all rows of the result have one base currency: empty."
    hidden: yes
    type: number
    can_filter: no
    value_format_name: amount
    sql: case when ${one_currency} = 1 then ${sum_booked_base} end ;;
  }
}
