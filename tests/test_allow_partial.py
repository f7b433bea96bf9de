"""A company that fails for days: Looker goes on with the others, and shows how old it is."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from demo.pipeline import LOAD, MODELS, REFRESH
from visma_looker_sandbox.visma.connect import CUSTOMER_TENANT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import World

_SELECT = json.dumps(["accounts.*", "journal_transactions.*", "suppliers.*", "sync_runs.*"])


def _told(world: World) -> int:
    return int(world.sandbox.control("GET", "/looker")["cache_resets"])


def _delete_a_supplier_of_each_company(world: World) -> None:
    with closing(sqlite3.connect(world.sandbox.books)) as books, books:
        books.execute(
            "delete from records where resource = '/v1/supplier' and (tenant_id, key) in ("
            "select tenant_id, min(key) from records where resource = '/v1/supplier' group by 1)"
        )


def _suppliers(world: World, table: str, only: str) -> dict[str, int]:
    counted = f"select company_id, count(*) from {table} where {only} group by 1"
    return dict(world.query(counted))


@pytest.mark.timeout(900)
def test_a_company_that_may_lag_is_shown_as_it_was(make_world: Callable[..., World]) -> None:
    world = make_world("--group")
    world.settings["TAP_VISMA__SELECT"] = _SELECT
    world.succeed(*LOAD)
    loaded = _suppliers(world, "visma.suppliers", "true")
    (last_good,) = world.query("select max(finished_at) from visma.sync_runs")[0]

    companies = json.loads(world.settings["TAP_VISMA_COMPANIES"])
    lagging, *others = (company["company_id"] for company in companies)
    companies[0]["tenant_id"] = CUSTOMER_TENANT  # Visma refuses it from now on
    world.settings["TAP_VISMA_COMPANIES"] = json.dumps(companies)
    failed = world.run(*LOAD, *MODELS, *REFRESH)
    assert failed.code == 1
    assert "dbt-postgres" not in failed.output
    assert _told(world) == 0

    _delete_a_supplier_of_each_company(world)
    world.settings["TAP_VISMA_ALLOW_PARTIAL"] = json.dumps([lagging])
    full = world.succeed(*LOAD, *MODELS, *REFRESH, TAP_VISMA_DETECT_DELETES="true")
    assert f"Lagging behind, as `allow_partial` allows: all of {lagging}." in full.output
    assert _told(world) == 1

    # A full pass finds what is gone of the others, and takes nothing of this one for gone.
    gone = _suppliers(world, "finance.dim_supplier", "is_deleted")
    assert gone == dict.fromkeys(others, 1)
    there = _suppliers(world, "finance.dim_supplier", "not is_deleted")
    assert there[lagging] == loaded[lagging]

    status = world.query(
        "select company_id, last_outcome, last_success_at > %s, last_reason is null "
        "from finance.rpt_sync_status where stream = 'suppliers' order by 1",
        [last_good],
    )
    assert status == sorted(
        [(lagging, "failed", False, False), *((name, "success", True, True) for name in others)]
    )
