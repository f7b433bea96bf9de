"""Every answer follows the API reference, which is not part of this project."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema
import pytest

from visma_looker_sandbox.paths import BUDGET, GL_TRANSACTION
from visma_looker_sandbox.visma.resources import RESOURCES, Resource

from .conftest import SHARED, Sandbox

REFERENCE = SHARED / "reference" / "visma" / "visma-net-get.openapi.json"
#: Parameters that are declared and do nothing here: dead ones, and what the books never hold.
NOT_SERVED = {
    "numberToRead",
    "skipRecords",
    "orderBy",
    "pageNumber",
    "pageSize",
    "attributes",
    "erp-api-background",
    "greaterThanValue",
    "attachmentLastModifiedDateTime",
    "attachmentLastModifiedDateTimeCondition",
    "availabilityLastModifiedDateTime",
    "availabilityLastModifiedDateTimeCondition",
    "salesCategory",
    "restrictedEmployee",
    "restrictedUser",
    "projectId",
    "publicId",
    "taskCdDesc",
}


@pytest.fixture
def reference() -> dict[str, Any]:
    if not REFERENCE.exists():
        pytest.skip(f"needs the API reference beside the repository: {REFERENCE.name}")
    return _reference()


@cache
def _reference() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(REFERENCE.read_text("utf-8"))
    return document


def strict(schema: Any) -> Any:
    """An OpenAPI 3.0 schema as JSON Schema: null where nullable, no unknown fields."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {
        name: {key: strict(part) for key, part in value.items()}
        if name == "properties"
        else strict(value)
        for name, value in schema.items()
        if name != "nullable"
    }
    if "properties" in plain:
        plain["additionalProperties"] = False
        plain["required"] = list(plain["properties"])
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") else plain


def get_of(reference: dict[str, Any], path: str) -> Any:
    return next(item for name, item in reference["paths"].items() if name.lower() == path.lower())[
        "get"
    ]


def answers(sandbox: Sandbox, resource: Resource) -> list[Any]:
    everything: dict[str, object] = dict.fromkeys(resource.expand, "true")
    if resource.one_of:
        everything["lastModifiedDateTime"] = "1900-01-01"
    if resource.mandatory:
        everything |= {"branch": "10", "ledger": "ACTUAL", "financialYear": "2026"}
    if resource.path == BUDGET:
        everything["ledger"] = "FORECAST"
    if resource.form != "object":
        return [sandbox.get(resource.path, **everything, pageSize=300)]
    names = sandbox.get("/v1/dimension")
    return [sandbox.get(f"/v1/dimension/{name}", **everything) for name in names]


def schema_of(reference: dict[str, Any], resource: Resource) -> Any:
    declared = get_of(reference, resource.path)["responses"]["200"]["content"]["application/json"]
    assert resource.schema in json.dumps(declared)
    schemas = {name: strict(part) for name, part in reference["components"]["schemas"].items()}
    return {**strict(declared["schema"]), "components": {"schemas": schemas}}


def errors_of(answer: Any, schema: Any) -> list[str]:
    plain = json.loads(json.dumps(answer, default=float))
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in jsonschema.Draft202012Validator(schema).iter_errors(plain)
    ]


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.path)
def test_answers_have_exactly_the_fields_and_types_of_the_reference(
    resource: Resource, reference: dict[str, Any], group: Sandbox
) -> None:
    schema = schema_of(reference, resource)
    for answer in answers(group, resource):
        assert answer["records"] if resource.form == "envelope" else answer
        assert errors_of(answer, schema) == []


@pytest.mark.parametrize(
    "resource",
    [
        one for one in RESOURCES
        if one.form == "array" and one.path not in {BUDGET, GL_TRANSACTION}
    ],
    ids=lambda resource: resource.path,
)  # fmt: skip
def test_answers_of_an_audit_files_company_follow_the_reference_or_are_empty(
    resource: Resource, reference: dict[str, Any], sandbox: Sandbox
) -> None:
    for answer in answers(sandbox, resource):
        assert errors_of(answer[:100], schema_of(reference, resource)) == []


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.path)
def test_parameters_are_those_of_the_reference(
    resource: Resource, reference: dict[str, Any]
) -> None:
    declared = {
        parameter["name"]: parameter
        for parameter in get_of(reference, resource.path)["parameters"]
        if parameter["in"] != "path"
    }
    served = {one.name for one in resource.filters} | set(resource.expand)
    served |= {f"{one.name}Condition" for one in resource.filters if "{op}" in one.sql}
    if resource.form == "object":
        served |= {"lastModifiedDateTime", "lastModifiedDateTimeCondition"}
    if resource.one_of:
        # No condition for journals: their time always means "since".
        served.discard("lastModifiedDateTimeCondition")
    assert served <= set(declared)
    assert set(declared) - served <= NOT_SERVED
    assert resource.paged == ("pageNumber" in declared)
    flags = {name for name, item in declared.items() if item["schema"]["type"] == "boolean"}
    assert flags - {one.name for one in resource.filters} == set(resource.expand)
