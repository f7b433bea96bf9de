"""The procedures of docs/operations.md, done one after the other on one installation."""

from __future__ import annotations

import json
import shlex
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from psycopg import sql

from demo.pipeline import LOAD, MODELS, REFRESH
from demo.stand_ins import Sandbox
from tap_visma.streams.payables import Suppliers
from tests.books import differences
from tests.models import copy_database

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import World

pytestmark = [pytest.mark.deep, pytest.mark.timeout(1800)]

_STATE = "demo:tap-visma-to-target-postgres"
_TABLES = ("accounts", "ledgers", "suppliers", "supplier_invoices")
_LEFT_OUT = [f"!suppliers.{column}" for column in Suppliers.personal]
_FEW = json.dumps([*(f"{table}.*" for table in _TABLES), "sync_runs.*", *_LEFT_OUT])


@pytest.fixture
def installed(make_world: Callable[..., World]) -> World:
    """A group of which few streams are loaded, so that a run takes seconds."""
    world = make_world("--group")
    world.settings["TAP_VISMA__SELECT"] = _FEW
    return world


def _modes(world: World) -> dict[str, set[str]]:
    """How each company was read by the last run."""
    told = world.query(
        "select company_id, mode from visma.sync_runs where run_id = (select run_id "
        "from visma.sync_runs order by started_at desc limit 1) and outcome = 'success'"
    )
    return {company: {mode for name, mode in told if name == company} for company, _ in told}


def _modes_of(world: World, stream: str) -> set[str]:
    told = world.query(
        "select mode from visma.sync_runs where stream = %s and run_id = (select run_id "
        "from visma.sync_runs order by started_at desc limit 1)",
        [stream],
    )
    return {mode for (mode,) in told}


def _assert_as_in_the_books(world: World) -> None:
    for table in _TABLES:
        assert world.query(f"select count(*) > 5 from visma.{table}") == [(True,)], table
        wrong = [row for row in differences(world, table) if row[-2]]  # drafts may be gone
        assert wrong == [], (table, wrong[:3])


def _edit_state(world: World, patch: pytest.MonkeyPatch, change: str) -> None:
    """`meltano state edit`, with an editor that does one thing."""
    script = world.home / "editor.py"
    script.write_text(
        "import json, pathlib, sys\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "state = json.loads(path.read_text())\n"
        "bookmarks = state['singer_state']['bookmarks']\n"
        f"{change}\n"
        "path.write_text(json.dumps(state))\n"
    )
    editor = f"{shlex.quote(sys.executable)} {shlex.quote(str(script))}"
    patch.setenv("VISUAL", editor)
    world.meltano.configure(world.settings)
    edited = world.meltano("state", "edit", "--force", _STATE)
    assert edited.code == 0, edited.output


def _drop(world: World, statement: str, *names: str) -> None:
    with closing(world.postgres.connect("postgres")) as connection:
        connection.autocommit = True
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def test_the_procedures_do_what_their_page_says(
    installed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = installed
    companies = json.loads(world.settings["TAP_VISMA_COMPANIES"])
    *early, late = companies

    # A company more is read from its beginning; the others go on.
    world.settings["TAP_VISMA_COMPANIES"] = json.dumps(early)
    world.succeed(*LOAD)
    assert set(_modes(world)) == {company["company_id"] for company in early}
    world.settings["TAP_VISMA_COMPANIES"] = json.dumps(companies)
    world.succeed(*LOAD)
    modes = _modes(world)
    assert modes.pop(late["company_id"]) == {"first"}
    assert all("incremental" in mode and "first" not in mode for mode in modes.values())
    _assert_as_in_the_books(world)

    # One stream from its beginning.
    world.query("update visma.suppliers set name = 'by hand'")
    world.succeed(*LOAD)
    assert world.query("select count(*) > 0 from visma.suppliers where name = 'by hand'") == [
        (True,)
    ], "what did not change in Visma is not read"
    _edit_state(world, monkeypatch, "del bookmarks['suppliers']")
    world.succeed(*LOAD)
    assert _modes_of(world, "suppliers") == {"first"}
    assert _modes_of(world, "supplier_invoices") == {"incremental"}
    _assert_as_in_the_books(world)

    # A company that goes, with its state and its rows, and comes again.
    gone = late["company_id"]
    world.settings["TAP_VISMA_COMPANIES"] = json.dumps(early)
    _edit_state(
        world,
        monkeypatch,
        "for stream in bookmarks.values():\n"
        "    stream['partitions'] = [p for p in stream.get('partitions', ())"
        f" if p['context']['company_id'] != {gone!r}]",
    )
    for table in (*_TABLES, "sync_runs"):
        world.query(f"delete from visma.{table} where company_id = %s", [gone])
    world.succeed(*LOAD)
    assert all("first" not in mode for mode in _modes(world).values())
    world.settings["TAP_VISMA_COMPANIES"] = json.dumps(companies)
    world.succeed(*LOAD)
    assert _modes(world)[gone] == {"first"}
    _assert_as_in_the_books(world)

    # The warehouse comes back from a backup: the state is ahead of it.
    backup = f"{world.database}_backup"
    copy_database(world.postgres, world.database, backup)
    world.sandbox.change("--days", "3")
    world.succeed(*LOAD)
    _drop(world, "drop database {}", world.database)
    copy_database(world.postgres, backup, world.database)
    world.succeed(*LOAD)
    assert differences(world, "supplier_invoices"), "the state is ahead: rows are missing"
    world.succeed(*LOAD, TAP_VISMA_DETECT_DELETES="true")
    _assert_as_in_the_books(world)

    # The state is gone: everything once, nothing twice.
    cleared = world.meltano("state", "clear", "--force", _STATE)
    assert cleared.code == 0, cleared.output
    result = world.succeed(*LOAD)
    assert "No state was found, complete import." in result.output
    assert {"first"} in _modes(world).values()
    _assert_as_in_the_books(world)

    # The warehouse is gone, without a backup.
    _drop(world, "drop database {}", world.database)
    world.postgres.create_warehouse(world.database)
    world.meltano("state", "clear", "--force", _STATE)
    world.succeed(*LOAD)
    _assert_as_in_the_books(world)

    # New secrets: the stand-ins have others after each start. The old ones are refused.
    world.sandbox.__exit__(None, None, None)
    with Sandbox(world.sandbox.books.parent) as rotated:
        addresses = {name: url for name, url in rotated.settings.items() if name.endswith("_URL")}
        refused = world.run(*LOAD, **addresses)
        assert refused.code == 1
        assert "Check `client_id` and `client_secret`" in refused.output
        world.settings |= rotated.settings
        world.sandbox = rotated
        world.meltano.configure(world.settings)
        tested = world.meltano("test", "tap-visma", "utility-looker-refresh")
        assert tested.code == 0, tested.output
        world.succeed(*LOAD)
        assert all("first" not in mode for mode in _modes(world).values())

        # A person is made anonymous in Visma, and another one's record deleted.
        with closing(sqlite3.connect(rotated.books)) as books, books:
            ((tenant, named, body),) = books.execute(
                "select tenant_id, key, body from records where resource = '/v1/supplier' "
                "order by last_modified desc limit 1"
            )
            changed = json.loads(body) | {"name": "Anonymous"}
            books.execute(
                "update records set body = ? "
                "where resource = '/v1/supplier' and tenant_id = ? and key = ?",
                (json.dumps(changed), tenant, named),
            )
            ((number,),) = books.execute(
                "select body ->> '$.number' from records where resource = '/v1/supplier' "
                "order by last_modified limit 1"
            )
            books.execute(
                "delete from records where resource = '/v1/supplier' and body ->> '$.number' = ?",
                (number,),
            )
        world.succeed(*LOAD, TAP_VISMA_DETECT_DELETES="true")
        world.succeed(*MODELS, *REFRESH)
        assert world.query("select count(*) from visma.suppliers where name = 'Anonymous'") == [
            (1,)
        ]
        marked = world.query("select count(*) from finance.dim_supplier where is_deleted")
        assert marked[0][0] > 0
