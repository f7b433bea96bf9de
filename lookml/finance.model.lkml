# The model: which files belong to it, the connection, how long results are kept.
# Named finance, as utility-looker-refresh expects it: finance::visma_load.
connection: "@{connection_name}"
label: "@{model_label}"

include: "/components/datagroups.lkml"
include: "/components/formats.lkml"
include: "/views/base/*.view.lkml"
include: "/views/core/*.view.lkml"
include: "/explores/*.explore.lkml"
include: "/tests/*.test.lkml"
# The first page of a list, then the others.
include: "/dashboards/finance_overview.dashboard.lookml"
include: "/dashboards/*.dashboard.lookml"

# Faster where lines are millions, and only right with the utility's strategy build or trigger:
# include: "/components/aggregate_tables.lkml"

persist_with: visma_load
