"""What `refresh` does in Looker, with which calls, and what it says about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from .conftest import BOTH, NAME

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import LookerAtHand, Run


LIST = "GET /datagroups"
PATCH = "PATCH /datagroups/11"
PATCH_2 = "PATCH /datagroups/12"
QUERY = "POST /queries/run/json"


def session(*calls: str) -> list[str]:
    return ["POST /login", *calls, "DELETE /logout"]


@pytest.mark.parametrize("command", [["refresh"], []])
def test_reset_makes_the_cache_stale_as_of_now_and_triggers_nothing(
    run: Run, looker: LookerAtHand, command: str
) -> None:
    result = run(*command)
    assert (result.code, result.report["outcome"]) == (0, "refreshed")
    assert looker.stamps() == (1_800_000_000, None)
    assert looker.calls() == session(LIST, PATCH)
    assert result.report["calls"] == {"query": 0, "admin": 2, "free": 2}
    assert result.report["datagroups"][0]["action"] == "reset"


def test_trigger_sets_both_stamps_in_one_call(run: Run, looker: LookerAtHand) -> None:
    result = run(strategy="trigger")
    assert result.code == 0
    assert looker.stamps() == (1_800_000_000, 1_800_000_000)
    assert looker.calls() == session(LIST, PATCH)
    looker.world.tick()
    assert looker.world.datagroup(NAME).rebuilt_at == 1_800_000_000


def test_flags_win_over_settings_before_and_after_the_command(
    run: Run, looker: LookerAtHand
) -> None:
    run("--strategy", "trigger", "refresh", "--datagroup", "finance::month_end")
    assert looker.stamps() == (None, None)
    assert looker.stamps("finance::month_end")[1] == 1_800_000_000


def test_ids_are_remembered_so_the_next_run_needs_no_list(
    run: Run, looker: LookerAtHand, tmp_path: Path
) -> None:
    state = str(tmp_path / "new" / "state.json")
    run(state_path=state)
    looker.served.log.clear()
    assert run(state_path=state).code == 0
    assert looker.calls() == session(PATCH)


def test_an_id_that_is_gone_is_looked_up_again(
    run: Run, looker: LookerAtHand, tmp_path: Path
) -> None:
    state = str(tmp_path / "state.json")
    run(state_path=state)
    looker.world.datagroups["99"] = looker.world.datagroups.pop("11")
    looker.world.datagroups["99"].id = "99"
    looker.served.log.clear()
    assert run(state_path=state).code == 0
    assert looker.calls() == session(PATCH, LIST, "PATCH /datagroups/99")


def test_an_id_that_now_is_another_datagroup_is_looked_up_again(
    run: Run, looker: LookerAtHand, tmp_path: Path
) -> None:
    state = str(tmp_path / "state.json")
    run(state_path=state)
    groups = looker.world.datagroups
    groups["11"], groups["12"] = groups["12"], groups["11"]
    groups["11"].id, groups["12"].id = "11", "12"
    looker.clock.passed += 100
    result = run(state_path=state)
    assert result.code == 0
    assert "belongs to finance::month_end" in result.err
    assert looker.stamps() == (1_800_000_100, None)


def test_a_damaged_state_file_is_a_warning_and_is_replaced(
    run: Run, looker: LookerAtHand, tmp_path: Path
) -> None:
    state = tmp_path / "state.json"
    for content in (
        "{",
        "[]",
        '{"schema_version": 99}',
        '{"schema_version": 2, "lookers": []}',
        '{"schema_version": 2, "lookers": {"x": {"datagroups": {"a::b": {"reset": "soon"}}}}}',
        '{"schema_version": 2, "lookers": {"x": {"datagroups": {"a::b": {"what": 1}}}}}',
        '{"schema_version": 2, "lookers": {"x": {"seconds": {"a::b": "long"}}}}',
        '{"schema_version": 2, "lookers": {"x": {"run": {"load": 5}}}}',
    ):
        state.write_text(content)
        result = run(state_path=str(state))
        assert result.code == 0, content
        assert "is damaged" in result.err
        assert looker.url in json.loads(state.read_text())["lookers"]


def test_state_of_other_lookers_stays(run: Run, looker: LookerAtHand, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    other = {"https://other": {"datagroups": {"a::b": {"id": "5", "reset": 1, "stamp": 1}}}}
    state.write_text(json.dumps({"schema_version": 2, "lookers": other}))
    run(state_path=str(state))
    lookers = json.loads(state.read_text())["lookers"]
    assert lookers["https://other"] == other["https://other"]
    assert lookers[looker.url]["datagroups"][NAME]["id"] == "11"


def test_a_state_that_cannot_be_written_is_a_warning(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run(state_path=str(tmp_path / "file" / "state.json"))
    assert result.code == 0
    assert "Cannot write state_path" in result.err


def test_unknown_names_change_nothing_and_the_error_lists_what_exists(
    run: Run, looker: LookerAtHand
) -> None:
    result = run(datagroups=[NAME, "finance::visma_laod"])
    assert (result.code, looker.world.writes) == (2, [])
    assert "finance::visma_laod; did you mean finance::visma_load?" in result.reason
    assert "It shows: finance::month_end, finance::visma_load." in result.reason


def test_a_datagroup_of_a_model_out_of_sight_is_unknown(run: Run, looker: LookerAtHand) -> None:
    result = run(datagroups=["logistics::stock_load"])
    assert result.code == 2
    assert "see_datagroups" in result.reason


def test_no_datagroup_at_all_is_a_matter_of_permission(run: Run, looker: LookerAtHand) -> None:
    looker.world.roles.clear()
    result = run()
    assert result.code == 3
    assert "see_datagroups" in result.reason


@pytest.mark.parametrize("status", [403, 404])
def test_a_missing_permission_is_named(run: Run, looker: LookerAtHand, status: int) -> None:
    looker.world.roles[0].permissions.remove("update_datagroups")
    looker.world.denied_status = status
    result = run()
    assert (result.code, looker.world.writes) == (3, [])
    assert "permission update_datagroups for the model finance" in result.reason
    assert "loaded data are safe" in result.reason
    assert result.report["datagroups"][0]["action"] == "failed"


def test_one_refused_datagroup_does_not_keep_the_others(run: Run, looker: LookerAtHand) -> None:
    looker.fault("status", "/datagroups/11", status=403, body='{"message": "Forbidden"}')
    result = run(datagroups=BOTH)
    assert (result.code, result.report["outcome"]) == (6, "partial")
    assert looker.stamps("finance::month_end")[0] == 1_800_000_000
    assert "Refreshed: finance::month_end. Not refreshed: finance::visma_load." in result.reason


def test_what_looker_refuses_is_said_in_its_words(run: Run, looker: LookerAtHand) -> None:
    body = json.dumps({"message": "Validation Failed", "errors": [{"field": "x", "code": "bad"}]})
    looker.fault("status", "/datagroups/11", status=409, body=body)
    result = run()
    assert result.code == 1
    assert "HTTP 409: Validation Failed; x bad." in result.reason


def test_a_looker_that_goes_down_between_two_datagroups_leaves_a_partial_result(
    run: Run, looker: LookerAtHand
) -> None:
    looker.fault("status", "/datagroups/12", status=503, times=None)
    result = run(datagroups=BOTH)
    assert result.code == 6
    assert [d["action"] for d in result.report["datagroups"]] == ["reset", "left"]
    assert looker.calls().count(PATCH_2) == 4


@pytest.mark.parametrize(("skew", "stamp"), [(-7200, 1_799_992_800), (7200, 1_800_007_200)])
def test_stamps_are_taken_from_lookers_clock(
    run: Run, looker: LookerAtHand, skew: int, stamp: int
) -> None:
    looker.world.skew = skew
    result = run(strategy="trigger")
    assert result.code == 0
    assert looker.stamps() == (stamp, stamp)
    assert result.report["clock_difference"] == skew


def test_lookers_clock_counts_where_nothing_was_asked_before(
    run: Run, looker: LookerAtHand, tmp_path: Path
) -> None:
    # The ids are known from the run before, so that the stamp is the first that Looker hears.
    state = {"state_path": str(tmp_path / "state.json")}
    run(**state)
    looker.world.skew = 7200
    result = run(**state)
    assert result.code == 0
    assert looker.stamps()[0] == 1_800_007_200
    assert "WARNING" not in result.err


@pytest.mark.parametrize("remember", [True, False])
def test_stamps_never_go_backwards(
    run: Run, looker: LookerAtHand, tmp_path: Path, remember: bool
) -> None:
    # What is known of Looker's clock may be a little behind the stamp that is there.
    state = {"state_path": str(tmp_path / "state.json")} if remember else {}
    run(**state)
    looker.world.sends_date = False
    looker.clock.passed -= 5
    looker.world.skew = 5
    looker.served.log.clear()
    result = run(**state)
    assert result.code == 0
    assert (LIST in looker.calls()) is not remember
    assert looker.stamps()[0] == 1_800_000_000
    assert "sends no Date header" in result.err


def test_a_clock_that_is_set_back_during_the_run_is_followed(
    run: Run, looker: LookerAtHand
) -> None:
    looker.served.faults.revoke["looker"] = lambda: setattr(looker.world, "skew", -100)
    looker.fault("revoke", "/datagroups/11")
    result = run()
    assert result.code == 0
    assert looker.stamps()[0] == 1_799_999_900
    assert looker.calls() == session(LIST, PATCH, PATCH)


def test_a_stamp_remembered_from_a_clock_that_was_ahead_is_given_up(
    run: Run, looker: LookerAtHand, tmp_path: Path
) -> None:
    state = str(tmp_path / "state.json")
    looker.world.skew = 500
    run(state_path=state)
    looker.world.skew = 0
    assert run(state_path=state).code == 0
    assert looker.stamps()[0] == 1_800_000_000


@pytest.mark.parametrize(
    ("caps", "left"),
    [
        ({"max_admin_calls": 0}, "all_datagroups"),
        ({"max_admin_calls": 1}, "finance::visma_load, finance::month_end"),
        ({"max_admin_calls": 2}, "finance::month_end"),
    ],
)
def test_a_cap_stops_before_the_call_and_says_what_is_left(
    run: Run, looker: LookerAtHand, caps: dict[str, int], left: str
) -> None:
    result = run(datagroups=BOTH, **caps)
    assert result.code == 7
    assert result.report["calls"]["admin"] == caps["max_admin_calls"]
    assert left in result.reason
    assert f"max_admin_calls allows {caps['max_admin_calls']} calls a run" in result.reason
    assert len(looker.world.writes) == max(0, caps["max_admin_calls"] - 1)


def test_a_cap_that_suffices_stops_nothing(run: Run) -> None:
    assert run(max_admin_calls=2, max_query_calls=0).code == 0


def test_tries_count_towards_the_cap(run: Run, looker: LookerAtHand) -> None:
    looker.fault("429", "/datagroups$", retry_after=1, times=2)
    result = run(max_admin_calls=2)
    assert result.code == 7
    assert looker.calls() == session(LIST, LIST)
