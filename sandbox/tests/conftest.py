from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from visma_looker_sandbox.books import Books
from visma_looker_sandbox.group.generate import generate_group
from visma_looker_sandbox.importer import import_saft
from visma_looker_sandbox.saft import read_saft
from visma_looker_sandbox.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REPOSITORY = Path(__file__).parents[2]
SHARED = REPOSITORY.parent / "shared"
COMMAND = Path(sys.executable).with_name("visma-looker-sandbox")
SHIPPED = next((REPOSITORY / "sandbox" / "visma_looker_sandbox" / "data").glob("*.xml"))
SCOPE = "vismanet_erp_service_api:read"


@dataclass
class Sandbox:
    """A sandbox that is served by a process of its own, and a client of it."""

    env: dict[str, str]
    books: Path
    process: subprocess.Popen[str]
    session: requests.Session = field(default_factory=requests.Session)
    token: str = ""

    @property
    def tenants(self) -> list[str]:
        group = json.loads(self.env.get("TAP_VISMA_COMPANIES", "[]"))
        return [one["tenant_id"] for one in group] or [self.env["TAP_VISMA_TENANT_ID"]]

    @property
    def tenant(self) -> str:
        return self.tenants[0]

    def ask_token(self, **changes: str | None) -> requests.Response:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.env["TAP_VISMA_CLIENT_ID"],
            "client_secret": self.env["TAP_VISMA_CLIENT_SECRET"],
            "scope": SCOPE,
            "tenant_id": self.tenant,
        }
        form = {name: value for name, value in {**form, **changes}.items() if value is not None}
        return self.session.post(self.env["TAP_VISMA_TOKEN_URL"], data=form, timeout=10)

    def call(self, path: str, params: object = None, token: str | None = None) -> requests.Response:
        if not self.token and token is None:
            self.token = self.ask_token().json()["access_token"]
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        url = self.env["TAP_VISMA_API_URL"] + path
        return self.session.get(url, params=params, headers=headers, timeout=10)  # type: ignore[arg-type]

    def get(self, path: str, **params: object) -> Any:
        answer = self.call(path, params)
        assert answer.status_code == 200, answer.text
        return json.loads(answer.text, parse_float=Decimal)

    def control(self, method: str, path: str, body: object = None) -> Any:
        url = self.env["VISMA_LOOKER_SANDBOX_CONTROL_URL"] + path
        answer = self.session.request(method, url, json=body, timeout=10)
        assert answer.ok, answer.text
        return json.loads(answer.text) if answer.text else None

    def fault(self, kind: str, path: str, **details: object) -> None:
        self.control("POST", "/faults", {"kind": kind, "path": path, **details})

    def calls(self, path: str = "") -> list[dict[str, Any]]:
        return [call for call in self.control("GET", "/calls") if path in call["path"]]


@contextmanager
def serving(books: Path, *options: str) -> Iterator[Sandbox]:
    process = subprocess.Popen(
        [COMMAND, "serve", "--books", books, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONWARNINGS": "error"},
    )
    assert process.stdout is not None
    env: dict[str, str] = {}
    for line in process.stdout:
        name, _, value = line.rstrip("\n").partition("=")
        env[name] = value.strip("'")
        if name == "VISMA_LOOKER_SANDBOX_CONTROL_URL":
            break
    else:
        _, errors = process.communicate()
        pytest.fail(f"serve ended: {errors}")
    sandbox = Sandbox(env, books, process)
    try:
        yield sandbox
    finally:
        sandbox.session.close()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=5)
        assert process.returncode == 0, errors
        assert "Traceback" not in errors, errors


@pytest.fixture(scope="session")
def shipped_books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shipped") / "books.sqlite"
    with serving(path):
        pass
    return path


@pytest.fixture(scope="session")
def _served(shipped_books: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    books = tmp_path_factory.mktemp("served") / "books.sqlite"
    books.write_bytes(shipped_books.read_bytes())
    with serving(books) as sandbox:
        yield sandbox


def fresh(served: Sandbox) -> Sandbox:
    """With default switches, without faults, calls or history."""
    served.control("PUT", "/settings", vars(Settings()))
    for path in ("/faults", "/calls", "/allowance"):
        served.control("DELETE", path)
    return served


@pytest.fixture
def sandbox(_served: Sandbox) -> Sandbox:
    """The shipped company, served."""
    return fresh(_served)


@pytest.fixture(scope="session")
def group_books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The books of the group; tests that change them take a copy."""
    path = tmp_path_factory.mktemp("group") / "group.sqlite"
    books = Books(path)
    generate_group(books)
    books.db.execute("PRAGMA journal_mode = DELETE")
    books.close()
    return path


@pytest.fixture(scope="session")
def _served_group(group_books: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    books = tmp_path_factory.mktemp("served") / "group.sqlite"
    books.write_bytes(group_books.read_bytes())
    with serving(books) as sandbox:
        yield sandbox


@pytest.fixture
def group(_served_group: Sandbox) -> Sandbox:
    """The group, served; calls are for its first company."""
    return fresh(_served_group)


@pytest.fixture
def make_books(tmp_path: Path) -> Callable[[Path], Books]:
    """Imports a SAF-T file into fresh books."""

    def make(source: Path) -> Books:
        books = Books(tmp_path / "made.sqlite")
        import_saft(books, read_saft(source))
        return books

    return make


@pytest.fixture
def toyen() -> Path:
    """The public example file of the Norwegian tax administration."""
    path = SHARED / "data" / "saft" / "toyen-lekefabrikk-2017-saft-1.10.xml"
    if not path.exists():
        pytest.skip(f"needs the reference data beside the repository: {path.name}")
    return path
