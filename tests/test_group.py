"""A group of companies with all streams: the warehouse is the books of each, and of nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.books import ALL_TABLES, differences, records

if TYPE_CHECKING:
    from tests.conftest import Group, World

pytestmark = [pytest.mark.xdist_group("group"), pytest.mark.timeout(900)]

# `change` deletes drafts of both kinds; an incremental load cannot know.
_MAY_BE_GONE = {"supplier_documents", "supplier_invoices"}


def _assert_equal_to_books(world: World) -> None:
    for table, described in ALL_TABLES.items():
        assert records(world, described.resource), f"the books hold nothing for {table}"
        found = differences(world, table)
        gone = [row for row in found if row[-3] and not row[-2]]
        assert table in _MAY_BE_GONE or not gone, (table, gone[:3])
        other = [row for row in found if row not in gone]
        assert other == [], (table, other[:3])


def test_every_stream_of_every_company_equals_the_books(group: Group) -> None:
    world = group.world
    assert len(world.companies()) == 3
    _assert_equal_to_books(world)
    untraceable = world.query(
        """
        select count(*) from visma.budgets b where 1 <> (
            select count(*) from visma.sync_runs s
            where s.stream = 'budgets' and s.company_id = b.company_id
            and b._sdc_extracted_at between s.started_at and s.finished_at)
        """
    )
    assert untraceable == [(0,)], "also where a stream is read for several combinations"

    changes = world.sandbox.change()
    world.succeed("tap-visma", "target-postgres")
    _assert_equal_to_books(world)
    news = world.query(
        "select company_id, sum(rows_new) from visma.sync_runs where run_id = "
        "(select run_id from visma.sync_runs order by started_at desc limit 1) group by 1"
    )
    assert len(news) == 3
    assert all(new > 0 for _, new in news), (news, changes)
    assert world.query("select distinct outcome from visma.sync_runs") == [("success",)]
