"""The gate: a refresh acts only when Looker itself shows a newer load."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from utility_looker_refresh.freshness import newest_load
from utility_looker_refresh.session import Looker
from visma_looker_sandbox.looker import Role

from .conftest import FRESHNESS, LOAD, NAME

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import LookerAtHand, Result, Run


LIST = "GET /datagroups"
PATCH = "PATCH /datagroups/11"
QUERY = "POST /queries/run/json"


@pytest.fixture
def gated(run: Run, looker: LookerAtHand) -> Run:
    """Run with the freshness setting and forget the calls made before."""

    def gated(*argv: str, **values: Any) -> Result:
        looker.served.log.clear()
        return run(*argv, freshness=FRESHNESS, **values)

    return gated


def between(looker: LookerAtHand) -> list[str]:
    calls = looker.calls()
    assert (calls[0], calls[-1]) == ("POST /login", "DELETE /logout")
    return calls[1:-1]


def test_a_new_load_is_shown_by_a_reset_as_of_when_it_was_seen(
    gated: Run, looker: LookerAtHand
) -> None:
    looker.newest(LOAD)
    result = gated()
    assert (result.code, result.report["newest_load"]) == (0, LOAD)
    # Not the load's own end: rows become visible after it.
    assert looker.stamps() == (1_800_000_000, None)
    assert between(looker) == [QUERY, LIST, QUERY, PATCH, QUERY]


def test_nothing_new_is_success_in_two_calls_and_without_a_change(
    gated: Run, looker: LookerAtHand
) -> None:
    looker.newest(LOAD)
    gated()
    looker.clock.passed += 3600
    result = gated()
    assert (result.code, result.report["outcome"]) == (0, "nothing_to_do")
    assert result.reason == "Nothing to do: no load has ended since 2027-01-15T07:43:20Z."
    assert between(looker) == [QUERY, LIST]
    assert len(looker.world.writes) == 1
    assert result.report["datagroups"][0]["action"] == "none"


def test_with_a_memory_nothing_new_takes_one_call(
    gated: Run, looker: LookerAtHand, tmp_path: Path
) -> None:
    state = str(tmp_path / "state.json")
    looker.newest(LOAD)
    gated(state_path=state)
    assert gated(state_path=state).report["outcome"] == "nothing_to_do"
    assert between(looker) == [QUERY]
    looker.newest(LOAD + 1)
    assert gated(state_path=state).report["outcome"] == "refreshed"
    assert between(looker) == [QUERY, QUERY, PATCH, QUERY]


def test_the_probe_goes_past_the_cache_and_takes_one_row(gated: Run, looker: LookerAtHand) -> None:
    looker.newest(LOAD)
    gated()
    query = next(c for c in looker.served.log.all() if "queries" in str(c["path"]))["query"]
    assert query == {"cache": "false", "apply_formatting": "false"}


def test_no_load_yet_is_nothing_to_do(gated: Run, looker: LookerAtHand) -> None:
    result = gated()
    assert (result.code, result.reason) == (0, "Nothing to do: Looker shows no load yet.")
    assert between(looker) == [QUERY]


def test_a_load_that_ended_before_the_last_refresh_and_came_later_is_not_missed(
    gated: Run, looker: LookerAtHand, tmp_path: Path
) -> None:
    # Two loads at once: the second has noted its end before the first one's refresh, and its
    # rows became visible after it. Stamps cannot tell; the memory can.
    state = str(tmp_path / "state.json")
    looker.newest(LOAD)
    gated(state_path=state)
    looker.newest(LOAD + 5)
    looker.clock.passed += 60
    assert gated(state_path=state).report["outcome"] == "refreshed"
    assert looker.stamps()[0] == 1_800_000_060


def test_a_load_clock_ahead_of_lookers_does_not_refresh_for_ever(
    gated: Run, looker: LookerAtHand, tmp_path: Path
) -> None:
    state = str(tmp_path / "state.json")
    looker.newest(1_800_000_900)
    assert gated(state_path=state).report["outcome"] == "refreshed"
    assert gated(state_path=state).report["outcome"] == "nothing_to_do"
    assert looker.stamps()[0] == 1_800_000_000


def test_reset_does_not_count_as_triggered_but_triggered_counts_as_reset(
    gated: Run, looker: LookerAtHand, tmp_path: Path
) -> None:
    for state in ({}, {"state_path": str(tmp_path / "state.json")}):
        looker.world.datagroup(NAME).triggered_at = None
        looker.newest(LOAD)
        gated(**state)
        assert gated(strategy="trigger", **state).report["outcome"] == "refreshed"
        assert gated(strategy="trigger", **state).report["outcome"] == "nothing_to_do"
        assert gated(**state).report["outcome"] == "nothing_to_do"


def test_only_what_is_due_is_refreshed(gated: Run, looker: LookerAtHand) -> None:
    looker.newest(LOAD)
    looker.world.datagroup("finance::month_end").stale_before = LOAD
    result = gated(datagroups=["finance::month_end", NAME])
    assert between(looker) == [QUERY, LIST, QUERY, PATCH, QUERY]
    assert [d["action"] for d in result.report["datagroups"]] == ["none", "reset"]


def test_a_run_that_failed_halfway_is_completed_by_the_next(
    gated: Run, looker: LookerAtHand, tmp_path: Path
) -> None:
    state = str(tmp_path / "state.json")
    both = [NAME, "logistics::stock_load"]
    role = Role("5", "Logistics", ["see_datagroups"], ["logistics"])
    looker.world.roles.append(role)
    looker.newest(LOAD)
    assert gated(datagroups=both, state_path=state).code == 6
    role.permissions.append("update_datagroups")
    assert gated(datagroups=both, state_path=state).code == 0
    # Its last load is not remembered, so it is looked up once more.
    assert between(looker) == [QUERY, LIST, QUERY, "PATCH /datagroups/13", QUERY]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(LOAD, LOAD), (float(LOAD), LOAD), (str(LOAD), LOAD), (LOAD + 0.75, LOAD), (None, None)],
    ids=["integer", "float", "text", "fraction", "null"],
)
def test_numbers_are_read_however_the_dialect_sends_them(
    looker: LookerAtHand, value: Any, expected: int | None
) -> None:
    looker.newest(value)
    settings = looker.settings(freshness=FRESHNESS)
    with Looker(settings, looker.clock) as open_looker:
        assert settings.freshness
        assert newest_load(open_looker, settings.freshness) == expected


@pytest.mark.parametrize("value", ["2027-01-15", LOAD * 1000, 20270115, True, [1], {}, "", -1])
def test_what_is_no_time_in_epoch_seconds_is_refused(
    gated: Run, looker: LookerAtHand, value: Any
) -> None:
    looker.newest(value)
    result = gated()
    assert (result.code, looker.world.writes) == (2, [])
    assert "no time in epoch seconds" in result.reason


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"field": "sync_runs.newest"}, "Unknown or inaccessible field"),
        ({"explore": "no_such"}, "Looker cannot query the freshness field"),
        ({"model": "logistics"}, "permissions access_data and explore"),
    ],
)
def test_a_field_that_cannot_be_queried_is_named(
    run: Run, looker: LookerAtHand, change: dict[str, str], words: str
) -> None:
    looker.world.denied_status = 404
    result = run(freshness={**FRESHNESS, **change})
    assert (result.code, looker.world.writes) == (2, [])
    assert words in result.reason
    assert str({**FRESHNESS, **change}["field"]) in result.reason


def test_a_query_that_is_forbidden_is_a_matter_of_permission(
    gated: Run, looker: LookerAtHand
) -> None:
    looker.world.roles[0].permissions.remove("explore")
    assert gated().code == 3


@pytest.mark.parametrize("body", ["[1]", '{"a": 1}', "<html>Sign in</html>", "null"])
def test_an_answer_that_is_no_result_is_a_defect(
    gated: Run, looker: LookerAtHand, body: str
) -> None:
    looker.fault("status", "/queries", status=200, body=body)
    result = gated()
    assert (result.code, looker.world.writes) == (1, [])
    assert "is no result" in result.reason


def test_an_explore_without_rows_has_no_load(gated: Run, looker: LookerAtHand) -> None:
    looker.fault("status", "/queries", status=200, body="[]")
    assert gated().report["outcome"] == "nothing_to_do"


def test_a_cap_on_queries_is_kept(gated: Run, looker: LookerAtHand) -> None:
    result = gated(max_query_calls=0)
    assert (result.code, looker.world.writes) == (7, [])
    assert "max_query_calls" in result.reason


def test_without_a_freshness_field_every_run_acts_and_says_so(
    run: Run, looker: LookerAtHand
) -> None:
    for _ in range(2):
        assert "every run refreshes" in run().err
    assert len(looker.world.writes) == 2


def test_settings_of_freshness_are_json(run: Run) -> None:
    result = run(freshness=json.dumps({"model": "finance"}))
    assert result.code == 2
    assert "freshness must be a JSON object such as" in result.reason
