"""The SQL that the pages tell an operator to run: it runs, and says or does what it should."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from demo.pipeline import PROJECT
from demo.postgres import LOADER, TRANSFORMER

if TYPE_CHECKING:
    from tests.models import Warehouse

pytestmark = [pytest.mark.xdist_group("group"), pytest.mark.timeout(900)]

_PAGES = ("README.md", "docs/operations.md", "tap-visma/README.md")
#: What `warehouse/roles.sql` does is tested with it; a page may show a part of it.
_ROLES = re.compile(r"create role|grant ")
_COMPANY = "granskog"


def _blocks(page: str) -> list[str]:
    text = (PROJECT / page).read_text()
    fenced = re.findall(r"^( *)```sql\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
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


def _alerts(warehouse: Warehouse) -> set[tuple[Any, ...]]:
    return {row[:3] for row in _run(warehouse, _block("somebody should look at"))}


def test_alerts_name_what_has_failed_is_late_or_differs(copy: Warehouse) -> None:
    before = _alerts(copy)
    assert {what for _, what, _ in before} <= {"figures differ"}, "the group is fresh"
    copy.query(
        f"""
        insert into visma.sync_runs (run_id, company_id, stream, partition, outcome, reason,
            started_at, finished_at)
        select gen_random_uuid(), '{_COMPANY}', 'suppliers', '', 'failed', 'Visma answered 403.',
            now() at time zone 'UTC', now() at time zone 'UTC'
        """
    )
    copy.query(
        f"""
        update visma.sync_runs set finished_at = finished_at - interval '3 days'
        where company_id = '{_COMPANY}' and stream in ('accounts', 'ledgers')
        """
    )
    copy.query("update finance.published_marts set published_at = now() - interval '3 days'")
    assert _alerts(copy) - before == {
        (_COMPANY, "load failed", "suppliers"),
        (_COMPANY, "load late", "accounts, ledgers"),
        (None, "models late", "all"),
    }
    copy.query(
        "update finance.rpt_reconciliation set status = 'difference', difference = 0.01 where "
        f"row_type = 'summary' and company_id = '{_COMPANY}' and check_id = 'gl_roll_forward'"
    )
    assert (_COMPANY, "figures differ", "gl_roll_forward") in _alerts(copy)


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
