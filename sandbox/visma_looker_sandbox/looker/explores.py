"""Answers queries on the Explores of a LookML project from its warehouse."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from visma_looker_sandbox.looker.compiler import Refused, Statement, statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from visma_looker_sandbox.looker.lookml import Project

    Row = dict[str, Any]

# Nothing is ever written, whatever the role may; times are UTC, as Looker's connection says.
_OPTIONS = "-c default_transaction_read_only=on -c timezone=UTC -c statement_timeout=60s"
_WRITER = """
select rolname from pg_catalog.pg_roles
where rolname = current_user and (rolsuper or exists (
  select from pg_catalog.pg_class as t join pg_catalog.pg_namespace as s on s.oid = t.relnamespace
  where t.relkind in ('r', 'p') and s.nspname not in ('pg_catalog', 'information_schema')
    and has_table_privilege(t.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
))
"""
_THERE = "select bool_or(to_regclass(name) is not null) from unnest(%s::text[]) as name"
#: SQLAlchemy's form, as the loader's setting has it.
_DRIVER = re.compile(r"postgres(?:ql)?\+\w+://")
_ROW_TOTAL = "$$$_row_total_$$$"
#: Between the values of several pivots.
_JOINT = "|FIELD|"
_COLUMNS = 50


class AddressError(ValueError):
    """An address that is none of a Postgres."""


class Explores:
    """A project and its warehouse.

    Args:
        project: The project.
        warehouse: Address of the database as libpq takes it (`postgresql://...`), or as SQLAlchemy
            does (`postgresql+psycopg://...`). A password comes from libpq's own `PGPASSWORD` or
            password file.

    Raises:
        AddressError: The address is none.
    """

    def __init__(self, project: Project, warehouse: str) -> None:
        self.project = project
        self._warehouse = _libpq(warehouse)

    def statement(
        self, query: Mapping[str, Any], attributes: Mapping[str, str], today: dt.date
    ) -> Statement:
        """Compile a query; see `compiler.statement`."""
        return statement(self.project, query, attributes, today)

    def rows(
        self, query: Mapping[str, Any], attributes: Mapping[str, str], today: dt.date
    ) -> list[Row]:
        """Run a query.

        Returns:
            Rows in the form of Looker's result format `json`.

        Raises:
            Refused: It cannot be compiled, or the database refuses it.
        """
        made = self.statement(query, attributes, today)
        rows = [{name: row[name] for name in made.columns} for row in self._ask(made)]
        if not made.pivots:
            return rows
        totals: list[Row] = []
        if query.get("row_total"):
            # As Looker does: asked for, since a share or a distinct count does not add up.
            rest = [name for name in made.columns if name not in made.pivots]
            unpivoted = {**query, "fields": rest, "pivots": [], "sorts": [], "limit": "-1"}
            totals = self.linked(unpivoted, attributes, today)
        columns = int(query.get("column_limit") or _COLUMNS)
        return _pivoted(made, rows, totals, columns)[: made.limit]

    def writer(self) -> str | None:
        """Name of the role that the warehouse is read with, if it may also write.

        Raises:
            Refused: The warehouse does not answer.
        """
        with self._first() as connection:
            row = connection.execute(_WRITER).fetchone()
        return str(row[0]) if row else None

    def is_built(self) -> bool:
        """Whether the warehouse has any table that the project reads.

        Raises:
            Refused: The warehouse does not answer.
        """
        tables = [view.table for view in self.project.views.values()]
        with self._first() as connection:
            row = connection.execute(_THERE, [tables]).fetchone()
        return bool(row and row[0])

    @contextmanager
    def _first(self) -> Iterator[psycopg.Connection]:
        """A connection to look whether there is a warehouse at all."""
        try:
            with psycopg.connect(self._warehouse, options=_OPTIONS) as connection:
                yield connection
        except psycopg.Error as error:
            said = str(error).strip().partition("\n")[0].rstrip(".")
            dark = isinstance(error, psycopg.OperationalError)
            verb = "does not answer" if dark else "refuses"
            raise Refused(f"The warehouse {verb}: {said}.") from None

    def linked(
        self, query: Mapping[str, Any], attributes: Mapping[str, str], today: dt.date
    ) -> list[Row]:
        """As `rows` of a query without pivots, with the fields that links of its fields read."""
        return self._ask(self.statement(query, attributes, today))

    def _ask(self, made: Statement) -> list[Row]:
        try:
            with psycopg.connect(self._warehouse, options=_OPTIONS) as connection:
                # Names and values in it are quoted; the rest is the project's own SQL.
                rows = connection.execute(made.sql.encode()).fetchall()
        except psycopg.Error as error:
            said = str(error).strip().partition("\n")[0]
            raise Refused(
                f"The PostgreSQL database encountered an error while running this query: {said}"
            ) from None
        names = (*made.columns, *made.behind)
        return [dict(zip(names, map(_shown, row), strict=True)) for row in rows]


def _libpq(address: str) -> str:
    text = _DRIVER.sub("postgresql://", address, count=1)
    try:
        host = conninfo_to_dict(text).get("host", "")
    except psycopg.ProgrammingError:
        host = "@"
    # Neither libpq's words nor the address are repeated: a password may be in it.
    if "@" in str(host):
        raise AddressError(
            "The warehouse's address is not understood. Write postgresql://role@host:5432/database,"
            " without a password: that is read from PGPASSWORD, or libpq's password file."
        )
    return text


def _pivoted(
    made: Statement, rows: Iterable[Row], totals: Iterable[Row], columns: int
) -> list[Row]:
    """Put the values of the pivots beside each other."""
    keys = [name for name in made.dimensions if name not in made.pivots]
    measures = [name for name in made.columns if name not in made.dimensions]
    joint = _JOINT.join(made.pivots)
    found: dict[tuple[Any, ...], Row] = {}
    seen: dict[str, None] = {}

    def of(row: Row) -> Row:
        key = tuple(row[name] for name in keys)
        if key not in found:
            found[key] = {name: row[name] for name in keys} | {one: {joint: {}} for one in measures}
        return found[key]

    for row in rows:
        value = _JOINT.join(str(row[name]) for name in made.pivots)
        seen[value] = None
        if len(seen) > columns:
            raise Refused(f"This stand-in does not cut results to {columns} columns.")
        for name in measures:
            of(row)[name][joint][value] = row[name]
    for row in totals:
        for name in measures:
            of(row)[name][joint][_ROW_TOTAL] = row[name]
    return list(found.values())


def _shown(value: object) -> object:
    """A value as the API has it."""
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (str, int, float, bool, Decimal)) or value is None:
        return value
    return str(value)
