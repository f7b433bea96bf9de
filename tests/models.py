"""The finance models, built once for all tests that ask them."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from demo.pipeline import Result
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


@dataclass(frozen=True)
class Built:
    """A warehouse with its marts.

    Attributes:
        world: The group's.
        database: The warehouse.
        companies: What the group's books said when they were loaded.
        audit_files: SAF-T files that were loaded too, by the company's id.
    """

    world: World
    database: str
    companies: list[Company]
    audit_files: Mapping[str, Path]

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the warehouse; numbers are decimals."""
        with self.world.postgres.connect(self.database) as connection:
            # The statements are the tests' own.
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def build(self) -> Result:
        """Build, test and publish the marts as the pipeline does."""
        self._configure()
        return self.world.meltano("run", "dbt-postgres:build")

    def dbt(self, *words: str) -> Result:
        """Run one of dbt's own commands through Meltano."""
        self._configure()
        return self.world.meltano("invoke", "dbt-postgres", *words, f"--vars={json.dumps(_VARS)}")

    def outcomes(self) -> dict[str, str]:
        """How each step of dbt's last command ended, by its name."""
        path = self.world.meltano.home / ".meltano" / "dbt" / "demo" / "run_results.json"
        return {
            result["unique_id"].split(".")[2]: result["status"]
            for result in json.loads(path.read_text())["results"]
        }

    def copy(self, name: str) -> Built:
        """A copy of the whole warehouse."""
        database = f"{self.database}_{name}"
        with self.world.postgres.connect("postgres") as connection:
            connection.autocommit = True
            connection.execute(
                sql.SQL("create database {} template {}").format(
                    sql.Identifier(database), sql.Identifier(self.database)
                )
            )
        return Built(self.world, database, self.companies, self.audit_files)

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

    def _configure(self) -> None:
        self.world.meltano.configure(
            self.world.settings
            | self.world.postgres.settings(self.database)
            | {"DBT_POSTGRES_VARS": json.dumps(_VARS)}
        )
