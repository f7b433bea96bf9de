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

from demo import summary
from demo.pipeline import CHAIN, PROJECT, Meltano
from demo.postgres import Postgres
from demo.processes import Failed
from demo.stand_ins import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from demo.pipeline import Result

_WAREHOUSE = "warehouse"


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
        if saft is not None:
            self._books = ("--saft", saft.resolve())
        self._console = Console(highlight=False, soft_wrap=True)
        self._runs: list[summary.Run] = []
        self._marts: dict[str, summary.Mart] = {}
        self._looker: dict[str, Any] = {}
        self._sums: summary.Sums = (Decimal(0), Decimal(0))
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
                    self._console.print(f"The warehouse: {psql}", markup=False)
                    self._console.print(
                        f"Settings of the stand-ins: {self._output / 'sandbox' / 'sandbox.env'}; "
                        f"more days of business: .venv/bin/visma-looker-sandbox change --books "
                        f"{self._output / 'sandbox' / 'books.sqlite'}",
                        markup=False,
                    )
                    self._console.print("Everything keeps running until you press Ctrl-C.")
                    with suppress(KeyboardInterrupt):
                        signal.pause()
                else:
                    self._console.print(
                        f"`make demo KEEP=1` keeps everything running; then this opens the "
                        f"warehouse: {psql}",
                        markup=False,
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
            self._logged("install.log", meltano.install)
        with self._doing("Postgres"):
            postgres = running.enter_context(Postgres(self._output / "postgres"))
            postgres.create_database(_WAREHOUSE)
        with self._doing("Stand-ins for Visma Connect, Visma.net ERP and Looker"):
            sandbox = running.enter_context(Sandbox(self._output / "sandbox", *self._books))
        report = self._output / "looker.json"
        meltano.configure(
            {
                **sandbox.settings,
                **postgres.settings(_WAREHOUSE),
                "UTILITY_LOOKER_REFRESH_REPORT_PATH": str(report),
            }
        )
        self._run("first", meltano, sandbox, postgres)
        with self._doing("Business goes on in Visma"):
            changes = sandbox.change()
        self._console.print(changes.rstrip(), markup=False)
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
        with self._doing(f"{kind.capitalize()} load"):
            started = time.monotonic()
            self._logged(f"{kind}.log", meltano, "run", *CHAIN)
            seconds = time.monotonic() - started
        calls = [call for call in sandbox.control("GET", "/calls") if call["service"] == "api"]
        with postgres.connect(_WAREHOUSE) as connection:
            streams = summary.streams(connection)
        limit = sandbox.control("GET", "/allowance")[0]["limit"]
        self._runs.append(summary.Run(kind, seconds, len(calls), limit, streams))

    def _logged(self, log: str, command: Callable[..., Result], *arguments: str) -> None:
        """Run a command with its output in a file and its progress on the screen."""
        path = self._output / log
        with path.open("w") as file, self._console.status("") as status:

            def note(line: str) -> None:
                file.write(line + "\n")
                status.update(escape(line[: self._console.width - 5]))
                # Without a terminal, what the tap says of each stream is the progress.
                if " rows read" in line and not self._console.is_terminal:
                    self._console.print("  " + line.partition("tap-visma")[2].strip(), markup=False)

            result = command(*arguments, on_line=note)
        if result.code:
            raise Failed(f"Meltano ended with exit code {result.code}.", path)

    @contextmanager
    def _doing(self, step: str) -> Iterator[None]:
        self._step = step
        started = time.monotonic()
        yield
        self._console.print(f"[green]ok[/] {step} [dim]{time.monotonic() - started:.1f} s[/]")

    def _show(self) -> None:
        self._console.print()
        self._console.print(summary.as_table(self._runs))
        self._console.print(summary.marts_as_table(self._marts))
        report, looker = self._looker["report"], self._looker["stand_in"]
        self._console.print(f"Looker was told: {report['reason']}")
        self._console.print(
            f"Looker did: {looker['cache_resets']} cache resets and {looker['triggers']} triggers "
            f"in {len(self._runs)} runs."
        )
        self._console.print(
            f"To the cent: debit {self._sums[0]:,.2f} = credit {self._sums[1]:,.2f} in all "
            "journals, as in the books.",
            markup=False,
        )

    def _write(self, *, ok: bool) -> None:
        text = json.dumps(summary.as_json(self._runs, self._marts, self._looker, ok=ok), indent=2)
        (self._output / "summary.json").write_text(text + "\n")


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
