"""Time and memory of `dbt build` on a large warehouse, and what settings bring.

    uv run --no-sync python -m benchmarks.models [--runs 3] [--times 146] [--variants]

The group of the stand-ins is loaded once through the pipeline. Its documents, payments and
journals are then multiplied in the raw tables, each copy with numbers of its own, and its balances
with them: 146 times is more than 200,000 invoice lines and 1,000,000 journal lines. Nothing may be
seen of it in the reconciliation. Writes `benchmarks/models.md`.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from demo import processes
from demo.pipeline import LOAD, PROJECT, Meltano
from demo.postgres import Postgres
from demo.stand_ins import Sandbox

_DBT = PROJECT / ".meltano" / "utilities" / "dbt-postgres" / "venv" / "bin" / "dbt"
_DATABASE = "warehouse"
_MIB = 1 << 20

#: Per table the columns that number its rows, and the fields deep inside that name other rows.
_MULTIPLIED = {
    "supplier_invoices": (("referenceNumber",), ()),
    "supplier_documents": (("referenceNumber",), ()),
    "supplier_payments": (("refNbr",), ("invoiceRefNbr",)),
    "customer_invoices": (("referenceNumber",), ("refNbr",)),
    "customer_credit_notes": (("referenceNumber",), ("refNbr",)),
    "customer_debit_notes": (("referenceNumber",), ("refNbr",)),
    "customer_documents": (("referenceNumber",), ()),
    "customer_payments": (("refNbr",), ("refNbr",)),
    "journal_transactions": (("batchNumber",), ("referenceNumber",)),
    "general_ledger_transactions": (("batchNumber", "refNumber"), ()),
}
_BALANCES = {
    "general_ledger_balances": "\"balanceType\" = 'Actual'",
    "supplier_balances": "true",
    "customer_balances": "true",
}


_HEAD = """# Building the models

`benchmarks/models.py` wrote this. Seconds are those of `dbt build` with all data tests, and with
publishing into an empty schema: the median and the range of the runs. Memory is the most that dbt,
and the largest backend of the embedded Postgres, held in any run.

Machine: {} cores, {} GiB, {}; load at the end {:.1f}.

| lines of invoices / of journals | runs | seconds | range | dbt, MiB | backend, MiB |
|---|---|---|---|---|---|"""


@dataclass
class Run:
    """One build: seconds, and the most memory of dbt and of one backend of Postgres, in bytes."""

    seconds: float
    dbt: int
    backend: int


def multiply(postgres: Postgres, times: int) -> None:
    """Multiply everything that was posted, and all balances."""
    with postgres.connect(_DATABASE) as connection:
        for table, (numbers, inside) in _MULTIPLIED.items():
            columns: dict[str, str] = dict(
                connection.execute(
                    "select column_name, data_type from information_schema.columns "
                    "where table_schema = 'visma' and table_name = %s",
                    [table],
                ).fetchall()
            )
            values = []
            for column, kind in columns.items():
                value = f't."{column}"'
                if column in numbers:
                    value += " || '-' || n"
                elif kind == "jsonb" and inside:
                    value = f"{value}::text"
                    for field in inside:
                        value = (
                            f'regexp_replace({value}, \'"{field}": "([^"]+)"\', '
                            f"'\"{field}\": \"\\1-' || n || '\"', 'g')"
                        )
                    value += "::jsonb"
                values.append(value)
            connection.execute(
                f"""
                insert into visma.{table} select {", ".join(values)}
                from visma.{table} t, generate_series(2, {times}) n
                """.encode()
            )
        for table, where in _BALANCES.items():
            rows = connection.execute(
                "select column_name from information_schema.columns where table_schema = 'visma' "
                "and table_name = %s and data_type = 'numeric'",
                [table],
            ).fetchall()
            changes = ", ".join(f'"{name}" = "{name}" * {times}' for (name,) in rows)
            connection.execute(f"update visma.{table} set {changes} where {where}".encode())


def lines(postgres: Postgres) -> tuple[int, int]:
    """Return how many lines the invoices have, and how many the journals."""
    invoices = [
        ("supplier_invoices", "invoiceLines"),
        ("customer_invoices", "invoiceLines"),
        ("customer_credit_notes", "lines"),
        ("customer_debit_notes", "lines"),
    ]
    counts = [
        f'select sum(jsonb_array_length("{column}")) from visma.{table}'
        for table, column in [*invoices, ("journal_transactions", "journalTransactionLines")]
    ]
    with postgres.connect(_DATABASE) as connection:
        found = [int(connection.execute(count.encode()).fetchall()[0][0]) for count in counts]
    return sum(found[:-1]), found[-1]


def measure(postgres: Postgres, project: Path, **changed: str) -> Run:
    """Build once and watch the memory; the schemas of a build before are dropped first."""
    with postgres.connect(_DATABASE) as connection:
        connection.execute("drop schema if exists finance, finance_build, finance_history cascade")
    with tempfile.TemporaryDirectory() as directory:
        environment = processes.environment(
            **postgres.settings(_DATABASE),
            DBT_PROFILES_DIR=str(project),
            DBT_PROJECT_DIR=str(project),
            DBT_TARGET_PATH=directory,
            DBT_LOG_PATH=directory,
            **changed,
        )
        most = [0, 0]
        done = threading.Event()
        started = time.perf_counter()
        process = subprocess.Popen(
            [_DBT, "--quiet", "build", "--exclude-resource-type", "unit_test"], env=environment
        )
        watcher = threading.Thread(target=_watch, args=(process.pid, most, done))
        watcher.start()
        code = process.wait()
        seconds = time.perf_counter() - started
        done.set()
        watcher.join()
    if code:
        raise SystemExit(f"The build failed with exit code {code}: nothing was measured.")
    run = Run(seconds, *most)
    sys.stdout.write(f"{run}\n")
    sys.stdout.flush()
    return run


def _watch(dbt: int, most: list[int], done: threading.Event) -> None:
    while not done.wait(0.2):
        for process in psutil.process_iter(["name"]):
            # What ends meanwhile needs no memory.
            with suppress(psutil.Error):
                memory = process.memory_info()
                if process.pid == dbt:
                    most[0] = max(most[0], memory.rss)
                elif process.info["name"] == "postgres":
                    # Not what all of them share.
                    most[1] = max(most[1], memory.rss - memory.shared)


def without(pattern: str, directory: Path) -> Path:
    """Copy the models without what a pattern finds."""
    project = directory / "transform"
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(PROJECT / "transform", project)
    for path in [*project.rglob("*.sql"), project / "dbt_project.yml"]:
        path.write_text(re.sub(pattern, "", path.read_text(), flags=re.DOTALL))
    return project


def reconciled(postgres: Postgres) -> list[Any]:
    """Return what the reconciliation finds."""
    with postgres.connect(_DATABASE) as connection:
        return connection.execute(
            "select company_id, check_id, count(*) from finance.rpt_reconciliation "
            "where row_type = 'detail' and status = 'difference' group by 1, 2 order by 1, 2"
        ).fetchall()


def main() -> None:
    """Load, multiply, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--times", type=int, default=146, help="what documents are multiplied with")
    parser.add_argument("--variants", action="store_true", help="also what settings bring")
    arguments = parser.parse_args()
    rows: list[tuple[str, list[Run]]] = []
    with tempfile.TemporaryDirectory(prefix="visma-looker-") as name:
        home = Path(name)
        with Postgres(home / "postgres") as postgres:
            postgres.create_database(_DATABASE)
            meltano = Meltano(home / "meltano", {})
            meltano.install()
            with Sandbox(home / "sandbox", "--group") as sandbox:
                meltano.configure({**sandbox.settings, **postgres.settings(_DATABASE)})
                loaded = meltano("run", *LOAD)
                if loaded.code:
                    raise SystemExit(loaded.output)
            project = PROJECT / "transform"
            small = lines(postgres)
            rows.append(
                (
                    f"{small[0]:,} / {small[1]:,}",
                    [measure(postgres, project) for _ in range(arguments.runs)],
                )
            )
            before = reconciled(postgres)
            multiply(postgres, arguments.times)
            large = lines(postgres)
            size = f"{large[0]:,} / {large[1]:,}"
            rows.append((size, [measure(postgres, project) for _ in range(arguments.runs)]))
            after = reconciled(postgres)
            if after != before:
                raise SystemExit(f"Multiplied books do not reconcile: {after}.")
            if arguments.variants:
                for title, directory, changed in (
                    ("1 thread", project, {"DBT_POSTGRES_THREADS": "1"}),
                    ("2 threads", project, {"DBT_POSTGRES_THREADS": "2"}),
                    ("work_mem of 64 MB", project, {"PGOPTIONS": "-c work_mem=64MB"}),
                    ("no JIT compilation", project, {"PGOPTIONS": "-c jit=off"}),
                    (
                        "without indexes on the marts",
                        without(r"\{\{ config\(indexes=.*?\) \}\}", home),
                        {},
                    ),
                ):
                    rows.append((f"{size}, {title}", [measure(postgres, directory, **changed)]))
    write(rows)


def write(rows: list[tuple[str, list[Run]]]) -> None:
    """Write the table."""
    memory = psutil.virtual_memory().total // (_MIB << 10)
    text = [_HEAD.format(os.cpu_count(), memory, platform.system(), os.getloadavg()[0])]
    for title, runs in rows:
        seconds = sorted(run.seconds for run in runs)
        text.append(
            f"| {title} | {len(runs)} | {statistics.median(seconds):.0f} "
            f"| {seconds[0]:.0f}-{seconds[-1]:.0f} | {max(r.dbt for r in runs) // _MIB} "
            f"| {max(r.backend for r in runs) // _MIB} |"
        )
    (PROJECT / "benchmarks" / "models.md").write_text("\n".join(text) + "\n")


if __name__ == "__main__":
    main()
