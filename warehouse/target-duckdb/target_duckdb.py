"""Singer target for DuckDB: rows are written by their key, in one transaction per batch.

Each batch passes through a file of JSON lines in which every value is text, so that DuckDB makes
numbers of decimals, and no float takes part.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import duckdb
import msgspec
from singer_sdk import typing as th
from singer_sdk.sinks import BatchSink
from singer_sdk.target_base import Target
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Digits before and behind the decimal point: DuckDB's widest type, shared out evenly.
_DIGITS = 19
_DECIMAL = f"DECIMAL({2 * _DIGITS},{_DIGITS})"
#: A record is one line; DuckDB refuses longer ones.
_LONGEST_LINE = 256 * 2**20
_encode = msgspec.json.Encoder(decimal_format="number").encode


def column_type(schema: dict[str, Any]) -> str:
    """The type of a column, as DuckDB itself spells it."""
    types = schema.get("type", "string")
    types = {types} if isinstance(types, str) else set(types)
    if types & {"object", "array"}:
        return "JSON"
    if "string" in types:
        return {"date-time": "TIMESTAMP", "date": "DATE"}.get(schema.get("format", ""), "VARCHAR")
    for name, kind in (("number", _DECIMAL), ("integer", "BIGINT"), ("boolean", "BOOLEAN")):
        if name in types:
            return kind
    return "VARCHAR"


def quoted(name: str) -> str:
    """A name as it is written in SQL."""
    return '"' + name.replace('"', '""') + '"'


def text(value: Any) -> str | None:
    """A value as text that DuckDB casts to what it was.

    Raises:
        ValueError: It has more decimals than a column holds.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    if isinstance(value, (dict, list)):
        return _encode(value).decode()
    if isinstance(value, Decimal):
        if -int(value.normalize().as_tuple().exponent) > _DIGITS:
            raise ValueError(f"a number has more than {_DIGITS} decimals, and would be rounded")
        return f"{value:f}"
    return str(value)


class DuckDBSink(BatchSink):
    """Writes the rows of one stream."""

    @override
    def __init__(self, target: TargetDuckDB, *args: Any, **kwargs: Any) -> None:
        super().__init__(target, *args, **kwargs)
        self._run = target.connection.execute
        self._place = (target.catalog, target.schema, self.stream_name)

    @property
    def _table(self) -> str:
        return ".".join(map(quoted, self._place))

    @cached_property
    def _columns(self) -> dict[str, str]:
        return {name: column_type(kind) for name, kind in self.schema["properties"].items()}

    @override
    def setup(self) -> None:
        """Make the table, or the columns that it lacks.

        Raises:
            ValueError: A column has another type now.
        """
        run = self._run
        columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in self._columns.items())
        run(f"create table if not exists {self._table} ({columns})")
        found = dict(
            run(
                "select lower(column_name), data_type from information_schema.columns "
                "where (table_catalog, table_schema, table_name) = (?, ?, ?)",
                self._place,
            ).fetchall()
        )
        for name, kind in self._columns.items():
            there = found.get(name.lower())
            if there is None:
                run(f"alter table {self._table} add column {quoted(name)} {kind}")
            elif there != kind:
                raise ValueError(
                    f"Column {name} of {self._table} is {there} and would have to be {kind}. "
                    "Nothing was written. Drop the table, and load the stream from its beginning."
                )

    @override
    def process_batch(self, context: dict[str, Any]) -> None:
        """Write a batch: of rows with the same key the last one, in place of what is there."""
        keys = self.key_properties
        records: Sequence[dict[str, Any]] = context["records"]
        if keys:
            records = list({tuple(one[key] for key in keys): one for one in records}.values())
        names = list(self._columns)
        with tempfile.TemporaryDirectory(prefix="target-duckdb-") as directory:
            lines = Path(directory) / "batch.jsonl"
            with lines.open("wb") as file:
                for record in records:
                    file.write(_encode([text(record.get(name)) for name in names]) + b"\n")
            self._write(lines, names, keys)

    def _write(self, lines: Path, names: list[str], keys: Sequence[str]) -> None:
        run = self._run
        values = ", ".join(
            f"cast(json[{place}] ->> '$' as {self._columns[name]}) as {quoted(name)}"
            for place, name in enumerate(names)
        )
        run("begin")
        try:
            run(
                f"create or replace temp table batch as select {values} from read_json_objects(?, "
                f"format = 'newline_delimited', maximum_object_size = {_LONGEST_LINE})",
                [str(lines)],
            )
            if keys:
                same = " and ".join(f"old.{quoted(k)} = batch.{quoted(k)}" for k in keys)
                run(f"delete from {self._table} as old using batch where {same}")
            columns = ", ".join(map(quoted, names))
            run(f"insert into {self._table} ({columns}) select {columns} from batch")
            run("commit")
        except Exception:
            run("rollback")
            raise


class TargetDuckDB(Target):
    """The target."""

    name = "target-duckdb"
    default_sink_class = DuckDBSink
    config_jsonschema: ClassVar[dict[str, Any]] = th.PropertiesList(
        th.Property(
            "path",
            th.StringType,
            required=True,
            description="The database, a file that is created when it does not exist.",
        ),
        th.Property(
            "default_target_schema",
            th.StringType,
            default="main",
            description="Schema of the tables; created when it does not exist.",
        ),
    ).to_dict()

    @override
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A connection is for one thread.
        self._max_parallelism = 1

    @property
    def schema(self) -> str:
        """Schema of the tables."""
        return str(self.config["default_target_schema"])

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The open database."""
        # It would download what it lacks. It lacks nothing.
        connection = duckdb.connect(
            self.config["path"], config={"autoinstall_known_extensions": "false"}
        )
        connection.execute(f"create schema if not exists {quoted(self.schema)}")
        return connection

    @cached_property
    def catalog(self) -> str:
        """What DuckDB calls the file, by its name: without it, `visma.` may mean file or schema."""
        ((name,),) = self.connection.execute("select current_catalog()").fetchall()
        return str(name)
