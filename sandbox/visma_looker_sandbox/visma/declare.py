"""What a list endpoint of the ERP stand-in is declared with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Filter:
    """A query parameter that narrows a list.

    Attributes:
        name: Query parameter.
        sql: Condition with one `?`; `{op}` stands for the operator of `<name>Condition`.
        kind: How the parameter is read.
    """

    name: str
    sql: str
    kind: Literal["text", "flag", "number", "time"] = "text"


def equal(name: str, path: str = "") -> Filter:
    """The field at this path has the value, regardless of case."""
    return Filter(name, f"json_extract(body, '$.{path or name}') = ? COLLATE NOCASE")


def flag(name: str, path: str = "") -> Filter:
    """The field at this path is true, or false."""
    return Filter(name, f"json_extract(body, '$.{path or name}') = ?", "flag")


def in_lines(name: str, lines: str, path: str) -> Filter:
    """A line of the document has the value at this path."""
    return Filter(
        name,
        f"EXISTS (SELECT 1 FROM json_each(body, '$.{lines}')"  # noqa: S608 - names from here
        f" WHERE json_extract(value, '$.{path}') = ? COLLATE NOCASE)",
    )


def any_line(name: str, lines: str, path: str) -> Filter:
    """A line of the document has this truth at this path."""
    return Filter(name, in_lines(name, lines, path).sql.replace(" COLLATE NOCASE", ""), "flag")


def bound(name: str, path: str, operator: Literal[">=", "<="]) -> Filter:
    """The text at this path is not before (or not after) the value."""
    return Filter(name, f"json_extract(body, '$.{path}') {operator} ?")


def bound_day(name: str, path: str, operator: Literal[">=", "<="]) -> Filter:
    """The day at this path is not before (or not after) that of the value."""
    return Filter(
        name, f"substr(json_extract(body, '$.{path}'), 1, 10) {operator} substr(?, 1, 10)", "time"
    )


def compared(name: str, path: str, kind: Literal["number", "time"]) -> Filter:
    """The field at this path compares with the value as `<name>Condition` says."""
    return Filter(name, f"json_extract(body, '$.{path}') {{op}} ?", kind)


def after(path: str) -> Filter:
    """`greaterThanValue`: the field at this path comes after the value."""
    return Filter("greaterThanValue", f"json_extract(body, '$.{path}') > ?")


MODIFIED = Filter("lastModifiedDateTime", "last_modified {op} ?", "time")
CREATED = Filter("createdDateTime", "created {op} ?", "time")
RELEASED = Filter(
    "released", "(json_extract(body, '$.status') NOT IN ('Hold', 'Balanced')) = ?", "number"
)


@dataclass(frozen=True)
class Resource:
    """One list endpoint.

    Attributes:
        path: Path of the list, and name of the resource in the books.
        schema: Component of the API reference that a record follows.
        key: Fields that make the record's key in the books.
        filters: Query parameters that narrow the list.
        paged: Takes pageNumber and pageSize.
        metadata: Records carry `metadata`.
        expand: Flag to the parts that it shows: `lines[].part` for a part of each line,
            `part.field` for a field of an object; none for a flag that changes nothing here.
        one_of: Parameters of which one must be sent.
        mandatory: Parameters that must all be sent.
        mandatory_periods: Parameters that must be sent where `project_periods` says so.
        lines: Array whose entries pages may count instead of records.
        form: `array` of records, one `object` by its id, or an `envelope` around the records.
        negate: Flag to the fields whose sign it turns on liabilities and income.
    """

    path: str
    schema: str
    key: tuple[str, ...]
    filters: tuple[Filter, ...] = ()
    paged: bool = True
    metadata: bool = True
    expand: dict[str, tuple[str, ...]] = field(default_factory=dict)
    one_of: tuple[str, ...] = ()
    mandatory: tuple[str, ...] = ()
    mandatory_periods: tuple[str, ...] = ()
    lines: str | None = None
    form: Literal["array", "object", "envelope"] = "array"
    negate: dict[str, tuple[str, ...]] = field(default_factory=dict)
