"""What every demo does: load twice with a day of business in between, and say what came of it."""

from __future__ import annotations

import json
import shutil
import signal
import time
from abc import ABC, abstractmethod
from contextlib import ExitStack, contextmanager, suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from rich.console import Console
from rich.markup import escape

from demo import summary
from demo.pipeline import PROJECT
from demo.processes import Failed
from demo.progress import Steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from demo.pipeline import Meltano
    from demo.stand_ins import Sandbox

_LOADS = {"first": "First load", "incremental": "Second load"}


class Demo(ABC):
    """A demo.

    Args:
        output: Directory that it owns: emptied at the start, holds summary and logs at the end.
        saft: Audit file that the books are made of; the stand-ins' own when None.
        group: Books of an invented group of three companies instead.
    """

    #: What Meltano loads into.
    warehouse: ClassVar[str]
    #: Meltano's environment, and what it runs.
    environment: ClassVar[str]
    blocks: ClassVar[tuple[str, ...]]
    #: How these are called, block by block, and what is going on meanwhile.
    steps: ClassVar[Mapping[str, str]]
    #: What keeping it running is for.
    to_look_at: ClassVar[str] = " to look around in"

    def __init__(self, output: Path, *, saft: Path | None = None, group: bool = False) -> None:
        self._output = output
        self._group = group
        self._books: tuple[str | Path, ...] = ("--group",) if group else ()
        if saft is not None:
            self._books = ("--saft", saft.resolve())
        self._console = Console(highlight=False, soft_wrap=True)
        self._runs: list[summary.Run] = []
        self._marts: dict[str, summary.Mart] = {}
        self._looker: dict[str, Any] = {}
        self._sums: summary.Sums = (Decimal(0), Decimal(0))
        self._step = "Start"

    @abstractmethod
    def _play(self, running: ExitStack) -> str:
        """Start everything, run the chain twice, and return how to open the warehouse."""

    @abstractmethod
    def _streams(self) -> dict[str, summary.Stream]:
        """What the latest run did, by stream."""

    @abstractmethod
    def _show_warehouse(self) -> None:
        """Show what is in the warehouse."""

    def main(self, *, keep: bool) -> int:
        """Run it.

        Args:
            keep: Leave everything running at the end, until Ctrl-C.

        Returns:
            Exit code; 130 when it was interrupted before its end.
        """
        shutil.rmtree(self._output, ignore_errors=True)
        self._output.mkdir(parents=True)
        self._write(ok=False)
        try:
            with ExitStack() as running:
                warehouse = self._play(running)
                self._write(ok=True)
                self._console.print()
                self._console.print(summary.as_table(self._runs, self.warehouse))
                self._console.print()
                self._show_warehouse()
                if keep:
                    with suppress(KeyboardInterrupt):
                        self._invite({**self._shown(running), "The warehouse": warehouse})
                        signal.pause()
                else:
                    self._console.print(
                        f"`make demo KEEP=1` keeps everything running{self.to_look_at}."
                    )
        except Failed as failure:
            self._console.print(f"[red]{self._step} failed.[/] {escape(str(failure))}")
            return 1
        except KeyboardInterrupt:
            self._console.print(f"[red]{self._step}: interrupted.[/] Everything was stopped.")
            return 128 + signal.SIGINT
        if keep:
            self._console.print("Everything was stopped.")
        return 0

    def _load_twice(self, meltano: Meltano, sandbox: Sandbox) -> None:
        self._run("first", meltano, sandbox)
        with self._doing("A day of business in Visma"):
            changes = sandbox.change()
        for line in changes.splitlines():
            self._console.print(f"   {line}", markup=False)
        self._run("incremental", meltano, sandbox)

    def _compare(self, loaded: summary.Sums, sandbox: Sandbox) -> None:
        """Hold debit and credit of all journals against the books."""
        booked = summary.booked(sandbox.books)
        self._sums = loaded
        if loaded != booked or loaded[0] != loaded[1]:
            raise Failed(
                f"Debit and credit are {loaded}, and {booked} in the books.",
                self._output / "incremental.log",
            )

    def _run(self, kind: str, meltano: Meltano, sandbox: Sandbox) -> None:
        sandbox.control("DELETE", "/calls")
        log = self._output / f"{kind}.log"
        with self._doing(_LOADS[kind]) as notes:
            started = time.monotonic()
            with log.open("w") as file, Steps(self._console, self.steps) as steps:

                def note(line: str) -> None:
                    file.write(line + "\n")
                    steps.note(line)

                code = meltano("run", *self.blocks, on_line=note).code
            if code:
                raise Failed(f"Meltano ended with exit code {code}.", log)
            seconds = time.monotonic() - started
            notes.append(f"({steps.in_words()})")
        calls = [call for call in sandbox.control("GET", "/calls") if call["service"] == "api"]
        limit = sandbox.control("GET", "/allowance")[0]["limit"]
        self._runs.append(
            summary.Run(kind, seconds, steps.seconds, len(calls), limit, self._streams())
        )

    def _install(self, meltano: Meltano, *others: str) -> None:
        log = self._output / "install.log"
        with log.open("a") as file, self._console.status("") as status:

            def note(line: str) -> None:
                if not file.tell() and not self._console.is_terminal:
                    self._console.print("   installing them, which is done once …")
                file.write(line + "\n")
                status.update(escape(line[: self._console.width - 5]))

            code = meltano.install(*others, on_line=note).code
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

    def _shown(self, running: ExitStack) -> dict[str, str]:  # noqa: ARG002 - for those that do
        """Start what there is to look at beside the warehouse; return where, by what it is."""
        return {}

    def _invite(self, places: Mapping[str, str]) -> None:
        """Say what can be done while everything is running."""
        sandbox = _typed(self._output / "sandbox")
        env_file = _typed(self._output / "meltano" / ".env")
        meltano = f".venv/bin/meltano --environment {self.environment} --env-file {env_file}"
        self._console.print()
        for what, command in {
            **places,
            "Another day of business": (
                f".venv/bin/visma-looker-sandbox change --books {sandbox / 'books.sqlite'}"
            ),
            "Another load": f"{meltano} run {' '.join(self.blocks)}",
            "Settings of the stand-ins": f"{sandbox / 'sandbox.env'}",
        }.items():
            self._console.print(f"{what}: {command}", markup=False)
        self._console.print("Everything keeps running until you press Ctrl-C.")

    def _write(self, *, ok: bool) -> None:
        text = json.dumps(summary.as_json(self._runs, self._marts, self._looker, ok=ok), indent=2)
        (self._output / "summary.json").write_text(text + "\n")


def _typed(path: Path) -> Path:
    """A path as it is typed in the project's directory."""
    return path.relative_to(PROJECT) if path.is_relative_to(PROJECT) else path
