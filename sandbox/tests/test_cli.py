"""The commands: help, files, ports, signals."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
import requests

from .conftest import COMMAND, SHIPPED, serving

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [
    "TAP_VISMA_API_URL",
    "TAP_VISMA_TOKEN_URL",
    "TAP_VISMA_CLIENT_ID",
    "TAP_VISMA_CLIENT_SECRET",
    "TAP_VISMA_TENANT_ID",
    "UTILITY_LOOKER_REFRESH_BASE_URL",
    "UTILITY_LOOKER_REFRESH_CLIENT_ID",
    "UTILITY_LOOKER_REFRESH_CLIENT_SECRET",
    "UTILITY_LOOKER_REFRESH_DATAGROUPS",
    "VISMA_LOOKER_SANDBOX_CONTROL_URL",
]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    # Whatever this machine's own Postgres is.
    environment = {name: value for name, value in os.environ.items() if name[:2] != "PG"}
    return subprocess.run(
        [COMMAND, *map(str, arguments)],
        capture_output=True, text=True, timeout=30, check=False, env=environment,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Real HTTP on loopback"),
        (("serve",), "--journal-paging"),
        (("serve",), "curl -s $VISMA_LOOKER_SANDBOX_CONTROL_URL/calls"),
        (("change",), "debit equal to credit"),
    ],
)
def test_help_teaches(arguments: tuple[str, ...], says: str) -> None:
    result = run(*arguments, "--help")
    assert result.returncode == 0
    assert says in result.stdout


def test_serve_prints_and_writes_the_environment(tmp_path: Path) -> None:
    books, env_file = tmp_path / "books.sqlite", tmp_path / ".env"
    with serving(books, "--env-file", str(env_file)) as sandbox:
        assert list(sandbox.env) == NAMES
        shell = subprocess.run(
            ["bash", "-c", 'set -a; . "$0"; env', env_file],
            capture_output=True,
            text=True,
            check=True,
        )
        told = dict(line.split("=", 1) for line in shell.stdout.splitlines() if "=" in line)
        assert sandbox.env.items() <= told.items(), "a shell reads the file as it was meant"
        assert env_file.stat().st_mode & 0o777 == 0o600
        urls = [value for name, value in sandbox.env.items() if name.endswith("_URL")]
        assert all(url.startswith("http://127.0.0.1:") for url in urls)
        assert sandbox.get("/v1/ledger")[0]["currencyId"] == "NOK"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".env", "books.sqlite"]


def test_options_reach_the_switches(shipped_books: Path, tmp_path: Path) -> None:
    books = tmp_path / "books.sqlite"
    shutil.copy(shipped_books, books)
    options = {
        "latency_ms": 1,
        "rate_limit": 7,
        "rate_window": 60,
        "server_zone": "UTC",
        "journal_paging": "batches",
        "default_condition": ">",
        "unexpanded": "null",
        "order": "newest",
        "project_periods": "mandatory",
        "max_page_size": 3,
        "token_seconds": 99,
    }
    words = [w for name, v in options.items() for w in (f"--{name.replace('_', '-')}", str(v))]
    with serving(books, *words) as sandbox:
        assert sandbox.control("GET", "/settings") == options
        assert sandbox.ask_token().json()["expires_in"] == 99
        assert len(sandbox.get("/v1/supplier")) == 3


def test_existing_books_are_served_as_they_are(shipped_books: Path, tmp_path: Path) -> None:
    books = tmp_path / "books.sqlite"
    shutil.copy(shipped_books, books)
    with serving(books, "--saft", str(SHIPPED)) as sandbox:
        first = sandbox.tenant
    with serving(books) as sandbox:
        assert sandbox.tenant == first


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_signals_stop_it_at_once_even_in_mid_answer(
    name: signal.Signals, shipped_books: Path, tmp_path: Path
) -> None:
    books = tmp_path / "books.sqlite"
    shutil.copy(shipped_books, books)
    with serving(books) as sandbox:
        sandbox.call("/v1/ledger")
        sandbox.fault("slow", "/v1/supplier", seconds=30)
        headers = {"Authorization": f"Bearer {sandbox.token}"}
        url = f"{sandbox.env['TAP_VISMA_API_URL']}/v1/supplier"
        with requests.get(url, headers=headers, timeout=10, stream=True) as answer:
            next(answer.iter_content(10))
            started = time.monotonic()
            sandbox.process.send_signal(name)
            assert sandbox.process.wait(timeout=5) == 0
        assert time.monotonic() - started < 2


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--books", tmp_path / "books.sqlite", "--api-port", port)
    assert result.returncode == 1
    assert f"Port {port} for api cannot be used" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_malformed_file_leaves_nothing_behind(tmp_path: Path) -> None:
    saft = tmp_path / "broken.xml"
    saft.write_text(SHIPPED.read_text("utf-8").replace("</Journal>", ""), "utf-8")
    result = run("serve", "--books", tmp_path / "books.sqlite", "--saft", saft)
    assert result.returncode == 1
    assert "broken.xml cannot be imported: line" in result.stderr
    assert result.stdout == ""
    assert [path.name for path in tmp_path.iterdir()] == ["broken.xml"]


def test_books_that_are_no_books_are_refused(tmp_path: Path) -> None:
    books = tmp_path / "books.sqlite"
    books.write_text("no database at all, but long enough to be looked at " * 20)
    for command in ("serve", "change"):
        result = run(command, "--books", books)
        assert result.returncode == 1
        assert "cannot be opened" in result.stderr
        assert "Traceback" not in result.stderr


def test_empty_books_are_refused(tmp_path: Path) -> None:
    books = tmp_path / "books.sqlite"
    books.touch()
    result = run("serve", "--books", books)
    assert result.returncode == 1
    assert "hold no company" in result.stderr
    assert "Traceback" not in result.stderr


def test_change_without_books_says_what_to_do(tmp_path: Path) -> None:
    result = run("change", "--books", tmp_path / "none.sqlite")
    assert result.returncode == 1
    assert "Run `visma-looker-sandbox serve` first" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_zone_is_refused(tmp_path: Path) -> None:
    result = run("serve", "--books", tmp_path / "b.sqlite", "--server-zone", "Europe/Atlantis")
    assert result.returncode == 1
    assert "'Europe/Atlantis' is not a known time zone" in result.stderr


_MODEL = """
connection: "db"
datagroup: nightly {}
view: orders { sql_table_name: public.orders ;; dimension: id {} }
explore: orders {}
"""


def test_a_project_of_lookml_brings_its_datagroups(shipped_books: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "shop.model.lkml").write_text(_MODEL)
    named = ("--lookml", str(project), "--warehouse", "postgresql:///shop")
    # The database is asked when somebody asks Looker.
    with serving(shipped_books, *named) as sandbox:
        assert sandbox.env["UTILITY_LOOKER_REFRESH_DATAGROUPS"] == '["shop::nightly"]'

    half = run("serve", "--books", shipped_books, *named[:2])
    assert (half.returncode, half.stdout) == (1, "")
    assert "--lookml and --warehouse belong together" in half.stderr

    (project / "shop.model.lkml").write_text(_MODEL.replace("id {}", "id { case: {} }"))
    refused = run("serve", "--books", shipped_books, *named)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Error: orders.id: this stand-in does not know case")


_NOWHERE = "postgresql://reader@127.0.0.1:1/shop?connect_timeout=2"


def test_a_preview_that_cannot_be_shown_says_why(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "shop.model.lkml").write_text(_MODEL)
    dark = run("preview", "--lookml", project, "--warehouse", _NOWHERE)
    assert (dark.returncode, dark.stdout) == (1, "")
    assert "The warehouse does not answer" in dark.stderr
    assert "Nothing is served. Look at --warehouse and PGPASSWORD" in dark.stderr
    nameless = run("preview", "--lookml", project)
    assert nameless.returncode == 1
    assert "Neither --warehouse nor PGHOST names one: add --warehouse" in nameless.stderr

    (project / "shop.model.lkml").write_text(_MODEL.replace("id {}", "id { case: {} }"))
    strange = run("preview", "--lookml", project, "--warehouse", _NOWHERE)
    assert strange.returncode == 1
    assert "orders.id: this stand-in does not know case" in strange.stderr

    none = run("preview", "--lookml", tmp_path)
    assert none.returncode == 1
    assert f"There is no LookML project in {tmp_path}" in none.stderr
    assert "Name its directory: --lookml" in none.stderr


@pytest.mark.parametrize(
    "address",
    ["mysql://reader:geheim@127.0.0.1:1/shop", "postgresql://reader:gehe@im@127.0.0.1:1/shop",
     "shop geheim", "postgresql://reader:geheim@127.0.0.1:1/shop?sslmod=geheim"],
)  # fmt: skip
def test_an_address_that_is_none_is_not_repeated(tmp_path: Path, address: str) -> None:
    (tmp_path / "shop.model.lkml").write_text(_MODEL)
    told = run("preview", "--lookml", tmp_path, "--warehouse", address)
    assert (told.returncode, told.stdout) == (1, "")
    assert "address is not understood. Write postgresql://role@host:5432/database" in told.stderr
    assert "gehe" not in told.stderr


def test_an_address_may_name_a_driver(tmp_path: Path) -> None:
    (tmp_path / "shop.model.lkml").write_text(_MODEL)
    loaders = "postgresql+psycopg://reader:geheim@127.0.0.1:1/shop?connect_timeout=2"
    told = run("preview", "--lookml", tmp_path, "--warehouse", loaders)
    assert "The warehouse does not answer" in told.stderr
    assert "geheim" not in told.stderr


def test_a_preview_explains_itself() -> None:
    told = run("preview", "--help")
    assert told.returncode == 0
    assert "There is no login: whoever reaches it sees every" in " ".join(told.stdout.split())
