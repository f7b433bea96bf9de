# Smaller tables that Looker keeps for spend and budget, by period, account and cost centre. Worth it
# where lines are millions. Not part of the model until finance.model.lkml includes this file: Looker
# builds them anew only when the datagroup is triggered or the utility builds them. With its strategy
# `reset`, totals would stay those of the load before.
explore: +supplier_spend {
  aggregate_table: spend_by_account_cost_centre_supplier {
    query: {
      dimensions: [
        fct_supplier_invoice_line.company_id, dim_company.company_id, dim_company.company_name,
        dim_fiscal_period.financial_period, dim_fiscal_period.fiscal_year, dim_fiscal_period.period_label,
        dim_fiscal_period.relative_period, dim_account.account_number, dim_account.account_label,
        dim_cost_centre.cost_centre, dim_cost_centre.cost_centre_label, dim_supplier.supplier_number,
        dim_supplier.supplier_name, fct_supplier_invoice_line.spend_class
      ]
      measures: [
        fct_supplier_invoice_line.count, fct_supplier_invoice_line.sum_spend_base,
        fct_supplier_invoice_line.sum_spend_group, fct_supplier_invoice_line.rows_without_rate,
        fct_supplier_invoice_line.min_base_currency, fct_supplier_invoice_line.max_base_currency,
        fct_supplier_invoice_line.max_group_currency
      ]
    }
    materialization: {
      datagroup_trigger: visma_load
    }
  }
}

explore: +budget_vs_actual {
  aggregate_table: budget_by_period_account_cost_centre {
    query: {
      dimensions: [
        rpt_budget_vs_actual.company_id, dim_company.company_id, dim_company.company_name,
        rpt_budget_vs_actual.budget_ledger_id,
        dim_fiscal_period.financial_period, dim_fiscal_period.fiscal_year, dim_fiscal_period.period_label,
        dim_fiscal_period.relative_period, dim_fiscal_period.has_begun,
        rpt_budget_vs_actual.is_main_budget, rpt_budget_vs_actual.year_has_budget,
        rpt_budget_vs_actual.account_type,
        dim_account.statement_line, dim_account.statement_line_order, dim_account.account_number,
        dim_account.account_label, dim_cost_centre.cost_centre, dim_cost_centre.cost_centre_label
      ]
      measures: [
        rpt_budget_vs_actual.count, rpt_budget_vs_actual.sum_budget_base,
        rpt_budget_vs_actual.sum_actual_base, rpt_budget_vs_actual.sum_variance_base,
        rpt_budget_vs_actual.sum_variance_favourable_base, rpt_budget_vs_actual.sum_budget_group,
        rpt_budget_vs_actual.sum_actual_group, rpt_budget_vs_actual.sum_variance_group,
        rpt_budget_vs_actual.sum_variance_favourable_group, rpt_budget_vs_actual.rows_without_rate,
        rpt_budget_vs_actual.min_ledger, rpt_budget_vs_actual.max_ledger,
        rpt_budget_vs_actual.only_main_budgets, rpt_budget_vs_actual.any_budget,
        rpt_budget_vs_actual.min_base_currency, rpt_budget_vs_actual.max_base_currency,
        rpt_budget_vs_actual.max_group_currency
      ]
    }
    materialization: {
      datagroup_trigger: visma_load
    }
  }
}
