"""Before the first run: --check says what is wrong, --plan says what a run will cost."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tap_visma.check import Finding, Survey, plan
from tap_visma.client import Company
from tap_visma.text import table

from .conftest import BIN, STREAMS

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import CommandLine, Visma


FEW = {"fixed_assets", "accounts", "sync_runs"}


def look(tap: CommandLine, flag: str, config: dict[str, Any]) -> tuple[int, str]:
    command: list[str | Path] = [BIN / "tap-visma", flag, "--config"]
    command.append(tap.file("config.json", config))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("flag", ["--check", "--plan"])
def test_wrong_settings_are_a_finding(visma: Visma, tap: CommandLine, flag: str) -> None:
    code, said = look(tap, flag, {**visma.config, "overlap_minutes": 10, "tenant_id": ""})
    assert code == 1
    assert said.splitlines() == [
        "`overlap_minutes`: wrong; minimum should be 65.",
        "A run would fail: correct the settings.",
    ]
    code, said = look(tap, flag, {**visma.config, "tenant_id": ""})
    assert code == 1
    assert said.startswith("No company is given")
    assert not visma.calls("connect")


def test_check_finds_that_all_is_well(visma: Visma, tap: CommandLine) -> None:
    code, said = look(tap, "--check", visma.config)
    assert code == 0, said
    assert said.endswith("A run would succeed.\n"), "nothing is logged"
    assert "calls of this hour are left" in said
    rows = len(tap(visma.config).rows("suppliers"))
    (line,) = (line for line in said.splitlines() if " suppliers " in line)
    assert line.split()[-2:] == [str(rows), "ok"]


def test_check_names_a_wrong_secret_and_a_customer_tenant(visma: Visma, tap: CommandLine) -> None:
    code, said = look(tap, "--check", {**visma.config, "client_secret": "not-the-secret"})
    assert code == 1
    assert "Check `client_id` and `client_secret`" in said
    assert "not-the-secret" not in said
    customer = "c0570000-0000-4000-8000-000000000001"
    code, said = look(tap, "--check", {**visma.config, "tenant_id": customer})
    assert code == 1
    assert "may be the customer's instead of the company's" in said


def test_check_names_an_endpoint_without_licence(visma: Visma, tap: CommandLine) -> None:
    visma.fault("status", "/v1/fixedAsset$", status=403, times=None)
    code, said = look(tap, "--check", visma.config)
    assert code == 1
    assert "GET /v1/fixedAsset answered 403" in said
    code, said = look(tap, "--check", {**visma.config, "skip_unavailable": True})
    assert code == 0
    assert "unavailable, skipped" in said


def test_check_says_once_what_streams_have_in_common(visma: Visma, tap: CommandLine) -> None:
    visma.fault("status", "/v1/fixedAsset", status=403, times=None)
    _, said = look(tap, "--check", visma.config)
    (line,) = (line for line in said.splitlines() if "answered 403" in line)
    named = "2 streams (fixed_asset_transactions, fixed_assets): GET … answered 403"
    assert f"{visma.config['tenant_id']}, {named}" in line
    assert said.count("fails, see below") == 2


def test_check_has_one_finding_for_a_company_that_is_refused(
    visma: Visma, tap: CommandLine
) -> None:
    visma.fault("status", "/v", status=401, times=None)
    code, said = look(tap, "--check", visma.group)
    assert code == 1
    printed = [line for line in said.splitlines() if "calls of this hour" not in line and line]
    for company, line in zip(visma.group["companies"], printed, strict=False):
        found = f"{company['company_id']}, all {len(STREAMS)} streams: GET … answered 401"
        assert line.startswith(found), said
    assert printed[3] == "3 of 3 companies would fail: see the findings above."


def test_check_tells_who_would_lag(visma: Visma, tap: CommandLine) -> None:
    good, *_, bad = visma.group["companies"]
    customer = "c0570000-0000-4000-8000-000000000001"
    config = {**visma.group, "companies": [good, {**bad, "tenant_id": customer}]}
    for flag, told in (
        ("--check", f"A run would succeed, and leave {bad['company_id']} behind, as"),
        ("--plan", f"{bad['company_id']}: see `--check`, a run would leave it behind."),
    ):
        code, said = look(tap, flag, {**config, "allow_partial": [bad["company_id"]]})
        assert code == 0, said
        assert told in said
        code, said = look(tap, flag, {**config, "allow_partial": [good["company_id"]]})
        assert code == 1
        assert "would fail" in said


def test_plan_adds_companies_up(visma: Visma, tap: CommandLine) -> None:
    visma.switch(rate_limit=100)
    config = {**visma.group, "allowance_reserve": 20}
    code, said = look(tap, "--plan", config)
    assert code == 0, said
    sums = [
        [int(number.replace(",", "")) for number in line.split()[1:]]
        for line in said.splitlines()
        if line.startswith("all ")
    ]
    *companies, total = sums
    assert len(companies) == 3
    assert total == [sum(column) for column in zip(*companies, strict=True)]
    assert (
        f"3 companies, each with an allowance of its own: a first load takes {total[1]} calls in "
        f"less than an hour, an incremental run {total[2]} calls in less than an hour.\n"
    ) in said


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ((80, 80), "300 calls in 3 to 4 hours, an incremental run 30 calls in less than an hour"),
        ((80, 30), "300 calls in 19 to 20 hours, an incremental run 30 calls in 1 to 2 hours"),
        ((80, None), "300 calls in an unknown time, an incremental run 30 calls in an unknown"),
        ((80, 20), "300 calls in an unknown time, an incremental run 30 calls in an unknown"),
    ],
)
def test_plan_waits_for_the_company_with_the_least_allowance(
    limits: tuple[int, int | None], said: str
) -> None:
    surveys = [
        Survey(
            Company(name, name),
            [Finding(name, "suppliers", 9, first, following)],
            limit=limit, left=limit, reserve=20,
        )
        for name, limit, first, following in zip("ab", limits, (100, 200), (10, 20), strict=True)
    ]  # fmt: skip
    assert said in plan(surveys)


def test_plan_says_what_the_runs_then_cost(visma: Visma, tap: CommandLine) -> None:
    visma.switch(max_page_size=90, rate_limit=55)
    code, said = look(tap, "--plan", visma.config)
    assert code == 0, said
    (sums,) = (line.split() for line in said.splitlines() if line.startswith("all "))
    visma.switch(rate_limit=15000)
    visma.reset()
    visma.switch(max_page_size=90)
    first = tap(visma.config)
    calls = sum(row["calls"] for row in first.rows("sync_runs"))
    assert int(sums[2].replace(",", "")) == calls
    hours = f"{-(-calls // 55) - 1} to {-(-calls // 55)} hours"
    assert f"a first load takes {calls} calls in {hours}, an incremental run {sums[3]}" in said
    assert "with 55 calls an hour, 0 of them kept for others" in said


def test_plan_knows_that_long_lists_go_by_financial_period(visma: Visma, tap: CommandLine) -> None:
    config = {**visma.config, "page_size": 1}  # `supplier_documents` has more than 100
    _, said = look(tap, "--plan", config)
    (line,) = (line.split() for line in said.splitlines() if line.startswith("supplier_documents "))
    planned = int(line[2].replace(",", ""))
    periods = len(tap(config, select={"financial_periods"}).rows("financial_periods"))
    result = tap(config, select={"supplier_documents", "sync_runs"})
    calls = result.run_of("supplier_documents")["calls"]
    assert planned - periods <= calls <= planned + periods


def test_an_unlicensed_endpoint_is_skipped_where_that_is_wanted(
    visma: Visma, tap: CommandLine
) -> None:
    visma.fault("status", "/v1/fixedAsset$", status=403, times=None)
    failing = tap(visma.config, select=FEW)
    assert failing.exit_code == 1
    assert "`select: ['*.*', '!fixed_assets.*']`" in failing.log
    skipping = tap({**visma.config, "skip_unavailable": True}, select=FEW)
    assert skipping.exit_code == 0, skipping.log
    run = skipping.run_of("fixed_assets")
    assert (run["outcome"], run["rows_read"]) == ("skipped", 0)
    assert "403" in run["reason"]


def test_a_table_lines_up() -> None:
    assert table([("a", 1000, None), ("bcd", 2, 3)], ("name", "rows", "calls")) == (
        "name   rows  calls\n----  -----  -----\na     1,000      ?\nbcd       2      3"
    )
