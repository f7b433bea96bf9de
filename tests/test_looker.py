"""The whole of the utility through the Meltano CLI: tables, dashboards and plans, once per load."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.leaks import leaks

if TYPE_CHECKING:
    from tests.conftest import World

UTILITY = "utility-looker-refresh"
FIELD = {"model": "finance", "explore": "sync_runs", "field": "sync_runs.newest_load_epoch"}
QUERY = {"model": "finance", "view": "sync_runs", "fields": [FIELD["field"]], "limit": "500"}
PERMISSIONS = ["develop", "see_user_dashboards", "schedule_look_emails", "see_schedules"]


def _load(world: World, ended: int) -> None:
    """Let Looker show that a load has ended."""
    shown = {**FIELD, "value": ended}
    world.sandbox.control("PUT", "/looker", {"answers": [shown]})


def _work_done(world: World) -> dict[str, Any]:
    """Return what Looker has built, sent and cached."""
    looker = world.sandbox.control("GET", "/looker")
    return {
        "starts": {name: table["starts"] for name, table in looker["tables"].items()},
        "builds": {name: table["builds"] for name, table in looker["tables"].items()},
        "sent": [delivery["plan"] for delivery in looker["deliveries"]],
        "cached": looker["cached_results"],
    }


@pytest.fixture
def furnished(world: World) -> World:
    """A company whose Looker has persistent tables, a dashboard and a plan."""
    world.sandbox.control(
        "PUT",
        "/looker",
        {
            "permissions": PERMISSIONS,
            "tables": [
                {"model": "finance", "view": "balances", "seconds": 1},
                {"model": "finance", "view": "summary", "depends": ["balances"], "seconds": 1},
            ],
            "queries": [QUERY],
            "dashboards": [
                {"id": "12", "title": "Overview", "tiles": [{"title": "Load", "query_id": "501"}]}
            ],
            "plans": [
                {
                    "id": "17",
                    "name": "Monthly figures",
                    "dashboard_id": "12",
                    "destinations": [{"type": "email", "looker_recipient": True}],
                }
            ],
        },
    )
    settings = {
        "STRATEGY": "build",
        "FRESHNESS": json.dumps(FIELD),
        "DASHBOARDS": '["12"]',
        "SCHEDULED_PLANS": '["17"]',
        "STATE_PATH": str(world.home / "refresh-state.json"),
        "REPORT_PATH": str(world.home / "refresh-report.json"),
    }
    world.settings.update({f"UTILITY_LOOKER_REFRESH_{n}": v for n, v in settings.items()})
    return world


def _report(world: World) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((world.home / "refresh-report.json").read_text())
    return report


def test_builds_warms_and_mails_once_per_load(furnished: World) -> None:
    world = furnished
    _load(world, int(time.time()) - 100)
    world.meltano.configure(world.settings)
    healthy = world.meltano("test", UTILITY)
    assert healthy.code == 0, healthy.output
    assert "schedule_look_emails" in healthy.output
    assert _work_done(world)["starts"] == {"finance::balances": 0, "finance::summary": 0}

    world.succeed(f"{UTILITY}:refresh")
    once = {"finance::balances": 1, "finance::summary": 1}
    done = {"starts": once, "builds": once, "sent": ["17"], "cached": 1}
    assert _work_done(world) == done
    report = _report(world)
    assert report["outcome"] == "refreshed"
    assert {t["name"]: t["action"] for t in report["derived_tables"]} == dict.fromkeys(
        once, "built"
    )
    assert [d["action"] for d in report["dashboards"]] == ["warmed"]
    assert [p["action"] for p in report["scheduled_plans"]] == ["queued"]

    # The same load again, by the command and by the bare name: nothing is built or mailed.
    for block in (f"{UTILITY}:refresh", UTILITY):
        world.succeed(block)
        assert _report(world)["outcome"] == "nothing_to_do"
        assert _work_done(world) == done

    # The bare name does the same when there is news.
    _load(world, int(time.time()))
    world.succeed(UTILITY)
    twice = dict.fromkeys(once, 2)
    assert _work_done(world) == {**done, "starts": twice, "builds": twice, "sent": ["17", "17"]}
    assert leaks(world.home, world.secrets()) == []


def test_a_permission_that_lacks_fails_the_test_of_meltano(furnished: World) -> None:
    world = furnished
    destination = {"type": "s3"}
    plan = {"id": "17", "name": "Monthly figures", "destinations": [destination]}
    world.sandbox.control("PUT", "/looker", {"plans": [plan]})
    world.meltano.configure(world.settings)
    result = world.meltano("test", UTILITY)
    assert result.code == 1, result.output
    assert "the key's roles lack send_to_s3" in result.output
