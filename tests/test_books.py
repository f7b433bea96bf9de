"""First load, incremental load and a load without news: the warehouse is the books, each time."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.books import TABLES, differences, records

if TYPE_CHECKING:
    from tests.conftest import World

# Calls of a run without news: one per list, one per dimension, one per ledger, one for the open
# documents of suppliers and of customers each, and one more for each of the three lists that tell
# no total and are not empty. The token is not counted.
_LISTS = 41


def _api_calls(world: World) -> list[str]:
    calls = world.sandbox.control("GET", "/calls")
    return [f"{call['path']} {call['query']}" for call in calls if call["service"] == "api"]


def _content(world: World) -> dict[str, list[Any]]:
    """Every row of every table, without the loader's own columns."""
    return {
        table: world.query(
            f"""
            select (
                select jsonb_object_agg(key, value) from jsonb_each(to_jsonb(t))
                where key not like '\\_sdc\\_%%'
            ) as content from visma.{table} t order by content
            """
        )
        for table in TABLES
    }


def _last_run(world: World, column: str) -> dict[str, Any]:
    return dict(
        world.query(
            f"select stream, {column} from visma.sync_runs where run_id = "
            "(select run_id from visma.sync_runs order by started_at desc limit 1)"
        )
    )


def _assert_equal_to_books(world: World) -> None:
    for table, described in TABLES.items():
        assert records(world, described.resource), f"the books hold nothing for {table}"
        assert differences(world, table) == [], table


def _assert_traceable(world: World) -> None:
    """Each row's time joins to exactly one row of sync_runs."""
    for table in TABLES:
        untraceable = world.query(
            f"""
            select count(*) from visma.{table} t where 1 <> (
                select count(*) from visma.sync_runs s
                where s.stream = %s and s.company_id = t.company_id
                and t._sdc_extracted_at between s.started_at and s.finished_at
            )
            """,
            [table],
        )
        assert untraceable == [(0,)], table


def _assert_a_wrong_cent_is_seen(world: World) -> None:
    """The comparison above can fail: at the root of a record and deep inside."""
    lines = '"journalTransactionLines"'
    nested = f"({lines} #>> '{{0,debitAmount}}')::numeric"
    columns = {
        "controlTotal": '"controlTotal" + %s',
        "journalTransactionLines": (
            f"jsonb_set({lines}, '{{0,debitAmount}}', to_jsonb({nested} + %s))"
        ),
    }
    for column, changed in columns.items():
        for cent, seen in ((Decimal("0.01"), [[column]]), (Decimal("-0.01"), [])):
            world.query(
                f'update visma.journal_transactions set "{column}" = {changed} '
                'where "batchNumber" = (select max("batchNumber") from visma.journal_transactions)',
                [cent],
            )
            assert [row[-1] for row in differences(world, "journal_transactions")] == seen


def test_first_and_later_loads_give_exactly_the_books(world: World) -> None:
    world.sandbox.change()  # leaves drafts, of which the next change deletes one
    world.succeed()
    _assert_equal_to_books(world)
    _assert_traceable(world)
    _assert_a_wrong_cent_is_seen(world)
    assert {_last_run(world, "mode")[table] for table in TABLES} == {"first"}
    first = _content(world)

    changes = world.sandbox.change()
    world.succeed()
    assert _content(world) != first, changes
    deleted = _forget_deleted(world)
    assert deleted, changes
    _assert_equal_to_books(world)
    _assert_traceable(world)
    assert {_last_run(world, "mode")[table] for table in TABLES} == {"incremental", "full"}
    assert sum(_last_run(world, "rows_new").values()) > 0

    before = _content(world)
    world.sandbox.control("DELETE", "/calls")
    world.succeed()
    assert _content(world) == before
    _assert_traceable(world)
    assert set(_last_run(world, "rows_new").values()) == {0}
    assert set(_last_run(world, "outcome").values()) == {"success"}
    dimensions = len(records(world, "/v1/dimension/{dimensionId}"))
    calls = _api_calls(world)
    assert len(calls) == _LISTS + dimensions, calls
    assert len(set(calls)) == len(calls)
    assert sum(_last_run(world, "calls").values()) == len(calls)

    # And the comparison sees a row that is not there.
    world.query('delete from visma.ledgers where "internalId" = 1')
    assert [row[-3:-1] for row in differences(world, "ledgers")] == [(False, True)]


def _forget_deleted(world: World) -> list[Any]:
    """Delete the rows that are gone from the books, which no incremental load can know."""
    gone = []
    for table in TABLES:
        for *key, here, there, _ in differences(world, table):
            if here and not there:
                gone.append((table, *key))
    assert {table for table, *_ in gone} <= {"supplier_invoices"}, gone
    for table, *key in gone:
        world.query(
            f'delete from visma.{table} where (company_id, "documentType", "referenceNumber") '
            "= (%s, %s, %s)",
            key,
        )
    return gone
