"""The Looker stand-in answers as the official OpenAPI document says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import requests

from visma_looker_sandbox.looker import LookerStandIn
from visma_looker_sandbox.looker.content import Dashboard, Plan, Tile
from visma_looker_sandbox.looker.derived import DerivedTable
from visma_looker_sandbox.looker.tasks import Task
from visma_looker_sandbox.testing import Served

from .conftest import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = SHARED / "reference" / "looker" / "Looker.4.0.oas.json"
FORM = {"client_id": "looker-sandbox-client", "client_secret": "looker-sandbox-secret"}
QUERY = {"model": "finance", "view": "sync_runs", "fields": ["sync_runs.newest_load_epoch"]}

pytestmark = pytest.mark.skipif(
    not DOCUMENT.exists(), reason="the official OpenAPI document is not at hand"
)


def as_json_schema(node: Any) -> Any:
    """Turn OpenAPI 3.0 into JSON Schema: null where allowed, and no field that it does not name."""
    if isinstance(node, list):
        return [as_json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("type") == "any":
        return {}
    schema = {name: as_json_schema(value) for name, value in node.items()}
    if "properties" in node:
        schema.setdefault("additionalProperties", False)
    if node.get("nullable"):
        schema["type"] = [node["type"], "null"]
    return schema


@pytest.fixture(scope="module")
def official() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(DOCUMENT.read_text("utf-8"))
    document["components"] = as_json_schema(document["components"])
    return document


@pytest.fixture
def stand_in() -> LookerStandIn:
    """A Looker with something of everything."""
    stand_in = LookerStandIn()
    world = stand_in.world
    world.catch_up()
    world.tasks.seconds = 600
    world.connections["warehouse"].pdt_api_control_enabled = True
    world.roles[0].permissions += ["develop", "see_user_dashboards"]
    world.derived.add(DerivedTable("finance", "balances", sources=["visma.journals"]))
    world.derived.begin("finance::balances", by_api=True)
    world.content.save_query({**QUERY, "limit": "5"})
    world.content.merges["m"] = ["501"]
    tiles = [
        Tile("One", "501", listens={"Year": "sync_runs.year"}),
        Tile("Two", "501", form="query"),
        Tile("Three", "501", form="look"),
        Tile("Four", merge_id="m", listens={"Year": "sync_runs.year"}),
        Tile("Five"),
    ]
    world.content.dashboards["12"] = Dashboard("12", "All", tiles, {"Year": None}, "all", "3")
    sent_to = [{"type": "email", "looker_recipient": True}]
    world.roles[0].permissions.append("schedule_look_emails")
    world.content.plans["17"] = Plan("17", "Monthly", dashboard_id="12", destinations=sent_to)
    body = world.content.queries["501"]
    world.tasks.begin(Task("t1", "501", body, "json_detail", True, False, None, "7"))
    return stand_in


@pytest.fixture
def served(stand_in: LookerStandIn) -> Iterator[Served]:
    with Served(stand_in.app, "looker") as served:
        yield served


CASES: dict[str, tuple[str, str, dict[str, Any], int]] = {
    "login": ("post", "/login", {"data": FORM}, 200),
    "login with a wrong key": ("post", "/login", {"data": {**FORM, "client_id": "x"}}, 404),
    "login as JSON": ("post", "/login", {"json": FORM}, 400),
    "versions": ("get", "/versions", {}, 200),
    "me": ("get", "/user", {}, 200),
    "user_roles": ("get", "/users/{user_id:7}/roles", {}, 200),
    "roles of others": ("get", "/users/{user_id:8}/roles", {}, 404),
    "session": ("get", "/session", {}, 200),
    "datagroups": ("get", "/datagroups", {}, 200),
    "datagroup": ("get", "/datagroups/{datagroup_id:11}", {}, 200),
    "datagroup unknown": ("get", "/datagroups/{datagroup_id:0}", {}, 404),
    "reset": ("patch", "/datagroups/{datagroup_id:11}", {"json": {"stale_before": 5}}, 200),
    "reset unknown": ("patch", "/datagroups/{datagroup_id:0}", {"json": {"stale_before": 5}}, 404),
    "reset in the future": (
        "patch",
        "/datagroups/{datagroup_id:11}",
        {"json": {"stale_before": 9_999_999_999}},
        422,
    ),
    "reset as form": ("patch", "/datagroups/{datagroup_id:11}", {"data": "stale_before=5"}, 400),
    "connection": ("get", "/connections/{connection_name:warehouse}", {}, 200),
    "connection unknown": ("get", "/connections/{connection_name:nowhere}", {}, 404),
    "query of an unknown model": (
        "post",
        "/queries/run/{result_format:json}",
        {"json": {**QUERY, "model": "nothing"}},
        403,
    ),
    "query of an unknown explore": (
        "post",
        "/queries/run/{result_format:json}",
        {"json": {**QUERY, "view": "nothing"}},
        404,
    ),
    "query with unknown fields": (
        "post",
        "/queries/run/{result_format:json}",
        {"json": {**QUERY, "colour": "red"}},
        422,
    ),
    "model": ("get", "/lookml_models/{lookml_model_name:finance}", {}, 200),
    "model unknown": ("get", "/lookml_models/{lookml_model_name:nothing}", {}, 404),
    "graph": ("get", "/derived_table/graph/model/{model:finance}", {}, 200),
    "build status": ("get", "/derived_table/{materialization_id:m1}/status", {}, 200),
    "build status unknown": ("get", "/derived_table/{materialization_id:x}/status", {}, 404),
    "build stop": ("get", "/derived_table/{materialization_id:m1}/stop", {}, 200),
    "build start": (
        "get",
        "/derived_table/{model_name:finance}/{view_name:balances}/start",
        {},
        200,
    ),
    "dashboard": ("get", "/dashboards/{dashboard_id:12}", {}, 200),
    "dashboard unknown": ("get", "/dashboards/{dashboard_id:0}", {}, 404),
    "dashboards by slug": ("get", "/dashboards/search", {"params": {"slug": "all"}}, 200),
    "dashboards of a folder": ("get", "/folders/{folder_id:3}/dashboards", {}, 200),
    "merge": ("get", "/merge_queries/{merge_query_id:m}", {}, 200),
    "query": ("get", "/queries/{query_id:501}", {}, 200),
    "new query": ("post", "/queries", {"json": QUERY}, 200),
    "new query with unknown fields": ("post", "/queries", {"json": {**QUERY, "x": 1}}, 422),
    "task": (
        "post",
        "/query_tasks",
        {"json": {"query_id": "501", "result_format": "json_detail"}},
        200,
    ),
    "task with a wrong format": (
        "post",
        "/query_tasks",
        {"json": {"query_id": "501", "result_format": "paper"}},
        422,
    ),
    "task state": ("get", "/query_tasks/{query_task_id:t1}", {}, 200),
    "task results": ("get", "/query_tasks/{query_task_id:t1}/results", {}, 202),
    "tasks": ("get", "/query_tasks/multi_results", {"params": {"query_task_ids": "t1,t9"}}, 200),
    "kill": ("delete", "/running_queries/{query_task_id:t1}", {}, 204),
    "kill unknown": ("delete", "/running_queries/{query_task_id:t9}", {}, 404),
    "plans": ("get", "/scheduled_plans", {}, 200),
    "plan once": ("post", "/scheduled_plans/{scheduled_plan_id:17}/run_once", {}, 200),
    "plan unknown": ("post", "/scheduled_plans/{scheduled_plan_id:9}/run_once", {}, 404),
    "logout": ("delete", "/logout", {}, 204),
}


def parted(path: str) -> tuple[str, str]:
    """Return the documented path and the one to call of `/path/{parameter:value}`."""
    return (
        re.sub(r"\{(\w+):\w+\}", r"{\1}", path),
        re.sub(r"\{\w+:(\w+)\}", r"\1", path),
    )


@pytest.mark.parametrize("name", CASES)
def test_answers_have_the_official_form(
    name: str, served: Served, official: dict[str, Any]
) -> None:
    method, path, arguments, status = CASES[name]
    template, given = parted(path)
    token = requests.post(f"{served.url}/api/4.0/login", data=FORM, timeout=10).json()
    answer = requests.request(
        method,
        f"{served.url}/api/4.0{given}",
        headers={"Authorization": f"token {token['access_token']}"},
        timeout=10,
        **arguments,
    )
    assert answer.status_code == status, answer.text
    documented = official["paths"][template][method]["responses"][str(status)]
    if status in (requests.codes.no_content, requests.codes.accepted):
        assert answer.content == b""
        return
    content = documented["content"]["application/json"]
    schema = {**as_json_schema(content["schema"]), "components": official["components"]}
    jsonschema.validate(answer.json(), schema)


def test_the_check_of_the_form_can_fail(official: dict[str, Any]) -> None:
    schema = {"$ref": "#/components/schemas/Datagroup", "components": official["components"]}
    jsonschema.validate({"id": "1", "stale_before": None}, schema)
    for wrong in ({"id": 1}, {"stale_before": 1.5}, {"colour": "red"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)


def test_fields_that_may_be_written_are_the_official_ones(
    served: Served, stand_in: LookerStandIn, official: dict[str, Any]
) -> None:
    token = stand_in.tokens.issue("7", seconds=60)
    for name, path, method in (
        ("Datagroup", "/datagroups/11", "PATCH"),
        ("Query", "/queries/run/json", "POST"),
        ("Query", "/queries", "POST"),
        ("CreateQueryTask", "/query_tasks", "POST"),
    ):
        fields = official["components"]["schemas"][name]["properties"]
        answer = requests.request(
            method,
            f"{served.url}/api/4.0{path}",
            json=dict.fromkeys(fields, 1.5),
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
        ).json()
        codes = {error["field"]: error["code"] for error in answer["errors"]}
        assert codes == {
            field: "read_only" if schema.get("readOnly") else "invalid"
            for field, schema in fields.items()
        }


def test_activity_classes_are_the_official_ones(
    served: Served, stand_in: LookerStandIn, official: dict[str, Any]
) -> None:
    expected = {"none": 0, "non_query": 0, "db_query": 0}
    token = stand_in.tokens.issue("7", seconds=60)
    for method, path, arguments, _ in CASES.values():
        template, given = parted(path)
        expected[official["paths"][template][method]["x-looker-activity-type"]] += 1
        requests.request(
            method,
            f"{served.url}/api/4.0{given}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
            **arguments,
        )
    assert stand_in.world.calls == expected
