"""The smallest tap of the SDK: no settings, one stream, no records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk import Stream, Tap
from singer_sdk import typing as th
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable


class Nothing(Stream):
    """An empty list."""

    name = "nothing"
    schema = th.PropertiesList(th.Property("id", th.IntegerType)).to_dict()

    @override
    def get_records(self, context: Any) -> Iterable[dict[str, Any]]:
        return []


class TapIdle(Tap):
    """The tap."""

    name = "tap-idle-sdk"
    config_jsonschema = th.PropertiesList().to_dict()

    @override
    def discover_streams(self) -> list[Stream]:
        return [Nothing(self)]


if __name__ == "__main__":
    TapIdle.cli()
