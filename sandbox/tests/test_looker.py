"""The Looker stand-in is as strict as Looker, and can be made to misbehave."""

from __future__ import annotations

import email.utils
from typing import TYPE_CHECKING, Any

import pytest
import requests

from visma_looker_sandbox.looker import LookerStandIn
from visma_looker_sandbox.testing import Served

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = 1_800_000_000
KEY = {"client_id": "looker-sandbox-client", "client_secret": "looker-sandbox-secret"}
DATAGROUP = "/datagroups/11"
FUTURE = {"stale_before": NOW + 1}


class Looker:
    """A client as simple as can be."""

    def __init__(self, stand_in: LookerStandIn, url: str) -> None:
        self.stand_in = stand_in
        self.world = stand_in.world
        self.url = url
        self.headers = {"Authorization": "Bearer " + stand_in.tokens.issue("7", seconds=60)}
        self.passed = 0.0

    def call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        headers = {**self.headers, **kwargs.pop("headers", {})}
        url = self.url + (path if path.startswith("/api") else f"/api/4.0{path}")
        return requests.request(method, url, headers=headers, timeout=10, **kwargs)


@pytest.fixture
def looker() -> Iterator[Looker]:
    clock = {"passed": 0.0}
    stand_in = LookerStandIn(clock=lambda: NOW + clock["passed"], monotonic=lambda: clock["passed"])
    with Served(stand_in.app, "looker") as served:
        yield Looker(stand_in, served.url)


def test_the_login_takes_a_form_and_nothing_else(looker: Looker) -> None:
    good = looker.call("POST", "/login", data=KEY)
    assert good.status_code == 200
    assert good.json()["expires_in"] == 3600
    assert good.json()["refresh_token"] is None
    for arguments in ({"json": KEY}, {"params": KEY}):
        assert looker.call("POST", "/login", **arguments).status_code == 400


@pytest.mark.parametrize("wrong", [{"client_id": "x"}, {"client_secret": "x"}])
def test_a_wrong_key_is_not_found(looker: Looker, wrong: dict[str, str]) -> None:
    answer = looker.call("POST", "/login", data={**KEY, **wrong})
    assert answer.status_code == 404
    assert answer.json()["documentation_url"].endswith("/err/4.0/404/post/login")


@pytest.mark.parametrize("header", ["", "Bearer nobody", "Basic x", "Bearer"])
def test_without_a_token_nothing_is_answered(looker: Looker, header: str) -> None:
    answer = looker.call("GET", "/datagroups", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.json()["message"] == "Requires authentication."


@pytest.mark.parametrize("path", ["/api/logout", "/api/4.0/logout"])
def test_a_token_is_dead_after_logout_and_others_live(looker: Looker, path: str) -> None:
    other = {"Authorization": "token " + looker.stand_in.tokens.issue("7", seconds=60)}
    assert looker.call("DELETE", path).status_code == 204
    assert looker.call("GET", "/user").status_code == 401
    assert looker.call("GET", "/user", headers=other).status_code == 200


def test_tokens_can_be_revoked(looker: Looker) -> None:
    looker.stand_in.revoke_tokens()
    assert looker.call("GET", "/user").status_code == 401


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"stale_before": float(NOW)}, "invalid"),
        ({"stale_before": True}, "invalid"),
        ({"stale_before": str(NOW)}, "invalid"),
        ({"stale_before": None}, "invalid"),
        ({"triggered_at": NOW + 1}, "invalid"),
        (FUTURE, "invalid"),
        ({"trigger_value": "x"}, "read_only"),
        ({"id": "11"}, "read_only"),
        ({"colour": "red"}, "unknown"),
        ({"stale_before": NOW, "colour": "red"}, "unknown"),
    ],
    ids=str,
)
def test_a_datagroup_takes_two_whole_stamps_of_the_past(
    looker: Looker, body: dict[str, Any], code: str
) -> None:
    answer = looker.call("PATCH", DATAGROUP, json=body)
    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == [code]
    assert looker.world.writes == []


@pytest.mark.parametrize(
    ("arguments"),
    [
        {"data": "{}", "headers": {"Content-Type": "text/plain"}},
        {"data": "{}", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        {"data": "{", "headers": {"Content-Type": "application/json"}},
        {"json": []},
    ],
    ids=str,
)
def test_a_body_is_a_json_object_that_is_said_to_be_one(
    looker: Looker, arguments: dict[str, Any]
) -> None:
    assert looker.call("PATCH", DATAGROUP, **arguments).status_code == 400


def test_the_future_is_lookers_own(looker: Looker) -> None:
    looker.world.skew = 100
    assert looker.call("PATCH", DATAGROUP, json=FUTURE).status_code == 200
    looker.world.skew = -100
    assert looker.call("PATCH", DATAGROUP, json={"stale_before": NOW}).status_code == 422
    date = looker.call("GET", "/user").headers["Date"]
    assert email.utils.parsedate_to_datetime(date).timestamp() == NOW - 100


def test_the_date_can_be_left_out(looker: Looker) -> None:
    looker.world.sends_date = False
    assert "Date" not in looker.call("GET", "/user").headers


@pytest.mark.parametrize("status", [403, 404])
def test_a_missing_permission_is_answered_as_wished(looker: Looker, status: int) -> None:
    looker.world.denied_status = status
    looker.world.roles[0].permissions.remove("update_datagroups")
    assert looker.call("PATCH", DATAGROUP, json={"stale_before": 1}).status_code == status
    assert looker.call("GET", DATAGROUP).json()["can"]["update"] is False


def test_what_the_key_may_not_see_is_not_there(looker: Looker) -> None:
    names = [datagroup["name"] for datagroup in looker.call("GET", "/datagroups").json()]
    assert names == ["visma_load", "month_end"]
    assert looker.stand_in.datagroups == ["finance::visma_load", "finance::month_end"]
    assert looker.call("GET", "/datagroups/13").status_code == 404
    looker.world.roles[0].all_models = True
    assert looker.call("GET", "/datagroups/13").status_code == 200


def test_the_regenerator_rebuilds_what_was_triggered_at_its_next_tick(looker: Looker) -> None:
    looker.call("GET", "/user")
    looker.call("PATCH", DATAGROUP, json={"triggered_at": NOW})

    def rebuilt() -> list[int | None]:
        return [datagroup["rebuilt_at"] for datagroup in looker.stand_in.snapshot()["datagroups"]]

    looker.world.skew = 299
    looker.call("GET", "/user")
    assert rebuilt() == [None, None, None]
    looker.world.skew = 300
    shown = looker.call("GET", DATAGROUP).json()
    assert shown["trigger_check_at"] == NOW + 300
    assert rebuilt() == [NOW + 300, None, None]
    assert looker.call("GET", "/connections/warehouse").json()["last_regen_at"]
    looker.world.skew = 600
    looker.call("GET", "/user")
    assert rebuilt() == [NOW + 300, None, None]


def test_a_query_answers_what_was_set(looker: Looker) -> None:
    field = "sync_runs.newest_load_epoch"
    query = {"model": "finance", "view": "sync_runs", "fields": [field]}
    assert looker.call("POST", "/queries/run/json", json=query).json() == [{field: None}]
    looker.world.answer("finance", "sync_runs", field, NOW)
    assert looker.call("POST", "/queries/run/json", json=query).json() == [{field: NOW}]
    unknown = {**query, "fields": ["sync_runs.nothing"]}
    answer = looker.call("POST", "/queries/run/json", json=unknown).json()
    assert "Unknown or inaccessible field" in answer[0]["looker_error"]
    assert looker.call("POST", "/queries/run/json", json={"view": "a"}).status_code == 422
    assert looker.call("POST", "/queries/run/xlsx", json=query).status_code == 400


def test_paths_that_are_not_there_are_looker_errors(looker: Looker) -> None:
    for method, path in (("GET", "/nothing"), ("PUT", "/datagroups"), ("GET", "/login")):
        answer = looker.call(method, path)
        assert answer.status_code == 404
        assert answer.json()["message"] == "Not found"


def test_the_snapshot_tells_what_happened(looker: Looker) -> None:
    looker.call("PATCH", DATAGROUP, json={"stale_before": NOW, "triggered_at": NOW - 1})
    looker.call("PATCH", "/datagroups/12", json={"stale_before": NOW})
    snapshot = looker.stand_in.snapshot()
    assert (snapshot["cache_resets"], snapshot["triggers"]) == (2, 1)
    assert snapshot["writes"][0] == {
        "datagroup": "finance::visma_load",
        "at": NOW,
        "stale_before": NOW,
        "triggered_at": NOW - 1,
    }
    assert snapshot["datagroups"][0] == {
        "name": "finance::visma_load",
        "stale_before": NOW,
        "triggered_at": NOW - 1,
        "rebuilt_at": None,
    }
    assert snapshot["calls"] == {"none": 0, "non_query": 2, "db_query": 0}
