"""The finance models, built once for all tests that ask them."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.types.json import set_json_loads

from demo.pipeline import LOAD, MODELS
from tests.dbt import Dbt
from tests.figures import read_books

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from demo.postgres import Postgres
    from tests.conftest import World
    from tests.figures import Company

#: The day after the last one of the group's books.
AS_OF = dt.date(2026, 11, 22)
#: The group's currency, and the company whose rates are used for all.
GROUP_CURRENCY, RATE_COMPANY = "NOK", "fjordhammer"
_VARS = {
    "as_of_date": AS_OF.isoformat(),
    "group_currency": GROUP_CURRENCY,
    "group_rate_company": RATE_COMPANY,
}
#: Number of what is in the warehouse and was deleted in Visma.
GHOST = "GHOST"
_LONG_AGO = "2020-01-01T00:00:00"


@dataclass(frozen=True)
class Warehouse:
    """A warehouse with raw tables and marts.

    Attributes:
        postgres: Its server.
        database: Its name.
        home: Directory of what dbt writes.
        companies: What the group's books said when they were loaded.
        audit_files: SAF-T files that were loaded too, by the company's id.
    """

    postgres: Postgres
    database: str
    home: Path
    companies: list[Company]
    audit_files: Mapping[str, Path]

    @property
    def variables(self) -> dict[str, Any]:
        """What the models are told."""
        return dict(_VARS)

    @property
    def dbt(self) -> Dbt:
        """The models, for this warehouse."""
        return Dbt(self.home, self.postgres.settings(self.database))

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask it, or change it; numbers are decimals."""
        with self.postgres.connect(self.database) as connection:
            set_json_loads(partial(json.loads, parse_float=Decimal), connection)
            # The statements are the tests' own.
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def copy(self, name: str) -> Warehouse:
        """A copy of everything in it."""
        database = f"{self.database}_{name}"
        copy_database(self.postgres, self.database, database)
        return replace(self, database=database)

    def duplicate(self, table: str, where: str, **changes: object) -> None:
        """Add a row to a raw table that is another one with changes."""
        rows = self.query(
            f"""
            insert into visma.{table}
            select made.* from (select * from visma.{table} where {where} limit 1) as one,
                jsonb_populate_record(null::visma.{table}, to_jsonb(one) || '{json.dumps(changes)}')
                as made
            returning 1
            """
        )
        assert rows == [(1,)], table


def copy_database(postgres: Postgres, source: str, name: str) -> None:
    """Copy a database that nobody is connected to."""
    with postgres.connect("postgres") as connection:
        connection.autocommit = True
        connection.execute(
            sql.SQL("create database {} template {}").format(
                sql.Identifier(name), sql.Identifier(source)
            )
        )


def copy_books(world: World, path: Path) -> list[Company]:
    """Read books as they are now, whatever happens to them later."""
    with sqlite3.connect(world.sandbox.books) as source, sqlite3.connect(path) as target:
        source.backup(target)
    return read_books(path)


def build(
    group: World, database: str, companies: list[Company], others: Mapping[Path, World]
) -> Warehouse:
    """Load audit files beside a group, delete something in Visma, and build the marts.

    Args:
        group: The group, whose database was copied after its first load.
        database: The copy.
        companies: The group's books as they were then.
        others: Worlds of audit files.
    """
    here = group.postgres.role_settings(database)
    for world in others.values():
        world.succeed(*LOAD, **here)
    files = {world.settings["TAP_VISMA_TENANT_ID"]: path for path, world in others.items()}
    warehouse = Warehouse(group.postgres, database, group.home / "dbt", companies, files)
    _delete_something(warehouse)
    group.succeed(*MODELS, **here, DBT_POSTGRES_VARS=json.dumps(warehouse.variables))
    return warehouse


def _delete_something(warehouse: Warehouse) -> None:
    """Add rows that were read before the last full pass, which did not find them any more."""
    gone = {"_sdc_extracted_at": _LONG_AGO, "_sdc_batched_at": _LONG_AGO}
    document = "company_id = 'granskog' and \"documentType\" = 'Invoice' and status = 'Open'"
    number = f'(select min("referenceNumber") from visma.supplier_invoices where {document})'
    for table in ("supplier_invoices", "supplier_documents"):
        where = f'{document} and "referenceNumber" = {number}'
        warehouse.duplicate(table, where, referenceNumber=GHOST, **gone)
    batch = "company_id = 'granskog' and module = 'ModuleGL' and status = 'Posted'"
    warehouse.duplicate("journal_transactions", batch, batchNumber=GHOST, **gone)
