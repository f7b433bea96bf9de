"""Warming: the queries that viewers will run, in the form that fills the cache."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from utility_looker_refresh.dashboards import _problem
from utility_looker_refresh.errors import Interrupted
from visma_looker_sandbox.looker.content import Dashboard, Tile
from visma_looker_sandbox.looker.tasks import cache_key

from .conftest import LOAD, furnish

if TYPE_CHECKING:
    from .conftest import LookerAtHand, Result, Run

SAME_SQL = "A warm result serves viewers whose SQL is the same: not those with other access filters"


@pytest.fixture
def warm(run: Run, looker: LookerAtHand) -> Run:
    """Run the strategy reset with one dashboard to warm."""
    furnish(looker)
    looker.world.backed.clear()

    def warm(*argv: str, **values: Any) -> Result:
        return run(*argv, **{"dashboards": ["12"], **values})

    return warm


def dashboard(result: Result) -> dict[str, Any]:
    (only,) = result.report["dashboards"]
    return dict(only)


def test_a_viewer_then_finds_the_dashboard_in_the_cache(warm: Run, looker: LookerAtHand) -> None:
    result = warm()
    assert (result.code, dashboard(result)["action"]) == (0, "warmed"), result.err
    assert dashboard(result)["tiles"] == 2  # a text needs no query
    tasks = looker.world.tasks
    # What the viewer's browser asks for: the default filter in, the row limit as saved.
    viewer = {
        "model": "finance",
        "view": "summary",
        "fields": ["summary.total"],
        "filters": {"summary.year": "2026"},
        "limit": "500",
    }
    assert tasks.cached(viewer, "8") == [{"summary.total": 5}]
    assert tasks.cached({**viewer, "limit": "5000"}, "8") is None
    assert len(tasks.cache) == 2
    assert SAME_SQL in result.err


def test_with_row_security_only_viewers_with_the_same_sql_are_served(
    warm: Run, looker: LookerAtHand
) -> None:
    tasks = looker.world.tasks
    tasks.row_security.add("finance")
    result = warm()
    assert (result.code, dashboard(result)["action"]) == (0, "warmed"), result.err
    query = looker.world.content.queries["502"]
    assert tasks.cached(query, looker.world.user_id)
    assert tasks.cached(query, "8") is None
    assert SAME_SQL in result.err


@pytest.mark.parametrize("given", ["12", "slug:ov", "folder:3"])
def test_dashboards_are_named_by_id_slug_or_folder(warm: Run, given: str) -> None:
    assert dashboard(warm(dashboards=[given]))["id"] == "12"


def test_a_dashboard_named_twice_is_warmed_once(warm: Run, looker: LookerAtHand) -> None:
    warm(dashboards=["12", "folder:3"])
    assert len(looker.world.tasks.tasks) == 2


def test_dashboards_of_lookml_have_names(warm: Run, looker: LookerAtHand) -> None:
    board = Dashboard("finance::overview", "Overview", [Tile("Total", "501", form="look")])
    looker.world.content.dashboards[board.id] = board
    refused = warm(dashboards=["finance::overview"])
    assert refused.code == 2
    assert "see_lookml_dashboards" in refused.reason
    looker.world.roles[0].permissions.append("see_lookml_dashboards")
    assert dashboard(warm(dashboards=["finance::overview"]))["action"] == "warmed"


@pytest.mark.parametrize("given", ["99", "slug:none", "folder:9"])
def test_unknown_dashboards_change_nothing(warm: Run, looker: LookerAtHand, given: str) -> None:
    result = warm(dashboards=[given])
    assert (result.code, looker.world.writes) == (2, [])
    assert "dashboard" in result.reason


def test_a_filter_without_a_default_lifts_that_of_the_tile(warm: Run, looker: LookerAtHand) -> None:
    content = looker.world.content
    content.dashboards["12"].filters = {"Year": None}
    query_id = content.save_query({**content.queries["501"], "filters": {"summary.year": "2025"}})
    content.dashboards["12"].tiles = [Tile("Total", query_id, listens={"Year": "summary.year"})]
    warm()
    (task,) = looker.world.tasks.tasks.values()
    assert task.query["filters"] == {"summary.year": ""}


def test_merged_tiles_are_warmed_source_by_source(warm: Run, looker: LookerAtHand) -> None:
    content = looker.world.content
    content.merges["m1"] = ["501", "502"]
    content.dashboards["12"].tiles = [
        Tile("Both", merge_id="m1", listens={"Year": "summary.year"}),
    ]
    result = warm()
    assert (result.code, dashboard(result)["tiles"]) == (0, 2)
    assert all(t.query["filters"] for t in looker.world.tasks.tasks.values())


def test_no_more_queries_run_at_once_than_allowed_and_one_call_polls_them_all(
    warm: Run, looker: LookerAtHand
) -> None:
    content = looker.world.content
    ids = [content.save_query({**content.queries["501"], "limit": str(n)}) for n in range(6)]
    content.dashboards["12"].tiles = [Tile(f"T{n}", query_id) for n, query_id in enumerate(ids)]
    result = warm(max_concurrent_queries=3)
    assert dashboard(result)["tiles"] == 6
    polled = [c["query"] for c in looker.served.log.all() if "multi" in str(c["path"])]
    assert max(len(str(q).split(",")) for q in polled) == 3
    assert len(polled) <= 6


def test_one_connection_is_enough_for_any_number_of_queries(
    warm: Run, looker: LookerAtHand, caplog: pytest.LogCaptureFixture
) -> None:
    content = looker.world.content
    ids = [content.save_query({**content.queries["501"], "limit": str(n)}) for n in range(30)]
    content.dashboards["12"].tiles = [Tile(f"T{n}", query_id) for n, query_id in enumerate(ids)]
    connections = logging.getLogger("urllib3.connectionpool")
    connections.addHandler(caplog.handler)  # the command takes the root's away
    with caplog.at_level("DEBUG", logger=connections.name):
        result = warm(max_concurrent_queries=30)
    connections.removeHandler(caplog.handler)
    assert (result.code, dashboard(result)["tiles"]) == (0, 30)
    polled = [c["query"] for c in looker.served.log.all() if "multi" in str(c["path"])]
    assert max(len(str(q).split(",")) for q in polled) == 30
    # A pool of connections that is too small for them would say so, and open more.
    said = [r.getMessage() for r in caplog.records if r.name == connections.name]
    assert len([line for line in said if line.startswith("Starting new HTTP connection")]) == 1
    assert not [line for line in said if "pool is full" in line]


def test_a_tile_that_fails_is_named_and_does_not_keep_the_others(
    warm: Run, looker: LookerAtHand
) -> None:
    content = looker.world.content
    broken = content.save_query({**content.queries["501"], "fields": ["summary.nothing"]})
    content.dashboards["12"].tiles.insert(0, Tile("Broken", broken))
    result = warm()
    assert result.code == 4
    assert 'Broken: Unknown or inaccessible field "summary.nothing"' in result.reason
    assert len(looker.world.tasks.cache) == 2


@pytest.mark.parametrize("outcome", ["error", "expired", "killed"])
def test_a_task_that_does_not_end_well_is_a_failed_tile(
    warm: Run, looker: LookerAtHand, outcome: str
) -> None:
    looker.world.tasks.outcomes["502"] = outcome
    assert "Newest: " in warm().reason


def test_a_task_that_looker_forgets_is_a_failed_tile(warm: Run, looker: LookerAtHand) -> None:
    looker.served.faults.revoke["looker"] = looker.world.tasks.tasks.clear
    looker.fault("revoke", "multi_results")
    result = warm()
    assert result.code == 4
    assert "its query is missing" in result.reason


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"error": "gone"}, "gone"),
        ({"errors": [{"message": "bad", "message_details": "column x"}]}, "column x"),
        ({"errors": ["bad"]}, "bad"),
        ({"rows": [{"looker_error": "no"}]}, "no"),
        ([{"looker_error": "no"}], "no"),
        ("gone", "gone"),
        (None, "failed without a word"),
        ({"data": [], "errors": []}, ""),
        ([], ""),
    ],
)
def test_every_form_of_a_failed_query_is_understood(data: Any, words: str) -> None:
    assert _problem(data) == words


def test_what_still_runs_at_the_end_of_the_time_is_cancelled(
    warm: Run, looker: LookerAtHand
) -> None:
    looker.world.tasks.seconds = 9999
    result = warm(wait_timeout=30)
    assert result.code == 5
    assert "wait_timeout, 30 s, is over" in result.reason
    assert len(looker.world.tasks.kills) == 2


def test_a_signal_cancels_what_runs(
    warm: Run, looker: LookerAtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_seconds: float) -> None:
        raise Interrupted(2)

    monkeypatch.setattr(looker.clock, "sleep", interrupted)
    assert warm().code == 130
    assert len(looker.world.tasks.kills) == 2


def test_a_result_of_before_the_reset_is_not_taken_for_warm(
    warm: Run, looker: LookerAtHand
) -> None:
    query = looker.world.content.queries["502"]
    looker.world.tasks.cache[cache_key(query)] = (looker.world.now() - 60, [{"old": 1}])
    assert dashboard(warm())["from_cache"] == 0
    # One that a viewer was first to ask for is.
    looker.clock.passed += 60
    looker.world.tasks.cache[cache_key(query)] = (looker.world.now(), [{"new": 1}])
    assert dashboard(warm())["from_cache"] == 1


def test_freshness_is_told_per_dashboard(warm: Run, looker: LookerAtHand) -> None:
    place = {"model": "finance", "explore": "summary", "field": "summary.newest"}
    result = warm(proof=[place])
    assert dashboard(result)["newest_after"] == LOAD
    assert dashboard(result)["explores"] == ["finance::summary"]
    looker.served.log.clear()
    shown = warm("status", proof=[place])
    assert dashboard(shown)["newest_before"] == LOAD
    assert dashboard(shown)["action"] == "seen"
    assert not [c for c in looker.calls() if "PATCH" in c or "query_tasks" in c]


def test_doctor_sees_dashboards(warm: Run, looker: LookerAtHand) -> None:
    assert "can be seen: 12 Overview" in warm("doctor").err
    looker.world.roles[0].permissions.remove("see_user_dashboards")
    result = warm("doctor")
    assert result.code == 3
    assert "lack see_user_dashboards" in result.reason
    assert "Looker does not show this key the dashboard 12" in result.err


def test_a_cap_leaves_nothing_running(warm: Run, looker: LookerAtHand) -> None:
    looker.world.tasks.seconds = 9999
    result = warm(max_query_calls=5)
    assert result.code == 7
    assert "Left undone: dashboard 12" in result.reason
    assert json.dumps(result.report)
