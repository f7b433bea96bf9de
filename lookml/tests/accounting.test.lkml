# Accounting identities, on the rows that Looker's users see. The worst row comes first, so one row
# tells of all. Run by Looker (Develop, Run data tests), and by make test on the sandbox's books.

# Debit equals credit in each posted batch.
test: batches_balance {
  explore_source: general_ledger {
    column: company_id { field: fct_gl_line.company_id }
    column: module { field: fct_gl_line.module }
    column: batch_number { field: fct_gl_line.batch_number }
    column: imbalance { field: fct_gl_line.imbalance }
    filters: [fct_gl_line.ledger_type: "Actual"]
    sorts: [fct_gl_line.imbalance: desc]
    limit: 1
  }
  assert: batches_balance {
    expression: ${fct_gl_line.imbalance} < 0.005 ;;
  }
}

# The closing balances of an actual ledger and period add up to nothing; budgets are in no balance.
test: trial_balance_nets_to_zero {
  explore_source: trial_balance {
    column: company_id { field: rpt_trial_balance.company_id }
    column: ledger_id { field: rpt_trial_balance.ledger_id }
    column: financial_period { field: rpt_trial_balance.financial_period }
    column: imbalance { field: rpt_trial_balance.imbalance }
    filters: [rpt_trial_balance.ledger_type: "Actual"]
    sorts: [rpt_trial_balance.imbalance: desc]
    limit: 1
  }
  assert: trial_balance_nets_to_zero {
    expression: ${rpt_trial_balance.imbalance} < 0.005 ;;
  }
}

# Opening balance plus net change is the closing balance of each account.
test: balances_roll_forward {
  explore_source: trial_balance {
    column: company_id { field: rpt_trial_balance.company_id }
    column: ledger_id { field: rpt_trial_balance.ledger_id }
    column: financial_period { field: rpt_trial_balance.financial_period }
    column: account_number { field: rpt_trial_balance.account_number }
    column: roll_forward_gap { field: rpt_trial_balance.roll_forward_gap }
    sorts: [rpt_trial_balance.roll_forward_gap: desc]
    limit: 1
  }
  assert: balances_roll_forward {
    expression: ${rpt_trial_balance.roll_forward_gap} < 0.005 ;;
  }
}

# Budget, actual and variance agree in each period.
test: variance_is_actual_minus_budget {
  explore_source: budget_vs_actual {
    column: company_id { field: rpt_budget_vs_actual.company_id }
    column: budget_ledger_id { field: rpt_budget_vs_actual.budget_ledger_id }
    column: financial_period { field: rpt_budget_vs_actual.financial_period }
    column: variance_gap { field: rpt_budget_vs_actual.variance_gap }
    sorts: [rpt_budget_vs_actual.variance_gap: desc]
    limit: 1
  }
  assert: variance_is_actual_minus_budget {
    expression: ${rpt_budget_vs_actual.variance_gap} < 0.005 ;;
  }
}

# Lines come to the net amount of their document; the newest five thousand documents.
test: supplier_lines_add_up_to_their_document {
  explore_source: supplier_spend {
    column: document { field: fct_supplier_invoice.fct_supplier_invoice_key }
    column: document_date { field: fct_supplier_invoice_line.document_date }
    column: header { field: fct_supplier_invoice.net_base }
    column: lines { field: fct_supplier_invoice_line.sum_net_base }
    sorts: [fct_supplier_invoice_line.document_date: desc]
    limit: 5000
  }
  assert: supplier_lines_add_up_to_their_document {
    expression: abs(${fct_supplier_invoice_line.sum_net_base} - ${fct_supplier_invoice.net_base}) < 0.005 ;;
  }
}

# Lines come to the net amount of their document; the newest five thousand documents.
test: customer_lines_add_up_to_their_document {
  explore_source: customer_sales {
    column: document { field: fct_customer_invoice.fct_customer_invoice_key }
    column: document_date { field: fct_customer_invoice_line.document_date }
    column: header { field: fct_customer_invoice.net_base }
    column: lines { field: fct_customer_invoice_line.sum_net_base }
    sorts: [fct_customer_invoice_line.document_date: desc]
    limit: 5000
  }
  assert: customer_lines_add_up_to_their_document {
    expression: abs(${fct_customer_invoice_line.sum_net_base} - ${fct_customer_invoice.net_base}) < 0.005 ;;
  }
}

# Every open document is in an ageing bucket: the buckets of a supplier come to its balance.
test: ap_ageing_adds_up {
  explore_source: ap_ageing {
    column: company_id { field: fct_ap_open_item.company_id }
    column: supplier_number { field: dim_supplier.supplier_number }
    column: ageing_gap { field: fct_ap_open_item.ageing_gap }
    sorts: [fct_ap_open_item.ageing_gap: desc]
    limit: 1
  }
  assert: ap_ageing_adds_up {
    expression: ${fct_ap_open_item.ageing_gap} < 0.005 ;;
  }
}

# Every open document is in an ageing bucket: the buckets of a customer come to its balance.
test: ar_ageing_adds_up {
  explore_source: ar_ageing {
    column: company_id { field: fct_ar_open_item.company_id }
    column: customer_number { field: dim_customer.customer_number }
    column: ageing_gap { field: fct_ar_open_item.ageing_gap }
    sorts: [fct_ar_open_item.ageing_gap: desc]
    limit: 1
  }
  assert: ar_ageing_adds_up {
    expression: ${fct_ar_open_item.ageing_gap} < 0.005 ;;
  }
}

# Invoiced spend and all steps come to what is booked, on each account and cost centre.
test: spend_bridge_arrives {
  explore_source: spend_bridge {
    column: key { field: rpt_spend_bridge.rpt_spend_bridge_key }
    column: bridge_gap { field: rpt_spend_bridge.bridge_gap }
    sorts: [rpt_spend_bridge.bridge_gap: desc]
    limit: 1
  }
  assert: spend_bridge_arrives {
    expression: ${rpt_spend_bridge.bridge_gap} < 0.005 ;;
  }
}
