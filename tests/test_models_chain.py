"""Models in the chain: Looker is told of marts that passed their tests, and of no others."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from demo.pipeline import CHAIN, LOAD, MODELS, REFRESH

if TYPE_CHECKING:
    from tests.conftest import World

# Three of 41 streams, of one of them not all fields: a company may leave out what it likes.
_FEW = {
    "TAP_VISMA__SELECT": json.dumps(
        [
            "accounts.*",
            "suppliers.*",
            "!suppliers.supplierClass",
            "journal_transactions.*",
            "sync_runs.*",
        ]
    )
}
_MARTS = """
    select (select count(*) from finance.fct_gl_line),
           (select sum(debit_base) from finance.fct_gl_line),
           (select count(*) from finance.dim_supplier where not is_deleted)"""


def _resets(world: World) -> int:
    return int(world.sandbox.control("GET", "/looker")["cache_resets"])


@pytest.mark.timeout(900)
def test_the_chain_with_models(world: World) -> None:
    world.succeed(*CHAIN, **_FEW)
    assert _resets(world) == 1
    lines, debit, suppliers = world.query(_MARTS)[0]
    assert debit == world.query(
        """select sum((line ->> 'debitAmount')::numeric) from visma.journal_transactions,
           jsonb_array_elements("journalTransactionLines") as line"""
    )[0][0]  # fmt: skip
    assert suppliers > 1
    assert world.query("select count(*) from finance.fct_supplier_invoice") == [(0,)]

    # One that Visma deletes is known to be gone after the next full pass.
    with closing(sqlite3.connect(world.sandbox.books)) as books, books:
        deleted = books.execute(
            "delete from records where key = (select min(key) from records "
            "where resource = '/v1/supplier') and resource = '/v1/supplier'"
        )
        assert deleted.rowcount == 1
    # And one batch is damaged on its way: debit is no longer credit.
    world.succeed(*LOAD, **_FEW, TAP_VISMA_DETECT_DELETES="true")
    one = """ where (module, "batchNumber") = (
        select module, "batchNumber" from visma.journal_transactions order by 1, 2 limit 1)"""
    lines_of_one = 'select "journalTransactionLines" from visma.journal_transactions' + one
    whole = json.dumps(world.query(lines_of_one)[0][0], default=str)
    write = 'update visma.journal_transactions set "journalTransactionLines" = %s'
    world.query(write.replace("%s", '"journalTransactionLines" - 0') + one)
    failed = world.run(*MODELS, *REFRESH, **_FEW)
    assert failed.code == 1
    assert "gl_batch_balances" in failed.output
    assert "Schema finance keeps the marts of the build before." in failed.output
    assert world.query(_MARTS) == [(lines, debit, suppliers)]
    assert _resets(world) == 1
    assert not [secret for secret in world.secrets() if secret in failed.output]

    world.query(write + one, [whole])
    world.succeed(*MODELS, *REFRESH, **_FEW)
    assert world.query(_MARTS) == [(lines, debit, suppliers - 1)]
    assert _resets(world) == 2
