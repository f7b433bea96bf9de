"""How long loads of a group take, in one run and in a run per company, by number of companies.

    uv run --no-sync python -m benchmarks.companies [--counts 1 20] [--at-once 2]

The stand-ins serve a group. Every company is loaded once, then again when nothing is new: by one
run of all, and by a run per company with a state of its own in Postgres, as `orchestrate/dags`
does it, some of them at once; and four of them are loaded for the first time in this way. Prints a
table: seconds, CPU seconds of the pipeline, memory of all its processes, connections to the
warehouse and to the state, calls, tokens, and commits of the warehouse.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from typing_extensions import Self

from demo.pipeline import LOAD, Meltano
from demo.postgres import Postgres
from demo.stand_ins import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MIB = 1 << 20
_LOOK_SECONDS = 0.2
_AGAIN = "nothing new"
_COLUMNS = (
    "companies", "how", "load", "seconds", "CPU s", "MB at most", "MB per run", "connections",
    "calls", "tokens", "commits",
)  # fmt: skip


@dataclass
class Watched:
    """What a load took.

    Attributes:
        seconds: Wall clock.
        cpu: CPU seconds of all processes of the pipeline; Postgres and the stand-ins apart.
        megabytes: The most that these held at one time.
        connections: The most that were open at one time, to the warehouse and to the state.
    """

    seconds: float = 0
    cpu: float = 0
    megabytes: float = 0
    connections: int = 0


class Watch:
    """Watches the pipeline from the beginning to the end of a `with`.

    Args:
        postgres: Server of warehouse and state.
        apart: Processes that are not the pipeline's.
    """

    def __init__(self, postgres: Postgres, apart: Sequence[psutil.Process]) -> None:
        self.seen = Watched()
        self._apart = {process.pid for process in apart}
        self._over = threading.Event()
        self._looking = threading.Thread(target=self._look)
        self._connection = postgres.connect("postgres")
        self._connection.autocommit = True

    def __enter__(self) -> Self:
        """Begin."""
        self._started, self._cpu = time.monotonic(), _children_cpu()
        self._looking.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self.seen.seconds = time.monotonic() - self._started
        self.seen.cpu = _children_cpu() - self._cpu
        self._over.set()
        self._looking.join()
        self._connection.close()

    def _look(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            held = 0.0
            for child in psutil.Process().children():
                if child.pid in self._apart:
                    continue
                try:
                    for process in (child, *child.children(recursive=True)):
                        held += process.memory_info().rss / _MIB
                except psutil.NoSuchProcess:
                    continue
            self.seen.megabytes = max(self.seen.megabytes, held)
            ((count,),) = self._connection.execute(
                "select count(*) from pg_stat_activity where backend_type = 'client backend' "
                "and pid <> pg_backend_pid()"
            ).fetchall()
            self.seen.connections = max(self.seen.connections, count)


def _children_cpu() -> float:
    times = os.times()
    return times.children_user + times.children_system


class Group:
    """The group, a warehouse, and how it is loaded.

    Args:
        home: Directory of everything.
        sandbox: Serves the group.
        postgres: Server of warehouse and state.
        name: Name of the databases.
    """

    def __init__(self, home: Path, sandbox: Sandbox, postgres: Postgres, name: str) -> None:
        self._home, self.sandbox, self.postgres, self.warehouse = home, sandbox, postgres, name
        for database in (name, f"{name}_state"):
            postgres.create_database(database)
        self._settings = {
            **sandbox.settings,
            **postgres.settings(name),
            "MELTANO_DATABASE_URI": postgres.url(f"{name}_state"),
        }
        self.companies: list[dict[str, Any]] = json.loads(sandbox.settings["TAP_VISMA_COMPANIES"])
        # Several at once would make the tables of Meltano's own database at once.
        self._run("prepare", {}, "state", "list")

    def _run(self, home: str, settings: dict[str, str], *words: str) -> None:
        result = Meltano(self._home / self.warehouse / home, self._settings | settings)(*words)
        if result.code:
            raise SystemExit(result.output)

    def in_one_run(self, companies: Sequence[dict[str, Any]], _at_once: int) -> None:
        """Load companies as one machine does it."""
        self._run("all", {"TAP_VISMA_COMPANIES": json.dumps(companies)}, "run", *LOAD)

    def in_a_run_each(self, companies: Sequence[dict[str, Any]], at_once: int) -> None:
        """Load companies as the workers of Airflow do it."""

        def load(company: dict[str, Any]) -> None:
            name = company["company_id"]
            self._run(
                name,
                {"TAP_VISMA_COMPANIES": json.dumps([company])},
                *("run", "--no-install", f"--state-id-suffix={name}", *LOAD),
            )

        with ThreadPoolExecutor(at_once) as workers:
            list(workers.map(load, companies))

    def share_state_out(self) -> None:
        """Give each company the state of the run of all."""
        with self.postgres.connect(f"{self.warehouse}_state") as connection:
            for company in self.companies:
                connection.execute(
                    "insert into state (state_id, partial_state, completed_state) "
                    "select state_id || ':' || %s, partial_state, completed_state from state "
                    "where state_id = %s",
                    (company["company_id"], "demo:tap-visma-to-target-postgres"),
                )

    def commits(self) -> int:
        """Transactions of the warehouse so far."""
        with self.postgres.connect("postgres") as connection:
            ((count,),) = connection.execute(
                "select xact_commit from pg_stat_database where datname = %s", (self.warehouse,)
            ).fetchall()
        return int(count)


def _tell(*row: object) -> None:
    sys.stdout.write(f"| {' | '.join(map(str, row))} |\n")
    sys.stdout.flush()


def _measure(  # noqa: PLR0917
    group: Group,
    how: Callable[[Sequence[dict[str, Any]], int], None],
    count: int,
    at_once: int,
    load: str,
    apart: Sequence[psutil.Process],
) -> tuple[object, ...]:
    group.sandbox.control("DELETE", "/calls")
    before = group.commits()
    with Watch(group.postgres, apart) as watch:
        how(group.companies[:count], at_once)
    seen = watch.seen
    services = [call["service"] for call in group.sandbox.control("GET", "/calls")]
    one_run = how == group.in_one_run
    return (
        count,
        "one run" if one_run else f"a run each, {at_once} at once",
        load,
        f"{seen.seconds:.1f}",
        f"{seen.cpu:.1f}",
        f"{seen.megabytes:.0f}",
        f"{seen.megabytes / (1 if one_run else min(count, at_once)):.0f}",
        seen.connections,
        services.count("api"),
        services.count("connect"),
        group.commits() - before,
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.companies", description=__doc__)
    parser.add_argument(
        "--counts", type=int, nargs="+", default=[1, 2, 4, 8, 16, 20], help="companies of a load"
    )
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1, help="runs at once")
    arguments = parser.parse_args()
    counts, most, at_once = arguments.counts, max(arguments.counts), arguments.at_once
    _tell(*_COLUMNS)
    _tell(*["---"] * len(_COLUMNS))
    with tempfile.TemporaryDirectory(prefix="visma-looker-") as directory:
        home = Path(directory)
        installed = Meltano(home / "install", {}).install()
        if installed.code:
            raise SystemExit(installed.output)
        serve = ("--group", "--companies", str(most))
        with Postgres(home / "postgres") as postgres, Sandbox(home, *serve) as sandbox:
            apart = psutil.Process().children()
            group = Group(home, sandbox, postgres, "group")
            _tell(*_measure(group, group.in_one_run, most, at_once, "first", apart))
            for count in counts:
                _tell(*_measure(group, group.in_one_run, count, at_once, _AGAIN, apart))
            group.share_state_out()
            for count in counts:
                _tell(*_measure(group, group.in_a_run_each, count, at_once, _AGAIN, apart))
            new = Group(home, sandbox, postgres, "new")
            new.in_a_run_each(new.companies[-1:], 1)  # makes the tables
            _tell(*_measure(new, new.in_a_run_each, min(4, most), at_once, "first", apart))


if __name__ == "__main__":
    main()
