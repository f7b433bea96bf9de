"""Rewrites the OpenAPI document that the tap ships, from a larger one.

    uv run python tap-visma/scripts/make_openapi.py VISMA_OPENAPI.json

Keeps the GET operations that the streams read: parameters, field names, types and formats,
and nothing else (no prose, no examples, no deprecated parameters). Run it when Visma publishes
a new version, and look at the change of the catalog snapshot before you commit it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tap_visma.openapi import DOCUMENT
from tap_visma.tap import TapVisma

JsonObject = dict[str, Any]


def trim(schema: JsonObject, wanted: set[str]) -> JsonObject:
    """One schema without prose; the component schemas it names are added to `wanted`."""
    if "allOf" in schema:
        return trim(schema["allOf"][0], wanted)
    if "$ref" in schema:
        wanted.add(schema["$ref"].rsplit("/", 1)[-1])
        return {"$ref": schema["$ref"]}
    result: JsonObject = {key: schema[key] for key in ("type", "format") if key in schema}
    if "items" in schema:
        result["items"] = trim(schema["items"], wanted)
    if "properties" in schema:
        result["properties"] = {
            name: trim(field, wanted) for name, field in schema["properties"].items()
        }
    return result


def operation(source: JsonObject, wanted: set[str]) -> JsonObject:
    """A GET operation: its query and path parameters and the schema of its answer."""
    answer = source["responses"]["200"]["content"]["application/json"]["schema"]
    return {
        "operationId": source["operationId"],
        "parameters": [
            {
                "name": parameter["name"],
                "in": parameter["in"],
                **({"required": True} if parameter.get("required") else {}),
                "schema": trim(parameter["schema"], set()),
            }
            for parameter in source["parameters"]
            if parameter["in"] != "header" and not parameter.get("deprecated")
        ],
        "responses": {
            "200": {
                "description": "OK",
                "content": {"application/json": {"schema": trim(answer, wanted)}},
            }
        },
    }


def main(source_path: str) -> None:
    """Writes the trimmed document over the one that is shipped."""
    source = json.loads(Path(source_path).read_text(encoding="utf-8"))
    paths = {path for stream in TapVisma.stream_types for path in stream.paths()}
    wanted: set[str] = set()
    operations = {
        path: {"get": operation(source["paths"][path]["get"], wanted)} for path in sorted(paths)
    }
    components: JsonObject = {}
    while missing := wanted - components.keys():
        for name in missing:
            components[name] = trim(source["components"]["schemas"][name], wanted)
    document = {
        "openapi": "3.0.4",
        "info": {"title": "Visma.net ERP API: what tap-visma reads", "version": "1"},
        "servers": [{"url": "https://api.finance.visma.net"}],
        "paths": operations,
        "components": {"schemas": dict(sorted(components.items()))},
    }
    DOCUMENT.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
