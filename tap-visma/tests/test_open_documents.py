"""Open documents are read again each run, so that a payment is seen that leaves no trace."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tap_visma import bookmarks
from tap_visma.errors import StateError
from tap_visma.open_documents import OpenDocuments

from .conftest import BIN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .conftest import CommandLine, Result, Visma

LISTS = {"supplier_documents": "/v1/supplierdocument", "customer_documents": "/v1/customerdocument"}
SELECT = {*LISTS, "sync_runs"}
Documents = dict[tuple[str, str], tuple[str, float]]


def told(rows: Iterable[dict[str, Any]]) -> Documents:
    """What rows say of their documents, the last row of each."""
    return {
        (row["documentType"], row["referenceNumber"]): (row["status"], float(row["balance"]))
        for row in rows
    }


def in_the_books(visma: Visma, stream: str) -> Documents:
    with closing(sqlite3.connect(visma.books)) as books:
        found = books.execute(
            "select body from records where resource = ? and tenant_id = ?",
            [LISTS[stream], visma.config["tenant_id"]],
        ).fetchall()
    return told(json.loads(body) for (body,) in found)


def without_a_trace(visma: Visma, which: str, **changed: Any) -> list[str]:
    """Changes supplier documents in the books, but not their time of change."""
    assignments = "".join(f", '$.{name}', ?" for name in changed)
    where = f"resource = '/v1/supplierdocument' and tenant_id = ? and ({which})"
    with closing(sqlite3.connect(visma.books)) as books, books:
        keys = books.execute(
            f"select key from records where {where}", [visma.config["tenant_id"]]
        ).fetchall()
        books.execute(
            f"update records set body = json_set(body{assignments}) where {where}",
            [*changed.values(), visma.config["tenant_id"]],
        )
    assert keys
    return [key for (key,) in keys]


def pay_without_a_trace(visma: Visma, days: int = 3) -> None:
    subprocess.run(
        [BIN / "visma-looker-sandbox", "change", "--books", visma.books, "--days", str(days),
         "--payments-touch", "false"],
        check=True, capture_output=True,
    )  # fmt: skip


def queries(visma: Visma, stream: str = "supplier_documents") -> list[dict[str, str]]:
    return [call["query"] for call in visma.calls() if call["path"] == LISTS[stream]]


def open_in(result: Result, stream: str) -> Any:
    (kept,) = result.state["bookmarks"][stream]["partitions"]
    return kept["open"]


OPEN = "json_extract(body, '$.status') = 'Open'"
IN_JANUARY = f"{OPEN} and json_extract(body, '$.financialPeriod') = '202501'"


@pytest.fixture
def first(changing_visma: Visma, tap: CommandLine) -> Result:
    result = tap(changing_visma.config, select=SELECT)
    assert result.exit_code == 0, result.log
    assert len(queries(changing_visma)) == 1, "a whole list tells what is open, too"
    changing_visma.control("DELETE", "/calls")
    return result


def test_a_payment_that_leaves_no_trace_is_seen(
    changing_visma: Visma, tap: CommandLine, first: Result
) -> None:
    visma, warehouse = changing_visma, {s: told(first.rows(s)) for s in LISTS}
    before = {stream: dict(found) for stream, found in warehouse.items()}
    for stream in LISTS:
        assert warehouse[stream] == in_the_books(visma, stream)
    pay_without_a_trace(visma)
    second = tap(visma.config, state=first.state, select=SELECT)
    for stream in LISTS:
        warehouse[stream] |= told(second.rows(stream))
        books = in_the_books(visma, stream)
        assert set(warehouse[stream]) >= set(books)
        assert {key: warehouse[stream][key] for key in books} == books
        paid = [key for key in before[stream] if before[stream][key] != books.get(key)]
        assert paid, "payments were made"
        news = {key for key in books if before[stream].get(key) != books[key]}
        assert second.run_of(stream)["rows_new"] == len(news)
        assert second.run_of(stream)["mode"] == "incremental"
    visma.control("DELETE", "/calls")
    third = tap(visma.config, state=second.state, select=SELECT)
    for stream in LISTS:
        assert third.run_of(stream)["rows_new"] == 0, "an open row that is read again is no news"
        assert len(queries(visma, stream)) == 2
        assert open_in(third, stream) == open_in(second, stream)


def test_a_document_that_closed_costs_its_period_and_no_more(
    changing_visma: Visma, tap: CommandLine, first: Result
) -> None:
    closed = without_a_trace(changing_visma, IN_JANUARY, status="Closed", balance=0)
    second = tap(changing_visma.config, state=first.state, select=SELECT)
    asked = queries(changing_visma)
    assert [query.get("status") for query in asked] == [None, "Open", None]
    assert asked[2]["financialPeriod"] == "202501"
    assert "lastModifiedDateTime" not in asked[2]
    rows = second.rows("supplier_documents")
    by_key = {f"{row['documentType']}|{row['referenceNumber']}": row["status"] for row in rows}
    assert {by_key.get(key) for key in closed} == {"Closed"}
    in_period = {r["referenceNumber"] for r in rows if r["financialPeriod"] == "202501"}
    assert in_period == {key.split("|")[1] for key in closed}, "others of the period are no news"
    assert second.run_of("supplier_documents")["rows_new"] == len(closed)


def test_a_document_that_closed_in_another_period_is_looked_for_in_the_whole_list(
    changing_visma: Visma, tap: CommandLine, first: Result
) -> None:
    closed = without_a_trace(
        changing_visma, IN_JANUARY, status="Closed", balance=0, financialPeriod="202502"
    )
    second = tap(changing_visma.config, state=first.state, select=SELECT)
    assert len(queries(changing_visma)) == 4
    assert second.run_of("supplier_documents")["rows_new"] == len(closed)
    changing_visma.control("DELETE", "/calls")
    tap(changing_visma.config, state=second.state, select=SELECT)
    assert len(queries(changing_visma)) == 2


def test_a_document_without_a_period_is_looked_for_in_the_whole_list(
    changing_visma: Visma, tap: CommandLine
) -> None:
    without_a_trace(changing_visma, IN_JANUARY, financialPeriod=None)
    state = tap(changing_visma.config, select=SELECT).state
    changing_visma.control("DELETE", "/calls")
    closed = without_a_trace(
        changing_visma, f"{OPEN} and json_extract(body, '$.financialPeriod') is null",
        status="Closed",
    )  # fmt: skip
    second = tap(changing_visma.config, state=state, select=SELECT)
    assert len(queries(changing_visma)) == 3
    assert second.run_of("supplier_documents")["rows_new"] == len(closed)


def test_a_document_that_is_gone_is_looked_for_once(
    changing_visma: Visma, tap: CommandLine, first: Result
) -> None:
    with closing(sqlite3.connect(changing_visma.books)) as books, books:
        books.execute(f"delete from records where resource = '/v1/supplierdocument' and {OPEN}")
    second = tap(changing_visma.config, state=first.state, select=SELECT)
    assert second.run_of("supplier_documents")["rows_new"] == 0
    assert "financialPeriod" not in queries(changing_visma)[-1], "the whole list, in the end"
    changing_visma.control("DELETE", "/calls")
    tap(changing_visma.config, state=second.state, select=SELECT)
    assert len(queries(changing_visma)) == 2


def test_switched_off_it_costs_nothing(
    changing_visma: Visma, tap: CommandLine, first: Result
) -> None:
    config = {**changing_visma.config, "refresh_open_documents": False}
    second = tap(config, state=first.state, select=SELECT)
    assert len(queries(changing_visma)) == 1
    (kept,) = second.state["bookmarks"]["supplier_documents"]["partitions"]
    assert "open" not in kept


def test_a_state_that_knows_no_open_documents_has_the_list_read_whole_once(
    changing_visma: Visma, tap: CommandLine, first: Result
) -> None:
    """As of an older tap, or of a time when the setting was off."""
    (kept,) = first.state["bookmarks"]["supplier_documents"]["partitions"]
    del kept["open"]
    without_a_trace(changing_visma, IN_JANUARY, status="Closed", balance=0)
    second = tap(changing_visma.config, state=first.state, select=SELECT)
    assert second.run_of("supplier_documents")["mode"] == "full"
    assert told(second.rows("supplier_documents")) == in_the_books(
        changing_visma, "supplier_documents"
    )
    third = tap(changing_visma.config, state=second.state, select=SELECT)
    assert third.run_of("supplier_documents")["mode"] == "incremental"


def test_a_document_of_before_the_start_date_stays_out(
    changing_visma: Visma, tap: CommandLine
) -> None:
    config = {**changing_visma.config, "start_date": "2026-06-01"}
    first = tap(config, select=SELECT)
    second = tap(config, state=first.state, select=SELECT)
    for row in second.rows("supplier_documents"):
        assert row["lastModifiedDateTime"] >= "2026-06-01"


# --- what the state knows ---


def document(
    number: int, status: str = "Open", period: str = "202601", **more: Any
) -> tuple[tuple[int], dict[str, Any]]:
    return (number,), {"status": status, "financialPeriod": period, "number": number, **more}


def kept(documents: Iterable[Any]) -> dict[str, Any]:
    found = OpenDocuments()
    for key, record in documents:
        found.saw(key, record)
    dumped: dict[str, Any] = json.loads(json.dumps(found.dump()))
    return dumped


def test_of_a_crowded_period_it_is_still_known_whether_a_document_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bookmarks, "_MOST_LISTED", 3)
    state = kept(document(n) for n in range(10))
    assert "each" not in state["periods"]["202601"]
    same = OpenDocuments(state)
    for n in range(10):
        assert same.saw_listed(*document(n))
    assert (same.unlisted(), same.rows_new()) == ({}, 0)
    assert same.dump() == state

    one_less = OpenDocuments(state)
    for n in range(9):
        one_less.saw_listed(*document(n))
    assert one_less.unlisted() == {"202601": None}
    assert not one_less.saw_again(*document(3), among=None), "the list had it"
    assert one_less.saw_again(*document(9, "Closed"), among=None)
    assert one_less.rows_new() > 0
    assert one_less.unlisted() == {}

    changed = OpenDocuments(state)
    for n in range(10):
        changed.saw_listed(*document(n, balance=n // 9))
    assert changed.unlisted() == {}
    assert changed.rows_new() > 0


def test_a_document_that_changed_and_is_not_open_any_more_is_not_looked_for() -> None:
    found = OpenDocuments(kept([document(1), document(2)]))
    found.saw(*document(1, "Closed"))
    found.saw_listed(*document(2))
    assert found.unlisted() == {}


def test_a_document_that_closed_after_it_was_read_as_open_is_looked_for() -> None:
    found = OpenDocuments(kept([]))
    found.saw(*document(1, period="202605"))
    assert list(found.unlisted()) == ["202605"]


@pytest.mark.parametrize(
    "state",
    [{}, [], {"contents": {}, "periods": {}}, {"contents": None, "periods": []},
     {"contents": {"count": 0, "total": "0", "highest": ""}, "periods": {"202601": 5}}],
)  # fmt: skip
def test_open_documents_of_another_making_are_refused(state: Any) -> None:
    with pytest.raises(StateError, match="no open documents"):
        OpenDocuments(state)
