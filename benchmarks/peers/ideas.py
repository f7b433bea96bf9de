"""target-postgres with one thing or another done differently: `ideas.py IDEA,... --config ...`.

Each idea is a few lines that could go into target-postgres or the SDK. They are put in place here
while the program runs, so that what they bring can be measured; nothing of the project uses them.
"""

from __future__ import annotations

import functools
import sys
from typing import Any

import msgspec
from singer_sdk.contrib.msgspec import MsgSpecReader
from singer_sdk.helpers import _typing
from singer_sdk.sinks import core
from singer_sdk.sql.connector import SQLConnector
from target_postgres.sinks import PostgresSink  # type: ignore[import-not-found]
from target_postgres.target import TargetPostgres  # type: ignore[import-not-found]

# ruff: noqa: SLF001 - this is about the inside of others


def copy_of_the_dialect() -> None:
    """COPY binds as the dialect does: amounts are no longer passed through a float."""

    def do_copy(
        _self: Any, connection: Any, copy_statement: str, columns: Any, data_to_copy: Any
    ) -> None:
        dialect = connection.dialect
        bind = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
        names = [column.name for column in columns]
        with connection.connection.cursor().copy(copy_statement) as copy:
            for row in data_to_copy:
                copy.write_row(
                    [
                        do(row[name]) if do else row[name]
                        for name, do in zip(names, bind, strict=True)
                    ]
                )

    PostgresSink._do_copy = do_copy


def msgspec_reads() -> None:
    """Messages are read by the SDK's own reader on msgspec; numbers stay decimal."""
    TargetPostgres.message_reader_class = MsgSpecReader


def dates_known_once() -> None:
    """Which properties hold dates is found out once per schema, not for every value."""

    @functools.cache
    def of(schema: int) -> dict[str, str]:
        found = {
            name: _typing.get_datelike_property_type(each)
            for name, each in schemas[schema]["properties"].items()
        }
        return {name: kind for name, kind in found.items() if kind}

    schemas: dict[int, dict[str, Any]] = {}
    whole = core.Sink._parse_timestamps_in_record

    def parse(self: Any, record: dict[str, Any], schema: dict[str, Any], treatment: Any) -> None:
        schemas[id(schema)] = schema
        dates = {name: record[name] for name in of(id(schema)) if name in record}
        whole(self, dates, schema, treatment)
        record.update(dates)

    core.Sink._parse_timestamps_in_record = parse  # type: ignore[method-assign]


def msgspec_writes() -> None:
    """Values of JSON columns are written by msgspec; decimals as they are."""
    encode = msgspec.json.Encoder(decimal_format="number").encode

    def serialize(self: SQLConnector, obj: object) -> str:  # noqa: ARG001
        return encode(obj).decode()

    SQLConnector.serialize_json = serialize  # type: ignore[method-assign]


IDEAS = {
    "dialect": copy_of_the_dialect,
    "reader": msgspec_reads,
    "dates": dates_known_once,
    "writer": msgspec_writes,
}

if __name__ == "__main__":
    for idea in filter(None, sys.argv.pop(1).split(",")):
        IDEAS[idea]()
    TargetPostgres.cli()
