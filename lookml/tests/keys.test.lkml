# A row of each Explore's own view is there once; a join that repeats rows shows here. The most
# frequent key comes first, so one row tells of all.

test: supplier_spend_has_each_row_once {
  explore_source: supplier_spend {
    column: key { field: fct_supplier_invoice_line.fct_supplier_invoice_line_key }
    column: count { field: fct_supplier_invoice_line.count }
    sorts: [fct_supplier_invoice_line.count: desc]
    limit: 1
  }
  assert: supplier_spend_has_each_row_once {
    expression: ${fct_supplier_invoice_line.count} = 1 ;;
  }
}

test: customer_sales_has_each_row_once {
  explore_source: customer_sales {
    column: key { field: fct_customer_invoice_line.fct_customer_invoice_line_key }
    column: count { field: fct_customer_invoice_line.count }
    sorts: [fct_customer_invoice_line.count: desc]
    limit: 1
  }
  assert: customer_sales_has_each_row_once {
    expression: ${fct_customer_invoice_line.count} = 1 ;;
  }
}

test: ap_ageing_has_each_row_once {
  explore_source: ap_ageing {
    column: key { field: fct_ap_open_item.fct_ap_open_item_key }
    column: count { field: fct_ap_open_item.count }
    sorts: [fct_ap_open_item.count: desc]
    limit: 1
  }
  assert: ap_ageing_has_each_row_once {
    expression: ${fct_ap_open_item.count} = 1 ;;
  }
}

test: ap_ageing_month_end_has_each_row_once {
  explore_source: ap_ageing_month_end {
    column: key { field: fct_ap_open_item_month_end.fct_ap_open_item_month_end_key }
    column: count { field: fct_ap_open_item_month_end.count }
    sorts: [fct_ap_open_item_month_end.count: desc]
    limit: 1
  }
  assert: ap_ageing_month_end_has_each_row_once {
    expression: ${fct_ap_open_item_month_end.count} = 1 ;;
  }
}

test: ar_ageing_has_each_row_once {
  explore_source: ar_ageing {
    column: key { field: fct_ar_open_item.fct_ar_open_item_key }
    column: count { field: fct_ar_open_item.count }
    sorts: [fct_ar_open_item.count: desc]
    limit: 1
  }
  assert: ar_ageing_has_each_row_once {
    expression: ${fct_ar_open_item.count} = 1 ;;
  }
}

test: ar_ageing_month_end_has_each_row_once {
  explore_source: ar_ageing_month_end {
    column: key { field: fct_ar_open_item_month_end.fct_ar_open_item_month_end_key }
    column: count { field: fct_ar_open_item_month_end.count }
    sorts: [fct_ar_open_item_month_end.count: desc]
    limit: 1
  }
  assert: ar_ageing_month_end_has_each_row_once {
    expression: ${fct_ar_open_item_month_end.count} = 1 ;;
  }
}

test: general_ledger_has_each_row_once {
  explore_source: general_ledger {
    column: key { field: fct_gl_line.fct_gl_line_key }
    column: count { field: fct_gl_line.count }
    sorts: [fct_gl_line.count: desc]
    limit: 1
  }
  assert: general_ledger_has_each_row_once {
    expression: ${fct_gl_line.count} = 1 ;;
  }
}

test: trial_balance_has_each_row_once {
  explore_source: trial_balance {
    column: key { field: rpt_trial_balance.rpt_trial_balance_key }
    column: count { field: rpt_trial_balance.count }
    sorts: [rpt_trial_balance.count: desc]
    limit: 1
  }
  assert: trial_balance_has_each_row_once {
    expression: ${rpt_trial_balance.count} = 1 ;;
  }
}

test: budget_vs_actual_has_each_row_once {
  explore_source: budget_vs_actual {
    column: key { field: rpt_budget_vs_actual.rpt_budget_vs_actual_key }
    column: count { field: rpt_budget_vs_actual.count }
    sorts: [rpt_budget_vs_actual.count: desc]
    limit: 1
  }
  assert: budget_vs_actual_has_each_row_once {
    expression: ${rpt_budget_vs_actual.count} = 1 ;;
  }
}

test: reconciliation_has_each_row_once {
  explore_source: reconciliation {
    column: key { field: rpt_reconciliation.rpt_reconciliation_key }
    column: count { field: rpt_reconciliation.count }
    sorts: [rpt_reconciliation.count: desc]
    limit: 1
  }
  assert: reconciliation_has_each_row_once {
    expression: ${rpt_reconciliation.count} = 1 ;;
  }
}

test: sync_status_has_each_row_once {
  explore_source: sync_status {
    column: key { field: rpt_sync_status.rpt_sync_status_key }
    column: count { field: rpt_sync_status.count }
    sorts: [rpt_sync_status.count: desc]
    limit: 1
  }
  assert: sync_status_has_each_row_once {
    expression: ${rpt_sync_status.count} = 1 ;;
  }
}

test: spend_bridge_has_each_row_once {
  explore_source: spend_bridge {
    column: key { field: rpt_spend_bridge.rpt_spend_bridge_key }
    column: count { field: rpt_spend_bridge.count }
    sorts: [rpt_spend_bridge.count: desc]
    limit: 1
  }
  assert: spend_bridge_has_each_row_once {
    expression: ${rpt_spend_bridge.count} = 1 ;;
  }
}
