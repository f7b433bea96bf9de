"""The Meltano CLI on this project, with settings, state and logs of a directory of its own."""

from __future__ import annotations

import fcntl
import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from demo import processes

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

PROJECT = Path(__file__).resolve().parents[1]
_MELTANO = Path(sys.executable).with_name("meltano")
# Runs on one machine take seconds: what takes this long hangs.
_MOST_SECONDS = 600
_INSTALLED = PROJECT / ".meltano"
_KINDS = ("extractors", "loaders", "utilities")
_WANTED = (
    "meltano.yml", "constraints.txt", "warehouse/duckdb.meltano.yml",
    "tap-visma/pyproject.toml", "utility-looker-refresh/pyproject.toml",
    "warehouse/target-duckdb/pyproject.toml",
)  # fmt: skip
# Not those of other warehouses, of which some bring a hundred packages.
_PLUGINS = ("tap-visma", "target-postgres", "dbt-postgres", "utility-looker-refresh")
LOAD = ("tap-visma", "target-postgres")
MODELS = ("dbt-postgres:build",)
REFRESH = ("utility-looker-refresh:refresh",)
CHAIN = (*LOAD, *MODELS, *REFRESH)


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


@dataclass(frozen=True)
class Result:
    """How a command ended.

    Attributes:
        code: Exit code.
        output: Everything it printed.
    """

    code: int
    output: str


class Meltano:
    """Runs Meltano as a user does; nothing but the settings says that it is not the real thing.

    Args:
        home: Directory of its settings (`.env`), its state and its logs.
        settings: What a user would write into `.env`.
        environment: Which of Meltano's environments.
    """

    def __init__(self, home: Path, settings: Mapping[str, str], environment: str = "demo") -> None:
        self.home = home
        self._environment = environment
        home.mkdir(parents=True, exist_ok=True)
        self._env_file = home / ".env"
        # Meltano's own files must not be shared: two runs at once would write one catalog. The
        # installed plugins may be.
        self._own = {
            "MELTANO_SYS_DIR_ROOT": str(home / ".meltano"),
            # Logs would lie with the user.
            "XDG_STATE_HOME": str(home / "logs"),
        }
        (home / ".meltano").mkdir(exist_ok=True)
        for kind in _KINDS:
            link = home / ".meltano" / kind
            if not link.is_symlink():
                link.symlink_to(_INSTALLED / kind)
        self.configure(settings)

    def configure(self, settings: Mapping[str, str]) -> None:
        """Write `.env` anew."""
        everything = {"MELTANO_DATABASE_URI": f"sqlite:///{self.home / 'meltano.db'}"} | dict(
            settings
        )
        text = "".join(f"{name}={_quoted(value)}\n" for name, value in everything.items())
        self._env_file.touch(mode=0o600)
        self._env_file.write_text(text)

    def install(self, *others: str, on_line: Callable[[str], None] | None = None) -> Result:
        """Install the plugins of the chain, or others, unless they are what the files ask for.

        Meltano itself would not notice a changed dependency of a plugin. One at a time: the
        plugins belong to the project, not to this directory.

        Args:
            others: Loaders of other warehouses, in place of the plugins of the chain.
            on_line: Called with each line as it is printed.
        """
        wanted = hashlib.sha256(f"{PROJECT} {sys.version}".encode())
        for name in _WANTED:
            wanted.update((PROJECT / name).read_bytes())
        stamp = _INSTALLED / f"{'-'.join(others) or 'plugins'}.installed"
        _INSTALLED.mkdir(exist_ok=True)
        with stamp.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if stamp.exists() and stamp.read_text() == wanted.hexdigest():
                return Result(0, "")
            stamp.unlink(missing_ok=True)
            for kind in _KINDS:
                (_INSTALLED / kind).mkdir(exist_ok=True)
            result = self("install", *(others or _PLUGINS), on_line=on_line)
            if result.code == 0:
                stamp.write_text(wanted.hexdigest())
            return result

    def command(self, *arguments: str) -> list[str | Path]:
        """The command line of a Meltano command; to be run in `PROJECT` with `environment`."""
        return [
            _MELTANO,
            *("--environment", self._environment),
            *("--env-file", self._env_file),
            *arguments,
        ]

    @property
    def environment(self) -> dict[str, str]:
        """What Meltano's environment needs beside that of the caller."""
        return {"NO_COLOR": "1", **self._own}

    def running(self, *arguments: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
        """Start one command, and end it with a `with`; it prints into one pipe."""
        env = processes.environment(**self.environment)
        return processes.running(self.command(*arguments), cwd=PROJECT, env=env)

    def __call__(self, *arguments: str, on_line: Callable[[str], None] | None = None) -> Result:
        """Run one command, for example `run` and names of plugins.

        Args:
            arguments: Words of the command line.
            on_line: Called with each line as it is printed.

        Returns:
            Exit code and output.
        """
        lines: list[str] = []
        with (
            self.running(*arguments) as process,
            processes.killed_after(_MOST_SECONDS, process),
        ):
            for line in processes.lines(process):
                lines.append(line)
                if on_line:
                    on_line(line)
        return Result(process.returncode, "\n".join(lines))
