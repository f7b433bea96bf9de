"""What a run did, read from the warehouse and the stand-ins, as a table and as JSON."""

from __future__ import annotations

import itertools
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
        steps: Seconds of each step, by its name.
        calls: Requests to the ERP API, as the stand-in counted them.
        allowance: Calls that Visma grants per hour and company.
        streams: By name, in the order of the names.
    """

    kind: str
    seconds: float
    steps: dict[str, float]
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


def debits_and_credits(connection: psycopg.Connection[tuple[Any, ...]]) -> Sums:
    """Return debit and credit of all journal lines in the warehouse."""
    row = connection.execute(
        """
        select coalesce(sum((line ->> 'debitAmount')::numeric), 0),
               coalesce(sum((line ->> 'creditAmount')::numeric), 0)
        from visma.journal_transactions,
             jsonb_array_elements("journalTransactionLines") as line
        """
    ).fetchone()
    return row or (Decimal(0), Decimal(0))


def booked(books: Path) -> Sums:
    """Return debit and credit of all journal lines in the books served.

    They are summed up in Python, line by line, so that no SQL of a warehouse takes part.
    """
    with closing(sqlite3.connect(books)) as store:
        bodies = store.execute(
            "select body from records where resource = '/v2/journaltransaction'"
        ).fetchall()
    debit = credit = Decimal(0)
    for (body,) in bodies:
        for line in json.loads(body, parse_float=Decimal)["journalTransactionLines"] or ():
            debit += line["debitAmount"]
            credit += line["creditAmount"]
    return debit, credit


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
                "steps": {name: round(seconds, 1) for name, seconds in run.steps.items()},
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


def as_table(runs: list[Run], warehouse: str) -> Table:
    """Return the summary for people."""
    first, second = runs
    names = sorted({n for run in runs for n, stream in run.streams.items() if stream.read})
    empty = len(set(first.streams) - set(names))
    table = Table(
        title=f"What went from Visma to {warehouse}",
        title_justify="left",
        caption=(
            "The first load reads everything. The second asks for what changed since, reads the "
            "last hour and short lists once more, and finds the news among it. "
            + (f"{empty} lists are empty in these books. " if empty else "")
            + f"Visma allows {first.allowance or 0:,} calls an hour for each company."
        ),
        caption_justify="left",
        show_footer=True,
    )
    steps = list(first.steps)
    table.add_column("List", footer="\n".join(["Rows", "API calls", *map(_seconds, steps)]))
    for run, heading in ((first, "First load\nrows"), (second, "Second load\nrows")):
        read = sum(stream.read for stream in run.streams.values())
        spent = [f"{run.steps[step]:.1f}" for step in steps]
        footer = "\n".join([f"{read:,}", f"{run.calls:,}", *spent])
        table.add_column(heading, footer=footer, justify="right", no_wrap=True)
    news = sum(stream.new for stream in second.streams.values())
    table.add_column("of them\nnews", footer=f"{news:,}", justify="right", no_wrap=True)
    for name in names:
        cells = [run.streams[name].read for run in runs] + [second.streams[name].new]
        table.add_row(name, *(f"{cell:,}" for cell in cells))
    return table


def _seconds(step: str) -> str:
    return f"Seconds: {step}"


def marts_as_table(built: dict[str, Mart]) -> Table:
    """Return the marts for people: dimensions, facts and reports, apart from each other."""
    table = Table(
        title="What finance finds in schema finance",
        title_justify="left",
        caption=(
            "Open items and the reports on the runs carry the time at which they were read, so "
            "that most of their rows are new with every load."
        ),
        caption_justify="left",
    )
    table.add_column("Mart", no_wrap=True)
    table.add_column("Rows", justify="right")
    table.add_column("new or changed\nby the second load", justify="right")
    for _, group in itertools.groupby(built.items(), lambda item: item[0].partition("_")[0]):
        for name, mart in group:
            table.add_row(name, f"{mart.rows:,}", f"{mart.changed:,}")
        table.add_section()
    return table


def findings(sums: Sums, report: dict[str, Any], stand_in: dict[str, Any]) -> list[str]:
    """Return what else is to be said, as sentences.

    Args:
        sums: Debit and credit of all journals, in the warehouse as in the books.
        report: What utility-looker-refresh did after the second load.
        stand_in: What Looker did.
    """
    names = ", ".join(datagroup["name"] for datagroup in report["datagroups"])
    times = {1: "once", 2: "twice"}.get(stand_in["cache_resets"], "more than twice")
    debit, credit = (f"{amount:,.2f}" for amount in sums)
    warmed = [dashboard for dashboard in report["dashboards"] if dashboard["action"] == "warmed"]
    queries = sum(dashboard["tiles"] for dashboard in warmed)
    return [
        (
            f"To the cent: debit {debit} = credit {credit} in all journals, each in its company's "
            "currency, as in the books."
        ),
        (
            f"Looker was told {times}, after the models had passed their tests, that what it has "
            f"cached is out of date (datagroup {names}): from then on dashboards show the new "
            "figures."
        ),
        (
            f"Then {len(warmed)} dashboards were warmed: their {queries} queries were run on the "
            "warehouse ahead of their readers, through a stand-in that makes SQL of the project "
            "in lookml."
        ),
    ]
