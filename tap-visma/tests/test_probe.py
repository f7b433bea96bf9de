"""--check --probe: it learns what the switches of the stand-in say, and tells nothing else."""

from __future__ import annotations

import datetime as dt
import json
import re
import sqlite3
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from .conftest import BIN

if TYPE_CHECKING:
    from .conftest import CommandLine, Visma


def probe(tap: CommandLine, config: dict[str, Any], *flags: str) -> tuple[int, str]:
    command: list[str | Path] = [BIN / "tap-visma", *(flags or ("--check", "--probe")), "--config"]
    command.append(tap.file("config.json", config))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


def findings(said: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in said.splitlines()[2:])


@pytest.mark.parametrize(
    ("switches", "found"),
    [
        (
            {"journal_paging": "lines", "default_condition": ">=", "unexpanded": "absent",
             "order": "oldest", "max_page_size": 20, "project_periods": "optional"},
            {"paging of journals": "lines", "cut journal batches": "their header is repeated",
             "default condition": ">=", "time of journals": ">=", "parts not asked for": "absent",
             "order": "oldest first: /v1/supplier, /v1/supplierdocument, /v1/customerdocument",
             "default page size": "20 (the largest)",
             "too large a page size": "lowered to the largest",
             "periods of project transactions": "optional"},
        ),
        (
            {"journal_paging": "batches", "default_condition": ">", "unexpanded": "null",
             "order": "newest", "max_page_size": 50, "project_periods": "mandatory"},
            {"paging of journals": "batches", "cut journal batches": "none seen",
             "default condition": ">", "time of journals": ">", "parts not asked for": "null",
             "order": "newest first: /v1/supplier, /v1/supplierdocument, /v1/customerdocument",
             "default page size": "50 (the largest)",
             "periods of project transactions": "mandatory"},
        ),
        (
            {"unexpanded": "empty", "order": "number", "max_page_size": 1000},
            {"parts not asked for": "empty or null",
             "default page size": "cannot be told here: no list is longer than a page",
             "too large a page size": "cannot be told here: no list is longer than a page"},
        ),
    ],
)  # fmt: skip
def test_it_learns_what_the_switches_say(
    visma: Visma, tap: CommandLine, switches: dict[str, Any], found: dict[str, str]
) -> None:
    visma.switch(**switches)
    code, said = probe(tap, visma.config)
    assert code == 0, said
    told = findings(said)
    assert {name: told[name] for name in found} == found
    assert told["past the last page"] == "empty list"
    assert told["unknown value of a filter"] == "empty list"
    assert told["unknown parameter"] == "ignored"
    for filters in ("filter by status", "filter by period", "filter by period and time"):
        assert told[filters] == "works"
    assert told["debit and credit of batches"] == "equal"
    # Of the first page, which may be short: drafts are the newest.
    statuses = told["documents with a balance"].split(", ")
    assert "Open" in statuses
    assert ("Balanced" in statuses) == (switches["max_page_size"] > 20)
    assert told["paging of unpaged lists"] == "not paged, parameters ignored"
    assert told["allowance headers"].startswith("limit 15000, policy 4-fixed-window, remaining ")
    assert f"{switches['max_page_size']:,}: /v1/customerCreditNote" in said
    assert "lists: total untold: /v1/customer/balance, /v1/projecttask" in said
    if switches["order"] == "number":
        assert told["order"].startswith("by key: /v1/supplier")
        assert "first: " not in told["order"]
    assert f"{len(visma.calls())} calls" in said
    assert len(visma.calls()) <= 70, "a few dozen"
    assert {call["method"] for call in visma.calls()} == {"GET"}


@pytest.mark.parametrize("zone", ["Europe/Oslo", "UTC"])
def test_it_learns_the_zone_once_something_was_changed(
    changing_visma: Visma, tap: CommandLine, zone: str
) -> None:
    changing_visma.switch(server_zone=zone)
    _, said = probe(tap, changing_visma.config)
    assert findings(said)["zone of lastModifiedDateTime"].startswith("cannot be told here")
    changing_visma.fault("touch", "/v1/supplierdocument")  # by the probe's first call of it
    _, said = probe(tap, changing_visma.config)
    offset = dt.datetime.now(ZoneInfo(zone)).strftime("%z")
    expected = f"UTC{offset[:3]}:{offset[3:]}, if something was changed just now"
    assert findings(said)["zone of lastModifiedDateTime"] == expected


def test_nothing_of_the_company_is_told(visma: Visma, tap: CommandLine) -> None:
    words = json.dumps({"message": "Kari Nordmann at 987654321 has no licence"})
    visma.fault("status", "/v1/fixedAsset$", status=403, body=words, times=None)
    _, said = probe(tap, visma.config)
    assert "lists: refused: 403 «… at … has no licence».: /v1/fixedAsset" in said
    known: set[str] = set()
    texts = r'"(?:name|number|referenceNumber|batchNumber)":"([^"]+)"'
    with sqlite3.connect(visma.books) as books:
        for (body,) in books.execute("select body from records"):
            known |= set(re.findall(texts, body))
            known |= set(re.findall(r":(-?\d+\.\d+)[,}]", body))
    books.close()
    assert len(known) > 1000
    words_said = set(re.findall(r"[^\s,;:]+", said))
    assert not {value for value in known & words_said if len(value) > 3}
    secrets = {visma.config[name] for name in ("tenant_id", "client_id", "client_secret")}
    assert not [secret for secret in secrets if secret in said]


def test_the_page_on_fidelity_names_lines_that_there_are(visma: Visma, tap: CommandLine) -> None:
    page = Path(__file__).parents[2] / "docs" / "fidelity.md"
    if not page.exists():
        pytest.skip("the package alone has no docs")
    _, _, table = page.read_text().partition("| line of the probe |")
    table, _, _ = table.partition("\n#")
    named = {
        name
        for row in table.splitlines()[2:]
        if row
        for name in re.findall(r"`([a-z][\w ]+)`", row.rsplit(" | ", 1)[1])
    }
    _, said = probe(tap, visma.config)
    assert named - {"allowance_left", "budgets", "refused"} == findings(said).keys()


def test_answers_of_another_form_are_a_finding_too(visma: Visma, tap: CommandLine) -> None:
    visma.fault("rewrite", "/v1/supplierdocument", field="lastModifiedDateTime", remove=True,
                times=None)  # fmt: skip
    visma.fault("not_json", "/v1/customer$", body='{"records": 5}', times=None)
    code, said = probe(tap, visma.config)
    assert code == 0
    assert findings(said)["default condition"] == "the answer is not as described"
    assert "lists: the answer is not as described: /v1/customer\n" in said


def test_a_company_that_cannot_be_asked_says_why(visma: Visma, tap: CommandLine) -> None:
    code, said = probe(tap, {**visma.config, "client_secret": "not-the-secret"})
    assert code == 1
    assert "invalid_client" in said
    code, said = probe(tap, {**visma.config, "max_calls": 30})
    assert code == 1
    assert "`max_calls` allows" in said
    assert "largest page: " in said, "what was learned so far is told"


@pytest.mark.parametrize("flags", [("--probe",), ("--probe", "--check")])
def test_the_flags_may_come_in_any_order(
    visma: Visma, tap: CommandLine, flags: tuple[str, ...]
) -> None:
    visma.fault("not_json", "^/v", body="[]", times=None)
    code, said = probe(tap, visma.config, *flags)
    assert code == 0
    assert "lists: empty: /v1/creditTerm" in said
    assert findings(said)["paging of journals"] == "cannot be told here"
