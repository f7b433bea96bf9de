"""The strategy `build`: tables found, built in order, waited for, stopped, resumed."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any

import pytest

from utility_looker_refresh.derived_tables import parse_graph
from utility_looker_refresh.errors import Interrupted, WorkFailedError

from .conftest import BALANCES, COSTS, LOAD, NAME, NOW, SUMMARY, furnish

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import LookerAtHand, Result, Run


@pytest.fixture
def build(run: Run, looker: LookerAtHand, tmp_path: Path) -> Run:
    """Run the strategy build on three tables, with a state file."""
    wanted = furnish(looker)
    for name in ("dashboards", "scheduled_plans"):
        del wanted[name]
    wanted["state_path"] = str(tmp_path / "state.json")

    def build(*argv: str, **values: Any) -> Result:
        return run(*argv, **{**wanted, **values})

    return build


def builds(looker: LookerAtHand) -> dict[str, int]:
    return {name: table.starts for name, table in looker.world.derived.tables.items()}


def count(looker: LookerAtHand, words: str) -> int:
    return sum(words in call for call in looker.calls())


def actions(result: Result) -> dict[str, str]:
    return {table["name"]: table["action"] for table in result.report["derived_tables"]}


ONCE = {BALANCES: 1, COSTS: 1, SUMMARY: 1}


@pytest.mark.parametrize("quoted", [True, False])
def test_tables_are_found_built_in_order_and_caches_reset_at_the_end(
    build: Run, looker: LookerAtHand, quoted: bool
) -> None:
    looker.world.derived.quoted = quoted
    result = build()
    assert (result.code, result.report["outcome"]) == (0, "refreshed"), result.err
    assert builds(looker) == ONCE
    assert [b.table for b in looker.world.derived.builds][-1] == SUMMARY
    assert actions(result) == {BALANCES: "built", COSTS: "built", SUMMARY: "built"}
    # Once before the builds and once after them.
    first, second = [write["stale_before"] for write in looker.world.writes]
    assert (first, second - first >= 120) == (NOW, True)
    assert looker.stamps()[1] is None


def test_the_effect_is_proved_by_the_newest_row_before_and_after(build: Run) -> None:
    (explore,) = build().report["explores"]
    assert (explore["before"], explore["after"]) == (None, LOAD)


def test_an_effect_that_does_not_show_is_no_success(build: Run, looker: LookerAtHand) -> None:
    looker.world.answer("finance", "summary", "summary.newest", LOAD - 1)
    result = build()
    assert result.code == 6
    assert "still shows rows older than the load" in result.reason
    assert build().code == 6  # and it is not forgotten
    looker.world.answer("finance", "summary", "summary.newest", LOAD)
    looker.world.derived.tables[SUMMARY].holds = dict(looker.world.answers)
    assert build().code == 0
    assert builds(looker) == ONCE


def test_a_second_call_finds_nothing_to_do(build: Run, looker: LookerAtHand) -> None:
    build()
    result = build()
    assert result.report["outcome"] == "nothing_to_do"
    assert result.report["calls"] == {"query": 1, "admin": 0, "free": 2}
    assert builds(looker) == ONCE


def test_named_tables_are_built_with_what_they_read(build: Run, looker: LookerAtHand) -> None:
    assert build(derived_tables=[COSTS], proof=[]).code == 0
    assert builds(looker) == {BALANCES: 0, COSTS: 1, SUMMARY: 0}
    looker.newest(LOAD + 1)
    assert build(derived_tables=[SUMMARY], proof=[]).code == 0
    assert builds(looker) == {BALANCES: 1, COSTS: 2, SUMMARY: 1}


@pytest.mark.parametrize("limit", [1, 2])
def test_no_more_run_at_once_than_the_connection_allows(
    build: Run, looker: LookerAtHand, limit: int
) -> None:
    looker.world.connections["warehouse"].pdt_concurrency = limit
    most = 0
    derived = looker.world.derived
    catch_up = derived.catch_up

    def watch() -> None:
        nonlocal most
        catch_up()
        most = max(most, sum(build.live for build in derived.builds))

    derived.catch_up = watch  # type: ignore[method-assign]
    assert build().code == 0
    assert most == limit


def test_durations_are_learned_so_that_fewer_looks_are_needed(
    build: Run, looker: LookerAtHand
) -> None:
    for table in looker.world.derived.tables.values():
        table.seconds = 600
    build()
    first = count(looker, "/status")
    looker.newest(LOAD + 1)
    looker.world.answer("finance", "summary", "summary.newest", LOAD + 1)
    looker.served.log.clear()
    again = build()
    assert again.code == 0, again.err
    assert count(looker, "/status") <= first / 3
    assert first <= 45


def test_a_table_that_fails_keeps_those_that_read_it_and_no_others(
    build: Run, looker: LookerAtHand
) -> None:
    looker.world.derived.tables[COSTS].outcome = "error"
    result = build()
    assert (result.code, result.report["exit_code"]) == (4, 4)
    assert actions(result) == {BALANCES: "built", COSTS: "failed", SUMMARY: "left"}
    assert "finance::costs (syntax). Left, as they read those: finance::summary." in result.reason
    assert len(looker.world.writes) == 2  # what was built is shown
    looker.world.derived.tables[COSTS].outcome = "complete"
    assert build().code == 0
    assert builds(looker) == {BALANCES: 1, COSTS: 2, SUMMARY: 1}


def test_a_build_that_somebody_stops_has_failed(build: Run, looker: LookerAtHand) -> None:
    derived = looker.world.derived
    looker.served.faults.revoke["looker"] = lambda: derived.stop(derived.builds[0])
    looker.fault("revoke", "/status")
    result = build()
    assert result.code == 4
    assert "somebody stopped it" in result.reason


def test_garbage_in_a_status_is_asked_again(build: Run, looker: LookerAtHand) -> None:
    looker.world.derived.garbage = 6
    assert build().code == 0
    assert builds(looker) == ONCE


@pytest.mark.parametrize("outcome", ["unknown", "complete"])
def test_a_table_that_takes_too_long_is_stopped(
    build: Run, looker: LookerAtHand, outcome: str
) -> None:
    looker.world.derived.tables[COSTS].outcome = outcome
    looker.world.derived.tables[COSTS].seconds = 30 if outcome == "unknown" else 9999
    result = build(build_timeout=300)
    assert result.code == 5
    assert actions(result) == {BALANCES: "built", COSTS: "timed_out", SUMMARY: "left"}
    assert "took longer than 300 s" in result.reason
    assert count(looker, "/stop") == 1


def test_a_run_that_takes_too_long_stops_what_runs(build: Run, looker: LookerAtHand) -> None:
    for table in looker.world.derived.tables.values():
        table.seconds = 5000
    result = build(wait_timeout=100)
    assert result.code == 5
    assert "wait_timeout, 100 s, is over" in result.reason
    assert {b.status for b in looker.world.derived.builds} == {"killed"}
    assert sum(looker.clock.slept) <= 101


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_what_runs_and_the_next_call_goes_on(
    build: Run, looker: LookerAtHand, signum: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleep = looker.clock.sleep

    def interrupted(seconds: float) -> None:
        sleep(seconds)
        if builds(looker)[SUMMARY]:
            raise Interrupted(signum)

    with monkeypatch.context() as patch:
        patch.setattr(looker.clock, "sleep", interrupted)
        result = build()
    assert (result.code, result.report["outcome"]) == (128 + signum, "interrupted")
    assert [b.status for b in looker.world.derived.builds] == ["complete", "complete", "killed"]
    assert build().code == 0
    assert builds(looker) == {BALANCES: 1, COSTS: 1, SUMMARY: 2}


def test_builds_for_an_older_load_are_stopped_and_begun_again(
    build: Run, looker: LookerAtHand
) -> None:
    looker.fault("status", "/status", status=503, times=4)
    assert build().code == 5
    running = [b for b in looker.world.derived.builds if b.live]
    assert len(running) == 2
    looker.newest(LOAD + 1)
    looker.world.answer("finance", "summary", "summary.newest", LOAD + 1)
    result = build()
    assert result.code == 0, result.err
    assert {b.status for b in running} == {"killed"}
    assert looker.world.derived.tables[SUMMARY].builds == 1


def test_what_runs_while_looker_is_down_is_waited_for_by_the_next_call(
    build: Run, looker: LookerAtHand
) -> None:
    looker.fault("status", "/status", status=503, times=4)
    assert build().code == 5
    assert build().code == 0
    assert builds(looker) == ONCE
    assert count(looker, "/stop") == 0


@pytest.mark.parametrize("kind", ["status", "cut"])
def test_a_start_without_an_answer_is_not_repeated(
    build: Run, looker: LookerAtHand, kind: str
) -> None:
    looker.fault(kind, "balances/start", status=502)
    result = build()
    assert result.code == 5
    assert builds(looker)[BALANCES] == 1
    assert build().code == 0
    assert builds(looker) == ONCE


@pytest.mark.parametrize("retry_after", [None, 2])
def test_a_start_that_was_refused_for_now_is_repeated(
    build: Run, looker: LookerAtHand, retry_after: int | None
) -> None:
    # The stand-in has begun one behind the refusal, which a real one has not.
    looker.fault("429", "balances/start", retry_after=retry_after)
    assert build().code == 0
    assert count(looker, "balances/start") == 2


def test_a_lost_build_that_has_ended_is_begun_again(build: Run, looker: LookerAtHand) -> None:
    # Nobody can tell it from one that never began, and old rows are worse than one build more.
    looker.fault("status", "balances/start", status=502)
    build()
    looker.clock.passed += 1000
    result = build()
    assert result.code == 0
    assert "it is begun again" in result.err


def test_pdt_api_control_must_be_on(build: Run, looker: LookerAtHand) -> None:
    looker.world.connections["warehouse"].pdt_api_control_enabled = False
    result = build()
    assert (result.code, looker.world.writes) == (2, [])
    assert "Switch on PDT API Control" in result.reason


def test_without_access_to_the_connection_tables_are_built_one_by_one(
    build: Run, looker: LookerAtHand
) -> None:
    looker.world.denied.add("GET /connections/{name}")
    result = build()
    assert result.code == 0
    assert "built one by one" in result.err


@pytest.mark.parametrize("tables", [["finance::nothing"], None])
def test_unknown_tables_change_nothing(
    build: Run, looker: LookerAtHand, tables: list[str] | None
) -> None:
    if tables is None:
        looker.world.derived.tables.clear()
    result = build(**({"derived_tables": tables} if tables else {}))
    assert (result.code, looker.world.writes) == (2, [])
    assert "shows no derived table" in result.reason


def test_tables_that_read_each_other_are_refused() -> None:
    graph = parse_graph('digraph g { "m/a" -> "m/b"\n "m/b" -> "m/a" }', "m")
    with pytest.raises(WorkFailedError, match="in a circle"):
        graph.upstream(["m::a"])


def test_both_forms_of_a_graph_are_read() -> None:
    bare = "digraph m { subgraph { <a> -> <b> }\n subgraph { <b> -> <s.t> [style=dashed] } }"
    quoted = 'digraph g { "m/a" [color="yellow"]\n "m/a" -> "m/b"\n "m/b" -> "s.t" [style=dashed] }'
    assert parse_graph(bare, "m").reads == {"m::a": {"m::b"}, "m::b": set()}
    assert parse_graph(quoted, "x").reads == {"m::a": {"m::b"}, "m::b": set()}
    assert parse_graph(quoted, "x").colours == {"m::a": "yellow"}


def test_a_cap_stops_cleanly_and_says_what_is_left(build: Run, looker: LookerAtHand) -> None:
    result = build(max_admin_calls=8)
    assert result.code == 7
    assert "Left undone: table finance::" in result.reason
    assert build().code == 0
    assert builds(looker) == ONCE


def test_two_runs_at_once_are_refused(build: Run, tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl", reason="files are not locked here")
    with (tmp_path / "state.json.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        result = build()
    assert result.code == 2
    assert "Another refresh is at work" in result.reason
    assert build().code == 0


@pytest.mark.parametrize("content", ["{", '{"schema_version": 1}'])
def test_a_damaged_memory_is_not_begun_anew(
    build: Run, looker: LookerAtHand, tmp_path: Path, content: str
) -> None:
    (tmp_path / "state.json").write_text(content)
    result = build()
    assert (result.code, looker.calls()) == (2, [])
    assert "what the last run built and mailed is not known" in result.reason


def test_a_memory_that_cannot_be_written_stops_the_run_before_a_build(
    build: Run, looker: LookerAtHand, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    result = build(state_path=str(tmp_path / "file" / "state.json"))
    assert (result.code, builds(looker)) == (2, {BALANCES: 0, COSTS: 0, SUMMARY: 0})


def test_a_plan_is_printed_with_what_was_learned(build: Run, looker: LookerAtHand) -> None:
    build()
    looker.served.log.clear()
    planned = {s["name"]: s for s in build("plan").report["scenarios"]}
    assert looker.calls() == []
    assert planned["a new load"]["calls"].count("start_pdt_build") == 3
    looker.newest(LOAD + 1)
    looker.world.answer("finance", "summary", "summary.newest", LOAD + 1)
    made = build().report["calls"]
    assert abs(made["admin"] - planned["a new load"]["admin"]) <= 3
    assert made["query"] == planned["a new load"]["query"]


def test_doctor_looks_at_builds(build: Run, looker: LookerAtHand) -> None:
    connection = looker.world.connections["warehouse"]
    connection.maintenance_cron = None
    looker.world.datagroup(NAME).trigger_value = "5"
    result = build("doctor")
    found = {f["check"]: f for f in result.report["findings"]}
    assert found["derived tables"]["level"] == "ok", result.err
    assert found["maintenance schedule"]["level"] == "warning"
    assert "trigger of its own" in found["datagroups"]["message"]
    assert builds(looker) == {BALANCES: 0, COSTS: 0, SUMMARY: 0}
    connection.pdt_api_control_enabled = False
    looker.world.version = "22.0.1"
    result = build("doctor")
    errors = {f["check"] for f in result.report["findings"] if f["level"] == "error"}
    assert (result.code, errors) == (2, {"version", "derived tables"})
    looker.world.roles[0].permissions.remove("develop")
    assert "lack develop" in build("doctor").err


def test_the_state_file_holds_no_secret(build: Run, looker: LookerAtHand, tmp_path: Path) -> None:
    build()
    text = (tmp_path / "state.json").read_text()
    assert looker.stand_in.client_secret not in text
    assert set(json.loads(text)["lookers"][looker.url]["seconds"]) == {BALANCES, COSTS, SUMMARY}
