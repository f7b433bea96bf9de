"""What changes in target-postgres and the SDK would bring: the loader alone, idea after idea.

    uv run --no-sync python -m benchmarks.loader [--rows 20000] [--repeat 3]

The tap's messages of an endless list are written to a file once. Each contender loads that file
into a database of its own, in a copy of the loader's environment that nothing else uses; the ideas
are those of `benchmarks/peers/ideas.py`. Whether every digit arrived is checked beside it. Writes
`benchmarks/loader.md`, on which docs/upstream.md rests.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
from typing import NamedTuple

import psycopg
from rich.console import Console

from benchmarks.chain import contenders, endless
from benchmarks.chain.contenders import PEERS, Place, many, shipped_target
from benchmarks.chain.measure import Command, run
from demo.pipeline import PROJECT
from demo.postgres import Postgres

OUTPUT = PROJECT / "output" / "bench"


class Variant(NamedTuple):
    """A way to load.

    Attributes:
        what: In words.
        ideas: Names of `benchmarks/peers/ideas.py`.
        use_copy: Whether rows go by COPY.
        batch: Rows of a batch.
    """

    what: str
    ideas: str = ""
    use_copy: bool = False
    batch: int = 2500


VARIANTS = (
    Variant("as shipped (INSERT, batches of 2,500)"),
    Variant("batches of 10,000, as it comes", batch=10_000),
    Variant("COPY, as it comes", use_copy=True),
    Variant("COPY, bound as the dialect binds", "dialect", use_copy=True),
    Variant("messages read by msgspec", "reader"),
    Variant("JSON columns written by msgspec", "writer"),
    Variant("dates found once per schema", "dates"),
    Variant("the last three", "reader,writer,dates"),
    Variant("all, and COPY", "dialect,reader,writer,dates", use_copy=True),
)
HEAD = """# What the loader could be

`python -m benchmarks.loader` wrote this: {rows:,} supplier invoices of about 7 KB, from a file into
an empty schema of the embedded Postgres; medians of {repeat} runs. CPU is that of the loader alone.

| loader | s | times as fast | CPU s | peak MB | every digit |
|---|---:|---:|---:|---:|---|
"""
_DIGITS = (
    "select md5(string_agg(t::text, '' order by \"referenceNumber\")) from (select {} from {}) t"
)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.loader", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="invoices (default: 20000)")
    parser.add_argument("--repeat", type=int, default=3, help="runs per figure (default: 3)")
    given = parser.parse_args()
    contenders.install(OUTPUT / "environments")
    home = OUTPUT / "loader"
    shutil.rmtree(home, ignore_errors=True)
    messages = home / "messages.jsonl"
    text = HEAD.format(rows=given.rows, repeat=given.repeat)
    with Postgres(home / "postgres") as postgres:
        place = Place(
            home=home / "tap",
            environments=OUTPUT / "environments",
            settings={"TAP_VISMA_CLIENT_ID": "any", "TAP_VISMA_CLIENT_SECRET": "any"},
            database_url="",
        )
        with endless.served(given.rows, 0, home / "endless.log") as address:
            (tap,) = many(address, 1)(place, endless.STREAM)
            run([tap, Command(("tee", messages))], home=place.home)
        first: tuple[float, str] | None = None
        for number, variant in enumerate(VARIANTS):
            costs, digits = [], ""
            for repeat in range(given.repeat):
                database = f"load_{number}_{repeat}"
                postgres.create_database(database)
                here = Place(home / database, place.environments, {}, postgres.url(database))
                config = here.target_config(
                    **shipped_target()
                    | {"use_copy": variant.use_copy, "batch_size_rows": variant.batch}
                )
                words = (here.bin("target"), PEERS / "ideas.py", variant.ideas, "--config", config)
                loader = Command(words, {"PGTZ": "UTC", "TARGET_POSTGRES_LOGLEVEL": "WARNING"})
                costs.append(run([Command(("cat", messages)), loader], home=here.home))
                with postgres.connect(database) as connection:
                    digits = _digits(connection)
            seconds = statistics.median(cost.seconds for cost in costs)
            first = first or (seconds, digits)
            row = (
                f"| {variant.what} | {seconds:.1f} | {first[0] / seconds:.2f} | "
                f"{statistics.median(cost.cpu[1] for cost in costs):.1f} | "
                f"{max(cost.peaks[1] for cost in costs):.0f} | "
                f"{'yes' if digits == first[1] else 'no'} |"
            )
            Console(highlight=False, soft_wrap=True).print(row)
            text += row + "\n"
    (PROJECT / "benchmarks" / "loader.md").write_text(text)


def _digits(connection: psycopg.Connection) -> str:
    """A sum over everything that Visma sent, to the last digit."""
    table = shipped_target()["default_target_schema"], endless.STREAM
    columns = connection.execute(
        "select column_name from information_schema.columns where (table_schema, table_name) = "
        "(%s, %s) and column_name not like '\\_sdc%%' order by column_name",
        table,
    ).fetchall()
    names = psycopg.sql.SQL(", ").join(psycopg.sql.Identifier(name) for (name,) in columns)
    query = psycopg.sql.SQL(_DIGITS).format(names, psycopg.sql.Identifier(*table))
    row = connection.execute(query).fetchone()
    return str(row and row[0])


if __name__ == "__main__":
    main()
