"""A group of companies: each complete, none mixed up, one that fails leaves the others alone."""

from __future__ import annotations

import subprocess
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import BIN, failed, sentence

if TYPE_CHECKING:
    from .conftest import CommandLine, Visma

FEW = {"accounts", "budgets", "supplier_invoices", "suppliers", "sync_runs"}
CUSTOMER = "c0570000-0000-4000-8000-000000000001"


def test_each_company_has_a_token_and_an_allowance_of_its_own(
    visma: Visma, tap: CommandLine
) -> None:
    companies = visma.group["companies"]
    result = tap(visma.group, select=FEW)
    assert result.exit_code == 0, result.log
    assert len(visma.calls("connect")) == len(companies) == 3
    used = {window["limit"] - window["remaining"] for window in visma.control("GET", "/allowance")}
    assert len(visma.control("GET", "/allowance")) == 3
    assert sum(used) <= len(visma.calls())


def test_a_group_is_the_sum_of_its_companies(visma: Visma, tap: CommandLine) -> None:
    group = tap(visma.group, select=FEW)
    for company in visma.group["companies"]:
        alone = tap({**visma.group, "companies": [company]}, select=FEW)
        for stream in FEW - {"sync_runs"}:
            rows = [row for row in group.rows(stream) if row["company_id"] == company["company_id"]]
            assert rows == alone.rows(stream), stream
            assert rows, stream


def test_the_same_number_in_two_companies_stays_two_rows(visma: Visma, tap: CommandLine) -> None:
    rows = tap(visma.group, select={"accounts"}).rows("accounts")
    keys = Counter((row["company_id"], row["accountID"]) for row in rows)
    numbers = Counter(row["accountCD"] for row in rows)
    assert max(keys.values()) == 1
    assert max(numbers.values()) == 3


def test_a_company_that_fails_leaves_the_others_complete(visma: Visma, tap: CommandLine) -> None:
    good, *_, bad = visma.group["companies"]
    first = tap(visma.group, select=FEW)
    config = {**visma.group, "companies": [good, {**bad, "tenant_id": CUSTOMER}]}
    result = tap(config, state=first.state, select=FEW)
    assert result.exit_code == 1
    assert f"company {bad['company_id']}" in result.log
    assert "may be the customer's instead of the company's" in result.log
    outcomes = {(row["company_id"], row["outcome"]) for row in result.rows("sync_runs")}
    assert outcomes == {(good["company_id"], "success"), (bad["company_id"], "failed")}
    for stream in FEW - {"sync_runs"}:
        before, after = (
            next(
                part
                for part in state["bookmarks"][stream]["partitions"]
                if part["context"]["company_id"] == bad["company_id"]
            )
            for state in (first.state, result.state)
        )
        assert after == before, "the bookmarks of the company that failed have not moved"


def _with_a_stranger(visma: Visma, **more: object) -> tuple[dict[str, object], str, str]:
    """Settings of two companies, one of which Visma refuses; who is read, and who is refused."""
    good, *_, bad = visma.group["companies"]
    config = {**visma.group, "companies": [good, {**bad, "tenant_id": CUSTOMER}], **more}
    return config, good["company_id"], bad["company_id"]


def _bookmarks(state: dict[str, Any], company_id: str) -> list[Any]:
    return [
        part
        for stream in FEW - {"sync_runs"}
        for part in state["bookmarks"][stream]["partitions"]
        if part["context"]["company_id"] == company_id
    ]


@pytest.mark.parametrize("full", [False, True])
def test_a_company_that_may_lag_fails_alone(visma: Visma, tap: CommandLine, full: bool) -> None:
    config, good, bad = _with_a_stranger(visma, detect_deletes=full)
    first = tap(visma.group, select=FEW)
    result = tap({**config, "allow_partial": [bad]}, state=first.state, select=FEW)
    assert result.exit_code == 0, result.log
    assert f"Lagging behind, as `allow_partial` allows: all of {bad}." in result.log
    assert "may be the customer's instead of the company's" in sentence(result.log)
    runs = result.rows("sync_runs")
    assert {(run["company_id"], run["outcome"]) for run in runs} == {
        (good, "success"),
        (bad, "failed"),
    }
    assert all(run["reason"] for run in runs if run["company_id"] == bad)
    before, after = (_bookmarks(state, bad) for state in (first.state, result.state))
    assert before == after != []
    assert _bookmarks(first.state, good) != _bookmarks(result.state, good)


def test_only_companies_that_are_named_may_lag(visma: Visma, tap: CommandLine) -> None:
    config, good, bad = _with_a_stranger(visma)
    result = tap({**config, "allow_partial": [good]}, select=FEW)
    failed(result, f"company {bad}", f"see above: all of {bad}.")
    visma.fault("status", "/v1/account$", status=403, times=None)
    result = tap({**config, "allow_partial": [bad]}, select=FEW)
    failed(result, f"accounts of {good}", f"all of {bad}")


def test_a_list_of_companies_that_shrinks_or_is_reordered_loses_no_bookmark(
    visma: Visma, tap: CommandLine
) -> None:
    one, two, three = visma.group["companies"]
    first = tap(visma.group, select={"suppliers"})
    second = tap({**visma.group, "companies": [three, one]}, state=first.state,
                 select={"suppliers", "sync_runs"})  # fmt: skip
    assert {row["mode"] for row in second.rows("sync_runs")} == {"incremental"}
    third = tap({**visma.group, "companies": [two]}, state=second.state,
                select={"suppliers", "sync_runs"})  # fmt: skip
    assert third.run_of("suppliers")["mode"] == "incremental"


def test_budgets_lose_no_row_of_any_combination(visma: Visma, tap: CommandLine) -> None:
    result = tap(visma.group, select={"budgets", "sync_runs"})
    keys = [
        (r["company_id"], r["ledgerId"], r["branch"], r["financialYear"], r["accountNumber"],
         r["subaccountId"])
        for r in result.rows("budgets")
    ]  # fmt: skip
    assert len(keys) == len(set(keys)) == visma.count("/v1/budget")


def test_a_combination_that_is_new_is_read_from_its_beginning(
    visma: Visma, tap: CommandLine
) -> None:
    config = {**visma.config, "financial_years": ["2025"]}
    first = tap(config, select={"budgets", "sync_runs"})
    second = tap(visma.config, state=first.state, select={"budgets", "sync_runs"})
    modes = {row["partition"][-4:]: row["mode"] for row in second.rows("sync_runs")}
    assert modes["2025"] == "incremental"
    assert modes["2026"] == "first"
    of_2026 = [row for row in second.rows("budgets") if row["financialYear"] == "2026"]
    assert len(of_2026) == len(
        [r for r in tap(visma.config, select={"budgets"}).rows("budgets")
         if r["financialYear"] == "2026"]
    )  # fmt: skip


def test_change_on_the_group_arrives(changing_visma: Visma, tap: CommandLine) -> None:
    first = tap(changing_visma.group, select=FEW)
    subprocess.run(
        [BIN / "visma-looker-sandbox", "change", "--books", changing_visma.books, "--days", "2"],
        check=True, capture_output=True,
    )  # fmt: skip
    second = tap(changing_visma.group, state=first.state, select=FEW)
    assert second.exit_code == 0, second.log
    new = Counter[str]()
    for row in second.rows("sync_runs"):
        new[row["company_id"]] += row["rows_new"]
    assert len(new) == 3
    assert min(new.values()) > 0
