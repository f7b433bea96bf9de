"""A warehouse as a real user has it: over TCP, with a password, in another time zone."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING

import pytest

from demo.pipeline import LOAD, PROJECT, Meltano
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


@pytest.mark.timeout(900)
def test_a_filled_in_example_loads_to_the_last_digit_in_utc(company: World) -> None:
    refused = company.run(*LOAD, TARGET_POSTGRES_PASSWORD=_WRONG_PASSWORD)
    assert refused.code == 1, refused.output
    assert "password authentication failed" in refused.output
    company.meltano.configure(company.settings | {"TARGET_POSTGRES_PASSWORD": _WRONG_PASSWORD})
    unanswered = company.meltano("invoke", "dbt-postgres:check")
    assert unanswered.code != 0
    assert "password authentication failed" in unanswered.output
    company.meltano.configure(company.settings)
    answered = company.meltano("invoke", "dbt-postgres:check")
    assert answered.code == 0
    assert "connection ok" in answered.output, answered.output
    assert _PASSWORD not in answered.output
    result = company.succeed(_JOB)
    # dbt was told nothing of its own.
    assert company.query("select count(*) > 20 from finance.published_marts") == [(True,)]
    number = _write_amounts(company)
    company.succeed(*LOAD, TAP_VISMA_DETECT_DELETES="true")
    amounts = ", ".join(f'"{name}"::text' for name in _AMOUNTS)
    loaded = company.query(
        f"select {amounts}, \"invoiceLines\" #>> '{{0,cost}}' from visma.supplier_invoices "
        'where "referenceNumber" = %s',
        [number],
    )
    assert loaded == [(*_AMOUNTS.values(), _LINE)]
    # In Oslo's time the loader's own times would be an hour or two after the run.
    outside = company.query(
        """
        select count(*) from visma.suppliers t, visma.sync_runs s where s.stream = 'suppliers'
        and s.mode = 'full'
        and t._sdc_extracted_at not between s.started_at and s.finished_at
        """
    )
    assert outside == [(0,)]
    hidden = company.secrets() | {_PASSWORD, _WRONG_PASSWORD}
    assert leaks(company.home, hidden) == []
    assert not [secret for secret in hidden if secret in result.output + refused.output]
