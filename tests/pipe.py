"""`tap-visma | target-postgres` as Meltano couples them, but in reach of a test's hands."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import yaml

from demo import processes
from demo.pipeline import PROJECT
from tap_visma.tap import TapVisma

if TYPE_CHECKING:
    from collections.abc import Iterator

    from demo.postgres import Postgres
    from demo.stand_ins import Sandbox

State = dict[str, Any]
_TAP = Path(sys.executable).with_name("tap-visma")
_TARGET = PROJECT / ".meltano" / "loaders" / "target-postgres" / "venv" / "bin" / "target-postgres"

_MOST_SECONDS = 240  # a run takes a few; a busy machine may take ten times as long


def _loader() -> dict[str, Any]:
    (loader,) = yaml.safe_load((PROJECT / "meltano.yml").read_text())["plugins"]["loaders"]
    return dict(loader["config"])


def _catalog(streams: set[str]) -> dict[str, Any]:
    catalog: dict[str, Any] = TapVisma(config={}, validate_config=False).catalog_dict
    for stream in catalog["streams"]:
        for entry in stream["metadata"]:
            if not entry["breadcrumb"]:
                entry["metadata"]["selected"] = stream["tap_stream_id"] in streams
    return catalog


@dataclass
class Ended:
    """How a run ended.

    Attributes:
        tap: Exit code of the tap; negative for a signal.
        target: Exit code of the loader.
        state: The last state that the loader told; that from before if it told none.
        log: What the tap said.
    """

    tap: int
    target: int
    state: State
    log: str


@dataclass
class Running:
    """Both processes of a run."""

    tap: subprocess.Popen[bytes]
    target: subprocess.Popen[bytes]
    before: State
    _log: Any = field(repr=False)
    _told: Any = field(repr=False)

    def kill(self, victims: set[Literal["tap", "target"]]) -> None:
        """SIGKILL, and wait for it: until a process is gone, its end of the pipe is open."""
        killed = [getattr(self, name) for name in victims]
        for process in killed:
            process.kill()
        for process in killed:
            process.wait(_MOST_SECONDS)

    def end(self) -> Ended:
        """Wait until both have ended by themselves."""
        codes = self.tap.wait(_MOST_SECONDS), self.target.wait(_MOST_SECONDS)
        for file in (self._log, self._told):
            file.seek(0)
        # A kill may cut the last line; Meltano takes whole ones, too.
        *told, _ = self._told.read().split(b"\n")
        *_, state = [self.before, *map(json.loads, told)]
        return Ended(*codes, state, self._log.read().decode())


@dataclass
class Pipe:
    """A pipeline of a few streams.

    Attributes:
        home: Directory of its files.
        sandbox: What it reads.
        postgres: Where it writes.
        streams: What it reads; `sync_runs` among them.
        batch: Rows per batch of the loader: few, so that it writes, and tells states, in mid-run.
    """

    home: Path
    sandbox: Sandbox
    postgres: Postgres
    streams: set[str]
    batch: int = 100

    @contextmanager
    def running(self, database: str, state: State, **settings: object) -> Iterator[Running]:
        """Start a run, and end it with a `with`."""
        prefix = "TAP_VISMA_"
        own = {
            name.removeprefix(prefix).lower(): value
            for name, value in self.sandbox.settings.items()
            if name.startswith(prefix)
        }
        tap: list[str | Path] = [_TAP, "--config", self._file("tap.json", own | settings)]
        tap += ["--catalog", self._file("catalog.json", _catalog(self.streams))]
        tap += ["--state", self._file("state.json", state)]
        loader = _loader() | {
            "sqlalchemy_url": self.postgres.url(database),
            "batch_size_rows": self.batch,
        }
        target: list[str | Path] = [_TARGET, "--config", self._file("target.json", loader)]
        env = processes.environment(PGTZ="UTC")
        start = partial(processes.running, cwd=self.home, env=env)
        with (
            tempfile.TemporaryFile() as log,
            tempfile.TemporaryFile() as told,
            start(tap, stderr=log) as reader,
            start(target, stdin=reader.stdout, stdout=told, stderr=subprocess.DEVNULL) as writer,
        ):
            assert reader.stdout is not None
            reader.stdout.close()  # the loader alone holds the other end
            yield Running(reader, writer, state, log, told)

    def run(self, database: str, state: State) -> Ended:
        """Run to the end."""
        with self.running(database, state) as running:
            return running.end()

    def _file(self, name: str, content: object) -> Path:
        path = self.home / name
        path.write_text(json.dumps(content))
        return path
