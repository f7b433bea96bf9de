"""The dashboards in the browser, as a process of its own."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from typing_extensions import Self

from demo import processes
from demo.looker import LOOKML

if TYPE_CHECKING:
    from types import TracebackType

_PROGRAM = Path(sys.executable).with_name("visma-looker-sandbox")
_START_SECONDS = 60


class Preview:
    """A preview of the shipped dashboards; a context manager.

    Args:
        home: Directory of its log.
        warehouse: Address of the warehouse for libpq.
    """

    def __init__(self, home: Path, warehouse: str) -> None:
        self._home = home
        self._warehouse = warehouse
        self.log = home / "preview.log"
        self.url = ""

    def __enter__(self) -> Self:
        """Start it, and wait until it serves pages."""
        self._home.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self._process = processes.start(
                [_PROGRAM, "preview", "--lookml", LOOKML, "--warehouse", self._warehouse],
                stdout=subprocess.PIPE,
                stderr=log,
                env=processes.environment(),
                cwd=self._home,
            )
        timer = threading.Timer(_START_SECONDS, self._process.kill)
        timer.start()
        try:
            # The address is printed once pages are served.
            self.url = (
                self._process.stdout.readline().decode().strip() if self._process.stdout else ""
            )
        finally:
            timer.cancel()
        if not self.url:
            self._stop()
            raise processes.Failed("The preview did not start.", self.log)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it."""
        self._stop()

    def _stop(self) -> None:
        processes.end(self._process)
        if self._process.stdout:
            self._process.stdout.close()
