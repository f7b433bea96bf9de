"""The SQL that the pages tell an operator to run: it runs, and says or does what it should."""

from __future__ import annotations

import re
import shlex
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from demo.pipeline import PROJECT
from demo.postgres import LOADER, MONITOR, TRANSFORMER
from tests.models import Warehouse

if TYPE_CHECKING:
    from demo.postgres import Postgres

pytestmark = [pytest.mark.xdist_group("group"), pytest.mark.timeout(900)]

_PAGES = ("README.md", "docs/operations.md", "tap-visma/README.md")
#: What `warehouse/roles.sql` does is tested with it; a page may show a part of it.
_ROLES = re.compile(r"create role|grant ")
_COMPANY = "granskog"


def _text(page: str) -> str:
    return (PROJECT / page).read_text()


def _blocks(page: str) -> list[str]:
    fenced = re.findall(r"^( *)```sql\n(.*?)^ *```$", _text(page), re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in fenced]


def _role(block: str) -> str:
    return LOADER if block.startswith("-- As visma_loader") else TRANSFORMER


def _block(words: str) -> str:
    (found,) = (block for block in _blocks("docs/operations.md") if words in block)
    return found


@pytest.fixture
def copy(built: Warehouse, request: pytest.FixtureRequest) -> Warehouse:
    """A copy that a test may change."""
    return built.copy(request.node.originalname)


def _run(warehouse: Warehouse, statement: str) -> list[tuple[Any, ...]]:
    """Run a block as the role that it names."""
    connection = warehouse.postgres.connect(warehouse.database, _role(statement))
    with connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


@pytest.mark.parametrize("page", _PAGES)
def test_every_statement_of_the_pages_runs(built: Warehouse, page: str) -> None:
    blocks = [block for block in _blocks(page) if not _ROLES.search(block)]
    assert blocks
    for block in blocks:
        with built.postgres.connect(built.database, _role(block)) as connection:
            connection.execute(block.encode())
            connection.rollback()


def _alerts(warehouse: Warehouse, **limits: int | str) -> tuple[int, set[tuple[str, ...]], str]:
    """What a machine is told that asks with the command of the page: exit code, lines, errors."""
    psql = shlex.split(warehouse.postgres.psql(warehouse.database, MONITOR))
    (command,) = re.findall(
        r'^\$ psql "[^"]*" (.*alerts\.sql)$', _text("docs/operations.md"), re.MULTILINE
    )
    sets = [f"--set={name}={value}" for name, value in limits.items()]
    done = subprocess.run(
        [*psql, *sets, *command.split()], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    lines = {tuple(line.split(" | ", 3)) for line in done.stdout.splitlines()}
    return done.returncode, {line[:3] for line in lines}, done.stderr


def test_alerts_speak_of_what_was_never_loaded_or_may_not_be_read(postgres: Postgres) -> None:
    postgres.create_warehouse(database := "never_loaded")
    empty = Warehouse(postgres, database, PROJECT, [], {})
    code, lines, errors = _alerts(empty)
    assert lines == {("all", "never loaded", "all"), ("all", "models late", "all")}
    assert (code, "to be looked at" in errors) == (3, True)
    with postgres.connect(database, LOADER) as connection:
        connection.execute(
            "create table visma.sync_runs (run_id text, company_id text, stream text, mode text, "
            "outcome text, reason text, finished_at timestamp)"
        )
    code, lines, errors = _alerts(empty)
    assert (code, lines) == (3, set())
    assert "permission denied for table sync_runs" in errors
    empty.query("grant select on visma.sync_runs to visma_monitor")
    assert _alerts(empty)[:2] == (
        3,
        {("all", "never loaded", "all"), ("all", "models late", "all")},
    )


@pytest.mark.parametrize("limit", ["late_hours", "full_pass_days"])
@pytest.mark.parametrize("value", ["abc", "", "1.5", "-1", "9 days"])
def test_alerts_say_that_they_are_called_wrongly(
    postgres: Postgres, limit: str, value: str
) -> None:
    nothing = Warehouse(postgres, "postgres", PROJECT, [], {})
    code, lines, errors = _alerts(nothing, **{limit: value})
    assert (code, lines) == (3, set())
    assert "nothing was looked at: late_hours and full_pass_days are whole numbers" in errors


def test_alerts_name_what_has_failed_is_late_or_differs(copy: Warehouse) -> None:
    copy.query((PROJECT / "warehouse" / "roles.sql").read_text())  # after the build
    copy.query("update finance.rpt_reconciliation set status = 'ok' where status = 'difference'")
    assert _alerts(copy) == (0, set(), ""), "the group is fresh"
    copy.query(
        f"""
        insert into visma.sync_runs (run_id, company_id, stream, partition, outcome, reason,
            started_at, finished_at)
        select gen_random_uuid(), '{_COMPANY}', stream, '', 'failed',
            'GET /v1/' || stream || ': Visma answered 403.',
            now() at time zone 'UTC', now() at time zone 'UTC'
        from unnest(array['accounts', 'suppliers']) as stream
        """
    )
    failed = (_COMPANY, "load failed", "accounts, suppliers")
    code, lines, _ = _alerts(copy)
    assert (code, lines) == (3, {failed})
    copy.query(
        f"""
        update visma.sync_runs set finished_at = finished_at - interval '3 days'
        where company_id = '{_COMPANY}' and stream in ('accounts', 'ledgers')
            and outcome = 'success'
        """
    )
    late = (_COMPANY, "load late", "accounts, ledgers")
    assert _alerts(copy)[1] == {failed, late}
    assert _alerts(copy, late_hours=100)[1] == {failed}
    others = {company for (company,) in copy.query("select company_id from finance.dim_company")}
    _, lines, _ = _alerts(copy, late_hours=0)
    assert lines >= {(company, "load late", "all lists") for company in others}
    copy.query(
        f"""
        update visma.sync_runs
        set mode = case when stream = 'vat_codes' then 'incremental' else mode end,
            outcome = case when stream = 'budgets' then 'skipped' else outcome end,
            finished_at = finished_at - interval '10 days'
        where company_id = '{_COMPANY}' and outcome = 'success'
            and stream in ('suppliers', 'vat_codes', 'budgets');
        insert into visma.sync_runs (run_id, company_id, stream, partition, outcome, mode,
            started_at, finished_at)
        select 'newest', company_id, stream, '', case when stream = 'budgets' then 'skipped'
            else 'success' end, 'incremental', started_at, now() at time zone 'UTC'
        from (select distinct on (stream) * from visma.sync_runs where company_id = '{_COMPANY}'
            and stream in ('suppliers', 'vat_codes', 'budgets') order by stream) as one
        """
    )
    no_deletes = (_COMPANY, "full pass late", "suppliers, vat_codes")
    failed = (_COMPANY, "load failed", "accounts")
    assert _alerts(copy)[1] == {failed, late, no_deletes}, "a failure that has passed is none"
    assert _alerts(copy, full_pass_days=20)[1] == {failed, late}
    copy.query("update finance.rpt_sync_status set built_at = built_at - interval '3 days'")
    old = ("all", "models late", "all")
    assert _alerts(copy)[1] == {failed, late, no_deletes, old}
    copy.query(
        "update finance.rpt_reconciliation set status = 'difference', difference = 0.01 where "
        f"row_type = 'summary' and company_id = '{_COMPANY}' and check_id = 'gl_roll_forward'; "
        "delete from finance.rpt_sync_status"
    )
    differs = (_COMPANY, "figures differ", "gl_roll_forward")
    assert _alerts(copy)[1] == {failed, late, no_deletes, old, differs}


def test_a_company_is_removed_and_the_others_stay(copy: Warehouse) -> None:
    tables = [
        str(name)
        for (name,) in copy.query(
            "select table_name from information_schema.columns "
            "where table_schema = 'visma' and column_name = 'company_id'"
        )
    ]
    assert len(tables) > 40
    counted = " union all ".join(
        f"select '{name}', count(*) filter (where company_id = '{_COMPANY}'), "
        f"count(*) filter (where company_id <> '{_COMPANY}') from visma.{name}"
        for name in tables
    )
    before = copy.query(counted)
    assert sum(own for _, own, _ in before) > 1000
    _run(copy, _block("gone constant text").replace("'NO9'", f"'{_COMPANY}'"))
    assert sorted(copy.query(counted)) == sorted((name, 0, rest) for name, _, rest in before)


def test_only_what_visma_has_no_more_is_erased(copy: Warehouse) -> None:
    live = copy.query("select count(*) from visma.suppliers")
    copy.duplicate(
        "suppliers",
        f"company_id = '{_COMPANY}'",
        internalId=4711,
        name="Gone",
        _sdc_extracted_at="2020-01-01T00:00:00",
    )
    _run(copy, _block("delete from visma.suppliers as gone"))
    assert copy.query("select count(*) from visma.suppliers") == live
    assert copy.query("select count(*) from visma.suppliers where name = 'Gone'") == [(0,)]


def test_old_runs_are_deleted_but_for_the_last_full_pass(copy: Warehouse) -> None:
    old = "now() at time zone 'UTC' - interval '2 years'"
    for number, mode in enumerate(("first", "full", "incremental")):
        copy.query(
            f"""
            insert into visma.sync_runs (run_id, company_id, stream, partition, outcome, mode,
                started_at, finished_at)
            select '{mode}', company, 'suppliers', '', 'success', '{mode}', {old}, {old}
                + interval '{number} hours'
            from unnest(array['{_COMPANY}', 'sold']) as company
            """
        )
    (count,) = copy.query("select count(*) from visma.sync_runs")[0]
    _run(copy, _block("interval '1 year'"))
    kept = copy.query(
        "select company_id, mode from visma.sync_runs "
        "where finished_at < now() - interval '1 year' order by 1, 2"
    )
    # Of a company that is not loaded any more, nothing newer tells what was deleted.
    assert kept == [("sold", "full"), ("sold", "incremental")]
    assert copy.query("select count(*) from visma.sync_runs") == [(count - 4,)]
