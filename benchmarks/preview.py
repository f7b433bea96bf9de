"""How soon the preview's dashboards are on screen, on a large warehouse.

    uv run --no-sync python -m benchmarks.preview [--runs 3] [--times 146]

The group of the stand-ins is loaded once, multiplied in the raw tables as in
`benchmarks/models.py`, and built. Every dashboard is then opened in Chromium with a cold browser
cache. Writes `benchmarks/preview.md`.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import psutil

from benchmarks import models
from demo.looker import LOOKML
from demo.pipeline import LOAD, PROJECT, Meltano
from demo.postgres import Postgres
from demo.preview import preview
from demo.stand_ins import Sandbox
from tests.browser import Visitor, chromium
from visma_looker_sandbox.looker import load

_DATABASE = "warehouse"
_HEAD = """# Opening the dashboards of the preview

`benchmarks/preview.py` wrote this: medians of {} runs in Chromium on {} cores, {}, with an empty
cache; {:,} lines of invoices and {:,} of journals. Milliseconds from the request for the page until
its last tile has its answer, which is the time of the page, its script and all queries (a
dashboard's run beside each other); until everything is drawn; and what lies between.

| dashboard | tiles | answered | drawn | between |
|---|---:|---:|---:|---:|"""
_TIMES = """() => {
  const answers = performance.getEntriesByType("resource")
    .filter(one => one.name.includes("/tiles/"));
  const [shown] = performance.getEntriesByName("shown");
  return [Math.max(...answers.map(one => one.responseEnd)), shown.startTime];
}"""


class Times(NamedTuple):
    """Milliseconds until all queries were answered, and until everything was drawn."""

    answered: float
    drawn: float


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.preview", description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--times", type=int, default=146)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="visma-looker-") as directory:
        home = Path(directory)
        meltano = Meltano(home / "meltano", {})
        if meltano.install().code:
            raise SystemExit("The plugins could not be installed: nothing was measured.")
        with Postgres(home / "postgres") as postgres:
            postgres.create_database(_DATABASE)
            with Sandbox(home / "sandbox", "--group") as sandbox:
                meltano.configure(sandbox.settings | postgres.settings(_DATABASE))
                result = meltano("run", *LOAD)
            if result.code:
                raise SystemExit(result.output)
            models.multiply(postgres, given.times)
            models.measure(postgres, PROJECT / "transform")
            address = postgres.address(_DATABASE, "postgres")
            with preview(home, address) as url:
                figures = _opened(url, given.runs)
            invoices, journals = models.lines(postgres)
    head = _HEAD.format(given.runs, psutil.cpu_count(), platform.system(), invoices, journals)
    rows = [
        f"| {title} | {tiles} | {times.answered:,.0f} | {times.drawn:,.0f} | "
        f"{times.drawn - times.answered:,.0f} |"
        for title, tiles, times in figures
    ]
    (PROJECT / "benchmarks" / "preview.md").write_text("\n".join([head, *rows]) + "\n")


def _opened(url: str, runs: int) -> list[tuple[str, int, Times]]:
    figures = []
    with chromium() as browser:
        project = load(LOOKML)
        for dashboard in project.dashboards:
            found = []
            for _ in range(runs):
                visitor = Visitor(browser, url)
                visitor.open(f"/dashboards/{project.name}::{dashboard['dashboard']}")
                visitor.page.wait_for_function("performance.getEntriesByName('shown').length")
                found.append(Times(*visitor.page.evaluate(_TIMES)))
                visitor.close()
            middle = Times(*(statistics.median(one) for one in zip(*found, strict=True)))
            figures.append((dashboard["title"], len(dashboard["elements"]), middle))
            sys.stdout.write(f"{figures[-1]}\n")
            sys.stdout.flush()
    return figures


if __name__ == "__main__":
    main()
