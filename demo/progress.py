"""What a run of the chain is doing, as its log tells it: always on a terminal, else by step."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from typing_extensions import Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

_DONE = re.compile(r"Block run completed .*duration_seconds=([\d.]+)")
_LIST = re.compile(r"tap-visma +(\w+) of .* rows read")
#: The blocks of the chain: how they are called afterwards, and what is going on meanwhile.
CHAIN_STEPS = {
    "load": "reading Visma and loading Postgres",
    "models": "building and testing the models",
    "Looker": "telling Looker",
}


class Steps:
    """Follows the log of a run; a context manager, for what it shows on a terminal.

    Args:
        console: Where it shows.
        steps: How the blocks of the run are called, and what is going on meanwhile.

    Attributes:
        seconds: How long each step took, by its name, in their order.
    """

    def __init__(self, console: Console, steps: Mapping[str, str]) -> None:
        self.seconds: dict[str, float] = {}
        self._steps = steps
        self._console = console
        self._shown = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._shown.add_task("starting Meltano …")
        self._begun = False

    def __enter__(self) -> Self:
        """Begin."""
        self._shown.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the screen as it was."""
        self._shown.stop()

    def note(self, line: str) -> None:
        """Take the next line of the log."""
        if not self._begun:
            self._begun = True
            self._begin()
        if found := _LIST.search(line):
            self._shown.update(self._task, description=f"{self._doing}: {found[1]}")
        if found := _DONE.search(line):
            self.seconds[list(self._steps)[len(self.seconds)]] = float(found[1])
            if self._doing:
                self._begin()

    @property
    def _doing(self) -> str:
        """What is going on; nothing at the end."""
        return next((text for name, text in self._steps.items() if name not in self.seconds), "")

    def _begin(self) -> None:
        self._shown.reset(self._task, description=escape(f"{self._doing} …"))
        if not self._console.is_terminal:
            self._console.print(f"   {self._doing} …")

    def in_words(self) -> str:
        """Return how long each step took."""
        return ", ".join(f"{name} {seconds:.1f}" for name, seconds in self.seconds.items())
