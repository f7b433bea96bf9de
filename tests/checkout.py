"""The project as it is installed on a machine, in a directory of its own."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import dotenv
import psutil

from demo import processes
from demo.pipeline import PROJECT, Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from tests.conftest import World

_OWN = {".env", ".git", ".meltano", ".venv", "output"}


class Checkout:
    """The files of the project with a `.env` and a `.meltano` of its own.

    Args:
        world: Whose settings stand in `.env`; everything is written below its `home`.

    Attributes:
        directory: Of the project.
        memory: Stands for a place in memory, where working files are to be.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.directory = world.home / "opt" / "visma-looker"
        self.memory = world.home / "memory"
        self._user = world.home / "user"
        for directory in (self.directory / ".meltano", self.memory, self._user):
            directory.mkdir(parents=True)
        for path in PROJECT.iterdir():
            if path.is_file() and path.name not in _OWN:
                shutil.copy(path, self.directory)
            elif path.name == "warehouse":
                # Meltano includes files of it, and only such as lie in the project.
                shutil.copytree(path, self.directory / path.name)
            elif path.name not in _OWN:
                (self.directory / path.name).symlink_to(path)
        (self.directory / ".venv").symlink_to(Path(sys.executable).parents[1])
        for kind in ("extractors", "loaders", "utilities"):
            (self.directory / ".meltano" / kind).symlink_to(PROJECT / ".meltano" / kind)
        self.set(world.settings)

    def set(self, settings: Mapping[str, str]) -> None:
        """Write settings into `.env`."""
        for name, value in settings.items():
            dotenv.set_key(self.directory / ".env", name, value)

    def leave_models_out(self) -> None:
        """Take the models out of the job, as one does who has others."""
        file = self.directory / "meltano.yml"
        text = file.read_text()
        assert text.count("  - dbt-postgres:build\n") == 1
        file.write_text(text.replace("  - dbt-postgres:build\n", ""))

    def running(self, *command: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
        """Start a program of the project's environment, and end it with a `with`."""
        program, *arguments = command
        more = {"NO_COLOR": "1", "HOME": str(self._user), "RUNTIME_DIRECTORY": str(self.memory)}
        return processes.running(
            [self.directory / ".venv" / "bin" / program, *arguments],
            env=processes.environment(**more),
            cwd=self.directory,
        )

    def run(self, *command: str) -> Result:
        """Run a program of the project's environment."""
        with self.running(*command) as process:
            output, _ = process.communicate()
        return Result(process.returncode, output.decode(errors="replace"))

    def cron(self, command: str, variables: Mapping[str, str]) -> Result:
        """Run a command as cron does: in the user's directory, with no other environment."""
        own = {"HOME": str(self._user), "LOGNAME": "visma-looker", "PATH": "/usr/bin:/bin"}
        done = subprocess.run(  # of the crontab
            [variables["SHELL"], "-c", command],
            env={**own, **variables},
            cwd=self._user,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return Result(done.returncode, done.stdout)

    @contextlib.contextmanager
    def held(self, call: int, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        """A program that hangs in a call of the API, counted from 1."""
        control = self._world.sandbox.control
        control("POST", "/faults", {"kind": "hold", "path": "^/v", "after": call - 1})
        started = list[psutil.Process]()
        try:
            with self.running(*command) as process:
                try:
                    control("GET", "/held")
                    started = psutil.Process(process.pid).children(recursive=True)
                    yield process
                finally:
                    control("DELETE", "/faults")
        finally:
            for each in started:  # what a test that fails may leave, in groups of their own
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.kill()
