"""The Looker stand-in answers as the official OpenAPI document says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import requests

from visma_looker_sandbox.looker import LookerStandIn
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
    return LookerStandIn()


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
    "logout": ("delete", "/logout", {}, 204),
}


@pytest.mark.parametrize("name", CASES)
def test_answers_have_the_official_form(
    name: str, served: Served, official: dict[str, Any]
) -> None:
    method, path, arguments, status = CASES[name]
    template, given = path, path
    if "{" in path:
        parameter = path[path.index("{") + 1 : path.index("}")]
        variable, value = parameter.split(":")
        template = path.replace(parameter, variable)
        given = path.replace("{" + parameter + "}", value)
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
    if status == requests.codes.no_content:
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
        template = path
        if "{" in path:
            parameter = path[path.index("{") + 1 : path.index("}")]
            template = path.replace(parameter, parameter.split(":")[0])
        expected[official["paths"][template][method]["x-looker-activity-type"]] += 1
        given = path.replace("{", "").replace("}", "").split("/")
        requests.request(
            method,
            f"{served.url}/api/4.0" + "/".join(part.rpartition(":")[2] for part in given),
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
            **arguments,
        )
    assert stand_in.world.calls == expected
