"""The Looker stand-in answers queries of a LookML project from its warehouse."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.looker_shop import ORDERS, SCHEMA, TODAY, project
from tests.looker_viewer import Viewer
from visma_looker_sandbox.looker import LookMLError, load
from visma_looker_sandbox.looker.expressions import condition, filterable, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from demo.postgres import Postgres


@pytest.fixture(scope="module")
def warehouse(postgres: Postgres) -> str:
    postgres.create_database("shop")
    with postgres.connect("shop") as connection:
        connection.execute(SCHEMA.encode())
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into orders values (%s, %s, '2026-11-18 10:00:00.5+02', %s, %s, %s, %s)",
                ORDERS,
            )
    return postgres.url("shop").replace("+psycopg", "")


@pytest.fixture(scope="module")
def served(warehouse: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Viewer]:
    home = project(tmp_path_factory.mktemp("shop"))
    with Viewer(home, warehouse, TODAY.timestamp) as viewer:
        yield viewer


@pytest.fixture
def shop(served: Viewer) -> Viewer:
    """Looker as it was in the beginning."""
    served.world.clock = TODAY.timestamp
    served.world.tasks.cache.clear()
    served.world.user_attributes = {"company": "%"}
    for group in served.world.datagroups.values():
        group.stale_before = None
    return served


def ask(shop: Viewer, *fields: str, explore: str = "orders", **more: Any) -> list[list[Any]]:
    """Values of rows; a field without its view is one of orders."""
    names = [name if "." in name else f"orders.{name}" for name in fields]
    rows = shop.ask({"model": "shop", "view": explore, "fields": names, **more})
    assert all(list(row) == names for row in rows), rows
    return [list(row.values()) for row in rows]


def refused(shop: Viewer, *fields: str, **more: Any) -> str:
    """What Looker says of a query that fails."""
    query = {"model": "shop", "view": "orders", "fields": [*fields], **more}
    ((row,), detail) = shop.ask(query), shop.look(query)
    assert detail["data"] == []
    assert detail["errors"][0]["message_details"] == row["looker_error"]
    return str(row["looker_error"])


# --- values as filters

ODD = [
    "A", "a", "A,B", '"A"', "100%", "100x", "a_b", "axb", "^", "^^A", "-A", "--", "NULL", "null",
    "EMPTY", " A", "A ", "A, ", ",", "%", "_", "\\", "\\%", "O'Brien",
    "It's \"it\", 50%_^", "\u00e6\u00f8",
]  # fmt: skip


def _where(expression: str) -> str:
    """A filter on text as a statement with parameters holds it."""
    return (condition("x", "string", expression, TODAY.date()) or "true").replace("%", "%%")


@pytest.mark.parametrize("value", [*ODD, None, ""])
def test_a_value_as_a_filter_finds_itself_and_nothing_else(
    postgres: Postgres, warehouse: str, value: str | None
) -> None:
    where = _where(filterable(value, "string"))
    with postgres.connect("shop") as connection:
        found = connection.execute(
            f"select x from unnest(%s::text[]) as x where {where}".encode(), [[*ODD, None, ""]]
        ).fetchall()
    # What is null is empty, too.
    assert found == ([(None,), ("",)] if value == "" else [(value,)])
    assert [word.text for word in words(filterable(value, "string"))] == [
        {None: "NULL", "": "EMPTY"}.get(value, value)
    ]


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ('"A,B"', ["A,B"]),
        ("A^,B, a", ["a", "A,B"]),
        ("^-A", ["-A"]),
        ("100^%", ["100%"]),
        ("100%", ["100%", "100x"]),
        ("a^_b", ["a_b"]),
        ("a_b", ["a_b"]),
        ('-"A,B",-%A%', [None]),
        ("%,-A", None),
    ],
)
def test_filters_on_text(
    postgres: Postgres, warehouse: str, expression: str, found: list[str | None] | None
) -> None:
    texts = ["A", "a", "A,B", "-A", "100%", "100x", "a_b", "axb", None]
    where = _where(expression)
    with postgres.connect("shop") as connection:
        rows = connection.execute(
            f"select x from unnest(%s::text[]) as x where {where}".encode(), [texts]
        ).fetchall()
    wanted = [text for text in texts if text != "A"] if found is None else found
    if found == [None]:
        wanted = [text for text in texts if text is None or "A" not in text]
    assert [row[0] for row in rows] == wanted


@pytest.mark.parametrize(
    ("value", "kind", "expression"),
    [
        ("2026-11-16", "date_week", "2026-11-16 to 2026-11-23"),
        ("2026-11", "date_month", "2026-11"),
        ("2026-11-16", "date", "2026-11-16"),
        (None, "date", "NULL"),
        (5, "number", "5"),
        (Decimal("-1.50"), "number", "-1.50"),
        ("Yes", "yesno", "Yes"),
    ],
)
def test_values_of_other_kinds_as_filters(value: object, kind: str, expression: str) -> None:
    assert filterable(value, kind) == expression


# --- fields


def test_measures(shop: Viewer) -> None:
    fields = ("count", "paid_count", "total", "customers", "mean", "least", "greatest")
    assert ask(shop, *fields) == [[5, 2, 190, 2, 76, 5, 100]]
    ((total, share),) = ask(shop, "paid_total", "share")
    assert (total, round(share, 4)) == (100, Decimal("0.5263"))
    nothing = {"orders.id": "99"}
    assert ask(shop, "count", "total", "mean", filters=nothing) == [[0, 0, None]]


def test_dimensions_group_and_look_as_in_looker(shop: Viewer) -> None:
    row = ask(
        shop, "id", "day", "week", "month", "at", "paid", "double", filters={"orders.id": "4"}
    )
    assert row == [[4, "2026-10-31", "2026-10-26", "2026-10", "2026-11-18 08:00:00", "No", 20]]
    assert ask(shop, "month", "total") == [["2026-11", 175], ["2026-10", 10], ["2025-11", 5]]


def test_what_a_dimension_is_ordered_by(shop: Viewer) -> None:
    rows = ask(shop, "customers.name", "total", sorts=["customers.name"])
    assert rows == [["Zeta", 150], ["Alpha", 35], [None, 5]]
    assert ask(shop, "customers.name", sorts=["customers.name desc"])[0] == ["Alpha"]


def test_what_a_link_reads_is_grouped_by(shop: Viewer) -> None:
    wanted = [["A", 50], ["A", 100], ["B", 10], ["B", 25]]
    rows = ask(shop, "linked", "total", filters={"orders.linked": "-EMPTY"}, total=True)
    assert sorted(rows) == wanted
    # Once, where it is chosen, too.
    assert ask(shop, "linked", "id", "total", filters={"orders.id": "1"}) == [["A", 1, 100]]
    query = {"pivots": ["orders.paid"], "sorts": ["orders.linked"]}
    said = refused(shop, "orders.linked", "orders.paid", "orders.total", **query)
    assert said == "This stand-in does not pivot what links read: orders.id."


def test_sorts_and_limits(shop: Viewer) -> None:
    assert ask(shop, "id", "total", sorts=["orders.id desc"], limit="2") == [[5, 5], [4, 10]]
    # The greatest first, where nothing is said.
    assert [row[0] for row in ask(shop, "id", "total", limit="-1")] == [1, 2, 3, 4, 5]


def test_only_joins_that_are_needed_are_made(shop: Viewer) -> None:
    explores = shop.world.explores
    assert explores
    query: dict[str, Any] = {"model": "shop", "view": "orders", "fields": ["orders.total"]}
    today = TODAY.date()
    assert "customers" not in explores.statement(query, {}, today).sql
    query["filters"] = {"customers.name": ""}
    assert "customers" not in explores.statement(query, {}, today).sql
    query["filters"] = {"customers.name": "Zeta"}
    assert "left join public.customers" in explores.statement(query, {}, today).sql


def test_pivots_with_their_totals(shop: Viewer) -> None:
    query = {
        "model": "shop",
        "view": "orders",
        "fields": ["orders.month", "orders.paid", "orders.total"],
        "pivots": ["orders.paid"],
        "sorts": ["orders.month desc", "orders.paid"],
        "limit": "2",
        "row_total": "right",
    }
    total = "$$$_row_total_$$$"
    assert shop.ask(query) == [
        {
            "orders.month": "2026-11",
            "orders.total": {"orders.paid": {"No": 50, "Yes": 125, total: 175}},
        },
        {"orders.month": "2026-10", "orders.total": {"orders.paid": {"No": 10, total: 10}}},
    ]
    first = shop.look(query)["data"][0]
    assert first["orders.total"]["No"] == {"value": 50}


# --- filters


@pytest.mark.parametrize(
    ("field", "expression", "expected"),
    [
        ("customer", "A", {1, 2}),
        ("customer", "A,B", {1, 2, 3, 4}),
        ("customer", "-A", {3, 4, 5}),
        ("customer", "-A,-B", {5}),
        ("customer", "-NULL", {1, 2, 3, 4}),
        ("customer", "NULL", {5}),
        ("customer", "", {1, 2, 3, 4, 5}),
        ("customer", "%", {1, 2, 3, 4, 5}),
        ("note", "EMPTY", {2, 3}),
        ("note", "urg%", {1}),
        ("note", "%of_it", {5}),
        ("note", "urg_n%", set()),
        ("note", "-%r%", {2, 3, 5}),
        ("note", '"O\'Brien, Ltd"', {4}),
        ("note", "x'; drop table orders; --", set()),
        ("note", "x\\' or true --", set()),
        ("amount", "25", {3}),
        ("amount", "5,10", {4, 5}),
        ("amount", "NOT 5", {1, 2, 3, 4}),
        ("amount", ">=25 AND <100", {2, 3}),
        ("amount", "10 to 50", {2, 3, 4}),
        ("double", "200", {1}),
        ("paid", "Yes", {1, 3}),
        ("paid", "no", {2, 4, 5}),
        ("day", "today", {1}),
        ("day", "this week", {1, 2}),
        ("day", "this month", {1, 2, 3}),
        ("day", "last month", {4}),
        ("day", "2 months", {1, 2, 3, 4}),
        ("day", "1 month ago", {4}),
        ("day", "12 months", {1, 2, 3, 4}),
        ("day", "13 months", {1, 2, 3, 4, 5}),
        ("day", "this year", {1, 2, 3, 4}),
        ("day", "this quarter", {1, 2, 3, 4}),
        ("day", "3 weeks ago for 2 weeks", {3, 4}),
        ("day", "before today", {2, 3, 4, 5}),
        ("day", "before 2 days ago", {3, 4, 5}),
        ("day", "after 2026-11-16", {1, 2}),
        ("day", "2025", {5}),
        ("day", "2026-10", {4}),
        ("day", "2026-10-31 to 2026-11-16", {3, 4}),
        ("month", "2026-11", {1, 2, 3}),
        ("day", "NOT NULL", {1, 2, 3, 4, 5}),
    ],
)
def test_filter_expressions(shop: Viewer, field: str, expression: str, expected: set[int]) -> None:
    rows = ask(shop, "id", filters={f"orders.{field}": expression})
    assert {row[0] for row in rows} == expected


def test_a_measure_filters_groups(shop: Viewer) -> None:
    assert ask(shop, "customer", "total", filters={"orders.total": ">100"}) == [["A", 150]]


def test_users_see_their_companies(shop: Viewer) -> None:
    def numbers(**filters: str) -> list[int]:
        rows = ask(shop, "id", explore="mine", sorts=["orders.id"], filters=filters)
        return [row[0] for row in rows]

    # Paid alone, unless asked otherwise.
    assert numbers() == [1, 3]
    assert numbers(**{"orders.paid": ""}) == [1, 2, 3, 5]
    seen = shop.world.user_attributes
    for value, expected in {"NO1": [1], "SE1": [3], "NO1,SE1": [1, 3], "": []}.items():
        seen["company"] = value
        assert numbers() == expected
    del seen["company"]
    assert numbers() == []


# --- what fails


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"fields": ["orders.none"]}, 'Unknown or inaccessible field "orders.none"'),
        ({"fields": ["orders.wrong"]}, "column orders.nothing does not exist"),
        ({"fields": ["orders.writes"]}, "cannot execute nextval() in a read-only transaction"),
        ({"fields": ["orders.liquid"]}, "does not know Liquid"),
        ({"fields": ["orders.circle"]}, "orders.circle refers to itself"),
        ({"fields": ["orders.strange"]}, "does not know the type percentile"),
        ({"fields": ["customers.count"]}, "measures of the Explore's own view only"),
        ({"fields": []}, "has no fields"),
        ({"filters": {"orders.share": ">1"}}, "cannot be filtered by"),
        ({"filters": {"orders.amount": "many"}}, 'The filter "many" of a number'),
        ({"filters": {"orders.paid": "perhaps"}}, 'The filter "perhaps" of a yesno'),
        ({"filters": {"orders.day": "last 3 fiscal years"}}, "of a date is of a form"),
        ({"filters": {"orders.day": "2026-13-01"}}, "of a date is of a form"),
        ({"sorts": ["orders.total"]}, 'does not know the sort "orders.total"'),
        ({"pivots": ["orders.paid"]}, "must be among the fields"),
        ({"subtotals": ["orders.day"]}, "does not know subtotals of a query"),
        ({"dynamic_fields": "[]"}, "does not know dynamic_fields"),
    ],
)
def test_what_is_not_known_is_refused(shop: Viewer, query: dict[str, Any], said: str) -> None:
    query = {"fields": ["orders.id"], **query}
    assert said in refused(shop, *query.pop("fields"), **query)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"manifest": ("schema", "scheme")}, "no constant 'schema'"),
        ({"views": ("type: yesno", "type: yesno case_sensitive: no")}, "know case_sensitive"),
        ({"views": ("sql_table_name: @{schema}.customers", "sql: x")}, "does not know sql"),
        ({"views": ("view: +customers", "view: +clients")}, "not included before it"),
        ({"views": ("day { type: date datatype: date convert_tz: no", "day { type: date")},
         "convert_tz: no only"),
        ({"model": ("relationship: many_to_one", "relationship: one_to_many")},
         "left_outer join, one_to_many, is not known"),
        ({"model": ("join: customers", "join: clients")}, "there is no view clients"),
        ({"model": ("/*.view.lkml", "/*.views.lkml")}, "nothing is found for include"),
        ({"model": ("persist_with: load", "persist_with load")}, "cannot be read"),
        ({"model": ('max_cache_age: "8 hours"', "sql_trigger: select 1 ;;")}, "know sql_trigger"),
        ({"model": ("persist_with: load", "persist_with: loads")}, "there is no datagroup loads"),
        ({"dashboard": ("type: single_value,", "dynamic_fields: [],")}, "know dynamic_fields"),
    ],
)  # fmt: skip
def test_a_project_that_would_be_misread_is_not_served(
    tmp_path: Path, changed: dict[str, tuple[str, str]], said: str
) -> None:
    with pytest.raises(LookMLError) as caught:
        Viewer(project(tmp_path, **changed), "postgresql://", TODAY.timestamp)
    assert said in str(caught.value)
    with pytest.raises(LookMLError, match="holds 0 model files"):
        load(tmp_path.parent)


# --- the rest of Looker


def test_a_dashboard_shows_what_was_cached_until_the_datagroup_is_reset(
    shop: Viewer, postgres: Postgres
) -> None:
    def total() -> tuple[int, bool]:
        data = shop.tile("shop::overview", "Total")
        return data["data"][0]["orders.total"]["value"], data["from_cache"]

    def paid(amount: int) -> None:
        with postgres.connect("shop") as connection:
            connection.execute("update orders set amount = %s where id = 1", [amount])

    try:
        assert total() == (125, False)
        paid(101)
        assert total() == (125, True)
        # Another user's SQL, another result; and past the cache it is what it is.
        assert shop.tile("shop::overview", "Total", Paid="")["from_cache"] is False
        query = {"model": "shop", "view": "orders", "fields": ["orders.total"]}
        assert shop.ask(query | {"filters": {"orders.paid": "Yes"}}) == [{"orders.total": 126}]
        shop.world.clock = lambda: TODAY.timestamp() + 10
        assert total() == (125, True)
        (group,) = (g for g in shop.call("GET", "/datagroups") if g["name"] == "load")
        stamp = {"stale_before": int(TODAY.timestamp()) + 5}
        shop.call("PATCH", f"/datagroups/{group['id']}", json=stamp)
        assert total() == (126, False)
    finally:
        paid(100)


def test_a_warehouse_that_is_not_there(tmp_path: Path) -> None:
    address = f"postgresql:///shop?host={tmp_path}"
    with Viewer(project(tmp_path), address, TODAY.timestamp) as shop:
        assert "encountered an error" in refused(shop, "orders.id")


def test_model_and_dashboard_are_shown(shop: Viewer) -> None:
    model = shop.call("GET", "/lookml_models/shop")
    assert model["allowed_db_connection_names"] == ["db"]
    dashboard = shop.call("GET", "/dashboards/shop::overview")
    assert [one["type"] for one in dashboard["dashboard_elements"]] == ["vis", "text"]
