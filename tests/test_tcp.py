"""The chain as a real user has it: over TCP, with a password, in another time zone.

Its stages follow each other in one world: a load and a build of the models take longer than all
that is asked of them.
"""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from demo.pipeline import LOAD, MODELS, PROJECT, REFRESH, Meltano
from demo.postgres import Postgres
from demo.stand_ins import Sandbox
from tests.conftest import World
from tests.leaks import leaks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_JOB = "visma-to-looker"
_DATABASE = "visma-warehouse"
_PASSWORD = "p@ss/w:rd#1%20$HOME+'x"
_WRONG_PASSWORD = "of-another-database"
# 16 to 19 digits: none of them survives a binary float.
_AMOUNTS = {
    "amount": "99999999999999.99",
    "balance": "-1234567890123456.789",
    "vatAmount": "9007199254740993",
    "detailTotal": "123456789012345678.9",
    "exchangeRate": "1234567890123.4567",
    "roundingDiff": "0.1000000000000000001",
}
_LINE = "12345678901234567.89"
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
_LINES = '"journalTransactionLines"'
_ONE_BATCH = """(module, "batchNumber") = (
    select module, "batchNumber" from visma.journal_transactions order by 1, 2 limit 1)"""


@pytest.fixture
def company(plugins: None, open_directory: Path) -> Iterator[World]:
    """A company that filled in `.env.example` and nothing else."""
    example = (PROJECT / ".env.example").read_text()
    asked = set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))
    with Postgres(open_directory / "pg") as server, Sandbox(open_directory / "sandbox") as sandbox:
        server.create_database(_DATABASE)
        port = server.listen(user="loader", password=_PASSWORD)
        with server.connect(_DATABASE) as connection:
            connection.execute(f'grant create on database "{_DATABASE}" to loader')
            connection.execute(f"alter database \"{_DATABASE}\" set timezone = 'Europe/Oslo'")
        filled_in = sandbox.settings | {
            "TARGET_POSTGRES_HOST": "127.0.0.1",
            "TARGET_POSTGRES_PORT": str(port),
            "TARGET_POSTGRES_USER": "loader",
            "TARGET_POSTGRES_PASSWORD": _PASSWORD,
            "TARGET_POSTGRES_DATABASE": _DATABASE,
        }
        addresses = {"TAP_VISMA_API_URL", "TAP_VISMA_TOKEN_URL"}
        assert filled_in.keys() - addresses == asked
        meltano = Meltano(open_directory / "meltano", filled_in)
        yield World(open_directory, sandbox, server, _DATABASE, meltano, filled_in)


def _write_amounts(world: World) -> str:
    """Write the amounts into one invoice and return its number."""
    with sqlite3.connect(world.sandbox.books) as books:
        ((key, number),) = books.execute(
            "select key, body ->> '$.referenceNumber' from records "
            "where resource = '/v1/supplierInvoice' order by seq limit 1"
        ).fetchall()
        for path, amount in [*_AMOUNTS.items(), ("invoiceLines[0].cost", _LINE)]:
            books.execute(
                "update records set body = json_set(body, ?, json(?)) "
                "where resource = '/v1/supplierInvoice' and key = ?",
                (f"$.{path}", amount, key),
            )
    return str(number)


def _resets(world: World) -> int:
    return int(world.sandbox.control("GET", "/looker")["cache_resets"])


def _refuses_a_wrong_password(world: World) -> str:
    """Try it with the loader and with the models, and return what was printed."""
    wrong = {"TARGET_POSTGRES_PASSWORD": _WRONG_PASSWORD}
    refused = world.run(*LOAD, **wrong)
    assert refused.code == 1, refused.output
    world.meltano.configure(world.settings | wrong)
    unanswered = world.meltano("invoke", "dbt-postgres:check")
    assert unanswered.code != 0
    for each in (refused, unanswered):
        assert "password authentication failed" in each.output
    world.meltano.configure(world.settings)
    answered = world.meltano("invoke", "dbt-postgres:check")
    assert answered.code == 0
    assert "connection ok" in answered.output, answered.output
    return refused.output + unanswered.output + answered.output


def _delete_a_supplier(world: World) -> None:
    with closing(sqlite3.connect(world.sandbox.books)) as books, books:
        deleted = books.execute(
            "delete from records where key = (select min(key) from records "
            "where resource = '/v1/supplier') and resource = '/v1/supplier'"
        )
        assert deleted.rowcount == 1


def _write_lines(lines: str) -> str:
    return f"update visma.journal_transactions set {_LINES} = {lines} where {_ONE_BATCH}"


def _assert_loaded_to_the_last_digit_in_utc(world: World, number: str) -> None:
    amounts = ", ".join(f'"{name}"::text' for name in _AMOUNTS)
    loaded = world.query(
        f"select {amounts}, \"invoiceLines\" #>> '{{0,cost}}' from visma.supplier_invoices "
        'where "referenceNumber" = %s',
        [number],
    )
    assert loaded == [(*_AMOUNTS.values(), _LINE)]
    # In Oslo's time the loader's own times would be an hour or two after the run.
    outside = world.query(
        """
        select count(*) from visma.suppliers t, visma.sync_runs s where s.stream = 'suppliers'
        and s.mode = 'full'
        and t._sdc_extracted_at not between s.started_at and s.finished_at
        """
    )
    assert outside == [(1,)], "none but the supplier that this run did not find any more"


@pytest.mark.timeout(900)
def test_the_chain_as_a_filled_in_example_runs_it(company: World) -> None:
    """Looker is told of marts that passed their tests, and of no others."""
    printed = _refuses_a_wrong_password(company)

    # The models were told nothing of their own, and most streams are not there.
    printed += company.succeed(_JOB, **_FEW).output
    assert _resets(company) == 1
    marts = company.query(_MARTS)
    lines, debit, suppliers = marts[0]
    assert debit == company.query(
        """select sum((line ->> 'debitAmount')::numeric) from visma.journal_transactions,
           jsonb_array_elements("journalTransactionLines") as line"""
    )[0][0]  # fmt: skip
    assert suppliers > 1
    assert company.query("select count(*) from finance.fct_supplier_invoice") == [(0,)]
    assert company.query("select count(*) > 20 from finance.published_marts") == [(True,)]

    # What Visma deletes is known to be gone after the next full pass.
    _delete_a_supplier(company)
    number = _write_amounts(company)
    company.succeed(*LOAD, TAP_VISMA_DETECT_DELETES="true")
    _assert_loaded_to_the_last_digit_in_utc(company, number)

    # One batch is damaged on its way: debit is no longer credit.
    lines_of_one = (
        f'select "journalTransactionLines" from visma.journal_transactions where {_ONE_BATCH}'
    )
    whole = json.dumps(company.query(lines_of_one)[0][0], default=str)
    write = (
        'update visma.journal_transactions set "journalTransactionLines" = {} where ' + _ONE_BATCH
    )
    company.query(write.format('"journalTransactionLines" - 0'))
    failed = company.run(*MODELS, *REFRESH)
    assert failed.code == 1
    assert "gl_batch_balances" in failed.output
    assert "Schema finance keeps the marts of the build before." in failed.output
    assert company.query(_MARTS) == marts
    assert _resets(company) == 1

    company.query(_write_lines("%s"), [whole])
    company.succeed(*MODELS, *REFRESH)
    assert company.query(_MARTS) == [(lines, debit, suppliers - 1)]
    assert _resets(company) == 2

    hidden = company.secrets() | {_PASSWORD, _WRONG_PASSWORD}
    assert leaks(company.home, hidden) == []
    assert not [secret for secret in hidden if secret in printed + failed.output]
