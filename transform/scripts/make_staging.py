"""Writes the staging models and their sources: `make docs`, or `--check` to compare only.

Staging is mechanical: what the tap's schema names in camelCase becomes a typed snake_case column,
objects are flattened, lists of objects become models of their own. What is a choice stands in
`staging_choices.py`.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from staging_choices import (
    ACCEPTED,
    ALSO_UNIQUE,
    COLUMN_NAMES,
    DESCRIPTIONS,
    LISTS,
    MODEL_NAMES,
    OBJECT_NAMES,
    PARTITIONS,
    SKIPPED,
    SKIPPED_OBJECTS,
    TEXT,
)
from tap_visma.openapi import SOURCE
from tap_visma.stream import VismaStream
from tap_visma.tap import TapVisma

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from singer_sdk import Stream

FOLDER = Path(__file__).parents[1] / "models" / "staging" / "visma"
NOTE = "Written by transform/scripts/make_staging.py; `make docs` writes it anew."
LOADED = {"_sdc_extracted_at": "timestamp", "_sdc_batched_at": "timestamp"}
RAW_SCHEMA = (
    "{{ var('raw_schema', none) or env_var('DBT_POSTGRES_RAW_SCHEMA', '')"
    " or env_var('TARGET_POSTGRES_DEFAULT_TARGET_SCHEMA', 'visma') }}"
)
LONGEST_NAME = 63  # of Postgres

Schema = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of a staging model: its name, its type, and how it is computed."""

    name: str
    type: str
    sql: str


def resolved(field: Schema) -> Schema:
    """The schema itself where a field names a component."""
    while "$ref" in field:
        field = SOURCE.spec["components"]["schemas"][field["$ref"].rsplit("/", 1)[-1]]
    return field


def snake(name: str) -> str:
    """A name in snake_case: accountCD is account_cd."""
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


def joined(prefix: str, name: str) -> str:
    """The name of an object's field: the object's name first, and each word of both once."""
    name = snake(name)
    if not prefix:
        return name
    owner, _, last = f"_{prefix}".rpartition("_")
    if name == last or name.startswith(f"{last}_"):
        return f"{owner}_{name}".strip("_")
    return f"{prefix}_{name}"


def raw_type(schema: Schema) -> str:
    """The type that the loader gives a property."""
    types = schema.get("type", "string")
    types = types if isinstance(types, list) else [types]
    if schema.get("format") == "date-time":
        return "timestamp"
    for json_type, sql_type in (
        ("object", "jsonb"),
        ("array", "jsonb"),
        ("number", "numeric"),
        ("integer", "bigint"),
        ("boolean", "boolean"),
    ):
        if json_type in types:
            return sql_type
    return "text"


def staged_type(name: str, schema: Schema) -> str:
    """The type of a staging column. Dates are dates; times of change keep the time."""
    if name.endswith(TEXT):
        return "text"
    found = raw_type(schema)
    is_time = name.endswith(("_at", "date_time", "date_time_utc1")) or "last_modified" in name
    return "date" if found == "timestamp" and not is_time else found


def inside(schema: Schema, where: str, prefix: str = "", path: str = "") -> Iterator[Column]:
    """The scalars inside an object, those of its objects included."""
    for name, reference in schema.get("properties", {}).items():
        field = resolved(reference)
        if name in SKIPPED or (prefix and name == "lastModifiedDateTime"):
            continue
        if "properties" in field:
            if name not in SKIPPED_OBJECTS:
                inner = joined(prefix, OBJECT_NAMES.get(name, name))
                yield from inside(field, f"{where} -> '{name}'", inner, f"{name}.")
        elif field.get("type") not in {"array", "object"}:
            column = COLUMN_NAMES.get(path + name) or joined(prefix, name)
            wanted = staged_type(column, field)
            text = f"{where} ->> '{name}'"
            yield Column(column, wanted, text if wanted == "text" else f"({text})::{wanted}")


def merged(columns: Iterable[Column], taken: Iterable[str] = ()) -> list[Column]:
    """One column per name; what Visma tells at two places is taken from where it is."""
    found: dict[str, Column] = {}
    for column in columns:
        name = f"line_{column.name}" if column.name in taken else column.name
        if len(name) > LONGEST_NAME:
            raise SystemExit(f"{name} is too long for Postgres.")
        sql = column.sql
        if before := found.get(name):
            if before.type != column.type:
                raise SystemExit(f"{name} is {before.type} and {column.type}.")
            sql = f"coalesce({before.sql}, {column.sql})"
        found[name] = Column(name, column.type, sql)
    return list(found.values())


def raw_columns(stream: Stream) -> dict[str, str]:
    """The raw columns that staging reads, with their types."""
    left_out = SKIPPED | set(getattr(stream, "personal", ()))
    if not stream.selected_by_default:
        left_out |= SKIPPED_OBJECTS
    return {
        name: raw_type(schema)
        for name, schema in stream.schema["properties"].items()
        if name not in left_out
    } | LOADED


def root_columns(stream: Stream) -> list[Column]:
    """The columns of a stream's own model: scalars first, then what lies in objects."""
    raw = raw_columns(stream)
    properties = stream.schema["properties"]
    scalars, nested = [], []
    for name, loaded in raw.items():
        if loaded == "jsonb":
            field = resolved(_component(stream)["properties"][name])
            prefix = snake(OBJECT_NAMES.get(name, name))
            nested += list(inside(field, f'raw."{name}"', prefix, f"{name}."))
        elif name not in LOADED:
            column = COLUMN_NAMES.get(name) or snake(name)
            wanted = staged_type(column, properties[name])
            cast = "" if wanted == loaded else f"::{wanted}"
            scalars.append(Column(column, wanted, f'raw."{name}"{cast}'))
    return merged([*scalars, *nested])


def _component(stream: Stream) -> Schema:
    key = stream.schema_key() if isinstance(stream, VismaStream) else ""
    return dict(SOURCE.spec["components"]["schemas"].get(key, {}))


def key_columns(stream: Stream, columns: list[Column]) -> list[Column]:
    """The columns of a stream's key, in its order."""
    by_name = {column.name: column for column in columns}
    return [by_name[snake(name)] for name in stream.primary_keys]


def model_sql(stream: Stream, columns: list[Column], array: str | None) -> str:
    """The text of a model."""
    shown = [f"    {column.sql} as {column.name}" for column in columns]
    lines = [
        f"-- {NOTE}",
        "with raw as (",
        "",
        f"    {{{{ raw('{stream.name}') }}}}",
        "",
        ")",
        "",
        "select",
        ",\n".join(
            [
                *shown,
                "    raw._sdc_extracted_at as _extracted_at",
                "    raw._sdc_batched_at as _loaded_at",
                "    " + ("{{ is_deleted() }}" if _has_passes(stream) else "false")
                + " as is_deleted",
            ]
        ),
        "from raw",
    ]  # fmt: skip
    if _has_passes(stream):
        parts = PARTITIONS.get(stream.name, ())
        named = f", {list(parts)}" if parts else ""
        lines.append(f"{{{{ join_last_full_pass('{stream.name}'{named}) }}}}")
    if array:
        lines.append(f"""cross join lateral {{{{ elements('raw."{array}"') }}}}""")
    return "\n".join(lines) + "\n"


def _has_passes(stream: Stream) -> bool:
    return isinstance(stream, VismaStream)


def model_yaml(name: str, description: str, key: list[str], columns: list[Column]) -> list[str]:
    """The lines that describe a model and its tests."""
    lines = [
        f"  - name: stg_visma__{name}",
        f"    description: {description}",
        "    data_tests:",
        "      - unique_combination:",
        f"          arguments: {{columns: [{', '.join(key)}]}}",
        "          config: {where: not is_deleted}",
    ]
    if also := ALSO_UNIQUE.get(name):
        lines += [
            "      - unique_combination:",
            f"          name: stg_visma__{name}_{'_'.join(also)}_names_one_row",
            f"          arguments: {{columns: [company_id, {', '.join(also)}]}}",
            "          config: {where: not is_deleted, severity: warn}",
        ]
    lines.append("    columns:")
    for column in columns:
        accepted = ACCEPTED.get(name, {}).get(column.name)
        said = DESCRIPTIONS.get(column.name) or ("Part of the key." if column.name in key else "")
        if not said and not accepted:
            continue
        lines.append(f"      - name: {column.name}")
        lines.append(f'        description: "{said or "One of the values that the models know."}"')
        if accepted:
            lines += [
                "        data_tests:",
                "          - accepted_values:",
                f"              name: stg_visma__{name}_{column.name}_is_known",
                f"              arguments: {{values: [{', '.join(accepted)}]}}",
                "              config: {severity: warn}",
            ]
    return lines


def files() -> dict[str, str]:
    """Every file of the folder that is written, with its text."""
    streams = TapVisma(config={}, validate_config=False).streams.values()
    written = {}
    sources = [
        f"# {NOTE}",
        "version: 2",
        "sources:",
        "  - name: visma",
        "    description: The raw tables, one per stream of tap-visma, with Visma's own names.",
        "    # The schema that the loader writes to.",
        f'    schema: "{RAW_SCHEMA}"',
        "    config:",
        "      # By what the tap says of its runs: quiet weekends are fresh, failures are not.",
        '      loaded_at_query: "{{ last_complete_reading() }}"',
        "      freshness:",
        "        warn_after: {count: 36, period: hour}",
        "        error_after: {count: 72, period: hour}",
        "    tables:",
    ]
    models = [f"# {NOTE}", "version: 2", "models:"]
    end = [
        Column("_extracted_at", "timestamp", ""),
        Column("_loaded_at", "timestamp", ""),
        Column("is_deleted", "boolean", ""),
    ]
    for stream in streams:
        sentence = (stream.__doc__ or "").strip().splitlines()[0]
        sources += [f"      - name: {stream.name}", f'        description: "{sentence}"']
        sources.append("        columns:")
        sources += [
            f'          - {{name: "{name}", quote: true, data_type: {loaded}}}'
            for name, loaded in raw_columns(stream).items()
        ]
        name = MODEL_NAMES.get(stream.name, stream.name)
        columns = root_columns(stream)
        key = key_columns(stream, columns)
        keys = [column.name for column in key]
        written[f"stg_visma__{name}.sql"] = model_sql(stream, columns, None)
        models += model_yaml(name, f'"{sentence}"', keys, [*columns, *end])
        for array, part in LISTS.get(stream.name, {}).items():
            items = resolved(resolved(_component(stream)["properties"][array])["items"])
            head = [*key, Column("line_ordinal", "bigint", "element.ordinality")]
            taken = [column.name for column in head]
            lines = [*head, *merged(inside(items, "element.item"), taken)]
            written[f"stg_visma__{part}.sql"] = model_sql(stream, lines, array)
            said = f'"`{array}` of {stream.name}, one row per element."'
            models += model_yaml(part, said, taken, [*lines, *end])
    written["_sources.yml"] = "\n".join(sources) + "\n"
    written["_staging.yml"] = "\n".join(models) + "\n"
    return written


def main() -> int:
    """Writes, or with `--check` compares and names the files that are old."""
    wanted = files()
    there = {
        path.name: path.read_text(encoding="utf-8")
        for path in FOLDER.glob("*")
        if NOTE in path.read_text()
    }
    old = sorted(
        name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name)
    )
    if "--check" in sys.argv:
        if old:
            print(f"Out of date: {', '.join(old)}. Run `make docs`.")  # noqa: T201
        return int(bool(old))
    for name in old:
        if name in wanted:
            (FOLDER / name).write_text(wanted[name], encoding="utf-8")
        else:
            (FOLDER / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
