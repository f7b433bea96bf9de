"""Schemas of the streams, read from the OpenAPI document beside this file.

Visma's names are kept. Parts nested in a record are declared open (an array without `items`, an
object without `properties`), so that each lands in one `jsonb` column and no field of it can
break a load. `metadata`, which tells of the list and not of the record, is left out.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from singer_sdk.schema.source import OpenAPISchema, OpenAPISchemaNormalizer, StreamSchema
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Sequence

    from singer_sdk import Stream

JsonSchema = dict[str, Any]

DOCUMENT = Path(__file__).parent / "visma-net.json"

LIST_METADATA = "metadata"
"""In every record of a paged list: `{totalCount, maxPageSize}` of the list."""

COMPANY = {
    "type": "string",
    "description": "The company the record belongs to, as named in the tap's settings.",
}


class OpenNested(OpenAPISchemaNormalizer):
    """Root properties with wide types, nullable but for the keys; nested parts open."""

    @override
    def normalize_schema(
        self, schema: JsonSchema, *, key_properties: Sequence[str] = ()
    ) -> JsonSchema:
        return {
            "type": "object",
            "properties": {
                name: self.column(field, key=name in key_properties)
                for name, field in schema["properties"].items()
                if name != LIST_METADATA
            },
        }

    @staticmethod
    def column(field: JsonSchema, *, key: bool = False) -> JsonSchema:
        """The JSON schema of one root property.

        Of the formats only `date-time` survives: UUIDs, row versions and the like stay text, so
        that no unexpected value is refused by the database.
        """
        kind = field.get("type", "object")
        column: JsonSchema = {"type": kind if key else [kind, "null"]}
        if field.get("format") == "date-time":
            column["format"] = "date-time"
        return column


SOURCE: OpenAPISchema[str] = OpenAPISchema(DOCUMENT, preprocessor=OpenNested())


class VismaSchema(StreamSchema[str]):
    """The schema of a stream: a component of the document, plus the columns the tap adds.

    The SDK asks for the schema once per record and would normalise the component anew each
    time, which costs forty times more than all else; hence the cache.
    """

    def __init__(self, key: str) -> None:
        super().__init__(SOURCE, key=key)
        self._cached: JsonSchema | None = None

    @override
    def get_stream_schema(self, stream: Any, stream_class: type[Stream]) -> JsonSchema:
        if self._cached is None:
            component = super().get_stream_schema(stream, stream_class)
            added = {"company_id": COMPANY, **stream.added_columns}
            self._cached = {**component, "properties": {**added, **component["properties"]}}
        return self._cached
