"""`plan`, `status` and `doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from visma_looker_sandbox.looker import Role
from visma_looker_sandbox.looker.content import Dashboard, Tile

from .conftest import BOTH, FRESHNESS, LOAD, NAME, furnish

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import LookerAtHand, Result, Run


OPERATIONS = {
    "POST /login": "login",
    "GET /datagroups": "all_datagroups",
    "PATCH /datagroups/11": "update_datagroup",
    "PATCH /datagroups/12": "update_datagroup",
    "POST /queries/run/json": "run_inline_query",
    "DELETE /logout": "logout",
}


@pytest.mark.parametrize("freshness", [None, FRESHNESS])
@pytest.mark.parametrize("remember", [True, False])
@pytest.mark.parametrize("times", [0, 1])
def test_a_plan_is_what_then_happens(  # noqa: PLR0917 - three of them are dimensions
    run: Run,
    looker: LookerAtHand,
    tmp_path: Path,
    freshness: dict[str, Any],
    remember: bool,
    times: int,
) -> None:
    values: dict[str, Any] = {"datagroups": BOTH}
    if freshness:
        values["freshness"] = freshness
    if remember:
        values["state_path"] = str(tmp_path / "state.json")
    looker.newest(LOAD)
    for _ in range(times):
        run(**values)
    for scenario, newest in (("nothing new", LOAD - 1), ("a new load", 1_800_000_100)):
        looker.served.log.clear()
        planned = run("plan", **values)
        assert looker.calls() == []
        scenarios = {s["name"]: s for s in planned.report["scenarios"]}
        course = scenarios.get("every run") or scenarios[scenario]
        looker.newest(newest)
        if scenario == "nothing new" and not times:
            for datagroup in looker.world.datagroups.values():
                datagroup.stale_before = LOAD
        result = run(**values)
        assert [OPERATIONS[call] for call in looker.calls()] == course["calls"]
        assert (result.report["calls"]["query"], result.report["calls"]["admin"]) == (
            course["query"],
            course["admin"],
        )


def test_a_plan_projects_a_month_and_warns_beyond_the_smallest_quota(run: Run) -> None:
    nightly = run("plan")
    assert nightly.report["scenarios"][0]["admin_per_month"] == 60
    told = (
        "A run makes up to 0 query-based and 2 administrative calls; the edition standard includes "
        "1,000 and 1,000 in 30 days: enough for 16 such runs a day"
    )
    assert nightly.reason == f"{told}."
    hourly = run("plan", "--runs-per-day", "24")
    assert hourly.code == 0
    assert hourly.reason == (
        f"{told}, not for 24. To do: run less often, or set freshness, or set state_path."
    )
    assert "To do" not in run("plan", "--runs-per-day", "16").reason
    assert "not for 17" in run("plan", "--runs-per-day", "17").reason


def test_the_quota_counts_the_dearest_of_both_kinds_of_calls(run: Run, tmp_path: Path) -> None:
    known = {"freshness": FRESHNESS, "state_path": str(tmp_path / "state.json")}
    assert "up to 3 query-based and 2 admin" in run("plan", **known).reason
    assert "enough for 11 such runs a day." in run("plan", **known).reason
    # An unknown dashboard counts as ten queries, each asked for and polled.
    warm = run("plan", dashboards=["m::d"], **known).reason
    assert warm.startswith("A run makes up to 33 query-based and 3 administrative calls;")
    assert warm.endswith("enough for one such run a day.")
    beyond = run("plan", dashboards=[f"m::d{n}" for n in range(99)], **known).reason
    assert "enough for less than one such run a day, not for 1. " in beyond
    assert beyond.endswith("To do: run less often, or name fewer tables and dashboards.")


def test_runs_per_day_must_be_a_number(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run("plan", "--runs-per-day", "0")
    assert caught.value.code == 2
    assert "must be a whole number" in capsys.readouterr().err.splitlines()[-1]


def test_status_shows_stamps_and_changes_nothing(run: Run, looker: LookerAtHand) -> None:
    looker.newest(LOAD)
    looker.world.datagroup(NAME).stale_before = LOAD
    result = run("status", datagroups=BOTH, freshness=FRESHNESS)
    assert (result.code, looker.world.writes) == (0, [])
    assert [d["due"] for d in result.report["datagroups"]] == [False, True]
    assert "2027-01-15T07:43:20Z" in result.err
    assert result.reason.endswith(
        "Not refreshed since the load of 2027-01-15T07:43:20Z: finance::month_end."
    )


@pytest.mark.parametrize(
    ("newest", "freshness", "reason"),
    [
        (LOAD, {}, "is not known"),
        (None, {"freshness": FRESHNESS}, "shows no load yet"),
        (LOAD - 5, {"freshness": FRESHNESS}, "Refreshed since the newest load"),
    ],
)
def test_status_says_what_it_can(
    run: Run, looker: LookerAtHand, newest: int | None, freshness: dict[str, Any], reason: str
) -> None:
    looker.newest(newest)
    looker.world.datagroup(NAME).stale_before = LOAD
    assert reason in run("status", **freshness).reason


def levels(result: Result) -> set[tuple[str, str]]:
    return {(f["check"], f["level"]) for f in result.report["findings"]}


def finding(result: Result, check: str) -> dict[str, Any]:
    return next(f for f in result.report["findings"] if f["check"] == check)


@pytest.mark.parametrize("command", ["doctor", "check"])
def test_doctor_finds_a_healthy_looker_healthy(
    run: Run, looker: LookerAtHand, command: str
) -> None:
    looker.newest(LOAD)
    result = run(command, freshness=FRESHNESS, edition="enterprise")
    assert (result.code, result.report["outcome"]) == (0, "healthy"), result.err
    assert {level for _, level in levels(result)} == {"ok"}
    assert result.report["calls"] == {"query": 1, "admin": 3, "free": 3}
    assert looker.world.writes == []


def test_doctor_warns_where_the_runs_exceed_the_quota(run: Run) -> None:
    # One list and one stamp, 24 times on 30 days.
    found = finding(run("doctor", "--offline", "--runs-per-day", "24"), "quota")
    assert found["level"] == "warning"
    assert found["message"].endswith("enough for 16 such runs a day, not for 24")
    assert found["fix"] == "run less often, or set freshness, or set state_path"
    found = finding(run("doctor", "--offline"), "quota")
    assert (found["level"], found["fix"]) == ("ok", None)
    assert found["message"].endswith("enough for 16 such runs a day")


def test_doctor_offline_calls_nothing(run: Run, looker: LookerAtHand) -> None:
    result = run("doctor", "--offline", base_url="http://looker.example")
    assert (result.code, looker.calls()) == (0, [])
    assert ("permissions", "not_checked") in levels(result)
    assert ("encryption", "warning") in levels(result)


def test_doctor_offline_finds_settings_missing(run: Run) -> None:
    result = run("doctor", "--offline", client_secret="")
    assert result.code == 2
    assert "client_secret is missing" in result.reason


LOOKML = "finance::board"
DESTINATIONS: list[dict[str, Any]] = [
    {"type": "email", "looker_recipient": True},
    {"type": "email", "looker_recipient": False},
    *({"type": kind} for kind in ("webhook", "s3", "sftp", "1::slack")),
]


@pytest.fixture
def everything(looker: LookerAtHand, tmp_path: Path) -> dict[str, Any]:
    """Use all that needs a permission, with a key that has them all; return the settings."""
    values = furnish(looker)
    content = looker.world.content
    content.dashboards[LOOKML] = Dashboard(LOOKML, "Board", [Tile("Total", "501")])
    content.plans["17"].destinations = DESTINATIONS
    looker.world.roles[0].permissions += ["see_lookml_dashboards", *content.plans["17"].permissions]
    return {
        **values,
        "dashboards": ["12", LOOKML],
        "state_path": str(tmp_path / "state.json"),
        "edition": "embed",
    }


def of_permissions(result: Result) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {"ok": [], "warning": [], "error": []}
    for one in result.report["findings"]:
        if one["check"] == "permissions":
            found[one["level"]].append(one)
    return found


def test_doctor_finds_no_permission_lacking_where_none_does(
    run: Run, looker: LookerAtHand, everything: dict[str, Any]
) -> None:
    result = run("doctor", **everything)
    assert result.code == 0, result.err
    assert {level for _, level in levels(result)} == {"ok"}
    named = " ".join(one["message"] for one in of_permissions(result)["ok"])
    for permission in looker.world.roles[0].permissions:
        # This one only helps to tell why a plan is not there.
        assert (permission in named) is (permission != "see_schedules")


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        ("see_datagroups", " for the model finance, needed for datagroups"),
        ("update_datagroups", " for the model finance, needed for datagroups"),
        ("access_data", " for the model finance, needed for freshness"),
        ("explore", " for the model finance, needed for freshness"),
        ("develop", " for the model finance, needed for strategy build"),
        ("see_user_dashboards", ", needed for dashboards"),
        ("see_lookml_dashboards", " for the model finance, needed for dashboards"),
        ("schedule_look_emails", ", needed for scheduled plan 17, which goes to email"),
        ("schedule_external_look_emails", ", needed for scheduled plan 17, which goes to email"),
        ("send_outgoing_webhook", ", needed for scheduled plan 17, which goes to webhook"),
        ("send_to_s3", ", needed for scheduled plan 17, which goes to s3"),
        ("send_to_sftp", ", needed for scheduled plan 17, which goes to sftp"),
        ("send_to_integration", ", needed for scheduled plan 17, which goes to 1::slack"),
    ],
)
def test_doctor_names_each_permission_that_lacks(
    run: Run, looker: LookerAtHand, everything: dict[str, Any], lacking: str, said: str
) -> None:
    looker.world.roles[0].permissions.remove(lacking)
    result = run("doctor", **everything)
    assert result.code == 3
    (error,) = of_permissions(result)["error"]
    assert error["message"].startswith(f"the key's roles lack {lacking}{said}")
    assert f"add {lacking} to the permission set of a role" in error["fix"]
    assert f"permissions: the key's roles lack {lacking}" in result.reason
    assert (looker.world.writes, looker.world.content.deliveries) == ([], [])


def test_doctor_says_what_cannot_be_seen_without_see_schedules(
    run: Run, looker: LookerAtHand, everything: dict[str, Any]
) -> None:
    looker.world.roles[0].permissions.remove("see_schedules")
    result = run("doctor", **everything)
    assert result.code == 0
    (warning,) = of_permissions(result)["warning"]
    assert "see_schedules: a plan of another owner cannot be told" in warning["message"]
    assert "add see_schedules to the permission set" in warning["fix"]


@pytest.mark.parametrize("lacking", ["access_data", "explore"])
@pytest.mark.parametrize("needs", ["proof", "dashboards"])
def test_doctor_looks_at_the_model_of_each_proof_and_tile(
    run: Run, looker: LookerAtHand, everything: dict[str, Any], needs: str, lacking: str
) -> None:
    query = {"model": "sales", "view": "orders", "fields": ["orders.total"]}
    tile = Tile("Sales", looker.world.content.save_query(query))
    looker.world.content.dashboards["13"] = Dashboard("13", "Sales", [tile])
    place = {"model": "sales", "explore": "orders", "field": "orders.newest"}
    permissions = ["access_data", "explore"]
    looker.world.roles.append(Role("5", "Sales", permissions, ["sales"]))
    wanted = {"proof": [place]} if needs == "proof" else {"dashboards": ["13"]}
    assert run("doctor", **{**everything, **wanted}).code == 0
    permissions.remove(lacking)
    result = run("doctor", **{**everything, **wanted})
    assert result.code == 3
    (error,) = of_permissions(result)["error"]
    purpose = "proof" if needs == "proof" else "dashboard 13"
    told = f"lack {lacking} for the model sales, needed for {purpose}"
    assert told in error["message"]
    assert "a role whose model set has sales" in error["fix"]


def test_doctor_looks_at_models(run: Run, looker: LookerAtHand) -> None:
    result = run("doctor", datagroups=[NAME, "logistics::stock_load"])
    assert result.code == 3
    lacking = [error["message"].split()[4] for error in of_permissions(result)["error"]]
    assert lacking == ["see_datagroups", "update_datagroups"]
    assert "lack see_datagroups for the model logistics" in result.reason
    looker.world.roles.append(Role("9", "Admin", [], [], all_permissions=True, all_models=True))
    assert run("doctor", datagroups=[NAME, "logistics::stock_load"]).code == 0


def test_doctor_says_when_roles_cannot_be_read(run: Run, looker: LookerAtHand) -> None:
    looker.fault("status", "/roles", status=403, body='{"message": "Forbidden"}')
    result = run("doctor")
    assert result.code == 0
    assert finding(result, "permissions")["level"] == "warning"


def test_doctor_goes_on_after_an_error_and_exits_with_the_first(
    run: Run, looker: LookerAtHand
) -> None:
    looker.fault("status", "/versions", status=404, body='{"message": "Not found"}')
    result = run("doctor", datagroups=["finance::no_such"], freshness=FRESHNESS)
    assert result.code == 3
    assert ("datagroups", "error") in levels(result)
    assert ("freshness", "ok") in levels(result)


def test_doctor_stops_at_a_wrong_key(run: Run, looker: LookerAtHand) -> None:
    looker.stand_in.client_secret = "another"
    result = run("doctor")
    assert result.code == 3
    assert ("datagroups", "not_checked") in levels(result)
    assert "client_id and client_secret" in result.reason


def test_doctor_warns(run: Run, looker: LookerAtHand) -> None:
    looker.world.skew = 300
    looker.world.datagroup(NAME).trigger_error = "relation does not exist"
    looker.newest(1_800_000_500)
    result = run("doctor", freshness=FRESHNESS)
    assert result.code == 0
    assert "differs by 300 s" in finding(result, "clock")["message"]
    assert "relation does not exist" in finding(result, "datagroups")["message"]
    assert "lies in the future" in finding(result, "freshness")["message"]
    assert all(f["fix"] for f in result.report["findings"] if f["level"] == "warning")


def test_doctor_says_when_there_is_no_freshness_field_or_date(
    run: Run, looker: LookerAtHand
) -> None:
    looker.world.sends_date = False
    result = run("doctor")
    assert finding(result, "freshness")["level"] == "warning"
    assert finding(result, "clock")["level"] == "not_checked"
