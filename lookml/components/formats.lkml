# How amounts are written. Used by: every view.
named_value_format: amount {
  value_format: "#,##0.00;-#,##0.00"
}

named_value_format: amount_rounded {
  value_format: "#,##0;-#,##0"
}
