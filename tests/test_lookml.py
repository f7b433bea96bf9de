"""The Looker project holds together, and whatever breaks it is found without Looker."""

from __future__ import annotations

import json
import shutil
from functools import cache
from typing import TYPE_CHECKING, Any

import lkml
import pytest
import yaml

from demo.pipeline import PROJECT
from lookml.scripts import make_views
from tests.lookml import Project, links, load
from tests.lookml_checks import (
    CHECKS,
    joins_do_not_repeat_rows,
    links_lead_somewhere,
    strings_are_complete,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOOKML = PROJECT / "lookml"

#: As Looker names its locales; it has none for Danish.
LANGUAGES = ("da", "en", "fi_FI", "nb_NO", "sv_SE")


@cache
def _keys() -> dict[str, tuple[str, ...]]:
    return {name: make_views.key(mart) for name, mart in make_views.marts().items()}


def problems(project: Project) -> list[str]:
    """All that the checks find."""
    return [
        *(problem for check in CHECKS for problem in check(project)),
        *joins_do_not_repeat_rows(project, _keys()),
        *strings_are_complete(project, LANGUAGES),
    ]


@pytest.fixture(scope="module")
def project() -> Project:
    """The project as it is."""
    return load(LOOKML)


def test_every_file_parses_and_is_written_back_as_it_was(project: Project) -> None:
    files = {path: text for path, text in project.texts.items() if path.suffix == ".lkml"}
    assert len(files) > 40
    assert [path.name for path, text in files.items() if str(lkml.parse(text)) != text] == []


def test_nothing_is_wrong(project: Project) -> None:
    assert problems(project) == []


def test_it_is_what_was_asked_for(project: Project) -> None:
    assert set(project.explores) >= {
        "supplier_spend", "ap_ageing", "ar_ageing", "general_ledger", "trial_balance",
        "budget_vs_actual", "reconciliation", "sync_status",
    }  # fmt: skip
    assert set(project.dashboards) == {
        "finance_overview", "supplier_spend", "ap_ageing", "ar_ageing", "budget_vs_actual",
        "cost_centre", "trial_balance", "data_trust",
    }  # fmt: skip
    files = {path.name for path in LOOKML.glob("*/*") if path.is_file()}
    wanted = {name.removesuffix("_month_end") for name in project.explores}
    assert {f"{name}.explore.lkml" for name in wanted} <= files
    assert {f"{name}.dashboard.lookml" for name in project.dashboards} <= files
    tables = [e.name for e in project.explores.values() if "aggregate_tables" in e.node]
    assert tables == ["budget_vs_actual", "supplier_spend"]


def test_a_datagroup_waits_for_the_pipeline_alone(project: Project) -> None:
    assert list(project.datagroups) == ["visma_load"]
    (datagroup,) = project.datagroups.values()
    assert datagroup["max_cache_age"]
    assert not {"sql_trigger", "interval_trigger"} & datagroup.keys()


def _example(name: str) -> Any:
    """A setting of utility-looker-refresh as `.env.example` shows it."""
    (line,) = (
        line.removeprefix("# ")
        for line in (PROJECT / ".env.example").read_text().splitlines()
        if line.removeprefix("# ").startswith(f"UTILITY_LOOKER_REFRESH_{name}=")
    )
    return json.loads(line.partition("=")[2].strip("'"))


def test_the_pipeline_names_what_the_project_holds(project: Project) -> None:
    model = next(path for path in project.texts if path.name.endswith(".model.lkml"))
    finance = model.name.removesuffix(".model.lkml")
    assert _example("DATAGROUPS") == [f"{finance}::{name}" for name in project.datagroups]
    assert {*_example("DASHBOARDS")} == {f"{finance}::{name}" for name in project.dashboards}
    for where in (_example("FRESHNESS"), *_example("PROOF")):
        assert where["model"] == finance
        _, field = project.find(where["explore"], where["field"])
        assert field["name"] == "newest_load_epoch"
    for path in (LOOKML / "README.md", PROJECT / "utility-looker-refresh" / "README.md"):
        assert _example("DATAGROUPS")[0] in path.read_text(), path


def test_dashboards_are_exposures_of_what_they_read(project: Project) -> None:
    text = (PROJECT / "transform" / "models" / "marts" / "_exposures.yml").read_text()
    exposures = yaml.safe_load(text)["exposures"]
    told = {one["name"]: {ref[5:-2] for ref in one["depends_on"]} for one in exposures}
    read = {
        name: {
            view
            for tile in dashboard["elements"]
            for view in project.explores[tile["explore"]].views
        }
        for name, dashboard in project.dashboards.items()
    }
    assert told == read


def test_a_balance_that_is_renamed_is_no_movement() -> None:
    mart = make_views.marts()["rpt_trial_balance"]
    for column in mart["columns"]:
        column["name"] = column["name"].replace("closing_base", "balance_base")
    with pytest.raises(ValueError, match="rpt_trial_balance has no amount closing any more"):
        make_views.view(mart)


def test_a_mart_without_a_column_that_identifies_a_row_has_no_view() -> None:
    mart = make_views.marts()["rpt_trial_balance"]
    mart["columns"] = [one for one in mart["columns"] if one["name"] != "rpt_trial_balance_key"]
    with pytest.raises(ValueError, match="no column rpt_trial_balance_key"):
        make_views.view(mart)


BROKEN: dict[str, tuple[str, str, str, str]] = {
    "a file that the model forgets": (
        "finance.model.lkml",
        'include: "/tests/*.test.lkml"\n',
        "",
        "/tests/accounting.test.lkml: not included in the model",
    ),
    "a filter of a tile that is no field": (
        "dashboards/supplier_spend.dashboard.lookml",
        "fct_supplier_invoice_line.status_class:",
        "fct_supplier_invoice_line.state_class:",
        "dashboard supplier_spend, not_posted: no field fct_supplier_invoice_line.state_class",
    ),
    "a tile that listens to no filter": (
        "dashboards/ap_ageing.dashboard.lookml",
        "  - name: Supplier\n    title:",
        "  - name: Vendor\n    title:",
        "listens to Supplier, which is no filter",
    ),
    "a filter that nothing listens to": (
        "dashboards/data_trust.dashboard.lookml",
        "      Company: dim_company.company_id\n",
        "      {}\n",
        "dashboard data_trust: nothing listens to Company",
    ),
    "a tile's own filter that the dashboard would lift": (
        "dashboards/finance_overview.dashboard.lookml",
        "      dim_fiscal_period.has_begun:",
        "      dim_company.company_id:",
        "income_and_expenses: filters dim_company.company_id, and listens to it",
    ),
    "a field of a tile": (
        "dashboards/trial_balance.dashboard.lookml",
        "rpt_trial_balance.total_opening",
        "rpt_trial_balance.total_openings",
        "no field rpt_trial_balance.total_openings in trial_balance",
    ),
    "a tile on another": (
        "dashboards/trial_balance.dashboard.lookml",
        "    row: 4\n",
        "    row: 3\n",
        "dashboard trial_balance: tiles lie on each other, or beyond the page",
    ),
    "an amount without its currency": (
        "dashboards/budget_vs_actual.dashboard.lookml",
        "total_variance_favourable,\n      rpt_budget_vs_actual.currency_shown",
        "total_variance_favourable",
        "by_account: amounts without their currency",
    ),
    "a fan-out by a join without the company": (
        "explores/supplier_spend.explore.lkml",
        "${fct_supplier_invoice_line.company_id} = ${dim_supplier.company_id} and ",
        "",
        "explore supplier_spend, dim_supplier: not joined by its key, company_id, supplier_number",
    ),
    "a fan-out that says so": (
        "explores/trial_balance.explore.lkml",
        "relationship: many_to_one",
        "relationship: one_to_many",
        "explore trial_balance, dim_company: left_outer, one_to_many",
    ),
    "a join to facts": (
        "explores/ap_ageing.explore.lkml",
        "  join: dim_branch {",
        """  join: fct_supplier_invoice_line {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fct_ap_open_item.company_id} = ${fct_supplier_invoice_line.company_id} ;;
  }
  join: dim_branch {""",
        "fct_supplier_invoice_line: a view with measures is joined",
    ),
    "an Explore for everybody": (
        "explores/general_ledger.explore.lkml",
        "user_attribute: company_id",
        "user_attribute: department",
        "explore general_ledger: users are not filtered by fct_gl_line.company_id",
    ),
    "a field to drill to": (
        "views/core/spend_rfn.view.lkml",
        "fct_supplier_invoice.supplier_reference, status",
        "fct_supplier_invoice.suppliers_reference, status",
        "set documents: no field fct_supplier_invoice.suppliers_reference",
    ),
    "a set to drill to": (
        "views/core/ledger_rfn.view.lkml",
        "drill_fields: [accounts*]",
        "drill_fields: [account*]",
        "no set account* in trial_balance",
    ),
    "a link to a field": (
        "manifest.lkml",
        "fct_gl_line.batch_number,",
        "fct_gl_line.batch_nbr,",
        "no field fct_gl_line.batch_nbr in general_ledger",
    ),
    "a link that finds other companies' documents": (
        "views/core/ageing_rfn.view.lkml",
        "f[fct_gl_line.company_id]=",
        "f[fct_gl_line.branch_number]=",
        "fct_ap_open_item.reference_number: leads to every company",
    ),
    "a link that finds other documents of the number": (
        "views/core/spend_rfn.view.lkml",
        "&f[fct_gl_line.module]=AP",
        "",
        "fct_supplier_invoice_line.reference_number: filters reference_number without module",
    ),
    "a link to a filter of a dashboard": (
        "views/core/dimensions_rfn.view.lkml",
        "&Cost+centre=",
        "&Department=",
        "no dashboard finance::cost_centre with filters Company, Department",
    ),
    "a data test's field": (
        "tests/accounting.test.lkml",
        "expression: ${fct_gl_line.imbalance}",
        "expression: ${fct_gl_line.balance}",
        "test batches_balance: no field fct_gl_line.balance in general_ledger",
    ),
    "an aggregate table that users could not be filtered in": (
        "components/aggregate_tables.lkml",
        "rpt_budget_vs_actual.company_id, dim_company.company_id",
        "dim_company.company_id",
        "lacks rpt_budget_vs_actual.company_id, which users are filtered by",
    ),
    "an aggregate table that no dashboard would use": (
        "components/aggregate_tables.lkml",
        "dim_company.company_id, ",
        "",
        "lacks dim_company.company_id, which dashboards filter by",
    ),
    "a link that a comma would break": (
        "views/core/spend_rfn.view.lkml",
        "{{ filterable_value | url_encode }}",
        "{{ value | url_encode }}",
        "fct_supplier_invoice_line.reference_number: {{ value | url_encode }} is no safe filter",
    ),
    "a filter that begins with what one company has": (
        "dashboards/trial_balance.dashboard.lookml",
        'default_value: ""',
        'default_value: "ACTUAL"',
        "dashboard trial_balance, filter Ledger: begins with ACTUAL, which others do not have",
    ),
    "a headline without its currency": (
        "dashboards/ap_ageing.dashboard.lookml",
        "    show_comparison: true\n",
        "",
        "dashboard ap_ageing, open: an amount whose currency is not shown",
    ),
    "a chart that does not say in which currency": (
        "dashboards/ap_ageing.dashboard.lookml",
        "    note_text: \"In the company's currency; in the group's where companies differ.\"\n",
        "",
        "dashboard ap_ageing, by_age: an amount whose currency is not shown",
    ),
    "a chart of all periods": (
        "dashboards/supplier_spend.dashboard.lookml",
        "    limit: 24\n",
        "    limit: 500\n",
        "dashboard supplier_spend, by_period: not the newest 24 periods",
    ),
    "a link that another filter would narrow": (
        "views/core/trust_rfn.view.lkml",
        "&f[fct_gl_line.ledger_type]=",
        "",
        "rpt_reconciliation.batch_number: leads to general_ledger without fct_gl_line.ledger_type",
    ),
    "a figure with more behind it than in it": (
        "dashboards/trial_balance.dashboard.lookml",
        '    filters:\n      rpt_trial_balance.statement: "profit_and_loss"\n',
        "",
        "result: behind rpt_trial_balance.total_result are rows of any rpt_trial_balance.statement",
    ),
    "an amount that is empty without a word": (
        "dashboards/trial_balance.dashboard.lookml",
        '    note_text: "Choose one company, where currencies differ."\n',
        "",
        "accounts: does not say why rpt_trial_balance.total_opening may be empty",
    ),
    "a file that is included twice": (
        "finance.model.lkml",
        'include: "/dashboards/*.dashboard.lookml"',
        'include: "/dashboards/*.dashboard.lookml"\ninclude: "/dashboards/ap*.lookml"',
        "/dashboards/ap_ageing.dashboard.lookml: included twice",
    ),
    "a datagroup that is not there": (
        "finance.model.lkml",
        "persist_with: visma_load",
        "persist_with: visma_loads",
        "the model: no datagroup visma_loads",
    ),
    "a sum over any currency": (
        "views/core/spend_rfn.view.lkml",
        '  measure: total_net { hidden: no label: "Net amount"',
        '  measure: sum_net_base { hidden: no }\n  measure: total_net { hidden: no label: "Net"',
        "fct_supplier_invoice_line.sum_net_base: adds up net_base whatever the currency",
    ),
    "a date that Looker would shift": (
        "views/base/fct_ap_open_item.view.lkml",
        "convert_tz: no",
        "convert_tz: yes",
        "Looker would shift it",
    ),
    "a word that is not translated": (
        "explores/sync_status.explore.lkml",
        'label: "Loads"',
        'label: "Fetches"',
        "fi_FI: lacks 'Fetches'",
    ),
}


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[str, str, str], Project]:
    """Return a function that loads a copy of the project with one file changed."""

    def change(name: str, old: str, new: str) -> Project:
        copy = tmp_path / "lookml"
        shutil.copytree(LOOKML, copy, ignore=shutil.ignore_patterns("scripts", "__pycache__"))
        text = (copy / name).read_text(encoding="utf-8")
        assert old in text, old
        (copy / name).write_text(text.replace(old, new), encoding="utf-8")
        return load(copy)

    return change


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_found(copied: Callable[[str, str, str], Project], what: str) -> None:
    name, old, new, said = BROKEN[what]
    found = problems(copied(name, old, new))
    assert any(said in problem for problem in found), found


def test_what_is_not_known_is_an_error(copied: Callable[[str, str, str], Project]) -> None:
    changed = copied(
        "views/core/trust_rfn.view.lkml",
        'description: "Rows that the last load brought or changed."\n    type: sum',
        'description: "Rows that the last load brought or changed."\n    type: percentile',
    )
    with pytest.raises(KeyError, match="percentile"):
        changed.views["rpt_sync_status"].sql("rows_new")


def test_links_are_looked_at(project: Project) -> None:
    assert list(links_lead_somewhere(project)) == []
    ways = {where.split(".")[0] for where, _ in links(project)}
    # From invoices to their lines and postings, from open items, balances and budgets, and back.
    assert ways >= {
        "fct_supplier_invoice_line", "fct_customer_invoice_line", "fct_ap_open_item",
        "fct_ar_open_item", "fct_gl_line", "rpt_trial_balance", "rpt_budget_vs_actual",
    }  # fmt: skip
