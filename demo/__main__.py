"""Runs the chain twice against the stand-ins and says what it did: `python -m demo [--keep]`."""

from __future__ import annotations

import argparse
import fcntl
import json
import shutil
import signal
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape

from demo import looker as looker_project
from demo import summary
from demo.pipeline import CHAIN, PROJECT, Meltano
from demo.postgres import Postgres
from demo.preview import Preview
from demo.processes import Failed
from demo.progress import Steps
from demo.stand_ins import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

_WAREHOUSE = "warehouse"
_LOADS = {"first": "First load", "incremental": "Second load"}


class Demo:
    """The demo.

    Args:
        output: Directory that it owns: emptied at the start, holds summary and logs at the end.
        saft: Audit file that the books are made of; the stand-ins' own when None.
        group: Books of an invented group of three companies instead.
    """

    def __init__(self, output: Path, *, saft: Path | None = None, group: bool = False) -> None:
        self._output = output
        self._books: tuple[str | Path, ...] = ("--group",) if group else ()
        # As a group sets it: everything in the parent's currency, too, at the parent's rates.
        models = {"group_currency": "NOK", "group_rate_company": "fjordhammer"}
        self._models = {"DBT_POSTGRES_VARS": json.dumps(models)} if group else {}
        if saft is not None:
            self._books = ("--saft", saft.resolve())
        self._console = Console(highlight=False, soft_wrap=True)
        self._runs: list[summary.Run] = []
        self._marts: dict[str, summary.Mart] = {}
        self._looker: dict[str, Any] = {}
        self._sums: summary.Sums = (Decimal(0), Decimal(0))
        self._address = ""
        self._step = "Start"

    def main(self, *, keep: bool) -> int:
        """Run it.

        Args:
            keep: Leave everything running at the end, until Ctrl-C.

        Returns:
            Exit code.
        """
        shutil.rmtree(self._output, ignore_errors=True)
        self._output.mkdir(parents=True)
        self._write(ok=False)
        try:
            with ExitStack() as running:
                psql = self._play(running)
                self._write(ok=True)
                self._show()
                if keep:
                    with self._doing("Dashboards"):
                        home = self._output / "sandbox"
                        preview = running.enter_context(Preview(home, self._address))
                    self._invite(psql, preview.url)
                    with suppress(KeyboardInterrupt):
                        signal.pause()
                else:
                    self._console.print(
                        "`make demo KEEP=1` keeps everything running to look around in, and shows "
                        "the dashboards in the browser."
                    )
        except Failed as failure:
            self._console.print(f"[red]{self._step} failed.[/] {escape(str(failure))}")
            return 1
        except KeyboardInterrupt:
            self._console.print(f"[red]{self._step}: interrupted.[/] Everything was stopped.")
            return 1
        return 0

    def _play(self, running: ExitStack) -> str:
        """Start everything, run the chain twice, and return how to open the warehouse."""
        meltano = Meltano(self._output / "meltano", {})
        with self._doing("Plugins"):
            self._install(meltano)
        with self._doing("Postgres"):
            postgres = running.enter_context(Postgres(self._output / "postgres"))
            postgres.create_database(_WAREHOUSE)
            self._address = postgres.reader(_WAREHOUSE, "looker")
        with self._doing("Stand-ins for Visma Connect, Visma.net ERP and Looker"):
            looker = ("--lookml", looker_project.LOOKML, "--warehouse", self._address)
            sandbox = running.enter_context(
                Sandbox(self._output / "sandbox", *self._books, *looker)
            )
        report = self._output / "looker.json"
        meltano.configure(
            {
                **sandbox.settings,
                **postgres.settings(_WAREHOUSE),
                **looker_project.settings(),
                **self._models,
                "UTILITY_LOOKER_REFRESH_REPORT_PATH": str(report),
            }
        )
        self._run("first", meltano, sandbox, postgres)
        with self._doing("A day of business in Visma"):
            changes = sandbox.change()
        for line in changes.splitlines():
            self._console.print(f"   {line}", markup=False)
        self._run("incremental", meltano, sandbox, postgres)
        self._looker = {
            "report": json.loads(report.read_text()),
            "stand_in": sandbox.control("GET", "/looker"),
        }
        with self._doing("Journals of the warehouse against the books"):
            with postgres.connect(_WAREHOUSE) as connection:
                loaded, booked = summary.debits_and_credits(connection, sandbox.books)
                self._marts = summary.marts(connection)
            self._sums = loaded
            if loaded != booked or loaded[0] != loaded[1]:
                raise Failed(
                    f"Debit and credit are {loaded}, and {booked} in the books.",
                    self._output / "incremental.log",
                )
        return postgres.psql(_WAREHOUSE)

    def _run(self, kind: str, meltano: Meltano, sandbox: Sandbox, postgres: Postgres) -> None:
        sandbox.control("DELETE", "/calls")
        log = self._output / f"{kind}.log"
        with self._doing(_LOADS[kind]) as notes:
            started = time.monotonic()
            with log.open("w") as file, Steps(self._console) as steps:

                def note(line: str) -> None:
                    file.write(line + "\n")
                    steps.note(line)

                code = meltano("run", *CHAIN, on_line=note).code
            if code:
                raise Failed(f"Meltano ended with exit code {code}.", log)
            seconds = time.monotonic() - started
            notes.append(f"({steps.in_words()})")
        calls = [call for call in sandbox.control("GET", "/calls") if call["service"] == "api"]
        with postgres.connect(_WAREHOUSE) as connection:
            streams = summary.streams(connection)
        limit = sandbox.control("GET", "/allowance")[0]["limit"]
        self._runs.append(summary.Run(kind, seconds, steps.seconds, len(calls), limit, streams))

    def _install(self, meltano: Meltano) -> None:
        log = self._output / "install.log"
        with log.open("w") as file, self._console.status("") as status:

            def note(line: str) -> None:
                if not file.tell() and not self._console.is_terminal:
                    self._console.print("   installing them, which is done once …")
                file.write(line + "\n")
                status.update(escape(line[: self._console.width - 5]))

            code = meltano.install(on_line=note).code
        if code:
            raise Failed(f"Meltano ended with exit code {code}.", log)

    @contextmanager
    def _doing(self, step: str) -> Iterator[list[str]]:
        """Say that a step is done, how long it took, and what is put into the list."""
        self._step = step
        started = time.monotonic()
        notes: list[str] = []
        yield notes
        told = escape(" ".join([f"{time.monotonic() - started:.1f} s", *notes]))
        self._console.print(f"[green]ok[/] {step} [dim]{told}[/]")

    def _show(self) -> None:
        self._console.print()
        self._console.print(summary.as_table(self._runs))
        self._console.print()
        self._console.print(summary.marts_as_table(self._marts))
        self._console.print()
        for line in summary.findings(self._sums, **self._looker):
            self._console.print(line, markup=False)

    def _invite(self, psql: str, preview: str) -> None:
        """Say what can be done while everything is running."""
        sandbox = _shown(self._output / "sandbox")
        env_file = _shown(self._output / "meltano" / ".env")
        meltano = f".venv/bin/meltano --environment demo --env-file {env_file}"
        self._console.print()
        for what, command in {
            "The dashboards": preview,
            "The warehouse": psql,
            "Another day of business": (
                f".venv/bin/visma-looker-sandbox change --books {sandbox / 'books.sqlite'}"
            ),
            "Another load": f"{meltano} run {' '.join(CHAIN)}",
            "Settings of the stand-ins": f"{sandbox / 'sandbox.env'}",
        }.items():
            self._console.print(f"{what}: {command}", markup=False)
        self._console.print("Everything keeps running until you press Ctrl-C.")

    def _write(self, *, ok: bool) -> None:
        text = json.dumps(summary.as_json(self._runs, self._marts, self._looker, ok=ok), indent=2)
        (self._output / "summary.json").write_text(text + "\n")


def _shown(path: Path) -> Path:
    """A path as it is typed in the project's directory."""
    return path.relative_to(PROJECT) if path.is_relative_to(PROJECT) else path


def main() -> int:
    """Read the command line and run the demo once at a time."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave everything running at the end")
    parser.add_argument("--saft", type=Path, help="audit file (SAF-T) to use as the books")
    parser.add_argument("--group", action="store_true", help="three companies with all streams")
    parser.add_argument(
        "--output",
        type=Path,
        default=PROJECT / "output" / "demo",
        help="directory of the demo's files; emptied first",
    )
    arguments = parser.parse_args()
    output = arguments.output.resolve()
    output.parent.mkdir(parents=True, exist_ok=True)
    # A kill ends it as Ctrl-C does: nothing stays behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with (output.parent / f".{output.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            Console(stderr=True).print(f"A demo in {output} is running already: end it first.")
            return 1
        demo = Demo(output, saft=arguments.saft, group=arguments.group)
        return demo.main(keep=arguments.keep)


if __name__ == "__main__":
    sys.exit(main())
