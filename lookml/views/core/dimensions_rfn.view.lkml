# What finance sees of the dimensions. Used by: every explore.
# Links of names read no other field: Looker would group by it, and a name be there once per company.
view: +dim_company {
  label: "Company"
  dimension: company_id { hidden: no label: "Company ID" description: "Short name of the company, as the load was told." }
  dimension: company_name { hidden: no label: "Company" }
  dimension: country { hidden: no label: "Country of the company" }
  dimension: base_currency { hidden: no label: "Currency of the company" }
}

view: +dim_branch {
  label: "Branch"
  dimension: branch_number { hidden: no label: "Branch number" }
  dimension: branch_name { hidden: no label: "Branch" }
}

view: +dim_ledger {
  label: "Ledger"
  dimension: ledger_id { hidden: no label: "Ledger" }
  dimension: ledger_name { hidden: no label: "Name of the ledger" }
  dimension: ledger_type { hidden: no label: "Type of ledger" }
}

view: +dim_fiscal_period {
  label: "Fiscal period"
  dimension: financial_period { hidden: no label: "Period" }
  dimension: period_label { hidden: no label: "Year and period" }
  dimension: fiscal_year { hidden: no label: "Fiscal year" value_format_name: id }
  dimension: fiscal_quarter { hidden: no label: "Fiscal quarter" }
  dimension: period_number { hidden: no label: "Period of the year" }
  dimension: start_date { hidden: no label: "First day of the period" }
  dimension: end_date { hidden: no label: "Last day of the period" }
  dimension: is_current { hidden: no label: "Current period" }
  dimension: relative_period {
    hidden: no
    label: "Relative period"
    description: "0 is the current period, -1 the one before, by each company's own calendar. Adjustment periods have none."
  }
  dimension: is_adjustment { hidden: no label: "Adjustment period" }
  dimension: has_begun { hidden: no label: "Has begun" }
  dimension: is_closed_gl { hidden: no label: "Closed in the general ledger" }
  dimension: is_closed_ap { hidden: no label: "Closed in the supplier ledger" }
  dimension: is_closed_ar { hidden: no label: "Closed in the customer ledger" }
}

view: +dim_account {
  label: "Account"
  dimension: account_number { hidden: no label: "Account number" }
  dimension: account_name { hidden: no label: "Name of the account" }
  dimension: account_label { hidden: no label: "Account" }
  dimension: account_type { hidden: no label: "Type of account" }
  dimension: account_class { hidden: no label: "Account class" }
  dimension: statement { hidden: no label: "Statement code" }
  dimension: statement_label {
    label: "Statement"
    description: "Balance sheet, or profit and loss."
    type: string
    sql: upper(left(${statement}, 1)) || replace(substr(${statement}, 2), '_', ' ') ;;
  }
  dimension: statement_line { hidden: no label: "Line of the statement" order_by_field: statement_line_order }
  dimension: group_account { hidden: no label: "Group account" }
  dimension: group_account_name { hidden: no label: "Name of the group account" }
}

view: +dim_cost_centre {
  label: "Cost centre"
  dimension: cost_centre { hidden: no label: "Cost centre code" }
  dimension: cost_centre_name { hidden: no label: "Name of the cost centre" }
  dimension: cost_centre_label {
    hidden: no
    label: "Cost centre"
    description: "Code and name of the cost centre."
    link: {
      label: "Cost centre dashboard"
      url: "/dashboards/finance::cost_centre?Company={{ _filters['dim_company.company_id'] | url_encode }}&Cost+centre={{ filterable_value | url_encode }}&Relative+period={{ _filters['dim_fiscal_period.relative_period'] | url_encode }}&Period={{ _filters['dim_fiscal_period.financial_period'] | url_encode }}"
    }
  }
  dimension: group_cost_centre { hidden: no label: "Group cost centre" }
  dimension: group_cost_centre_name { hidden: no label: "Name of the group cost centre" }
}

view: +dim_supplier {
  label: "Supplier"
  dimension: supplier_number { hidden: no label: "Supplier number" }
  dimension: supplier_name {
    hidden: no
    label: "Supplier"
    description: "Name of the supplier."
    link: {
      label: "Supplier spend dashboard"
      url: "/dashboards/finance::supplier_spend?Company={{ _filters['dim_company.company_id'] | url_encode }}&Supplier={{ filterable_value | url_encode }}&Relative+period="
    }
  }
  dimension: supplier_class { hidden: no label: "Supplier class" }
  dimension: supplier_class_name { hidden: no label: "Name of the supplier class" }
  dimension: country { hidden: no label: "Country of the supplier" }
  dimension: credit_terms { hidden: no label: "Credit terms" }
  dimension: corporate_id { hidden: no label: "Organisation number" }
  dimension: group_key { hidden: no label: "Supplier in the group" }
}

view: +dim_customer {
  label: "Customer"
  dimension: customer_number { hidden: no label: "Customer number" }
  dimension: customer_name { hidden: no label: "Customer" description: "Name of the customer." }
  dimension: customer_class { hidden: no label: "Customer class" }
  dimension: customer_class_name { hidden: no label: "Name of the customer class" }
  dimension: country { hidden: no label: "Country of the customer" }
  dimension: credit_terms { hidden: no label: "Credit terms" }
  dimension: corporate_id { hidden: no label: "Organisation number" }
  dimension: group_key { hidden: no label: "Customer in the group" }
}
