"""What the tap says of itself: streams, keys, columns, settings."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tap_visma.openapi import DOCUMENT
from tap_visma.tap import TapVisma

from .conftest import BIN

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

REFERENCE = (
    Path(__file__).parents[3] / "shared" / "reference" / "visma" / "visma-net-get.openapi.json"
)


def test_discovery_needs_no_settings_and_misses_none() -> None:
    done = subprocess.run(
        [BIN / "tap-visma", "--discover"], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["streams"]
    assert "valid" not in done.stderr


def discovered() -> dict[str, Any]:
    return TapVisma(config={}, validate_config=False).catalog_dict


def test_every_change_of_the_catalog_is_seen(snapshot: SnapshotAssertion) -> None:
    streams = {
        stream["tap_stream_id"]: {
            "keys": stream["key_properties"],
            "replication_key": stream.get("replication_key"),
            "columns": {
                name: f"{'|'.join(t if isinstance(t := column['type'], list) else [t])}"
                f"{' ' + column['format'] if 'format' in column else ''}"
                for name, column in stream["schema"]["properties"].items()
            },
            "not_selected": [
                entry["breadcrumb"][-1] if entry["breadcrumb"] else "all"
                for entry in stream["metadata"]
                if entry["metadata"].get("selected-by-default") is False
            ],
        }
        for stream in discovered()["streams"]
    }
    assert streams == snapshot


def test_every_key_starts_with_the_company() -> None:
    for stream in discovered()["streams"]:
        assert "company_id" in stream["key_properties"][:2], stream["tap_stream_id"]


def test_nested_parts_are_open() -> None:
    """So that a target keeps each in one column of JSON, whatever Visma adds to it."""
    for stream in discovered()["streams"]:
        for name, column in stream["schema"]["properties"].items():
            assert not {"items", "properties"} & column.keys(), name


def test_sync_runs_is_the_last_stream() -> None:
    assert list(TapVisma(config={}, validate_config=False).streams)[-1] == "sync_runs"


# --- the shipped OpenAPI document against the reference ---


@pytest.fixture(scope="module")
def reference() -> Any:
    if not REFERENCE.exists():
        pytest.skip("the API reference is kept outside of the repository and is not here")
    return json.loads(REFERENCE.read_text(encoding="utf-8"))


SHIPPED = json.loads(DOCUMENT.read_text(encoding="utf-8"))


def flat(schema: Any) -> Any:
    """A schema reduced to type, format, reference, items and properties."""
    if "allOf" in schema:
        return flat(schema["allOf"][0])
    kept = {key: schema[key] for key in ("type", "format", "$ref") if key in schema}
    if "items" in schema:
        kept["items"] = flat(schema["items"])
    if "properties" in schema:
        kept["properties"] = {name: flat(part) for name, part in schema["properties"].items()}
    return kept


@pytest.mark.parametrize("path", sorted(SHIPPED["paths"]))
def test_paths_and_parameters_equal_the_reference(path: str, reference: Any) -> None:
    def parameters(document: Any) -> dict[str, Any]:
        return {
            parameter["name"]: (
                parameter["in"], bool(parameter.get("required")), flat(parameter["schema"]),
            )
            for parameter in document["paths"][path]["get"]["parameters"]
            if parameter["in"] != "header" and not parameter.get("deprecated")
        }  # fmt: skip

    def answer(document: Any) -> Any:
        response = document["paths"][path]["get"]["responses"]["200"]
        return flat(response["content"]["application/json"]["schema"])

    assert parameters(SHIPPED) == parameters(reference)
    assert answer(SHIPPED) == answer(reference)


@pytest.mark.parametrize("name", sorted(SHIPPED["components"]["schemas"]))
def test_fields_and_types_equal_the_reference(name: str, reference: Any) -> None:
    shipped = SHIPPED["components"]["schemas"][name]
    assert flat(shipped) == flat(reference["components"]["schemas"][name])


@pytest.mark.parametrize(
    "stream", TapVisma.stream_types, ids=[stream.__name__ for stream in TapVisma.stream_types]
)
def test_parameters_that_a_stream_sends_exist(stream: Any) -> None:
    known = {
        parameter["name"]
        for path in stream.paths()
        for parameter in SHIPPED["paths"][path]["get"]["parameters"]
    }
    assert set(stream.expand) <= known
    assert stream.paged == ("pageNumber" in known)
    if isinstance(stream.replication_key, str):
        assert "lastModifiedDateTime" in known
        assert stream.condition == ("lastModifiedDateTimeCondition" in known)
