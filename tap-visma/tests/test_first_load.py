"""First loads of long lists go by financial period and resume where they were interrupted."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tap_visma.bookmarks import Bookmark
from tap_visma.clock import Clock
from tap_visma.errors import StateError
from tap_visma.first_load import FIRST_LOAD, FirstLoad
from tap_visma.tap import TapVisma

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .conftest import CommandLine, Result, Visma

SELECT = {"supplier_documents", "sync_runs"}
LIST = "/v1/supplierdocument"
BY_PERIOD = {vars(stream)["name"] for stream in TapVisma.stream_types if stream.period}
OF_THE_LEDGER = {"general_ledger_balances", "general_ledger_transactions", "journal_transactions"}
LONG = {"page_size": 20}
MOST_PAGES = 3


def queries(visma: Visma) -> list[dict[str, str]]:
    return [c["query"] for c in visma.calls() if c["path"] == LIST]


def periods(visma: Visma) -> list[str]:
    """The periods that were asked for page by page, in their order."""
    asked = [q["financialPeriod"] for q in queries(visma) if "financialPeriod" in q]
    return list(dict.fromkeys(asked))


def kept(result: Result, stream: str = "supplier_documents") -> Any:
    (found,) = result.state["bookmarks"][stream]["partitions"]
    return found


def keys(rows: Iterable[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(row["documentType"], row["referenceNumber"]) for row in rows}


def latest(*results: Result) -> dict[tuple[str, str], dict[str, Any]]:
    """What a target would hold after these runs."""
    rows = (row for result in results for row in result.rows("supplier_documents"))
    return {(row["documentType"], row["referenceNumber"]): row for row in rows}


def in_the_books(visma: Visma) -> dict[tuple[str, str], Any]:
    with closing(sqlite3.connect(visma.books)) as books:
        found = books.execute(
            "select body from records where resource = '/v1/supplierdocument' and tenant_id = ?",
            [visma.config["tenant_id"]],
        ).fetchall()
    bodies = [json.loads(body) for (body,) in found]
    return {(body["documentType"], body["referenceNumber"]): body for body in bodies}


def change(visma: Visma, sql: str, *values: Any) -> None:
    with closing(sqlite3.connect(visma.books)) as books, books:
        done = books.execute(
            f"{sql} and resource = '/v1/supplierdocument' and tenant_id = ?",
            [*values, visma.config["tenant_id"]],
        )
    assert done.rowcount


@pytest.fixture
def interrupted(changing_visma: Visma, tap: CommandLine) -> Result:
    config = {**changing_visma.config, **LONG, "max_calls": 15}
    result = tap(config, select=SELECT, most_pages=MOST_PAGES)
    assert result.exit_code == 1
    assert "max_calls" in result.log
    assert 2 < len(kept(result)[FIRST_LOAD]["periods"]) < 20
    changing_visma.control("DELETE", "/calls")
    return result


def resume(visma: Visma, tap: CommandLine, before: Result, **settings: Any) -> Result:
    result = tap({**visma.config, **LONG, **settings}, state=before.state, select=SELECT,
                 most_pages=MOST_PAGES)  # fmt: skip
    assert result.exit_code == 0, result.log
    assert FIRST_LOAD not in kept(result)
    return result


@pytest.mark.parametrize(
    ("select", "page_size"), [(BY_PERIOD - OF_THE_LEDGER, 5), (OF_THE_LEDGER, 100)]
)
def test_by_period_or_in_one_piece_the_rows_are_the_same(
    visma: Visma, tap: CommandLine, select: set[str], page_size: int
) -> None:
    whole = tap(visma.config, select=select | {"sync_runs"})
    visma.control("DELETE", "/calls")
    config = {**visma.config, "page_size": page_size}
    parts = tap(config, select=select | {"sync_runs"}, most_pages=1)
    assert parts.exit_code == 0, parts.log
    assert "not every row is in a financial period" not in parts.log
    for name in select:
        rows = {json.dumps(row) for row in whole.rows(name)}
        assert {json.dumps(row) for row in parts.rows(name)} == rows, name
        runs = [run for run in parts.rows("sync_runs") if run["stream"] == name]
        assert {run["mode"] for run in runs} == {"first"}
        assert sum(run["rows_new"] for run in runs) == len(rows)
        assert sum(run["rows_read"] for run in runs) == len(rows)
    asked: Counter[str] = Counter()
    for stream in TapVisma.stream_types:
        for call in visma.calls():
            if call["path"] in stream.paths() and set(stream.period) <= set(call["query"]):
                asked[vars(stream)["name"]] += 1
    assert all(asked[name] > 10 for name in select), asked
    again = tap(config, state=parts.state, select=select | {"sync_runs"}, most_pages=1)
    assert {run["mode"] for run in again.rows("sync_runs")} == {"incremental"}
    assert sum(run["rows_new"] for run in again.rows("sync_runs")) == 0


def test_a_list_of_few_pages_is_read_in_one_piece(visma: Visma, tap: CommandLine) -> None:
    result = tap({**visma.config, "page_size": 5}, select=SELECT)
    assert 50 < len(queries(visma)) == result.run_of("supplier_documents")["pages"] < 100
    assert not periods(visma)


def test_a_list_of_more_pages_than_a_run_may_call_goes_by_period(
    visma: Visma, tap: CommandLine
) -> None:
    """Otherwise it would begin anew in each run, and never end."""
    tap({**visma.config, "page_size": 20, "max_calls": 6}, select=SELECT)
    assert periods(visma)


def test_a_resumed_load_goes_on_with_the_next_period(
    changing_visma: Visma, tap: CommandLine, interrupted: Result
) -> None:
    done = kept(interrupted)[FIRST_LOAD]["periods"]
    assert "replication_key_value" not in kept(interrupted)
    assert interrupted.run_of("supplier_documents")["rows_new"] == 0
    result = resume(changing_visma, tap, interrupted)
    run = result.run_of("supplier_documents")
    assert run["mode"] == "resumed", "no full pass, by which deletes could be told"
    assert set(latest(interrupted, result)) == set(in_the_books(changing_visma))
    assert not set(periods(changing_visma)) & set(done)
    assert queries(changing_visma)[0]["financialPeriod"] > max(done)
    assert run["rows_new"] >= len(latest(interrupted, result)), "of all attempts"
    assert run["total_count"] == len(in_the_books(changing_visma))
    third = tap(changing_visma.config, state=result.state, select=SELECT)
    assert third.run_of("supplier_documents")["rows_new"] == 0
    assert third.run_of("supplier_documents")["mode"] == "incremental"


def test_a_load_of_which_all_periods_are_done_reads_only_what_changed(
    changing_visma: Visma, tap: CommandLine
) -> None:
    changing_visma.fault(
        "status", LIST, query="pageSize=1($|&)", status=400, times=None
    )  # the count in the end
    config = {**changing_visma.config, **LONG}
    first = tap(config, select=SELECT, most_pages=MOST_PAGES)
    assert first.exit_code == 1
    changing_visma.control("DELETE", "/faults")
    changing_visma.control("DELETE", "/calls")
    result = resume(changing_visma, tap, first)
    assert not periods(changing_visma)
    since = [query.get("lastModifiedDateTime") for query in queries(changing_visma)]
    assert since[0] is None
    assert (since[1] or "") > "2026-11-20"
    assert len(result.rows("supplier_documents")) < len(latest(first)) / 2


def test_a_state_speaks_of_rows_that_came_before_it(interrupted: Result) -> None:
    written: Counter[str] = Counter()
    spoken = 0
    for message in interrupted.messages:
        if message["type"] == "RECORD" and message["stream"] == "supplier_documents":
            written[message["record"]["financialPeriod"]] += 1
        stream = message.get("value", {}).get("bookmarks", {}).get("supplier_documents", {})
        for found in stream.get("partitions", []):
            load = found.get(FIRST_LOAD, {"periods": [], "rows": 0})
            assert load["rows"] == sum(written[period] for period in load["periods"])
            assert load["rows"] == found.get("rows_new_untold", 0)
            spoken = max(spoken, len(load["periods"]))
    assert spoken > 2


def test_what_happened_between_two_attempts_is_read(
    changing_visma: Visma, tap: CommandLine, interrupted: Result
) -> None:
    done = kept(interrupted)[FIRST_LOAD]["periods"]
    now = "2026-11-30T12:00:00.000"
    # Some move from a period that was not read yet to one that was; others change there.
    change(
        changing_visma,
        "update records set last_modified = ?, body = json_set(body, '$.financialPeriod', ?, "
        "'$.lastModifiedDateTime', ?) where json_extract(body, '$.financialPeriod') = '202606'",
        now, done[0], now,
    )  # fmt: skip
    change(
        changing_visma,
        "update records set last_modified = ?, body = json_set(body, '$.description', 'new', "
        "'$.lastModifiedDateTime', ?) where json_extract(body, '$.financialPeriod') = ?",
        now, now, done[1],
    )  # fmt: skip
    result = resume(changing_visma, tap, interrupted)
    books = in_the_books(changing_visma)
    warehouse = latest(interrupted, result)
    assert set(warehouse) == set(books)
    for field in ("financialPeriod", "description", "status"):
        assert {k: row[field] for k, row in warehouse.items()} == {
            k: row[field] for k, row in books.items()
        }
    assert "not every row is in a financial period" not in result.log


def test_a_document_that_closed_between_two_attempts_is_looked_for(
    changing_visma: Visma, tap: CommandLine, interrupted: Result
) -> None:
    change(
        changing_visma,
        "update records set body = json_set(body, '$.status', 'Closed') where "
        "json_extract(body, '$.status') = 'Open'",
    )
    result = resume(changing_visma, tap, interrupted)
    assert {row["status"] for row in latest(interrupted, result).values()} >= {"Closed"}
    assert "Open" not in {row["status"] for row in latest(interrupted, result).values()}


def test_rows_without_a_period_have_the_list_read_in_one_piece(
    changing_visma: Visma, tap: CommandLine
) -> None:
    change(
        changing_visma,
        "update records set body = json_set(body, '$.financialPeriod', null) where "
        "json_extract(body, '$.financialPeriod') = '202503'",
    )
    config = {**changing_visma.config, **LONG}
    result = tap(config, select=SELECT, most_pages=MOST_PAGES)
    assert result.exit_code == 0, result.log
    assert "not every row is in a financial period" in result.log
    assert set(latest(result)) == set(in_the_books(changing_visma))
    run = result.run_of("supplier_documents")
    assert run["rows_new"] == run["rows_read"] == len(latest(result))


def test_another_start_date_begins_anew(
    changing_visma: Visma, tap: CommandLine, interrupted: Result
) -> None:
    result = resume(changing_visma, tap, interrupted, start_date="2025-06-01")
    assert "begins anew, since `start_date` was changed" in result.log
    run = result.run_of("supplier_documents")
    assert (run["mode"], run["window_from"]) == ("first", "2025-06-01T00:00:00.000")


def test_a_clock_that_was_set_back_begins_anew(
    changing_visma: Visma, tap: CommandLine, interrupted: Result
) -> None:
    later = dt.datetime.now(dt.timezone.utc) + dt.timedelta(hours=1)
    kept(interrupted)["read_at"] = later.replace(tzinfo=None).isoformat()
    result = resume(changing_visma, tap, interrupted)
    assert "begins anew, since this machine's clock was set back" in result.log
    assert result.run_of("supplier_documents")["mode"] == "first"
    assert set(latest(result)) == set(in_the_books(changing_visma))


def test_a_pause_between_two_attempts_counts_as_reading_time(
    changing_visma: Visma, tap: CommandLine, interrupted: Result
) -> None:
    load = kept(interrupted)[FIRST_LOAD]
    at_once = resume(changing_visma, tap, interrupted)
    load["saved_at"] = "2026-01-01T00:00:00"
    changing_visma.control("DELETE", "/calls")
    much_later = resume(changing_visma, tap, interrupted)
    since = queries(changing_visma)[-2]["lastModifiedDateTime"]
    newest = max(row["lastModifiedDateTime"] for row in in_the_books(changing_visma).values())
    assert since < "2026-11" < newest, "what changed during the pause is read again"
    assert kept(at_once)["replication_key_value"] >= kept(much_later)["replication_key_value"]


def test_a_company_id_given_to_another_tenant_begins_anew(
    changing_visma: Visma, tap: CommandLine, interrupted: Result
) -> None:
    kept(interrupted)["tenant_id"] = "another"
    result = resume(changing_visma, tap, interrupted)
    assert result.run_of("supplier_documents")["mode"] == "first"
    assert result.run_of("supplier_documents")["rows_new"] == len(latest(result))


def test_a_full_pass_is_read_in_one_piece(
    changing_visma: Visma, tap: CommandLine, interrupted: Result
) -> None:
    result = resume(changing_visma, tap, interrupted, detect_deletes=True)
    assert not periods(changing_visma)
    assert set(latest(result)) == set(in_the_books(changing_visma))


@pytest.mark.parametrize(
    "load",
    ["soon", [], {"since": 5}, {"since": None, "periods": "202501"},
     {"since": None, "saved_at": "soon"}, {"since": None, "rows": "many"}],
)  # fmt: skip
def test_a_first_load_of_another_making_is_refused(load: Any) -> None:
    with pytest.raises(StateError, match="first load"):
        FirstLoad.load({FIRST_LOAD: load}, None, Clock())


# --- do the periods make the list? ---


@pytest.mark.parametrize(
    ("read", "began_with", "told", "calls", "adds_up"),
    [
        (10, 10, [10], 1, True),
        # Two documents were entered meanwhile: the periods are counted anew.
        (10, 10, [12, 5, 7, 12], 4, True),
        # One is in no period.
        (9, 10, [10, 4, 5, 10], 4, False),
        # As many as in the beginning, but one is in no period and one was deleted: equal by chance.
        (9, 10, [9, 3, 5, 9], 4, False),
        # Documents come while the periods are counted; then it is quiet.
        (10, 10, [12, 5, 7, 13, 6, 7, 13], 7, True),
        # It is never quiet.
        (10, 10, [12, 5, 7, 13, 6, 7, 14, 7, 7, 15], 10, False),
    ],
)
def test_whether_the_periods_make_the_list(
    read: int, began_with: int, told: list[int], calls: int, adds_up: bool
) -> None:
    load = FirstLoad(None, rows=read, total=began_with)
    answers = iter(told)
    asked: list[str | None] = []

    def total_of(period: str | None) -> int:
        asked.append(period)
        return next(answers)

    assert load.adds_up(total_of, ["202601", "202602"]) is adds_up
    assert len(asked) == calls


def test_a_load_that_was_saved_in_the_future_begins_anew() -> None:
    saved = FirstLoad(None, periods=["202601"], saved_at=dt.datetime.fromisoformat("2099-01-01"))
    assert FirstLoad.load({FIRST_LOAD: saved.dump()}, None, Clock()) == FirstLoad(None)


def test_a_bookmark_is_not_made_of_a_load_that_is_not_done(interrupted: Result) -> None:
    assert Bookmark.load(kept(interrupted)) == Bookmark()
