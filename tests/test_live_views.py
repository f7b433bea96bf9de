"""The shipped views leave out what was deleted in Visma, and nothing else."""

from __future__ import annotations

import json
import sqlite3
import uuid
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from demo.pipeline import LOAD, PROJECT
from tests.books import ALL_TABLES, differences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import psycopg

    from demo.postgres import Postgres
    from tests.conftest import World

SQL = (PROJECT / "tap-visma" / "sql" / "live_views.sql").read_text()
TABLES = """
create schema visma;
create table visma.suppliers (company_id text, name text, _sdc_extracted_at timestamp);
create table visma.general_ledger_transactions (
    company_id text, "ledgerId" text, name text, _sdc_extracted_at timestamp
);
create table visma.budgets (
    company_id text, "ledgerId" text, branch text, "financialYear" text, name text,
    _sdc_extracted_at timestamp
);
create table visma.sync_runs (
    company_id text, stream text, partition text, outcome text, mode text, window_from text,
    started_at timestamp, _sdc_extracted_at timestamp
);
create table visma.of_somebody_else (name text);
"""
AT_EIGHT, AT_NINE, AT_TEN = (f"2026-01-01T{hour}:00:00" for hour in ("08", "09", "10"))


@pytest.fixture
def warehouse(postgres: Postgres) -> Iterator[psycopg.Connection]:
    database = f"views_{uuid.uuid4().hex}"
    postgres.create_database(database)
    with postgres.connect(database) as connection:
        connection.autocommit = True
        _fill(connection)
        yield connection


def _fill(connection: psycopg.Connection) -> None:
    connection.execute(TABLES.encode())
    for company in ("NO1", "SE1"):
        connection.execute("insert into visma.suppliers values (%s, 'old', %s)", [company, AT_NINE])
        for ledger in ("1", "2"):
            connection.execute(
                "insert into visma.general_ledger_transactions values (%s, %s, 'old', %s)",
                [company, ledger, AT_NINE],
            )
            for branch in ("10", "20"):
                for year in ("2025", "2026"):
                    connection.execute(
                        "insert into visma.budgets values (%s, %s, %s, %s, 'old', %s)",
                        [company, ledger, branch, year, AT_NINE],
                    )
    connection.execute(SQL.encode())


def run(
    warehouse: psycopg.Connection,
    stream: str,
    partition: str = "",
    *,
    mode: str = "full",
    outcome: str = "success",
    window_from: str | None = None,
    started_at: str = AT_TEN,
) -> None:
    """A run of company NO1."""
    warehouse.execute(
        "insert into visma.sync_runs values ('NO1', %s, %s, %s, %s, %s, %s, %s)",
        [stream, partition, outcome, mode, window_from, started_at, started_at],
    )


def gone(warehouse: psycopg.Connection, table: str) -> list[tuple[object, ...]]:
    warehouse.execute("select visma_live_views()")
    hidden = f"select * from visma.{table} except select * from visma_live.{table} order by 1, 2, 3"
    return [row[:-2] for row in warehouse.execute(hidden.encode()).fetchall()]


def test_after_a_full_pass_the_views_are_the_books(make_world: Callable[..., World]) -> None:
    """Three companies, several ledgers, branches and years; rows deleted in two companies."""
    world = make_world("--group")
    tables = ["accounts", "budgets", "general_ledger_transactions"]
    select = json.dumps([f"{name}.*" for name in (*tables, "sync_runs")])
    world.succeed(*LOAD, TAP_VISMA__SELECT=select)
    with closing(sqlite3.connect(world.sandbox.books)) as books, books:
        for table in tables:
            done = books.execute(
                "delete from records where rowid in (select max(rowid) from records "
                "where resource = ? group by tenant_id order by tenant_id limit 2)",
                [ALL_TABLES[table].resource],
            )
            assert done.rowcount == 2
    with world.postgres.connect(world.database) as warehouse:
        warehouse.execute(SQL.encode())
        warehouse.execute("select visma_live_views()")
    world.succeed(*LOAD, TAP_VISMA__SELECT=select)
    for table in tables:
        assert len(differences(world, table, schema="visma_live")) == 2, "nobody can know yet"
    world.succeed(*LOAD, TAP_VISMA__SELECT=select, TAP_VISMA_DETECT_DELETES="true")
    for table in tables:
        assert differences(world, table, schema="visma_live") == []
        assert len(differences(world, table)) == 2


def test_a_row_is_gone_that_a_later_full_pass_did_not_write(warehouse: psycopg.Connection) -> None:
    run(warehouse, "suppliers")
    warehouse.execute("insert into visma.suppliers values ('NO1', 'new', %s)", [AT_TEN])
    assert gone(warehouse, "suppliers") == [("NO1",)], "of the other company nothing is known"


def test_a_first_load_is_a_full_pass_too(warehouse: psycopg.Connection) -> None:
    """As after the state was cleared."""
    run(warehouse, "suppliers", mode="first")
    assert gone(warehouse, "suppliers") == [("NO1",)]


def test_a_full_pass_of_one_partition_tells_of_that_one_only(
    warehouse: psycopg.Connection,
) -> None:
    run(warehouse, "general_ledger_transactions", "ledgerId=2")
    run(warehouse, "budgets", "ledgerId=1, branch=20, financialYear=2025")
    assert gone(warehouse, "general_ledger_transactions") == [("NO1", "2")]
    assert gone(warehouse, "budgets") == [("NO1", "1", "20", "2025")]


def test_nothing_is_gone_of_a_partition_that_is_not_asked_for_any_more(
    warehouse: psycopg.Connection,
) -> None:
    """Settings may leave it out; a run that asks for nothing at all tells no partition."""
    run(warehouse, "general_ledger_transactions", "ledgerId=2", started_at=AT_EIGHT)
    run(warehouse, "general_ledger_transactions", "ledgerId=1", mode="incremental")
    run(warehouse, "budgets")
    assert gone(warehouse, "general_ledger_transactions") == []
    assert gone(warehouse, "budgets") == []


@pytest.mark.parametrize(
    "run_of",
    [
        {"mode": "incremental"},
        {"mode": "resumed"},
        {"outcome": "failed"},
        {"outcome": "skipped"},
        {"mode": "first", "window_from": "2025-01-01T00:00:00.000"},
        {"started_at": AT_EIGHT},
        {"started_at": AT_NINE},
    ],
)
def test_nothing_is_gone_by_anything_less(
    warehouse: psycopg.Connection, run_of: dict[str, str]
) -> None:
    run(warehouse, "suppliers", **run_of)
    assert gone(warehouse, "suppliers") == []


def test_views_are_made_of_the_taps_tables_and_may_be_made_again(
    warehouse: psycopg.Connection,
) -> None:
    made = "select * from visma_live_views('visma', 'live \"rows\"')"
    names = [f'"live ""rows""".{name}' for name in
             ("budgets", "general_ledger_transactions", "suppliers")]  # fmt: skip
    assert warehouse.execute(made.encode()).fetchall() == [(name,) for name in names]
    warehouse.execute("alter table visma.suppliers add column added text")
    warehouse.execute(made.encode())
    warehouse.execute(b'select added from "live ""rows""".suppliers')
