"""The chain with DuckDB, a file, in place of Postgres: raw tables, without models and Looker."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import duckdb
from rich.table import Table
from typing_extensions import override

from demo import summary
from demo.pipeline import Meltano
from demo.play import Demo
from demo.stand_ins import Sandbox

if TYPE_CHECKING:
    from contextlib import ExitStack

LOAD = ("tap-visma", "target-duckdb")
_STEPS = {"load": "reading Visma and loading DuckDB"}
_NEWEST = 5


class DuckDBDemo(Demo):
    """The demo with DuckDB."""

    warehouse = "DuckDB"
    environment = "duckdb"
    blocks = LOAD
    steps = _STEPS

    @property
    def _file(self) -> str:
        return str(self._output / "warehouse.duckdb")

    @override
    def _play(self, running: ExitStack) -> str:
        meltano = Meltano(self._output / "meltano", {}, environment=self.environment)
        with self._doing("Plugins"):
            self._install(meltano)
            self._install(meltano, "target-duckdb")
        with self._doing("Stand-ins for Visma Connect and Visma.net ERP"):
            sandbox = running.enter_context(Sandbox(self._output / "sandbox", *self._books))
        meltano.configure({**sandbox.settings, "TARGET_DUCKDB_PATH": self._file})
        self._load_twice(meltano, sandbox)
        with self._doing("Journals of the warehouse against the books"):
            self._compare(self._journals(), sandbox)
        return f"{self._file} (a file; any program that reads DuckDB opens it)"

    def _ask(self, statement: str, parameters: object = None) -> list[tuple[Any, ...]]:
        with closing(duckdb.connect(self._file, read_only=True)) as connection:
            return connection.execute(statement, parameters).fetchall()

    @override
    def _streams(self) -> dict[str, summary.Stream]:
        rows = self._ask(
            """
            with latest as (
                select * from visma.sync_runs
                where run_id = (
                    select run_id from visma.sync_runs order by started_at desc limit 1)
            )
            select stream, sum(rows_read), sum(rows_new), (select min(started_at) from latest)
            from latest group by stream order by stream
            """
        )
        written = 'select count(*) from visma."{}" where _sdc_extracted_at >= ?'
        return {
            name: summary.Stream(
                read=int(read), new=int(new), written=self._ask(written.format(name), [since])[0][0]
            )
            for name, read, new, since in rows
        }

    def _journals(self) -> summary.Sums:
        ((debit, credit),) = self._ask(
            """
            select sum((line ->> 'debitAmount')::decimal(38, 4)),
                sum((line ->> 'creditAmount')::decimal(38, 4))
            from visma.journal_transactions,
                unnest(journalTransactionLines::json[]) as lines (line)
            """
        )
        return debit, credit

    @override
    def _show_warehouse(self) -> None:
        table = Table(
            title="The newest supplier invoices in the file",
            title_justify="left",
            caption="Raw tables, to the last digit. The models and Looker need Postgres.",
            caption_justify="left",
        )
        for column in ("Company", "Supplier", "Number", "Date", "Amount"):
            table.add_column(column, justify="right" if column == "Amount" else "left")
        for company, supplier, number, date, amount in self._ask(
            f"""
            select company_id, supplier ->> 'name', referenceNumber, date::date,
                amount::decimal(18, 2)
            from visma.supplier_invoices
            order by date desc, company_id, referenceNumber desc limit {_NEWEST}
            """  # noqa: S608 - a number of our own
        ):
            table.add_row(company, supplier, number, str(date), f"{amount:,.2f}")
        self._console.print(table)
        self._console.print()
        debit, credit = (f"{amount:,.2f}" for amount in self._sums)
        self._console.print(
            f"To the cent: debit {debit} = credit {credit} in all journals, each in its company's "
            "currency, as in the books."
        )
