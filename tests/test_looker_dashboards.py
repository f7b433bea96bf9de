"""Tiles of the shipped dashboards show what the books say, and what the warehouse says now.

What the books say is worked out in Python (`tests/figures.py`), not in SQL.
"""

from __future__ import annotations

import time
from collections import defaultdict
from copy import deepcopy
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from demo.pipeline import PROJECT
from tests import figures
from tests.figures_ageing import bucket, open_items
from tests.figures_group import GroupRates, spend_in_group
from tests.looker_viewer import Viewer
from tests.models import AS_OF, GROUP_CURRENCY, RATE_COMPANY
from visma_looker_sandbox.looker.compiler import statement
from visma_looker_sandbox.looker.lookml import tiles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.figures import Company
    from tests.models import Warehouse

pytestmark = [pytest.mark.xdist_group("group"), pytest.mark.timeout(900)]

LOOKML = PROJECT / "lookml"
TOTAL = "$$$_row_total_$$$"
#: Labels of the buckets in their order.
BUCKETS = {
    "not_due": "Not due",
    "days_1_30": "1-30 days",
    "days_31_60": "31-60 days",
    "days_61_90": "61-90 days",
    "days_over_90": "Over 90 days",
}
#: A month that is over in every company's calendar.
PERIOD = "202609"


def address(warehouse: Warehouse) -> str:
    """The warehouse as libpq takes it."""
    return warehouse.postgres.url(warehouse.database).replace("+psycopg", "")


@pytest.fixture(scope="module")
def looker(built: Warehouse) -> Iterator[Viewer]:
    with Viewer(LOOKML, address(built), time.time) as viewer:
        yield viewer


def sums(rows: Iterable[tuple[Any, Decimal]]) -> dict[Any, Decimal]:
    """Amounts by key, without what is nothing."""
    found: dict[Any, Decimal] = defaultdict(Decimal)
    for key, amount in rows:
        found[key] += amount
    return {key: amount for key, amount in found.items() if amount}


def code(label: str) -> str:
    """Number or code that a label begins with."""
    return "unassigned" if label == "Unassigned" else label.partition(" ")[0]


def label(period: str) -> str:
    """A period as it is shown."""
    return f"{period[:4]}-{period[4:]}"


def newest(by_period: dict[str, Decimal]) -> dict[str, Decimal]:
    """What a chart shows: its newest periods."""
    return {period: by_period[period] for period in sorted(by_period)[-24:]}


def current(company: Company) -> str:
    """The period of the day that the models were built for."""
    return next(
        period
        for period, (first, last) in company.periods().items()
        if first <= AS_OF <= last and first != last
    )


# --- every tile


def test_every_tile_of_every_dashboard_has_an_answer(looker: Viewer) -> None:
    asked = 0
    for name, dashboard in looker.world.content.dashboards.items():
        for tile in dashboard.tiles:
            data = looker.tile(name, tile.title)
            assert data["errors"] == [], (name, tile.title)
            asked += 1
    assert asked > 70


def test_no_link_changes_what_a_tile_shows(looker: Viewer, built: Warehouse) -> None:
    explores = looker.world.explores
    assert explores
    plain = deepcopy(explores.project)
    for view in plain.views.values():
        for one in view.fields.values():
            one.node.pop("links", None)
    reading = 0
    for dashboard in plain.dashboards:
        for element, query in tiles(dashboard):
            assert query
            # Of all companies, periods and documents, where most could fall apart.
            asked = query | {"limit": "-1"}
            linked, unlinked = (
                statement(project, asked, {"company_id": "%"}, AS_OF).sql
                for project in (explores.project, plain)
            )
            if linked != unlinked:
                reading += 1
                rows = [
                    built.query(f"select count(*) from ({one}) as rows")[0][0]
                    for one in (linked, unlinked)
                ]
                assert rows[0] == rows[1] > 0, (dashboard["dashboard"], element["name"])
    assert reading > 3


def test_no_tile_is_empty_for_books_of_another_kind(looker: Viewer, built: Warehouse) -> None:
    """Of one company, without a budget, whose ledgers are called otherwise."""
    wanted = {
        "finance::trial_balance": {
            "Sum of all closing balances",
            "Result, year to date",
            "Debit and credit of the period",
            "By line of the statement",
            "Accounts",
        },
        "finance::finance_overview": {
            "Result, year to date",
            "Income and expenses by period",
            "Budget against actual, year to date",
        },
    }
    assert built.audit_files
    for company_id in built.audit_files:
        for name, titles in wanted.items():
            for title in titles:
                rows = looker.rows(name, title, Company=company_id)
                shown = [cell for row in rows for cell in row if cell not in (None, "")]
                assert len(shown) > 1, (company_id, name, title)


# --- spend


def test_spend_by_period_account_cost_centre_and_supplier(looker: Viewer, built: Warehouse) -> None:
    for company in built.companies:
        spend = figures.spend(company)
        names = {body["number"]: body["name"] for body in company.all("/v1/supplier")}

        def shown(title: str, company: Company = company, **chosen: str) -> list[list[Any]]:
            chosen = {"Relative_period": "", **chosen}
            return looker.rows(
                "finance::supplier_spend", title, Company=company.company_id, **chosen
            )

        assert shown("Spend") == [[sum(spend.values()), company.currency]]
        by_period = sums((label(period), amount) for (period, *_), amount in spend.items())
        assert sums(map(tuple, shown("Spend by period"))) == newest(by_period)
        rows = shown("Spend by account")
        assert {row[-1] for row in rows} == {company.currency}
        assert sums((code(row[0]), row[2]) for row in rows) == sums(
            (account, amount) for (_, account, *_), amount in spend.items()
        )
        by_centre = sums((centre, amount) for (_, _, centre, _), amount in spend.items())
        told = shown("Spend by cost centre")
        assert sums((code(centre), amount) for centre, amount in told) == by_centre
        assert [amount for _, amount in told] == sorted(by_centre.values(), reverse=True)
        by_name = sums((names[number], amount) for (*_, number), amount in spend.items())
        largest = shown("Largest suppliers")
        assert [amount for _, amount in largest] == sorted(by_name.values(), reverse=True)[:15]
        assert {name: by_name[name] for name, _ in largest} == dict(map(tuple, largest))
        # A part of it: one cost centre, and one period, as the dashboard begins.
        period = current(company)
        now = sums((centre, amount) for (p, _, centre, _), amount in spend.items() if p == period)
        centre = max(now, key=now.__getitem__)
        (called,) = (text for text, _ in told if code(text) == centre)
        assert shown("Spend", Relative_period="0", Cost_centre=called)[0][0] == now[centre]


def test_spend_of_several_companies_is_in_the_groups_currency(
    looker: Viewer, built: Warehouse
) -> None:
    teller = next(c for c in built.companies if c.company_id == RATE_COMPANY)
    rates = GroupRates(teller, GROUP_CURRENCY)
    ids = ",".join(company.company_id for company in built.companies)
    expected = [spend_in_group(c, rates)[current(c)] or Decimal(0) for c in built.companies]
    assert all(expected), "a rate is missing"
    told = looker.rows("finance::supplier_spend", "Spend by company, group currency", Company=ids)
    assert sorted(amount for _, amount in told) == sorted(expected)
    (row,) = looker.rows("finance::supplier_spend", "Spend", Company=ids)
    assert row == [sum(expected), GROUP_CURRENCY]


# --- ageing


@pytest.mark.parametrize("sold", [False, True], ids=["payables", "receivables"])
def test_open_balances_by_age_and_party(looker: Viewer, built: Warehouse, sold: bool) -> None:
    dashboard = "finance::ar_ageing" if sold else "finance::ap_ageing"
    party = "customer" if sold else "supplier"
    for company in built.companies:
        items = open_items(company, AS_OF, sold=sold)
        names = {body["number"]: body["name"] for body in company.all(f"/v1/{party}")}
        aged = [
            (names[item.party], BUCKETS[bucket(item.due, AS_OF)], item.balance)
            for item in items.values()
        ]

        def shown(title: str, company: Company = company) -> list[list[Any]]:
            return looker.rows(dashboard, title, Company=company.company_id)

        owed = sum(amount for *_, amount in aged)
        assert shown("Open balance") == [[owed, company.currency]]
        assert shown("Number of documents") == [[len(items)]]
        overdue = sum(amount for _, age, amount in aged if age != BUCKETS["not_due"])
        assert shown("Overdue")[0][0] == overdue
        by_age = sums((age, amount) for _, age, amount in aged)
        told = shown("Open balance by age")
        # In the order of the buckets, not of the alphabet.
        assert [age for age, _ in told] == [age for age in BUCKETS.values() if age in by_age]
        assert sums(map(tuple, told)) == by_age
        by_party: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for name, age, amount in aged:
            by_party[name][age] += amount
            by_party[name][TOTAL] += amount
        rows = shown("Customers by age" if sold else "Suppliers by age")
        assert dict(map(tuple, rows)) == by_party
        assert [name for name, _ in rows] == sorted(by_party)


# --- budget and ledger


def ended(company: Company) -> list[str]:
    """The period of the day, and the two before, without adjustments."""
    ordinary = [period for period, (first, last) in company.periods().items() if first != last]
    place = sorted(ordinary).index(current(company))
    return sorted(ordinary)[place : place - 3 : -1]


def test_budget_against_actual(looker: Viewer, built: Warehouse) -> None:
    for company in built.companies:
        types = company.account_types()
        lines = figures.budget_against_actual(company, "BUDGET")

        def shown(title: str, company: Company = company, **chosen: str) -> list[list[Any]]:
            return looker.rows(
                "finance::budget_vs_actual", title, Company=company.company_id, **chosen
            )

        expenses = [(key, row) for key, row in lines.items() if types[key[2]] == "Expense"]
        told = shown("Expenses by period")
        periods = sorted({label(period) for (_, period, *_), _ in expenses})[-24:]
        assert [period for period, *_ in told] == periods[::-1]
        for place, amount in ((1, "budget"), (2, "actual")):
            assert sums((row[0], row[place]) for row in told) == sums(
                (label(period), getattr(row, amount))
                for (_, period, *_), row in expenses
                if label(period) in periods
            )
        of_today = [row for (_, period, *_), row in expenses if period == current(company)]
        assert shown("Expenses, year to date") == [
            [
                sum(row.actual_ytd for row in of_today),
                sum(row.budget_ytd for row in of_today),
                company.currency,
            ]
        ]
        chosen = [(key, row) for key, row in lines.items() if key[1] == PERIOD]
        rows = shown("By account", Relative_period="", Period=PERIOD)
        assert {(row[1], row[-1]) for row in rows} == {(PERIOD, company.currency)}
        for place, amount in ((3, "budget"), (4, "actual")):
            assert sums((code(row[2]), row[place]) for row in rows) == sums(
                (account, getattr(row, amount)) for (_, _, account, _), row in chosen
            )
        # Less cost, and more income, than the budget said.
        better = sums(
            (
                account,
                (row.actual - row.budget) * (1 if types[account] == "Income" else -1),
            )
            for (_, _, account, _), row in chosen
        )
        assert sums((code(row[2]), row[6]) for row in rows) == better


def test_trial_balance(looker: Viewer, built: Warehouse) -> None:
    for company in built.companies:
        expected = {
            account: [row.opening, row.debit, row.credit, row.closing]
            for (ledger, period, account), row in figures.trial_balance(company).items()
            if (ledger, period) == ("ACTUAL", PERIOD)
        }
        chosen = {"Company": company.company_id, "Relative_period": "", "Period": PERIOD}
        rows = looker.rows("finance::trial_balance", "Accounts", **chosen)
        assert len(expected) > 10
        assert {row[3]: row[5:9] for row in rows if any(row[5:9])} == expected
        (zero,) = looker.rows("finance::trial_balance", "Sum of all closing balances", **chosen)
        assert zero == [0, company.currency]
        # The months before, as they are counted from the day of the build.
        for back, period in enumerate(ended(company)):
            rows = looker.rows(
                "finance::trial_balance",
                "Accounts",
                Company=company.company_id,
                Relative_period=str(-back),
            )
            assert {row[2] for row in rows} == {period}


# --- users


def test_users_see_no_other_company(looker: Viewer, built: Warehouse) -> None:
    explores = looker.world.explores
    assert explores
    (company,) = (c for c in built.companies if c.company_id == "granskog")
    everything = looker.rows("finance::ap_ageing", "Number of documents")
    looker.world.user_attributes["company_id"] = company.company_id
    try:
        for name, explore in explores.project.explores.items():
            field = f"{explore.view}.company_id"
            # Asked for all, too; all ledgers, where it is about one kind.
            query = {"model": "finance", "view": name, "fields": [field], "limit": "-1"}
            for filters in ({}, {field: "%"}, {"dim_company.company_id": "-granskog"}):
                wanted = [] if "dim_company.company_id" in filters else [{field: "granskog"}]
                assert looker.ask(query | {"filters": filters}) == wanted, name
        # What another user's queries have left in the cache is not theirs.
        (own,) = looker.rows("finance::ap_ageing", "Number of documents")
        assert [own] != everything
        assert own == [len(open_items(company, AS_OF, sold=False))]
        del looker.world.user_attributes["company_id"]
        assert looker.rows("finance::ap_ageing", "Number of documents") == [[0]]
    finally:
        looker.world.user_attributes["company_id"] = "%"
