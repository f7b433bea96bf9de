"""Saved states of every kind: the right thing, or a clear refusal."""

from __future__ import annotations

import copy
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from tap_visma.clock import Clock, Stopwatch
from tap_visma.errors import StateError
from tap_visma.state import check_state
from tap_visma.tap import TapVisma

if TYPE_CHECKING:
    from .conftest import CommandLine, Result, Visma

COMPANY = {"company_id": "ACME"}


def partition(result: Result, stream: str, company_id: str | None = None) -> Any:
    found = result.state["bookmarks"][stream]["partitions"]
    return next(p for p in found if company_id in {None, p["context"]["company_id"]})


@pytest.mark.parametrize(
    "state",
    [
        {"singer_state": {"bookmarks": {}}},
        {"value": 1},
        {"bookmarks": []},
        {"bookmarks": {"users": {"partitions": []}}},
        {"bookmarks": {"users": {"replication_key_value": "2026-01-01"}}},
        {"bookmarks": {"suppliers": {"replication_key_value": "2026-01-01"}}},
        {"bookmarks": {"suppliers": []}},
        {"bookmarks": {"suppliers": {"partitions": 5}}},
        {"bookmarks": {"suppliers": {"partitions": [{}]}}},
        {"bookmarks": {"suppliers": {"partitions": [{"context": "ACME"}]}}},
        {"bookmarks": {"suppliers": {"partitions": [{"context": COMPANY, "parts": []}]}}},
        {"bookmarks": {"suppliers": {"partitions": [{"context": COMPANY, "parts": {"a": 1}}]}}},
        {"bookmarks": {"suppliers": {"partitions": [
            {"context": COMPANY, "rows_new_untold": "many"}]}}},
    ],
)  # fmt: skip
def test_a_state_of_another_making_is_refused(state: dict[str, Any]) -> None:
    with pytest.raises(StateError, match="not one that this tap has written"):
        check_state(state, {"suppliers", "sync_runs"})


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"bookmarks": {}},
        {"bookmarks": {"sync_runs": {}}},
        # Of a version that had a stream more.
        {"bookmarks": {"shipments": {}, "suppliers": {"partitions": [{"context": COMPANY}]}}},
    ],
)
def test_a_state_of_this_tap_is_taken(state: dict[str, Any]) -> None:
    check_state(state, {"suppliers", "sync_runs"})


def test_a_refused_state_costs_no_call(visma: Visma, tap: CommandLine) -> None:
    result = tap(visma.config, state={"bookmarks": {"users": {"replication_key_value": "x"}}})
    assert result.exit_code == 1
    assert "not one that this tap has written, so nothing was read" in result.log
    assert "Traceback" not in result.log
    assert not visma.calls()
    assert not result.messages


def test_a_state_that_was_cut_short_is_refused(visma: Visma, tap: CommandLine) -> None:
    select = {"suppliers", "sync_runs"}
    whole = json.dumps(tap(visma.config, select=select).state)
    result = tap(visma.config, state=whole[:-20], select=select)
    assert result.exit_code == 1
    assert "The state given is no JSON object" in result.log


def test_a_bookmark_in_the_future_fails_its_stream_and_stays(
    visma: Visma, tap: CommandLine
) -> None:
    select = {"suppliers", "accounts", "sync_runs"}
    first = tap(visma.config, select=select)
    partition(first, "suppliers")["replication_key_value"] = "2099-01-01T00:00:00.000"
    second = tap(visma.config, state=first.state, select=select)
    assert second.exit_code == 1
    assert "The saved bookmark 2099-01-01T00:00:00.000 lies in the future" in second.log
    assert "Check this machine's clock" in second.log
    assert second.run_of("accounts")["outcome"] == "success"
    assert partition(second, "suppliers") == partition(first, "suppliers")


def test_a_state_of_an_older_tap_goes_on(visma: Visma, tap: CommandLine) -> None:
    """One that knew no fingerprints, tenants, open documents or untold news."""
    select = {"suppliers", "supplier_documents", "general_ledger_transactions", "sync_runs"}
    state = tap(visma.config, select=select).state
    for stream in select - {"sync_runs"}:
        (kept,) = state["bookmarks"][stream]["partitions"]
        for part in (kept, *kept.get("parts", {}).values()):
            for name in {"rows", "tenant_id", "open", "rows_new_untold"} & set(part):
                del part[name]
    second = tap(visma.config, state=state, select=select)
    assert second.exit_code == 0, second.log
    modes = {run["stream"]: run["mode"] for run in second.rows("sync_runs")}
    assert modes == {
        "suppliers": "incremental",
        "general_ledger_transactions": "incremental",
        "supplier_documents": "full",  # which were open is not known
    }
    third = tap(visma.config, state=second.state, select=select)
    assert sum(run["rows_new"] for run in third.rows("sync_runs")) == 0


def test_companies_that_are_fewer_or_in_another_order_keep_their_state(
    visma: Visma, tap: CommandLine
) -> None:
    select = {"suppliers", "general_ledger_transactions", "sync_runs"}
    one, two, three = visma.group["companies"]
    first = tap(visma.group, select=select)
    before = copy.deepcopy(first.state)
    second = tap({**visma.group, "companies": [three, one]}, state=first.state, select=select)
    assert second.exit_code == 0, second.log
    runs = second.rows("sync_runs")
    assert {run["mode"] for run in runs} == {"incremental"}
    assert {run["company_id"] for run in runs} == {one["company_id"], three["company_id"]}
    assert sum(run["rows_new"] for run in runs) == 0
    left_out = two["company_id"]
    for stream in select - {"sync_runs"}:
        (was,) = (p for p in before["bookmarks"][stream]["partitions"]
                  if p["context"]["company_id"] == left_out)  # fmt: skip
        assert partition(second, stream, left_out) == was
    third = tap(visma.group, state=second.state, select=select)
    assert {run["mode"] for run in third.rows("sync_runs")} == {"incremental"}


# --- clocks that jump ---


class _JumpingClock(Clock):
    def __init__(self) -> None:
        self.now = dt.datetime.fromisoformat("2026-01-01T12:00:00")
        self.seconds = 0.0

    @override
    def utc_now(self) -> dt.datetime:
        return self.now

    @override
    def monotonic(self) -> float:
        return self.seconds

    def passes(self, *, wall: float, monotonic: float) -> None:
        self.now += dt.timedelta(seconds=wall)
        self.seconds += monotonic


@pytest.mark.parametrize(
    ("wall", "monotonic", "told"),
    [
        (60, 60, 60),
        (-3600, 60, 60),  # set back
        (3600, 60, 3600),  # set forward: more is read again than needed
        (3600, 0, 3600),  # the machine slept, and one of the clocks with it
    ],
)
def test_reading_time_is_what_the_clock_tells_that_tells_more(
    wall: float, monotonic: float, told: float
) -> None:
    clock = _JumpingClock()
    stopwatch = Stopwatch(clock)
    clock.passes(wall=wall, monotonic=monotonic)
    assert stopwatch.seconds() == told
    resumed = Stopwatch(clock, already=100)
    clock.passes(wall=wall, monotonic=monotonic)
    assert resumed.seconds() == told + 100


def test_every_stream_is_known_to_the_check() -> None:
    tap = TapVisma(config={}, validate_config=False)
    for name in tap.streams:
        tap.load_state({"bookmarks": {name: {}}})


def written_in(hours: float) -> dict[str, Any]:
    """A state that was written so many hours from now."""
    moment = Clock().utc_now() + dt.timedelta(hours=hours)
    part = {"context": COMPANY, "parts": {"ledgerId=1": {"read_at": moment.isoformat()}}}
    return {"bookmarks": {"suppliers": {"partitions": [part]}}}


def test_times_go_on_from_the_last_run_though_the_clock_was_set_back() -> None:
    """Else rows read now would be older than the last full pass: they would look deleted."""
    ahead = TapVisma(config={}, state=written_in(5), validate_config=False).clock
    assert ahead.was_set_back
    told = [ahead.utc_now() - Clock().utc_now() for _ in range(2)]
    assert all(dt.timedelta(hours=4.9) < behind < dt.timedelta(hours=5.1) for behind in told)
    right = TapVisma(config={}, state=written_in(-5), validate_config=False).clock
    assert not right.was_set_back


def test_a_state_of_another_day_to_come_is_refused() -> None:
    with pytest.raises(StateError, match="lies in the future, so nothing was read"):
        TapVisma(config={}, state=written_in(27), validate_config=False)
