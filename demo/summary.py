"""What a run did, read from the warehouse and the stand-ins, as a table and as JSON."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from psycopg import sql
from rich.table import Table

if TYPE_CHECKING:
    from pathlib import Path

    import psycopg

_SCHEMA = "visma"

Sums = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Stream:
    """One stream in one run.

    Attributes:
        read: Records that Visma sent.
        new: Those that were not known to the run before, as the tap counts them.
        written: Rows that the run wrote, as the warehouse counts them.
    """

    read: int
    new: int
    written: int


@dataclass(frozen=True)
class Run:
    """One run of the chain.

    Attributes:
        kind: `first` or `incremental`.
        seconds: Wall time of the whole chain.
        calls: Requests to the ERP API, as the stand-in counted them.
        allowance: Calls that Visma grants per hour.
        streams: By name, in the order of the names.
    """

    kind: str
    seconds: float
    calls: int
    allowance: int | None
    streams: dict[str, Stream] = field(default_factory=dict)


def streams(connection: psycopg.Connection) -> dict[str, Stream]:
    """Read what the latest run did from the warehouse.

    Args:
        connection: To a warehouse that at least one run has loaded.

    Returns:
        Streams by name.
    """
    rows = connection.execute(
        """
        with latest as (
            select * from visma.sync_runs
            where run_id = (select run_id from visma.sync_runs order by started_at desc limit 1)
        )
        select stream, sum(rows_read)::int, sum(rows_new)::int, (select min(started_at) from latest)
        from latest group by stream order by stream
        """
    ).fetchall()
    result = {}
    for name, read, new, since in rows:
        table = sql.Identifier(_SCHEMA, name)
        written = connection.execute(
            sql.SQL("select count(*) from {} where _sdc_extracted_at >= %s").format(table), [since]
        ).fetchone()
        result[name] = Stream(read=read, new=new, written=written[0] if written else 0)
    return result


@dataclass(frozen=True)
class Mart:
    """One mart as the latest build published it.

    Attributes:
        rows: How many it has.
        changed: How many of them are new or others since the build before.
    """

    rows: int
    changed: int


def marts(connection: psycopg.Connection) -> dict[str, Mart]:
    """Read from the warehouse which marts Looker finds, by name."""
    found = connection.execute(
        "select mart, row_count, rows_changed from finance.published_marts order by mart"
    )
    return {name: Mart(rows, changed) for name, rows, changed in found.fetchall()}


def debits_and_credits(
    connection: psycopg.Connection[tuple[Any, ...]], books: Path
) -> tuple[Sums, Sums]:
    """Return debit and credit of all journal lines: in the warehouse, and in the books served.

    The books are summed up in Python, line by line, so that no SQL of the warehouse takes part.
    """
    row = connection.execute(
        """
        select coalesce(sum((line ->> 'debitAmount')::numeric), 0),
               coalesce(sum((line ->> 'creditAmount')::numeric), 0)
        from visma.journal_transactions,
             jsonb_array_elements("journalTransactionLines") as line
        """
    ).fetchone()
    with closing(sqlite3.connect(books)) as store:
        bodies = store.execute(
            "select body from records where resource = '/v2/journaltransaction'"
        ).fetchall()
    debit = credit = Decimal(0)
    for (body,) in bodies:
        for line in json.loads(body, parse_float=Decimal)["journalTransactionLines"] or ():
            debit += line["debitAmount"]
            credit += line["creditAmount"]
    return (row or (Decimal(0), Decimal(0))), (debit, credit)


def as_json(
    runs: list[Run], built: dict[str, Mart], looker: dict[str, Any], *, ok: bool
) -> dict[str, Any]:
    """Return the summary for programs."""
    return {
        "ok": ok,
        "runs": [
            {
                "kind": run.kind,
                "seconds": round(run.seconds, 1),
                "calls": run.calls,
                "streams": {
                    name: {"read": stream.read, "new": stream.new, "written": stream.written}
                    for name, stream in run.streams.items()
                },
            }
            for run in runs
        ],
        "marts": {name: {"rows": m.rows, "changed": m.changed} for name, m in built.items()},
        "looker": looker,
    }


def as_table(runs: list[Run]) -> Table:
    """Return the summary for people."""
    table = Table(show_footer=True, title="What went from Visma to Postgres", title_justify="left")
    table.add_column("Stream", footer="Records\nAPI calls\nSeconds", no_wrap=True)
    for run in runs:
        read = sum(stream.read for stream in run.streams.values())
        new = sum(stream.new for stream in run.streams.values())
        granted = f" of {run.allowance}" if run.allowance else ""
        label = "First load" if run.kind == "first" else "Incremental"
        footer = f"{read}\n{run.calls}{granted}\n{run.seconds:.1f}"
        table.add_column(f"{label}\nread", footer=footer, justify="right", no_wrap=True)
        table.add_column("\nnew", footer=str(new), justify="right", no_wrap=True)
    for name in sorted({n for run in runs for n, stream in run.streams.items() if stream.read}):
        cells = []
        for run in runs:
            stream = run.streams.get(name)
            cells += [str(stream.read), str(stream.new)] if stream else ["", ""]
        table.add_row(name, *cells)
    return table


def marts_as_table(built: dict[str, Mart]) -> Table:
    """Return the marts for people."""
    table = Table(title="What finance finds in schema finance", title_justify="left")
    table.add_column("Mart", no_wrap=True)
    table.add_column("Rows", justify="right")
    table.add_column("changed\nsince first load", justify="right")
    for name, mart in built.items():
        table.add_row(name, str(mart.rows), str(mart.changed))
    return table
