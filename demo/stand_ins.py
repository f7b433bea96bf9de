"""The sandbox as a process of its own: Visma Connect, Visma.net ERP and Looker on loopback."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import requests
from dotenv import dotenv_values
from typing_extensions import Self

from demo import processes

if TYPE_CHECKING:
    from types import TracebackType

_PROGRAM = Path(sys.executable).with_name("visma-looker-sandbox")
_CONTROL = "VISMA_LOOKER_SANDBOX_CONTROL_URL"
_START_SECONDS = 60
# `/held` answers once the pipeline has come so far, which takes a while on a busy machine.
_CONTROL_SECONDS = 180


class Sandbox:
    """Stand-ins that serve one file of books.

    Args:
        home: Directory of their files: books, settings, log.
        arguments: More arguments of `visma-looker-sandbox serve`.
    """

    def __init__(self, home: Path, *arguments: str | Path) -> None:
        self._home = home
        self._arguments = arguments
        self.books = home / "books.sqlite"
        self.log = home / "sandbox.log"
        self.env_file = home / "sandbox.env"

    def __enter__(self) -> Self:
        """Start them and wait until all of them answer."""
        self._home.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self._process = processes.start(
                [
                    _PROGRAM,
                    "serve",
                    *("--books", self.books, "--env-file", self.env_file),
                    *self._arguments,
                ],
                stdout=subprocess.PIPE,
                stderr=log,
                env=processes.environment(),
                cwd=self._home,
            )
        timer = threading.Timer(_START_SECONDS, self._process.kill)
        timer.start()
        try:
            self._wait(self._process.stdout)
        except BaseException:
            self._stop()
            raise
        finally:
            timer.cancel()
        self.settings = {
            name: value for name, value in dotenv_values(self.env_file).items() if value is not None
        }
        self._control = self.settings.pop(_CONTROL)
        return self

    def _wait(self, stdout: IO[bytes] | None) -> None:
        # The settings are printed once every server accepts connections.
        for line in stdout or ():
            if line.startswith(_CONTROL.encode()):
                return
        raise processes.Failed("The stand-ins did not start.", self.log)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop them."""
        self._stop()

    def _stop(self) -> None:
        processes.end(self._process)
        if self._process.stdout:
            self._process.stdout.close()

    def change(self, *arguments: str) -> str:
        """Play a day of business on the books, while they are served.

        Returns:
            What was done, as a table for people.
        """
        done = subprocess.run(  # noqa: S603 - the sandbox's own command
            [_PROGRAM, "change", "--books", self.books, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            env=processes.environment(),
        )
        if done.returncode:
            with self.log.open("a") as log:
                log.write(done.stderr)
            raise processes.Failed("The change of the books failed.", self.log)
        return done.stdout

    def control(self, method: str, path: str, body: object = None) -> Any:
        """Call the sandbox's own control interface and return its answer, if it has one."""
        response = requests.request(
            method, self._control + path, json=body, timeout=_CONTROL_SECONDS
        )
        response.raise_for_status()
        return response.json() if response.content else None
