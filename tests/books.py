"""Compares the warehouse with the books that the stand-ins serve, in SQL and in decimals."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import sql

from tap_visma.tap import TapVisma

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

    from tap_visma.stream import VismaStream
    from tests.conftest import World


@dataclass(frozen=True)
class Table:
    """How a table of the warehouse comes out of the books.

    Attributes:
        resource: Which records of the books.
        records: SQL that makes rows (tenant_id text, body jsonb) of the table `book`.
        left_out: Fields that must not arrive: personal data.
    """

    resource: str
    records: str = "select tenant_id, body from book"
    left_out: frozenset[str] = frozenset()


_VALUES = """
    select tenant_id, value || jsonb_build_object(
        'dimensionId', body -> 'id', 'segmentId', segment -> 'segmentId') as body
    from book,
        jsonb_array_elements(body -> 'segments') as s (segment),
        jsonb_array_elements(segment -> 'segmentValues') as v (value)
"""
TABLES = {
    "accounts": Table("/v1/account"),
    "customers": Table(
        "/v1/customer",
        left_out=frozenset(
            {"deliveryContact", "directDebitLines", "invoiceContact", "mainContact"}
            | {"paymentMethods"}
        ),
    ),
    "dimension_segment_values": Table("/v1/dimension/{dimensionId}", _VALUES),
    "dimensions": Table("/v1/dimension/{dimensionId}"),
    "financial_periods": Table("/v1/financialPeriod"),
    "journal_transactions": Table("/v2/journaltransaction"),
    "ledgers": Table("/v1/ledger"),
    "subaccounts": Table("/v1/subaccount"),
    "supplier_invoices": Table("/v1/supplierInvoice"),
    "suppliers": Table(
        "/v1/supplier",
        left_out=frozenset(
            {"mainContact", "remitContact", "supplierContact", "supplierPaymentMethodDetails"}
        ),
    ),
}


def _lifted(path: str) -> str:
    """The SQL of a column that the tap lifts out of a record."""
    ways = path.removesuffix("?").split("|")
    parts = [f"body #>> '{{{way.replace('.', ',')}}}'" for way in ways]
    return f"coalesce({', '.join([*parts, *(chr(39) * 2 for _ in '?' if path.endswith('?'))])})"


# What the tap adds by itself; the budget's ledger comes out of the books' own key.
_ADDED = {
    "budgets": {"ledgerId": "body ->> 'ledgerId'", "branch": _lifted("branchNumber.number")},
    "general_ledger_transactions": {"ledgerId": _lifted("ledger.id")},
    "project_transactions": {
        "lastModifiedDateTime": (
            "(select max(line ->> 'lastModifiedDateTime') from jsonb_array_elements("
            "body -> 'lines') as l (line))"
        )
    },
}


def _described(stream: type[VismaStream]) -> Table:
    """A table as the stream describes it."""
    added = {name: _lifted(lift.path) for name, lift in stream.key_from.items()}
    added |= _ADDED.get(vars(stream)["name"], {})
    pairs = ", ".join(f"'{name}', {expression}" for name, expression in added.items())
    return Table(
        stream.path,
        f"select tenant_id, body || jsonb_build_object({pairs}) as body from book",
        frozenset(stream.personal),
    )


ALL_TABLES = {
    vars(stream)["name"]: _described(stream)
    for stream in TapVisma.stream_types
    if stream.selected_by_default
} | TABLES


def records(world: World, resource: str) -> list[tuple[str, str]]:
    """Return company and body text of each record of a resource."""
    with sqlite3.connect(f"file:{world.sandbox.books}?mode=ro", uri=True) as books:
        rows = books.execute(
            "select tenant_id, key, body from records where resource = ? order by seq", (resource,)
        ).fetchall()
    companies = world.companies()
    return [
        (
            companies.get(tenant_id, tenant_id),
            f'{{"ledgerId": "{key.split("|")[0]}", {body[1:]}'
            if resource == "/v1/budget"
            else body,
        )
        for tenant_id, key, body in rows
    ]


def differences(
    world: World,
    name: str,
    rows: Sequence[tuple[str, str]] | None = None,
    *,
    schema: str = "visma",
) -> list[tuple[Any, ...]]:
    """Compare one table of the warehouse with the books, field by field.

    Args:
        world: Whose warehouse and books.
        name: The table.
        rows: Company and body of each record, in place of the books'.
        schema: Where the table, or a view of it, is.

    Returns:
        One row per row that is not the same on both sides: the key, what is on either side, and
        the columns that differ. Empty when all is equal.
    """
    table = ALL_TABLES[name]
    with world.postgres.connect(world.database) as connection:
        connection.execute("create temp table book (tenant_id text, body jsonb)")
        with connection.cursor() as cursor:
            given = records(world, table.resource) if rows is None else rows
            cursor.executemany("insert into book values (%s, %s)", given)
        connection.execute(f"create temp table record as {table.records}".encode())
        columns = _columns(connection, name)
        _same_fields(connection, table, set(columns))
        keys = _keys(connection, name)
        differing = sql.SQL(", ").join(
            sql.SQL("case when {} then {} end").format(_differs(column, kind), sql.Literal(column))
            for column, kind in columns.items()
        )
        on = sql.SQL(" and ").join(
            sql.SQL("t.{} = {}").format(sql.Identifier(key), _in_book(key, columns[key]))
            for key in keys
        )
        query = sql.SQL(
            """
            select * from (
                select {keys}, t.company_id is not null, b.tenant_id is not null,
                    array_remove(array[{differing}], null) as columns
                from {schema}.{table} t full join record b on {on}
            ) compared where columns <> '{{}}'
            """
        ).format(
            keys=sql.SQL(", ").join(sql.SQL("t.{}").format(sql.Identifier(k)) for k in keys),
            differing=differing,
            schema=sql.Identifier(schema),
            table=sql.Identifier(name),
            on=on,
        )
        return connection.execute(query).fetchall()


def _columns(connection: psycopg.Connection, table: str) -> dict[str, str]:
    """Columns of the source, with their types."""
    rows = connection.execute(
        "select column_name, data_type from information_schema.columns "
        "where table_schema = 'visma' and table_name = %s and column_name not like '\\_sdc\\_%%'",
        [table],
    ).fetchall()
    return dict(rows)


def _keys(connection: psycopg.Connection, table: str) -> list[str]:
    rows = connection.execute(
        "select attname from pg_index join pg_attribute on attrelid = indrelid "
        "and attnum = any(indkey) where indisprimary and indrelid = %s::regclass",
        [f"visma.{table}"],
    ).fetchall()
    return [str(name) for (name,) in rows]


def _same_fields(connection: psycopg.Connection, table: Table, columns: set[str]) -> None:
    """No field may be lost but those left out, which must not arrive."""
    rows = connection.execute("select distinct jsonb_object_keys(body) from record").fetchall()
    fields = {str(name) for (name,) in rows}
    assert fields - columns == fields & table.left_out
    assert not columns & table.left_out


def _in_book(column: str, kind: str) -> sql.Composable:
    if column == "company_id":
        return sql.SQL("b.tenant_id")
    field = sql.Literal(column)
    if kind == "jsonb":
        return sql.SQL("nullif(b.body -> {}, 'null')").format(field)
    return sql.SQL("(b.body ->> {})::{}").format(field, sql.SQL(kind))


def _differs(column: str, kind: str) -> sql.Composable:
    # The loader writes JSON's null where there is nothing.
    ours = sql.SQL("nullif(t.{}, 'null')" if kind == "jsonb" else "t.{}")
    return sql.SQL("{} is distinct from {}").format(
        ours.format(sql.Identifier(column)), _in_book(column, kind)
    )
