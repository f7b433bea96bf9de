"""Builds, warming and deliveries of the Looker stand-in: counted, timed, as strict as Looker."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

from visma_looker_sandbox.looker import LookerStandIn
from visma_looker_sandbox.looker.content import Dashboard, Plan, Tile
from visma_looker_sandbox.looker.derived import DerivedTable
from visma_looker_sandbox.testing import Served

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = 1_800_000_000
FIELD = "sync_runs.newest_load_epoch"
QUERY = {"model": "finance", "view": "sync_runs", "fields": [FIELD], "limit": "5"}


class Looker:
    """A client as simple as can be, and a clock that a test moves."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.stand_in = LookerStandIn(
            clock=lambda: NOW + self.passed, monotonic=lambda: self.passed
        )
        self.world = self.stand_in.world
        self.world.connections["warehouse"].pdt_api_control_enabled = True
        self.world.roles[0].permissions += ["develop", "see_user_dashboards"]
        self.url = ""
        self.headers = {"Authorization": "Bearer " + self.stand_in.tokens.issue("7", seconds=9999)}

    def call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        url = f"{self.url}/api/4.0{path}"
        return requests.request(method, url, headers=self.headers, timeout=10, **kwargs)

    def get(self, path: str, **params: str) -> Any:
        return self.call("GET", path, params=params).json()

    def start(self, view: str, **params: str) -> str:
        return str(self.get(f"/derived_table/finance/{view}/start", **params)["materialization_id"])

    def status(self, build: str) -> str:
        return str(json.loads(self.get(f"/derived_table/{build}/status")["resp_text"])["status"])

    def task(self, query_id: str, result_format: str = "json_detail", **params: str) -> Any:
        body = {"query_id": query_id, "result_format": result_format}
        return self.call("POST", "/query_tasks", json=body, params=params).json()


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with Served(LookerStandIn().app, "looker") as served:
        yield served


@pytest.fixture
def looker(served: Served) -> Looker:
    looker = Looker()
    served.serve(looker.stand_in.app)
    looker.url = served.url
    for view, depends in (("base", []), ("top", ["base"])):
        looker.world.derived.add(
            DerivedTable("finance", view, depends, datagroup="finance::visma_load")
        )
    looker.call("GET", "/user")
    return looker


def starts(looker: Looker) -> list[int]:
    return [table.starts for table in looker.world.derived.tables.values()]


def test_a_build_lives_and_ends(looker: Looker) -> None:
    build = looker.start("base")
    assert looker.status(build) == "running"
    assert 'finance/base" [color="yellow"]' in looker.world.derived.graph("finance")
    looker.passed += 60
    assert looker.status(build) == "complete"
    assert looker.world.derived.tables["finance::base"].name == "LR_base_1"
    assert looker.get(f"/derived_table/{build}/stop")["materialization_id"] == build
    assert looker.status(build) == "complete"  # too late to stop it


def test_each_start_builds_so_that_one_repeated_is_seen(looker: Looker) -> None:
    looker.start("base")
    looker.start("base")
    assert starts(looker) == [2, 0]


def test_what_a_table_reads_is_built_first_if_it_is_not_there(looker: Looker) -> None:
    build = looker.start("top")
    assert (starts(looker), looker.status(build)) == ([1, 1], "pending")
    looker.passed += 120
    assert looker.status(build) == "complete"
    looker.start("top")
    assert starts(looker) == [1, 2]
    looker.start("top", force_rebuild="true")
    assert starts(looker) == [2, 3]


def test_builds_can_be_stopped_fail_and_be_unreadable(looker: Looker) -> None:
    build = looker.start("base")
    looker.get(f"/derived_table/{build}/stop")
    assert looker.status(build) == "killed"
    looker.world.derived.tables["finance::base"].outcome = "error"
    failing = looker.start("base")
    looker.passed += 60
    assert looker.status(failing) == "error"
    looker.world.derived.garbage = 1
    with pytest.raises(ValueError, match="Expecting value"):
        looker.status(failing)
    assert looker.status(failing) == "error"


def test_an_incremental_table_keeps_its_name(looker: Looker) -> None:
    table = looker.world.derived.tables["finance::base"]
    table.incremental = True
    for _ in range(2):
        looker.start("base")
        looker.passed += 60
    looker.get("/user")
    assert (table.builds, table.name) == (2, "LR_base_1")


@pytest.mark.parametrize("missing", ["develop", "control", "table"])
def test_builds_need_a_permission_and_api_control(looker: Looker, missing: str) -> None:
    if missing == "develop":
        looker.world.roles[0].permissions.remove("develop")
    if missing == "control":
        looker.world.connections["warehouse"].pdt_api_control_enabled = False
    view = "nothing" if missing == "table" else "base"
    answer = looker.call("GET", f"/derived_table/finance/{view}/start")
    assert answer.status_code == {"develop": 403, "control": 400, "table": 404}[missing]
    assert starts(looker) == [0, 0]


def test_a_trigger_rebuilds_in_order_and_delivers_once_when_all_is_built(looker: Looker) -> None:
    content = looker.world.content
    content.plans["17"] = Plan("17", "Monthly", datagroup="visma_load")
    content.plans["18"] = Plan("18", "Off", datagroup="visma_load", enabled=False)
    looker.call("PATCH", "/datagroups/11", json={"triggered_at": NOW})
    looker.passed = 300
    looker.get("/user")
    assert (starts(looker), content.deliveries) == ([1, 1], [])
    assert looker.call("GET", "/derived_table/m1/status").status_code == 404  # not the API's
    for passed in (420, 600, 900, 1200):
        looker.passed = passed
        looker.get("/user")
    assert starts(looker) == [1, 1]
    assert [d["plan"] for d in content.deliveries] == ["17"]


def test_a_datagroup_with_a_trigger_of_its_own_fires_by_itself(looker: Looker) -> None:
    looker.world.datagroup("finance::visma_load").sql_value = "2"
    looker.passed = 300
    looker.get("/user")
    assert looker.get("/datagroups/11")["triggered_at"] == NOW + 300
    assert starts(looker) == [1, 1]


@pytest.mark.parametrize(("result_format", "fills"), [("json_detail", True), ("json", False)])
def test_only_tasks_of_the_right_format_fill_the_cache(
    looker: Looker, result_format: str, fills: bool
) -> None:
    query_id = looker.call("POST", "/queries", json=QUERY).json()["id"]
    assert looker.call("POST", "/queries", json=QUERY).json()["id"] == query_id
    looker.call("POST", "/queries/run/json", json=QUERY)
    assert looker.task(query_id, result_format)["result_source"] is None
    looker.passed += 5
    assert looker.get("/query_tasks/t1")["status"] == "complete"
    assert (looker.task(query_id)["result_source"] == "cache") is fills
    assert (looker.task(query_id, cache_only="true")["status"] == "complete") is fills
    assert looker.task(query_id, limit="9")["result_source"] is None  # another row limit
    assert looker.task(query_id, cache="false")["result_source"] is None
    looker.passed += 1
    looker.call("PATCH", "/datagroups/11", json={"stale_before": int(NOW + looker.passed)})
    assert looker.task(query_id)["result_source"] is None  # stale since the reset


@pytest.mark.parametrize("secured", [False, True])
def test_with_row_security_a_cached_result_serves_one_user_alone(
    looker: Looker, secured: bool
) -> None:
    if secured:
        looker.world.tasks.row_security.add("finance")
    query_id = looker.call("POST", "/queries", json=QUERY).json()["id"]
    looker.task(query_id)
    looker.passed += 5
    assert looker.task(query_id)["result_source"] == "cache"
    other = looker.stand_in.tokens.issue("8", seconds=9999)
    looker.headers = {"Authorization": f"Bearer {other}"}
    assert (looker.task(query_id)["result_source"] == "cache") is not secured
    assert (looker.task(query_id, cache_only="true")["status"] == "complete") is not secured


@pytest.mark.parametrize("status", [202, 204])
def test_results_of_a_task_that_runs_are_not_there(looker: Looker, status: int) -> None:
    looker.world.unfinished_status = status
    task = looker.task(looker.call("POST", "/queries", json=QUERY).json()["id"])["id"]
    answer = looker.call("GET", f"/query_tasks/{task}/results")
    assert (answer.status_code, answer.content) == (status, b"")
    looker.passed += 5
    assert looker.get(f"/query_tasks/{task}/results")["data"] == [{FIELD: {"value": None}}]
    assert looker.call("DELETE", f"/running_queries/{task}").status_code == 404


def test_no_more_tasks_run_than_a_user_may(looker: Looker) -> None:
    looker.world.connections["warehouse"].max_queries_per_user = 1
    query_id = looker.call("POST", "/queries", json=QUERY).json()["id"]
    ids = [looker.task(query_id, cache="false")["id"] for _ in range(2)]
    answers = looker.get("/query_tasks/multi_results", query_task_ids=",".join(ids))
    assert [answers[name]["status"] for name in ids] == ["running", "added"]
    assert looker.call("DELETE", f"/running_queries/{ids[0]}").status_code == 204
    answers = looker.get("/query_tasks/multi_results", query_task_ids=",".join(ids))
    assert [answers[name]["status"] for name in ids] == ["killed", "running"]


def test_dashboards_need_a_permission(looker: Looker) -> None:
    looker.world.content.dashboards["12"] = Dashboard("12", "All", [Tile("Note")], slug="a")
    assert looker.get("/dashboards/12", fields="id") == {"id": "12"}
    looker.world.roles[0].permissions.remove("see_user_dashboards")
    for path in ("/dashboards/12", "/dashboards/search", "/folders/3/dashboards"):
        assert looker.call("GET", path).status_code == 404


@pytest.mark.parametrize("told", [True, False])
def test_more_than_ten_deliveries_a_second_are_refused(looker: Looker, told: bool) -> None:
    looker.world.sends_retry_after = told
    looker.world.content.plans["17"] = Plan("17", "Monthly")
    answers = [looker.call("POST", "/scheduled_plans/17/run_once") for _ in range(11)]
    assert [a.status_code for a in answers] == [200] * 10 + [429]
    assert answers[-1].headers.get("Retry-After") == ("1" if told else None)
    assert len(looker.world.content.deliveries) == 10
    looker.passed += 1
    assert looker.call("POST", "/scheduled_plans/17/run_once").status_code == 200


def test_plans_of_others_are_neither_listed_nor_run(looker: Looker) -> None:
    looker.world.content.plans["18"] = Plan("18", "Of a colleague", user_id="8")
    assert looker.get("/scheduled_plans") == []
    assert looker.call("POST", "/scheduled_plans/18/run_once").status_code == 404
    looker.world.roles[0].permissions += ["see_schedules", "administer"]
    assert len(looker.get("/scheduled_plans", all_users="true")) == 1
    assert looker.call("POST", "/scheduled_plans/18/run_once").status_code == 200


def test_a_quota_lasts_for_a_month(looker: Looker) -> None:
    looker.world.quotas["non_query"] = looker.world.calls["non_query"] + 1
    answers = [looker.call("GET", "/user").status_code for _ in range(2)]
    assert answers == [200, 429]
    assert looker.call("GET", "/scheduled_plans").status_code == 200
    looker.passed += 31 * 86400
    looker.headers = {"Authorization": "Bearer " + looker.stand_in.tokens.issue("7", seconds=99)}
    assert looker.call("GET", "/user").status_code == 200


def test_any_operation_can_be_denied(looker: Looker) -> None:
    looker.world.denied.add("GET /datagroups/{id}")
    assert looker.call("GET", "/datagroups/11").status_code == 403
    assert looker.call("GET", "/datagroups").status_code == 200


@pytest.mark.parametrize(
    ("destination", "permission"),
    [
        ({"type": "email", "looker_recipient": True}, "schedule_look_emails"),
        ({"type": "email", "looker_recipient": False}, "schedule_external_look_emails"),
        ({"type": "webhook"}, "send_outgoing_webhook"),
        ({"type": "s3"}, "send_to_s3"),
        ({"type": "sftp"}, "send_to_sftp"),
        ({"type": "1::slack"}, "send_to_integration"),
    ],
)
def test_a_plan_goes_out_only_where_its_owner_may_send(
    looker: Looker, destination: dict[str, Any], permission: str
) -> None:
    plan = Plan("17", "Monthly", destinations=[destination])
    looker.world.content.plans["17"] = plan
    looker.world.roles[0].permissions += plan.permissions
    assert looker.call("POST", "/scheduled_plans/17/run_once").status_code == 200
    looker.world.roles[0].permissions.remove(permission)
    assert looker.call("POST", "/scheduled_plans/17/run_once").status_code == 403
    assert len(looker.world.content.deliveries) == 1


def test_lookml_dashboards_need_a_permission_of_their_own(looker: Looker) -> None:
    looker.world.content.dashboards["finance::all"] = Dashboard("finance::all", "All")
    assert looker.call("GET", "/dashboards/finance::all").status_code == 404
    looker.world.roles[0].permissions.append("see_lookml_dashboards")
    assert looker.get("/dashboards/finance::all")["title"] == "All"
