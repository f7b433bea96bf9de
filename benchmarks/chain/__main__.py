"""Measures the chain beside its peers: `make bench`, or `python -m benchmarks.chain --help`."""

from __future__ import annotations

import argparse
import itertools
import platform
import shutil
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from rich.console import Console

from benchmarks.chain import contenders, endless, report
from benchmarks.chain.books import TENANT, Work, make, touch
from benchmarks.chain.contenders import EXTRACT, LOAD, MELTANO, SLOW, Place, many
from benchmarks.chain.measure import RunError, run
from benchmarks.chain.report import CHANGED_SOME, ENDLESS, NOTHING_NEW, Figure
from demo.pipeline import PROJECT, Meltano
from demo.postgres import Postgres
from demo.stand_ins import Sandbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.chain.contenders import Pipe
    from benchmarks.chain.measure import Cost

FULL = Work(supplier_invoices=50_000, suppliers=20_000, accounts=5_000)
SHORT = Work(supplier_invoices=3_000, suppliers=2_000, accounts=500)
CHANGED = 0.01

_AGAIN = (CHANGED_SOME, NOTHING_NEW)
_GO_ON = {"tap-visma", "naive tap", "dlt, flat"}
"""Contenders with a state to go on from."""


class Benchmark:
    """One run of everything.

    Args:
        output: Directory of its files.
        work: How much.
        repeat: Runs per figure.
        only: Part of the name of the work; whatever else is left out.
    """

    def __init__(self, output: Path, work: Work, repeat: int, only: str = "") -> None:
        self._output = output
        self._only = only
        self._work = work
        self._repeat = repeat
        self._console = Console(highlight=False, soft_wrap=True)
        self._numbers = itertools.count()
        self._bytes: dict[str, float] = {}
        self.figures: list[Figure] = []

    def main(self) -> None:
        """Measure everything."""
        for name in ("runs", "sandbox", "postgres"):
            shutil.rmtree(self._output / name, ignore_errors=True)
        self._books = self._output / "sandbox" / "books.sqlite"
        self._books.parent.mkdir(parents=True)
        self._bytes = make(self._books, self._work)
        with (
            Postgres(self._output / "postgres") as self._postgres,
            Sandbox(self._books.parent) as served,
        ):
            self._sandbox = served
            self._settings = served.settings | {"TAP_VISMA_TENANT_ID": TENANT}
            self._server = int(
                (self._output / "postgres" / "postmaster.pid").read_text().split()[0]
            )
            self._meltano_is_installed()
            for stream in Work._fields:
                for who, pipe in EXTRACT.items():
                    self._measure(who, pipe, stream, (f"extract {stream}",))
            for stream in Work._fields:
                for who, pipe in LOAD.items():
                    again = stream == "supplier_invoices" and who in _GO_ON
                    self._measure(who, pipe, stream, (f"load {stream}", *(_AGAIN if again else ())))
            for who, pipe in MELTANO.items():
                first = "load supplier_invoices" if who == "meltano run" else ""
                self._measure(who, pipe, "supplier_invoices", (first, *_AGAIN))
            for milliseconds in (300, 2000):
                served.control("PUT", "/settings", {"latency_ms": milliseconds})
                for who, pipe in SLOW.items():
                    self._measure(
                        who, pipe, "supplier_invoices",
                        (f"extract supplier_invoices, {milliseconds} ms a call",),
                    )  # fmt: skip

            served.control("PUT", "/settings", {"latency_ms": 0})
            for invoices, companies, milliseconds in ENDLESS:
                count = invoices * self._work.supplier_invoices // FULL.supplier_invoices
                log = self._output / "endless.log"
                with endless.served(count // companies, milliseconds / 1000, log) as address:
                    self._measure(
                        report.companies(companies), many(address, companies), "supplier_invoices",
                        (report.endless(invoices, milliseconds),), records=count,
                    )  # fmt: skip

    def _meltano_is_installed(self) -> None:
        result = Meltano(self._output / "install", {}).install()
        if result.code:
            raise RunError(result.output)

    def _measure(
        self, who: str, pipe: Pipe, stream: str, works: Sequence[str], records: int = 0
    ) -> None:
        """Measure one contender: first runs into databases of their own, each gone on with.

        Args:
            who: The contender.
            pipe: Its processes.
            stream: What it reads.
            works: Of the first run and those after it; an empty name is not noted down.
            records: How many the first run moves, where it is not what the books hold.
        """
        if not any(self._only in work for work in works):
            return
        runs: dict[str, list[tuple[Cost, int, int]]] = {}
        for _ in range(self._repeat):
            database = f"run_{next(self._numbers)}"
            self._postgres.create_database(database)
            place = Place(
                home=self._output / "runs" / database,
                environments=self._output / "environments",
                settings=self._settings,
                database_url=self._postgres.url(database),
            )
            place.home.mkdir(parents=True)
            for work in works:
                moved = records or self._prepare(work, stream)
                self._sandbox.control("DELETE", "/calls")
                cost = run(pipe(place, stream), home=place.home, server_pid=self._server)
                calls = self._sandbox.control("GET", "/calls")
                count = sum(1 for call in calls if call["service"] == "api")
                runs.setdefault(work, []).append((cost, moved, count))
        for work, costs in runs.items():
            if work:
                self._note(work, who, stream, costs)

    def _prepare(self, work: str, stream: str) -> int:
        """Set the books up for a run; how many records it will move."""
        if work == CHANGED_SOME:
            return touch(self._books, CHANGED)
        return 0 if work == NOTHING_NEW else int(getattr(self._work, stream))

    def _note(
        self, work: str, who: str, stream: str, runs: Sequence[tuple[Cost, int, int]]
    ) -> None:
        costs = [cost for cost, _, _ in runs]
        _, records, calls = runs[0]
        middle = sorted(costs, key=lambda cost: cost.seconds)[len(costs) // 2]
        figure = Figure(
            work=work,
            who=who,
            records=records,
            megabytes=records * self._bytes[stream] / 1e6,
            calls=calls,
            seconds=statistics.median(cost.seconds for cost in costs),
            all_seconds=tuple(cost.seconds for cost in costs),
            cpu=middle.cpu,
            peaks=tuple(max(peaks) for peaks in zip(*(cost.peaks for cost in costs), strict=True)),
            peak=max(cost.peak for cost in costs),
            server_cpu=middle.server_cpu,
        )
        self.figures.append(figure)
        self._console.print(
            f"{work:45} {who:32} {figure.seconds:8.1f} s {figure.peak:6.0f} MB {calls:4} calls"
        )


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chain", description=__doc__)
    parser.add_argument(
        "--short", action="store_true", help="little work, once: tries it out, measures nothing"
    )
    parser.add_argument("--repeat", type=int, default=3, help="runs per figure (default: 3)")
    parser.add_argument(
        "--only",
        default="",
        metavar="WORK",
        help="measure only works whose name holds this, all contenders of them, and put their "
        "figures in place of those of the last full run",
    )
    parser.add_argument(
        "--output", type=Path, default=PROJECT / "output" / "bench", help="directory of its files"
    )
    parser.add_argument(
        "--results", type=Path, default=PROJECT / "benchmarks", help="directory of the results"
    )
    given = parser.parse_args()
    output = given.output.resolve()
    output.mkdir(parents=True, exist_ok=True)
    versions = contenders.install(output / "environments")
    began = time.perf_counter()
    work = SHORT if given.short else FULL
    benchmark = Benchmark(output, work, 1 if given.short else given.repeat, given.only)
    try:
        benchmark.main()
    except RunError as error:
        sys.exit(f"The benchmark stopped, and nothing was written: {error}")
    results = report.Results(
        machine={
            "cores": psutil.cpu_count() or 0,
            "memory_gb": round(psutil.virtual_memory().total / 1e9),
            "system": platform.platform(),
            "minutes": round((time.perf_counter() - began) / 60),
        },
        versions=versions,
        work=work._asdict(),
        repeat=1 if given.short else given.repeat,
        figures=benchmark.figures,
    )
    path = given.results / ("results-short" if given.short else "results")
    if given.only:
        results = report.amended(path, results, given.only)
    report.write(path, results)


if __name__ == "__main__":
    main()
