"""Publishing marts: what readers see of it, and when nothing is published at all."""

from __future__ import annotations

import shutil
import threading
import uuid
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.dbt import TRANSFORM, Dbt
from tests.models import copy_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import psycopg

    from demo.pipeline import Result
    from demo.postgres import Postgres

pytestmark = pytest.mark.xdist_group("publish")

_PROJECT = yaml.safe_load((TRANSFORM / "dbt_project.yml").read_text())
_TOTAL = "select total, n from finance.totals join finance.parts using (n) group by 1, 2"


_PARTS = "select i as part, (table public.n) as n from generate_series(1, 1000) as i"
_TOTALS = "select max(n) as n, sum(n) as {} from {{{{ ref('parts') }}}}"


class Books:
    """A small project that publishes as the real one does, with its database.

    Args:
        home: Directory of the project and of what dbt writes.
        postgres: Server of the database.
        template: Database to begin with.
    """

    def __init__(self, home: Path, postgres: Postgres, template: str = "template1") -> None:
        self.home = home
        self.database = f"publish_{uuid.uuid4().hex}"
        copy_database(postgres, template, self.database)
        self._postgres = postgres
        self._models = home / "project" / "models"
        self._dbt = Dbt(home, postgres.settings(self.database), home / "project")

    def begin(self) -> None:
        """Write the project, and publish its marts for the first time."""
        self._models.mkdir(parents=True)
        own: dict[str, Any] = {
            "name": "books",
            "profile": "visma_finance",
            "macro-paths": [str(TRANSFORM / "macros")],
            "models": {
                "+contract": {"enforced": True},
                "+materialized": "table",
                "+meta": {"published": True},
                "+post-hook": _PROJECT["models"]["visma_finance"]["+post-hook"],
            },
        }
        hooks = {name: _PROJECT[name] for name in ("on-run-start", "on-run-end", "vars")}
        (self._models.parent / "dbt_project.yml").write_text(yaml.safe_dump(own | hooks))
        sources = {"sources": [{"name": "visma", "tables": [{"name": "sync_runs"}]}]}
        (self._models / "sources.yml").write_text(yaml.safe_dump(sources))
        self.model("old", "select 1 as n", key="n", n="int")
        self.model("parts", _PARTS, key="part", part="int", n="int")
        self.model("totals", _TOTALS.format("total"), key="n", n="int", total="bigint")
        self.query("create table public.n as select 1 as n")
        self.build(n=1)

    def copy(self, home: Path) -> Books:
        """The project and its database as they are now."""
        shutil.copytree(self.home, home, dirs_exist_ok=True)
        return Books(home, self._postgres, self.database)

    def beside(self, home: Path) -> Dbt:
        """Another dbt for the same project and database."""
        return Dbt(home, self._postgres.settings(self.database), self.home / "project")

    def dbt(self, *words: str, n: int | None) -> Result:
        """Run dbt when `n` is what it is."""
        self.query(f"update public.n set n = {'null' if n is None else n}")
        return self._dbt(*words)

    def build(self, n: int) -> None:
        """Build and publish when `n` is what it is."""
        result = self.dbt("build", n=n)
        assert result.code == 0, result.output

    def model(self, name: str, text: str, *, key: str, **columns: str) -> None:
        """Write a model and what is promised of it."""
        (self._models / f"{name}.sql").write_text(text)
        promised = {
            "name": name,
            "description": f"All the {name}.",
            "constraints": [{"type": "primary_key", "columns": [key]}],
            "columns": [
                {"name": column, "data_type": kind, "data_tests": ["not_null"]}
                for column, kind in columns.items()
            ],
        }
        (self._models / f"{name}.yml").write_text(yaml.safe_dump({"models": [promised]}))

    def remove(self, name: str) -> None:
        """Take a model out of the project."""
        for path in self._models.glob(f"{name}.*"):
            path.unlink()

    def connect(self, role: str = "postgres") -> psycopg.Connection:
        """Open a connection as a role."""
        connection = self._postgres.connect(self.database)
        connection.autocommit = True
        connection.execute(f"set role {role}".encode())
        return connection

    def query(self, statement: str, role: str = "postgres") -> list[tuple[Any, ...]]:
        """Ask as a role."""
        with self.connect(role) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def published(plugins: None, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Books:
    """The project, published with `n` of 1."""
    books = Books(tmp_path_factory.mktemp("published"), postgres)
    books.begin()
    return books


@pytest.fixture
def books(published: Books, tmp_path: Path) -> Books:
    """The project, published with `n` of 1, for one test."""
    return published.copy(tmp_path)


@pytest.fixture
def reader(books: Books) -> Iterator[str]:
    """Looker's role, once there is something to read."""
    role = f"looker_{uuid.uuid4().hex}"
    books.query(f"create role {role}")
    yield role
    books.query(f"drop owned by {role}; drop role {role}")


def _grant(books: Books, reader: str) -> None:
    books.query(
        f"grant usage on schema finance to {reader};"
        f"grant select on all tables in schema finance to {reader}"
    )


def test_a_reader_sees_the_marts_before_or_after_and_keeps_its_grants(
    books: Books, reader: str
) -> None:
    _grant(books, reader)
    books.query("create view public.report as select n, total from finance.totals")
    seen: list[tuple[int, int]] = []
    enough = threading.Event()

    def read() -> None:
        with books.connect(reader) as connection:
            while not enough.is_set():
                rows = connection.execute(_TOTAL.encode()).fetchall()
                assert len(rows) == 1, rows
                seen.append(rows[0])

    thread = threading.Thread(target=read)
    thread.start()
    try:
        books.build(n=2)
    finally:
        enough.set()
        thread.join()
    seen.append(books.query(_TOTAL, reader)[0])
    assert set(seen) == {(1000, 1), (2000, 2)}
    assert len(seen) > 10  # of a build of seconds
    assert books.query("select n, total from public.report") == [(2, 2000)]
    told = "select mart, row_count, rows_changed from finance.published_marts order by mart"
    assert books.query(told, reader) == [("old", 1, 0), ("parts", 1000, 1000), ("totals", 1, 1)]


def test_a_failed_test_leaves_the_marts_of_before(books: Books) -> None:
    failed = books.dbt("build", n=None)
    assert failed.code == 1
    assert "Schema finance keeps the marts of the build before." in failed.output
    assert books.query(_TOTAL) == [(1000, 1)]


def test_only_a_complete_build_is_published(books: Books) -> None:
    done = books.dbt("build", "--exclude", "old", n=2)
    assert done.code == 0, done.output
    assert "only a complete build is" in done.output
    assert books.query("select n from finance_build.totals") == [(2,)]
    assert books.query(_TOTAL) == [(1000, 1)]


@pytest.mark.timeout(900)
def test_a_new_version_of_the_project_changes_tables_that_are_read(
    books: Books, reader: str
) -> None:
    _grant(books, reader)
    books.query("create view public.report as select n from finance.totals")
    books.remove("old")
    parts = _PARTS.replace("i as part", "i::bigint as part, 'x' as kind")
    books.model("parts", parts, key="part", part="bigint", kind="text", n="int")
    books.model("totals", _TOTALS.format("amount"), key="n", n="int", amount="bigint")
    books.model("fresh", "select 1 as n", key="n", n="int")

    # A reader that holds the second table that is locked, and then asks for the first one.
    locked = """
        select from pg_locks join pg_class on pg_class.oid = relation
        where mode = 'AccessExclusiveLock' and granted and relname = 'parts'
          and relnamespace = to_regnamespace('finance')"""
    with books.connect(reader) as connection, books.connect() as watch:
        connection.autocommit = False
        connection.execute("select count(*) from finance.totals")
        building = threading.Thread(target=lambda: books.build(n=2))
        building.start()
        while building.is_alive() and not watch.execute(locked.encode()).fetchall():
            building.join(0.05)
        assert building.is_alive()
        assert connection.execute("select count(*) from finance.parts").fetchone() == (1000,)
        connection.rollback()
        building.join()
    assert books.query("select part, n, kind from finance.parts where part = 1", reader) == [
        (1, 2, "x")
    ]
    assert books.query("select n from finance.fresh", reader) == [(1,)]
    assert books.query("select to_regclass('finance.old') is null") == [(True,)]
    assert books.query("select n from public.report") == [(2,)]


def test_a_column_that_a_view_reads_is_not_dropped(books: Books) -> None:
    books.query("create view public.report as select total from finance.totals")
    books.model("totals", _TOTALS.format("amount"), key="n", n="int", amount="bigint")
    refused = books.dbt("build", n=2)
    assert refused.code == 1
    assert (
        "finance.totals is another one in this version of the models: view report" in refused.output
    )
    assert books.query(_TOTAL) == [(1000, 1)]


def test_what_the_models_did_not_make_is_left_alone(books: Books) -> None:
    books.query("create table finance.ours as select 1 as n")
    books.model("ours", "select 2 as n", key="n", n="int")
    refused = books.dbt("build", n=2)
    assert refused.code == 1
    assert "In schema finance there is ours already" in refused.output
    assert books.query("select n from finance.ours") == [(1,)]
    assert books.query(_TOTAL) == [(1000, 1)]


def test_of_two_builds_at_once_the_newer_one_is_published_as_it_was_built(
    books: Books, tmp_path: Path
) -> None:
    """The older one wakes up between the newer one's tables and their publication."""
    wait = (
        "{{{{ config(pre_hook='select pg_advisory_lock({0})' if var('gate', 0) == {0} else '') }}}}"
    )
    books.model("parts", wait.format(1) + _PARTS, key="part", part="int", n="int")
    last = "select n from {{ ref('totals') }}"
    books.model("late", wait.format(2) + last, key="n", n="int")
    said: dict[int, Result] = {}

    def build(gate: int) -> threading.Thread:
        dbt = books.beside(tmp_path / str(gate))
        thread = threading.Thread(target=lambda: said.update({gate: dbt("build", gate=gate)}))
        thread.start()
        waits = f"""
            select 1 from pg_locks join pg_database on pg_database.oid = database
            where locktype = 'advisory' and not granted and objid = {gate}
              and datname = current_database()"""
        while thread.is_alive() and not books.query(waits):
            thread.join(0.05)
        assert thread.is_alive(), said[gate].output
        return thread

    with books.connect() as one, books.connect() as two:
        one.execute("select pg_advisory_lock(1)")
        two.execute("select pg_advisory_lock(2)")
        older = build(1)
        books.query("update public.n set n = 2")
        newer = build(2)
        books.query("update public.n set n = 3")
        one.execute("select pg_advisory_unlock(1)")
        older.join()
        two.execute("select pg_advisory_unlock(2)")
        newer.join()
    assert said[1].code == 1
    assert "Another build began in schema finance_build" in said[1].output
    assert said[2].code == 0, said[2].output
    assert books.query(_TOTAL) == [(2000, 2)]
    assert books.query("select total, n from finance_build.totals") == [(2000, 2)]


def test_a_build_that_is_overtaken_after_its_last_table_is_not_published(books: Books) -> None:
    path = books.home / "project" / "dbt_project.yml"
    project = yaml.safe_load(path.read_text())
    project["on-run-end"].insert(0, "comment on schema finance_build is 'by another'")
    path.write_text(yaml.safe_dump(project))
    overtaken = books.dbt("build", n=2)
    assert overtaken.code == 1
    assert "Another build began in schema finance_build" in overtaken.output
    assert books.query(_TOTAL) == [(1000, 1)]
