# When cached results and aggregate tables are old. Used by: finance.model.lkml, the explores.
# No sql_trigger: utility-looker-refresh triggers it when a load has been published, and only then.
datagroup: visma_load {
  label: "Visma load"
  description: "Triggered by the pipeline when new figures have been published."
  # The age of open items changes with the day, also on a day that brings no news.
  max_cache_age: "8 hours"
}
