"""Wrong settings and odd states: refused by name, or taken as what they are."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tap_visma.tap import TapVisma

from .conftest import FEW, catalog, failed, sentence

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import CommandLine, Result, Visma


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"client_secret": None}, "client_secret"),
        ({"tenant_id": None}, "No company is given"),
        ({"companies": [{"tenant_id": "a"}]}, "Both `tenant_id` and `companies` are given"),
        ({"tenant_id": None, "companies": []}, "No company is given"),
        ({"tenant_id": None, "companies": [{"company_id": "a"}]}, "tenant_id"),
        ({"tenant_id": None, "companies": [{"tenant_id": "a"}] * 2}, "a twice"),
        ({"overlap_minutes": 10}, "overlap_minutes"),
        ({"page_size": 0}, "page_size"),
        ({"max_concurrent_requests": "four"}, "max_concurrent_requests"),
        ({"on_allowance_exhausted": "hope"}, "on_allowance_exhausted"),
        ({"api_url": "api.finance.visma.net"}, "api_url"),
        ({"start_date": "soon"}, "start_date"),
        ({"pagesize": 5}, "pagesize"),
        ({"user_agent": "a\nb"}, "user_agent"),
        (
            {"tenant_id": None, "companies": [{"tenant_id": "a", "ipp_company_id": "å"}]},
            "companies.0.ipp_company_id",
        ),
        ({"companies": "hunter2", "tenant_id": None}, "companies"),
        ({"client_secret": 98765432109}, "client_secret"),
        ({"client_secret": ""}, "client_secret"),
        ({"tenant_id": ""}, "No company is given"),
        ({"allow_partial": "all"}, "allow_partial"),
        ({"allow_partial": ["nobody"]}, "`allow_partial` names nobody, but the companies are "),
        (
            {"tenant_id": "a", "allow_partial": ["a"]},
            "`allow_partial` names every company, so a run that read nothing would succeed",
        ),
    ],
)
def test_a_wrong_setting_is_refused_by_name(
    visma: Visma, tap: CommandLine, change: dict[str, Any], named: str
) -> None:
    config = {k: v for k, v in {**visma.config, **change}.items() if v is not None}
    result = tap(config)
    assert result.exit_code == 1
    assert named in sentence(result.log)
    assert "Traceback" not in result.log
    assert not any(value in result.log for value in ("hunter2", "98765432109"))
    assert not result.messages
    assert not visma.calls("connect")


# Run without a file of its own, the SDK looks for a `.env` in the current directory, and not above
# the place where it is installed.
_CLI = "from tap_visma.tap import TapVisma; TapVisma.cli()"


def from_environment(
    tap: CommandLine, folder: Path, env: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """A run of `suppliers` with the settings of the environment only."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("TAP_VISMA_")}
    chosen = tap.file("catalog.json", catalog({"suppliers", "sync_runs"}))
    return subprocess.run(
        [sys.executable, "-c", _CLI, "--config=ENV", "--catalog", chosen],
        cwd=folder, env={**ours, **env}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_environment_is_all_that_is_read(
    visma: Visma, tap: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("TAP_VISMA_CLIENT_SECRET=other\nTAP_VISMA_PAGE_SIZE=0\n")
    result = from_environment(tap, tmp_path, visma.env)
    assert result.returncode == 0, result.stderr


def test_an_empty_setting_is_unset(visma: Visma, tap: CommandLine, tmp_path: Path) -> None:
    """As the lines of `.env.example` are that nobody has filled in."""
    empty = dict.fromkeys(("tenant_id", "start_date", "user_agent", "page_size", "ledgers"), "")
    given = {f"TAP_VISMA_{name.upper()}": value for name, value in empty.items()}
    result = from_environment(tap, tmp_path, {**visma.env, **given})
    assert result.returncode == 0, result.stderr
    written = tap({**visma.group, **empty}, select={"suppliers"})
    assert written.exit_code == 0, written.log


def test_the_environment_has_settings_of_every_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "CLIENT_ID": "12", "CLIENT_SECRET": "true", "PAGE_SIZE": "50", "DETECT_DELETES": "True",
        "REFRESH_OPEN_DOCUMENTS": "0", "LEDGERS": '["1"]', "FLATTENING_MAX_DEPTH": "2",
        "COMPANIES": '[{"tenant_id": "a"}]', "STREAM_MAPS": '{"suppliers": null}',
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(f"TAP_VISMA_{name}", value)
    config = TapVisma(config={"page_size": 7, "max_calls": 9}, parse_env_config=True).config
    read = {
        "client_id": "12", "client_secret": "true", "page_size": 50, "detect_deletes": True,
        "refresh_open_documents": False, "ledgers": ["1"], "flattening_max_depth": 2,
        "companies": [{"tenant_id": "a"}], "stream_maps": {"suppliers": None}, "max_calls": 9,
    }  # fmt: skip
    assert {name: config[name] for name in read} == read


@pytest.mark.parametrize("name", ["page_size", "detect_deletes", "companies"])
def test_a_wrong_variable_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"TAP_VISMA_{name.upper()}", "hunter2")
    with pytest.raises(ConfigValidationError) as refused:
        TapVisma(config={"client_id": "x", "client_secret": "x"}, parse_env_config=True)
    (said,) = refused.value.errors
    assert name in said
    assert "hunter2" not in said


def test_a_line_that_nobody_filled_in_is_named_by_its_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(f"TAP_VISMA_{name}", "")
    with pytest.raises(ConfigValidationError) as refused:
        TapVisma(config={"companies": [{"company_id": "NO1"}]}, parse_env_config=True)
    assert refused.value.errors == [
        "`client_id` (TAP_VISMA_CLIENT_ID) is not set, or empty; it is needed.",
        "`client_secret` (TAP_VISMA_CLIENT_SECRET) is not set, or empty; it is needed.",
        "`companies.0`: 'tenant_id' is a required property",
    ]


@pytest.mark.parametrize(
    ("setting", "stream"),
    [("ledgers", "general_ledger_transactions"), ("financial_years", "budgets")],
)
def test_a_name_that_does_not_exist_is_no_empty_success(
    visma: Visma, tap: CommandLine, setting: str, stream: str
) -> None:
    failed(tap({**visma.config, setting: ["1999"]}, select={stream}), f"`{setting}` names 1999")


def test_a_company_id_given_to_another_tenant_begins_anew(visma: Visma, tap: CommandLine) -> None:
    one, two, _ = visma.group["companies"]
    select = {"suppliers", "sync_runs"}
    first = tap({**visma.group, "companies": [{**one, "company_id": "A"}]}, select=select)
    second = tap({**visma.group, "companies": [{**two, "company_id": "A"}]}, state=first.state,
                 select=select)  # fmt: skip
    assert second.run_of("suppliers")["mode"] == "first"


def test_no_bookmark_is_left_of_the_company_that_had_the_id_before(
    changing_visma: Visma, tap: CommandLine
) -> None:
    """The list of the other company is empty, so nothing takes the bookmark's place."""
    visma, select = changing_visma, {"suppliers", "sync_runs"}
    one, two, _ = visma.group["companies"]

    def run(tenant: dict[str, str], state: Any) -> Result:
        return tap({**visma.group, "companies": [{**tenant, "company_id": "A"}]},
                   state=state, select=select)  # fmt: skip

    def change(tenant: str, to: str, modified: str) -> None:
        with closing(sqlite3.connect(visma.books)) as books, books:
            books.execute(
                "update records set tenant_id = ?, last_modified = ?,"
                " body = json_set(body, '$.lastModifiedDateTime', ?)"
                " where resource = '/v1/supplier' and tenant_id = ?",
                (to, modified, modified, tenant),
            )

    long_ago = "2020-01-01T00:00:00.000"
    change(two["tenant_id"], "nobody", long_ago)
    empty = run(two, run(one, None).state)
    assert empty.run_of("suppliers")["rows_read"] == 0
    change("nobody", two["tenant_id"], long_ago)
    assert len(run(two, empty.state).rows("suppliers")) == 12


@pytest.mark.parametrize("state", ["[]", "{", '"x"'])
def test_a_state_that_is_no_state_is_refused(visma: Visma, tap: CommandLine, state: str) -> None:
    failed(tap(visma.config, state=state), "no JSON object")


@pytest.mark.parametrize(
    "bookmarks",
    [
        [],
        {"suppliers": []},
        {"suppliers": {"partitions": [{}]}},
        {"suppliers": {"partitions": [{"context": {}, "parts": []}]}},
    ],
)
def test_a_state_of_another_tap_is_refused(visma: Visma, tap: CommandLine, bookmarks: Any) -> None:
    failed(tap(visma.config, state={"bookmarks": bookmarks}), "not one that this tap has written")


def test_a_bookmark_of_another_making_fails_its_stream_only(visma: Visma, tap: CommandLine) -> None:
    state = tap(visma.config, select=FEW).state
    state["bookmarks"]["suppliers"]["partitions"][0]["replication_key_value"] = "soon"
    failed(tap(visma.config, state=state, select=FEW), "suppliers", "state", "1 of ")
