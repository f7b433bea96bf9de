"""The Looker project against the warehouse: every field runs, and says what the books say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlsplit

import psycopg
import pytest

from lookml.scripts import make_views
from tests.lookml import REFERENCE, Project, filters, load
from tests.models import GROUP_CURRENCY
from tests.test_lookml import LOOKML, copied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from decimal import Decimal

    from tests.models import Warehouse

__all__ = ["copied"]  # a fixture

pytestmark = [pytest.mark.xdist_group("group"), pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def project() -> Project:
    """The project as it is."""
    return load(LOOKML)


@pytest.fixture
def ask(built: Warehouse) -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    """Return a function that runs a statement on one open connection."""
    with built.postgres.connect(built.database) as connection:
        connection.autocommit = True
        yield lambda statement: connection.execute(statement.encode()).fetchall()


def failures(project: Project, ask: Callable[[str], list[tuple[Any, ...]]]) -> list[str]:
    """Fields, Explores and tiles that Postgres cannot plan."""
    queries = {
        f"{view.name}.{name}": f"select {view.sql(name)} from {view.table} as {view.name}"
        for view in project.views.values()
        for name in view.fields
    }
    queries |= {
        f"explore {name}": f"select 1 from {project.source(name)}" for name in project.explores
    }
    for dashboard in project.dashboards.values():
        for tile in dashboard["elements"]:
            queries[f"{dashboard['dashboard']}, {tile['name']}"] = project.query(
                tile["explore"], tile["fields"], tile.get("filters"), tile.get("sorts"), 500
            )
    for explore in project.explores.values():
        for table in explore.node.get("aggregate_tables", ()):
            (query,) = table["queries"]
            queries[table["name"]] = project.query(
                explore.name, [*query["dimensions"], *query["measures"]]
            )
    errors = {what: _error(ask, f"explain {query}") for what, query in queries.items()}
    return [f"{what}: {error}" for what, error in errors.items() if error]


def _error(ask: Callable[[str], list[tuple[Any, ...]]], statement: str) -> str:
    try:
        ask(statement)
    except psycopg.Error as error:
        return str(error).splitlines()[0]
    return ""


def test_every_field_runs(project: Project, ask: Callable[[str], list[tuple[Any, ...]]]) -> None:
    assert failures(project, ask) == []


def test_a_wrong_column_is_found(
    copied: Callable[[str, str, str], Project], ask: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    changed = copied(
        "views/core/ageing_rfn.view.lkml", "${balance_base} end", "${TABLE}.balance end"
    )
    found = failures(changed, ask)
    assert (
        "fct_ap_open_item.sum_overdue_base: column fct_ap_open_item.balance does not exist" in found
    )
    assert any(what.startswith("ap_ageing, share_overdue: ") for what in found)


def test_no_join_repeats_a_row(
    project: Project, ask: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    for explore in project.explores.values():
        table = project.views[explore.view].table
        rows = ask(
            f"select (select count(*) from {project.source(explore.name)}),"
            f" (select count(*) from {table})"
        )
        assert rows[0][0] == rows[0][1] > 0, explore.name


def test_the_views_say_of_columns_what_the_marts_say(
    ask: Callable[[str], list[tuple[Any, ...]]],
) -> None:
    rows = ask(
        "select relname, attname, col_description(attrelid, attnum) "
        "from pg_attribute join pg_class on pg_class.oid = attrelid "
        "where relnamespace = 'finance'::regnamespace and relkind = 'r' and attnum > 0 "
        "and not attisdropped and relname <> 'published_marts'"
    )
    told = {(table, column): " ".join(text.split()) for table, column, text in rows}
    # What the base views are made of.
    assert told == {
        (name, column["name"]): " ".join(column["description"].split())
        for name, mart in make_views.marts().items()
        for column in mart["columns"]
    }


def test_the_data_tests_hold(
    project: Project, built: Warehouse, ask: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    # Audit files have opening balances of their own, and need not add up.
    group = ",".join(company.company_id for company in built.companies)
    for test in project.tests:
        source = test["explore_source"]
        fields = [column["field"] for column in source["columns"]]
        sorts = [f"{name} {way}" for sort in source["sorts"] for name, way in sort.items()]
        where = filters(source) | {f"{project.explores[source['name']].view}.company_id": group}
        query = project.query(source["name"], fields, where, sorts, source["limit"])
        for one in test["asserts"]:
            said = REFERENCE.sub(lambda found: f'"{found[1]}"', one["expression"])
            rows = ask(f"select count(*), count(*) filter (where {said}) from ({query}) as rows")
            assert rows[0][0] == rows[0][1] > 0, test["name"]


def test_a_data_test_finds_a_batch_that_does_not_balance(
    project: Project, built: Warehouse
) -> None:
    wrong = built.copy("lookml")
    wrong.query(
        "update finance.fct_gl_line set debit_base = debit_base + 1 where fct_gl_line_key = "
        "(select min(fct_gl_line_key) from finance.fct_gl_line)"
    )
    batch = ["fct_gl_line.company_id", "fct_gl_line.module", "fct_gl_line.batch_number"]
    sum_of = "fct_gl_line.imbalance"
    query = project.query("general_ledger", [*batch, sum_of], {}, [f"{sum_of} desc"], 1)
    assert wrong.query(query)[0][-1] == 1


SPEND = ["fct_supplier_invoice_line.total_spend", "fct_supplier_invoice_line.currency_shown"]
RECENT = {"dim_fiscal_period.is_current": "Yes"}


def test_a_result_has_one_currency(
    project: Project, ask: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    company = "dim_company.company_id"

    def spend(column: str, where: str = "true") -> dict[str, Decimal]:
        return dict(
            ask(
                f"select company_id, sum({column}) from finance.fct_supplier_invoice_line "
                "join finance.dim_fiscal_period using (company_id, financial_period) "
                f"where is_current and {where} group by 1"
            )
        )

    # Beside each other: the group's currency.
    rows = ask(project.query("supplier_spend", [company, *SPEND], RECENT))
    assert {name: amount for name, amount, _ in rows} == spend("spend_group")
    assert {currency for _, _, currency in rows} == {GROUP_CURRENCY}
    assert len(rows) > 1
    # Added up, too.
    (total,) = ask(project.query("supplier_spend", SPEND, RECENT))
    assert total == (sum(spend("spend_group").values()), GROUP_CURRENCY)
    # A company alone: its own.
    for name, currency in ask("select company_id, base_currency from finance.dim_company"):
        rows = ask(project.query("supplier_spend", SPEND, {**RECENT, company: name}))
        own = spend("spend_base", f"company_id = '{name}'")
        if own:
            assert rows == [(own[name], currency)]


def test_without_a_rate_there_is_no_sum_in_the_groups_currency(
    project: Project, built: Warehouse
) -> None:
    lacking = built.copy("rates")
    lacking.query(
        "update finance.fct_supplier_invoice_line set is_missing_rate = true, spend_group = null "
        "where company_id = 'granskog'"
    )
    by_company = ["dim_company.company_id", *SPEND, "fct_supplier_invoice_line.total_spend_group"]
    found = {
        row[0]: row[1:]
        for row in lacking.query(project.query("supplier_spend", by_company, RECENT))
    }
    assert found["granskog"] == (None, GROUP_CURRENCY, None)
    assert found["koivuranta"][0] == found["koivuranta"][2] is not None
    assert lacking.query(project.query("supplier_spend", SPEND, RECENT))[0][0] is None


def test_what_must_not_be_added_stays_empty(project: Project, built: Warehouse) -> None:
    ask = built.query
    company = {"dim_company.company_id": "fjordhammer"}
    closing, movement = "rpt_trial_balance.total_closing", "rpt_trial_balance.total_net_change"
    actual = {**company, "rpt_trial_balance.ledger_type": "Actual"}
    # Balances of all periods, then of one; movements of all.
    (rows,) = ask(project.query("trial_balance", [closing, movement], actual))
    assert (rows[0], rows[1]) == (None, 0)
    assert ask(project.query("trial_balance", [closing], actual | RECENT)) == [(0,)]
    # Budgets and actuals, then versions of the budget.
    assert ask(project.query("trial_balance", [movement], company)) == [(None,)]
    budget = ["rpt_budget_vs_actual.total_budget", "rpt_budget_vs_actual.total_actual"]
    assert ask(project.query("budget_vs_actual", budget, company)) == [(None, None)]
    one = {**company, "rpt_budget_vs_actual.budget_ledger_id": "BUDGET"}
    (rows,) = ask(project.query("budget_vs_actual", budget, one))
    assert None not in rows
    # The main budget of each company is one, whatever it is called.
    main = {"rpt_budget_vs_actual.is_main_budget": "Yes"}
    assert ask(project.query("budget_vs_actual", budget, company | main)) == [rows]
    # Where no budget is loaded there is none, and nothing to compare with it.
    without = {**main, "dim_company.company_id": next(iter(built.audit_files))}
    compared = ["rpt_budget_vs_actual.total_variance", "rpt_budget_vs_actual.total_remaining"]
    (rows,) = ask(project.query("budget_vs_actual", [*budget, *compared], without | RECENT))
    assert (rows[0], rows[1] is None, *rows[2:]) == (None, False, None, None)
    renamed = built.copy("budgets")
    renamed.query(
        "update finance.rpt_budget_vs_actual set budget_ledger_id = 'PLAN' "
        "where company_id = 'fjordhammer' and budget_ledger_id = 'BUDGET'"
    )
    group = ",".join(company.company_id for company in built.companies)
    of_all = {**main, **RECENT, "dim_company.company_id": group}
    both = project.query("budget_vs_actual", budget, of_all)
    assert renamed.query(both) == ask(both)
    assert None not in ask(both)[0]


def test_every_explore_tells_the_newest_load(
    project: Project, ask: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    wanted = ask(
        "select max(finished_epoch) from visma.sync_runs where rows_new > 0 and company_id in "
        "(select company_id from finance.dim_company)"
    )
    for explore in project.explores.values():
        told = ask(project.query(explore.name, [f"{explore.view}.newest_load_epoch"]))
        assert [(int(told[0][0]),)] == wanted, explore.name


def test_users_may_be_kept_to_their_companies(
    project: Project, ask: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    for explore in project.explores.values():
        (rule,) = explore.node["access_filters"]
        query = project.query(explore.name, ["dim_company.company_id"], {rule["field"]: "granskog"})
        assert ask(query) == [("granskog",)], explore.name


#: A value that Looker writes into a link.
_LIQUID = re.compile(r"{{ (?:([\w.]+)\._)?filterable_value \| url_encode }}")


@pytest.mark.parametrize(
    ("explore", "ledger", "back"),
    [
        ("supplier_spend", "AP", "Supplier document (module AP, no payment)"),
        ("customer_sales", "AR", "Customer document (module AR, no payment)"),
    ],
)
def test_a_document_leads_to_its_postings_and_back(
    project: Project,
    ask: Callable[[str], list[tuple[Any, ...]]],
    explore: str,
    ledger: str,
    back: str,
) -> None:
    lines = project.explores[explore].view
    names = ["company_id", "document_type", "reference_number"]

    def rows(explore: str, fields: list[str], where: dict[str, str]) -> list[dict[str, Any]]:
        found = ask(project.query(explore, fields, where, fields[:1], 500))
        return [dict(zip(fields, row, strict=True)) for row in found]

    def follow(view: str, label: str, row: dict[str, Any]) -> list[dict[str, Any]]:
        """What Looker shows behind a link of the document's number."""
        node = project.views[view].fields["reference_number"]
        (url,) = (link["url"] for link in node["links"] if link["label"] == label)
        own = f"{view}.reference_number"
        address = urlsplit(_LIQUID.sub(lambda found: quote(row[found[1] or own]), url))
        asked = dict(parse_qsl(address.query))
        where = {name[2:-1]: value for name, value in asked.items() if name.startswith("f[")}
        to = address.path.rsplit("/", 1)[-1]
        base = project.explores[to].view
        return rows(to, [*asked["fields"].split(","), f"{base}.company_id"], where)

    documents = rows(explore, [f"{lines}.{name}" for name in names], {f"{lines}.status": "Closed"})
    document = documents[len(documents) // 2]
    mine = follow(lines, "Lines of the document", document)
    assert mine
    postings = follow(lines, "Journal lines of the document", document)
    # A document and its VAT, against the control account: no other document of that number.
    assert len(postings) >= 2
    assert {row["fct_gl_line.module"] for row in postings} == {ledger}
    assert len({row["fct_gl_line.batch_number"] for row in postings}) == 1
    debit, credit = (
        sum(row[f"fct_gl_line.total_{side}"] for row in postings) for side in ("debit", "credit")
    )
    assert debit == credit != 0
    assert follow("fct_gl_line", back, postings[0]) == mine
