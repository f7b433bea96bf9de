"""The sandbox as a process of its own: Visma Connect, Visma.net ERP and Looker on loopback."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import requests
from dotenv import dotenv_values
from typing_extensions import Self

from demo import processes

_PROGRAM = Path(sys.executable).with_name("visma-looker-sandbox")
_CONTROL = "VISMA_LOOKER_SANDBOX_CONTROL_URL"
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
        files = ("--books", self.books, "--env-file", self.env_file)
        command = [_PROGRAM, "serve", *files, *self._arguments]
        with ExitStack() as starting:
            # The settings are printed once every server accepts connections.
            starting.enter_context(
                processes.serving(
                    "The stand-ins", command, cwd=self._home, log=self.log, ready=_CONTROL
                )
            )
            settings = dotenv_values(self.env_file)
            self.settings = {name: value for name, value in settings.items() if value is not None}
            self._control = self.settings.pop(_CONTROL)
            self._running = starting.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop them."""
        self._running.close()

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
