"""A Visma.net to read from: the stand-in that the project ships, as a process of its own."""

from __future__ import annotations

import functools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tap_visma.tap import TapVisma

if TYPE_CHECKING:
    from collections.abc import Iterator

BIN = Path(sys.executable).parent

# In the processes of the tests, too, the SDK would warn that the end of this Python is near.
os.environ["PYTHONWARNINGS"] = "ignore:Python 3.:FutureWarning"

STREAMS = TapVisma(config={}, validate_config=False).streams.keys() - {"employees", "sync_runs"}

# Enough for most: paged and not, merged, of one answer, with combinations.
FEW = {
    "accounts", "dimension_segment_values", "dimensions", "general_ledger_transactions",
    "journal_transactions", "supplier_invoices", "suppliers", "sync_runs",
}  # fmt: skip


@dataclass
class Visma:
    """A running stand-in."""

    env: dict[str, str]
    books: Path
    _defaults: dict[str, Any] = field(default_factory=dict)

    @property
    def group(self) -> dict[str, Any]:
        """Settings for all companies."""
        prefix = "TAP_VISMA_"
        config: dict[str, Any] = {
            name.removeprefix(prefix).lower(): value
            for name, value in self.env.items()
            if name.startswith(prefix)
        }
        return {**config, "companies": json.loads(config["companies"])}

    @property
    def config(self) -> dict[str, Any]:
        """Settings for one company."""
        config = self.group
        company, *_ = config.pop("companies")
        return {**config, "tenant_id": company["tenant_id"]}

    def control(self, method: str, path: str, body: Any = None) -> Any:
        url = self.env["VISMA_LOOKER_SANDBOX_CONTROL_URL"] + path
        response = requests.request(method, url, json=body, timeout=10)
        response.raise_for_status()
        return response.json() if response.content else None

    def fault(self, kind: str, path: str, **more: Any) -> None:
        self.control("POST", "/faults", {"kind": kind, "path": path, **more})

    def switch(self, **settings: Any) -> None:
        self.control("PUT", "/settings", settings)

    def calls(self, service: str = "api") -> list[dict[str, Any]]:
        return [call for call in self.control("GET", "/calls") if call["service"] == service]

    def count(self, resource: str) -> int:
        """Records of a list in the books of all companies."""
        with sqlite3.connect(self.books) as books:
            query = "select count(*) from records where resource = ?"
            (count,) = books.execute(query, [resource]).fetchone()
        books.close()
        return int(count)

    def reset(self) -> None:
        self.control("DELETE", "/faults")
        self.control("DELETE", "/calls")
        self.control("DELETE", "/allowance")
        self.control("POST", "/tokens/revoke", {"service": "connect"})
        if self._defaults:
            self.switch(**self._defaults)
        else:
            self._defaults.update(self.control("GET", "/settings"))


def start(books: Path, *options: str) -> Iterator[Visma]:
    with subprocess.Popen(
        [BIN / "visma-looker-sandbox", "serve", "--books", books, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        env: dict[str, str] = {}
        for line in process.stdout:
            name, _, value = line.strip().partition("=")
            env[name] = value.strip("'")
            if name == "VISMA_LOOKER_SANDBOX_CONTROL_URL":
                break
        try:
            yield Visma(env, books)
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def _books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The books of the group, made once."""
    books = tmp_path_factory.mktemp("books") / "books.sqlite"
    command: list[str | Path] = [BIN / "visma-looker-sandbox", "generate", "--books", books]
    subprocess.run(command, check=True, capture_output=True)
    return books


@pytest.fixture(scope="session")
def _served(_books: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visma]:
    yield from start(Path(shutil.copy(_books, tmp_path_factory.mktemp("visma"))))


@pytest.fixture
def visma(_served: Visma) -> Visma:
    """Shared by the tests of a worker; every test finds it as new. Its books do not change."""
    _served.reset()
    return _served


@pytest.fixture
def changing_visma(_books: Path, tmp_path: Path) -> Iterator[Visma]:
    """One of the test's own, whose books may change."""
    for served in start(Path(shutil.copy(_books, tmp_path))):
        served.reset()
        yield served


@dataclass
class Result:
    """What a run of the tap's command line gave."""

    exit_code: int
    log: str
    messages: list[dict[str, Any]]

    @property
    def state(self) -> dict[str, Any]:
        states = [m["value"] for m in self.messages if m["type"] == "STATE"]
        return states[-1] if states else {}

    def rows(self, stream: str) -> list[dict[str, Any]]:
        return [
            m["record"] for m in self.messages if m["type"] == "RECORD" and m["stream"] == stream
        ]

    def run_of(self, stream: str) -> dict[str, Any]:
        """The audit of a stream of one company without combinations."""
        (row,) = (row for row in self.rows("sync_runs") if row["stream"] == stream)
        return row


_SHORT_LISTS = """\
from tap_visma import first_load
from tap_visma.tap import TapVisma
first_load.MOST_PAGES_IN_ONE_PIECE = {}
TapVisma.cli()
"""


def sentence(log: str) -> str:
    """The errors of a log, without the time."""
    return "\n".join(line.split("|", 3)[-1].strip() for line in log.splitlines() if "ERROR" in line)


def failed(result: Result, *named: str) -> None:
    """The run failed and said why, in these words."""
    assert result.exit_code == 1
    said = sentence(result.log)
    for words in named:
        assert words in said, said
    assert "Traceback" not in result.log, result.log


class CommandLine:
    """Runs `tap-visma` as a user would."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def file(self, name: str, content: Any) -> Path:
        path = self._folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def __call__(
        self,
        config: dict[str, Any],
        *,
        state: Any = None,
        select: set[str] | None = None,
        env: dict[str, str] | None = None,
        most_pages: int | None = None,
    ) -> Result:
        """One run.

        Args:
            config: The settings.
            state: Of the run before.
            select: The streams, all that are selected by default if None.
            env: More environment.
            most_pages: First loads of longer lists go by financial period.
        """
        command: list[str | Path] = [BIN / "tap-visma"]
        if most_pages is not None:
            command = [sys.executable, "-c", _SHORT_LISTS.format(most_pages)]
        command.append("--config")
        command.append(self.file("config.json", config))
        if state is not None:
            command += ["--state", self.file("state.json", state)]
        if select is not None:
            command += ["--catalog", self.file("catalog.json", catalog(select))]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, **(env or {})}
        )
        return Result(
            done.returncode, done.stderr, [json.loads(line) for line in done.stdout.splitlines()]
        )


@functools.cache
def _discovered() -> str:
    return TapVisma(config={}, validate_config=False).catalog_json_text


def catalog(select: set[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_discovered())
    for stream in found["streams"]:
        for entry in stream["metadata"]:
            if not entry["breadcrumb"]:
                entry["metadata"]["selected"] = stream["tap_stream_id"] in select
    return found


@pytest.fixture
def tap(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)
