"""Killed at any call of a run: the next run makes the warehouse the same as if nothing had been."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pytest
from psycopg import sql

from demo.stand_ins import Sandbox
from tests.pipe import Pipe, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from demo.postgres import Postgres

pytestmark = pytest.mark.xdist_group("killed")  # the loads are made once

# Unpaged, paged, merged out of fragments, and in combinations.
STREAMS = {
    "accounts", "general_ledger_transactions", "journal_transactions", "supplier_invoices",
    "suppliers",
}  # fmt: skip
# `pipe` stands for Meltano: both ends die, and no state is kept.
Victims = set[Literal["tap", "target"]]
VICTIMS: dict[str, Victims] = {"tap": {"tap"}, "target": {"target"}, "pipe": {"tap", "target"}}
Rows = dict[str, Counter[str]]


@dataclass
class Killing:
    """Where a load begins, and what it makes when nothing happens.

    Attributes:
        pipe: The pipeline.
        base: The database before the load; None for a first load.
        state: The state before the load.
        rows: What the warehouse holds after the load.
        news: What the load tells as new, by stream.
        calls: How many calls of the API it makes.
    """

    pipe: Pipe
    base: str | None
    state: State
    rows: Rows
    news: Counter[str]
    calls: int


def _administer(postgres: Postgres, statement: str, *names: str) -> None:
    with postgres.connect("postgres") as connection:
        connection.autocommit = True
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def _database(postgres: Postgres, base: str | None, name: str = "killed") -> Iterator[str]:
    statement = "create database {}" + (" template {}" if base else "")
    _administer(postgres, statement, *filter(None, (name, base)))
    try:
        yield name
    finally:
        _administer(postgres, "drop database {} with (force)", name)


def _rows(postgres: Postgres, database: str) -> Rows:
    """All rows of the tables as text, without the times of loading, and with how often each is."""
    with postgres.connect(database) as connection:
        return {
            table: Counter(
                text
                for (text,) in connection.execute(
                    sql.SQL(
                        "select (select jsonb_object_agg(key, value) from jsonb_each(to_jsonb(t))"
                        " where key not like '\\_sdc\\_%%')::text from {} t"
                    ).format(sql.Identifier("visma", table)),
                    (),
                ).fetchall()
            )
            for table in STREAMS
        }


def _news(postgres: Postgres, database: str) -> Counter[str]:
    with postgres.connect(database) as connection:
        query = "select stream, sum(rows_new)::int from visma.sync_runs group by stream"
        return Counter(dict(connection.execute(query).fetchall()))


def _watched(pipe: Pipe, base: str | None, state: State) -> Killing:
    """What the load makes when nothing happens."""
    with _database(pipe.postgres, base, "undisturbed") as database:
        before = _news(pipe.postgres, database) if base else Counter[str]()
        pipe.sandbox.control("DELETE", "/calls")
        ended = pipe.run(database, state)
        assert (ended.tap, ended.target) == (0, 0), ended.log
        calls = [call for call in pipe.sandbox.control("GET", "/calls") if call["service"] == "api"]
        news, rows = _news(pipe.postgres, database), _rows(pipe.postgres, database)
    assert all(rows.values())
    assert news - before, "there is something to lose"
    return Killing(pipe, base, state, rows, news, len(calls))


@pytest.fixture(scope="module")
def load(
    request: pytest.FixtureRequest,
    postgres: Postgres,
    plugins: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Killing]:
    """A first load, or one after some days of business."""
    home = tmp_path_factory.mktemp("killed")
    with Sandbox(home, "--max-page-size", "300") as sandbox:
        pipe = Pipe(home, sandbox, postgres, {*STREAMS, "sync_runs"})
        if request.param == "first":
            yield _watched(pipe, None, {})
            return
        with _database(postgres, None, "loaded") as base:
            state = pipe.run(base, {}).state
            sandbox.change("--days", "4")
            sandbox.control("PUT", "/settings", {"max_page_size": 20})
            yield _watched(pipe, base, state)


def _kill_at(load: Killing, call: int, victims: Victims) -> None:
    """Kill while the call is in the air, run again, and compare."""
    pipe, sandbox = load.pipe, load.pipe.sandbox
    sandbox.control("DELETE", "/faults")  # of a kill that failed
    with _database(pipe.postgres, load.base) as database:
        sandbox.control("POST", "/faults", {"kind": "hold", "path": "^/v", "after": call - 1})
        with pipe.running(database, load.state) as running:
            sandbox.control("GET", "/held")
            running.kill(victims)
            sandbox.control("DELETE", "/faults")
            killed = running.end()
        assert (killed.tap, killed.target) != (0, 0), "it was too late to kill anybody"
        assert "Traceback" not in killed.log, killed.log
        assert ("The loader has stopped reading" in killed.log) == ("tap" not in victims)
        state = load.state if "tap" in victims and "target" in victims else killed.state
        again = pipe.run(database, state)
        assert (again.tap, again.target) == (0, 0), again.log
        assert _rows(pipe.postgres, database) == load.rows
        missing = load.news - _news(pipe.postgres, database)
        assert not missing, "news that nobody was told of: Looker would not be refreshed for them"


# The walk takes some minutes; these three show the kinds.
@pytest.mark.parametrize(
    ("load", "victim"),
    [("first", "target"), ("following", "tap"), ("following", "pipe")],
    indirect=["load"],
    scope="module",
)
def test_a_kill_in_mid_run_loses_nothing(load: Killing, victim: str) -> None:
    _kill_at(load, load.calls // 2, VICTIMS[victim])


@pytest.mark.deep
@pytest.mark.timeout(0)  # each wait has its own limit; a busy machine may take long for them all
@pytest.mark.parametrize("victim", VICTIMS)
@pytest.mark.parametrize("load", ["first", "following"], indirect=True, scope="module")
def test_a_kill_at_any_call_loses_nothing(
    load: Killing, victim: str, subtests: pytest.Subtests
) -> None:
    for call in range(1, load.calls + 1):
        with subtests.test(call=call):
            _kill_at(load, call, VICTIMS[victim])
