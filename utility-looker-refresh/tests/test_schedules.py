"""Scheduled plans: run once per load, never twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from utility_looker_refresh.errors import Interrupted
from visma_looker_sandbox.looker.content import Plan

from .conftest import BOTH, FRESHNESS, LOAD, furnish

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import LookerAtHand, Result, Run

RUN_ONCE = "POST /scheduled_plans/17/run_once"


@pytest.fixture
def send(run: Run, looker: LookerAtHand, tmp_path: Path) -> Run:
    """Run the strategy reset with one plan to send."""
    furnish(looker)

    def send(*argv: str, **values: Any) -> Result:
        wanted = {
            "scheduled_plans": ["17"],
            "freshness": FRESHNESS,
            "state_path": str(tmp_path / "state.json"),
        }
        return run(*argv, **{**wanted, **values})

    return send


def sent(looker: LookerAtHand) -> list[str]:
    return [delivery["plan"] for delivery in looker.world.content.deliveries]


def plans(result: Result) -> dict[str, str]:
    return {plan["id"]: plan["action"] for plan in result.report["scheduled_plans"]}


def test_a_plan_is_sent_once_per_load(send: Run, looker: LookerAtHand) -> None:
    result = send()
    assert (result.code, plans(result)) == (0, {"17": "queued"}), result.err
    assert send().report["outcome"] == "nothing_to_do"
    assert sent(looker) == ["17"]
    looker.newest(LOAD + 1)
    send()
    assert sent(looker) == ["17", "17"]


@pytest.mark.parametrize("kind", ["status", "cut", "html", "truncated"])
def test_a_lost_answer_is_told_and_never_asked_for_again(
    send: Run, looker: LookerAtHand, kind: str
) -> None:
    looker.fault(kind, "run_once", status=502)
    result = send()
    assert (result.code, plans(result)) == (6, {"17": "uncertain"}), result.err
    assert "17 is uncertain" in result.reason
    send()
    assert sent(looker) == ["17"]


def test_a_refusal_for_now_is_waited_for(send: Run, looker: LookerAtHand) -> None:
    content = looker.world.content
    wanted = []
    for number in range(100, 115):
        content.plans[str(number)] = Plan(str(number), "One of many")
        wanted.append(str(number))
    looker.world.too_fast()
    looker.world._run_once_at = [looker.world.now()] * 10
    result = send(scheduled_plans=wanted)
    assert (result.code, sent(looker)) == (0, wanted)


@pytest.mark.parametrize("retry_after", [True, False])
def test_a_looker_that_keeps_refusing_is_asked_again_by_the_next_call(
    send: Run, looker: LookerAtHand, monkeypatch: pytest.MonkeyPatch, retry_after: bool
) -> None:
    looker.world.sends_retry_after = retry_after
    with monkeypatch.context() as patch:
        patch.setattr(looker.world, "too_fast", lambda: True)
        assert send().code == 5
    assert sent(looker) == []
    assert send().code == 0
    assert sent(looker) == ["17"]


def test_what_cannot_be_sent_is_told_and_the_others_are_sent(
    send: Run, looker: LookerAtHand
) -> None:
    content = looker.world.content
    content.plans["18"] = Plan("18", "Of a colleague", user_id="8")
    content.plans["19"] = Plan("19", "Disabled", enabled=False)
    content.plans["20"] = Plan("20", "Only on change", require_change=True, crontab="0 6 * * *")
    result = send(scheduled_plans=["18", "19", "99", "20", "17"])
    assert result.code == 6
    assert plans(result) == {
        "18": "foreign",
        "19": "suppressed",
        "99": "foreign",
        "20": "queued",
        "17": "queued",
    }
    assert sent(looker) == ["20", "17"]
    assert "require_change may hold it back" in result.err
    assert send(scheduled_plans=["18", "17"]).report["outcome"] == "nothing_to_do"


@pytest.mark.parametrize("status", [403, 404, 422])
def test_a_refused_plan_is_failed(send: Run, looker: LookerAtHand, status: int) -> None:
    looker.fault("status", "run_once", status=status, body='{"message": "Not found"}')
    result = send()
    assert (result.code, plans(result)) == (6, {"17": "failed"})


def test_nothing_is_sent_when_the_new_rows_do_not_show(send: Run, looker: LookerAtHand) -> None:
    place = {"model": "finance", "explore": "summary", "field": "summary.newest"}
    result = send(proof=[place])  # its table is not built by a reset
    assert (result.code, sent(looker)) == (6, [])
    assert "nothing was delivered" in result.reason


def test_a_cap_before_the_plan_sends_nothing_and_the_next_call_does(
    send: Run, looker: LookerAtHand
) -> None:
    result = send(max_query_calls=4)
    assert result.code == 7
    assert "Left undone: scheduled plan 17" in result.reason
    assert sent(looker) == []
    assert send().code == 0
    assert sent(looker) == ["17"]


def test_another_datagroup_or_strategy_for_the_same_load_mails_and_builds_nothing_again(
    send: Run, looker: LookerAtHand
) -> None:
    assert send().code == 0
    assert send(datagroups=BOTH).report["outcome"] == "refreshed"
    assert send(strategy="build").report["outcome"] == "refreshed"
    assert send(strategy="build", datagroups=BOTH).report["outcome"] == "refreshed"
    assert send(strategy="build", datagroups=BOTH).report["outcome"] == "nothing_to_do"
    assert sent(looker) == ["17"]
    assert {t.starts for t in looker.world.derived.tables.values()} == {1}


def test_a_signal_between_two_plans_leaves_none_in_doubt(
    send: Run, looker: LookerAtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    looker.world.content.plans["18"] = Plan("18", "Another")

    def interrupted(_seconds: float) -> None:
        raise Interrupted(15)

    with monkeypatch.context() as patch:
        patch.setattr(looker.clock, "sleep", interrupted)
        assert send(scheduled_plans=["17", "18"]).code == 143
    result = send(scheduled_plans=["17", "18"])
    assert (result.code, plans(result)) == (0, {"17": "queued", "18": "queued"})
    assert sent(looker) == ["17", "18"]


def test_a_disk_that_is_full_stops_the_run_before_a_plan(
    send: Run, looker: LookerAtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _content: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("utility_looker_refresh.state.write_atomically", full)
    result = send()
    assert (result.code, sent(looker)) == (2, [])
    assert "No space left on device" in result.reason


def test_the_monthly_quota_is_waited_out_by_the_next_call(send: Run, looker: LookerAtHand) -> None:
    looker.world.quotas["db_query"] = 3
    assert send().code == 5
    looker.world.quotas.clear()
    assert send().code == 0
    assert sent(looker) == ["17"]


def test_a_trigger_is_delivered_once_by_looker_itself(
    run: Run, looker: LookerAtHand, tmp_path: Path
) -> None:
    furnish(looker)
    looker.world.content.plans["17"].datagroup = "visma_load"
    values = {"strategy": "trigger", "freshness": FRESHNESS}
    for state in ({}, {"state_path": str(tmp_path / "state.json")}):
        assert run(**values, **state).code == 0
        looker.world.tick()
        for _ in range(3):
            looker.clock.passed += 400
            looker.world.catch_up()
        assert run(**values, **state).report["outcome"] in ("nothing_to_do", "refreshed")
    assert len(sent(looker)) == 1
    assert looker.world.derived.tables["finance::summary"].builds == 1


def test_doctor_tells_whose_plans_they_are(send: Run, looker: LookerAtHand) -> None:
    content = looker.world.content
    content.plans["18"] = Plan("18", "Of a colleague", user_id="8")
    content.plans["20"] = Plan("20", "Only on change", require_change=True)
    result = send("doctor", scheduled_plans=["17", "18", "20"])
    found = [f for f in result.report["findings"] if f["check"] == "scheduled plans"]
    assert [f["level"] for f in found] == ["ok", "error", "warning"]
    assert result.code == 2
    assert sent(looker) == []
