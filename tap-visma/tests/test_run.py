"""Whole runs of the command line against the stand-in: what arrives, and what it costs."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tap_visma import audit
from tap_visma.client import Company, CompanyClient
from tap_visma.clock import Clock
from tap_visma.tap import TapVisma

from .conftest import BIN, FEW, STREAMS

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import CommandLine, Visma


def test_a_first_run_reads_every_stream(visma: Visma, tap: CommandLine) -> None:
    result = tap(visma.config)
    assert result.exit_code == 0, result.log
    for stream in STREAMS:
        assert result.rows(stream), stream
        runs = [row for row in result.rows("sync_runs") if row["stream"] == stream]
        assert {(r["outcome"], r["mode"], r["reason"]) for r in runs} == {
            ("success", "first", None)
        }
        assert sum(run["rows_read"] for run in runs) == len(result.rows(stream))
        assert [run["rows_new"] for run in runs] == [run["rows_read"] for run in runs]
    assert len(visma.calls("connect")) == 1, "one token for all"
    assert sum(row["calls"] for row in result.rows("sync_runs")) == len(visma.calls())
    asked = [(call["path"], str(call["query"])) for call in visma.calls()]
    assert len(asked) == len(set(asked)), "nothing is asked for twice"
    assert "METRIC" not in result.log, "`sync_runs` has them"


def test_metrics_are_for_those_who_look_for_faults(visma: Visma, tap: CommandLine) -> None:
    assert "METRIC" in tap(visma.config, select={"ledgers"}, env={"LOGLEVEL": "debug"}).log


def test_a_second_run_reads_the_overlap_again_and_finds_nothing_new(
    visma: Visma, tap: CommandLine
) -> None:
    visma.switch(max_page_size=5000)
    first = tap(visma.config)
    visma.control("DELETE", "/calls")
    second = tap(visma.config, state=first.state)
    assert second.exit_code == 0, second.log
    for row in second.rows("sync_runs"):
        assert row["rows_new"] == 0, row
        assert row["outcome"] == "success"
    for stream in ("supplier_invoices", "journal_transactions", "general_ledger_transactions"):
        assert len(second.rows(stream)) < len(first.rows(stream)) / 10
    conditions = {
        call["path"]: call["query"].get("lastModifiedDateTimeCondition") for call in visma.calls()
    }
    assert conditions["/v1/supplier"] == ">="
    assert conditions["/v2/journaltransaction"] is None, "the endpoint knows no condition"
    for stream, kept in second.state["bookmarks"].items():
        for after, before in zip(
            kept.get("partitions", ()),
            first.state["bookmarks"][stream].get("partitions", ()),
            strict=True,
        ):
            assert after.get("replication_key_value", "") >= before.get("replication_key_value", "")


def test_a_run_without_news_makes_the_fewest_calls(visma: Visma, tap: CommandLine) -> None:
    visma.switch(max_page_size=5000)
    first = tap(visma.config)
    visma.control("DELETE", "/calls")
    tap(visma.config, state=first.state)
    one_each = len(STREAMS) - 2
    dimensions = 1 + len(first.rows("dimensions"))
    open_documents = 2  # one page each of suppliers' and customers'
    without_total = 2  # customer balances and project tasks: one more page, to see the end
    combinations = {
        stream: len(
            {row["partition"] for row in first.rows("sync_runs") if row["stream"] == stream}
        )
        for stream in ("budgets", "general_ledger_transactions")
    }
    further = sum(combinations.values()) - len(combinations)
    assert further > 0
    lists = one_each + dimensions + open_documents + without_total + further
    assert len(visma.calls()) == lists


def test_pages_are_read_at_once_and_nothing_is_lost(visma: Visma, tap: CommandLine) -> None:
    whole = tap(visma.config, select=FEW)
    visma.switch(max_page_size=40)  # no list has a hundred pages
    paged = tap(visma.config, select=FEW)
    assert paged.exit_code == 0, paged.log
    for stream in FEW - {"sync_runs"}:
        assert paged.rows(stream) == whole.rows(stream), stream
    assert paged.run_of("supplier_invoices")["pages"] > 2


@pytest.mark.parametrize("page_size", [1, 6, 12])
def test_pages_are_as_large_as_the_setting_says(
    visma: Visma, tap: CommandLine, page_size: int
) -> None:
    whole = tap(visma.config, select={"suppliers"}).rows("suppliers")
    assert len(whole) == 12, "one full page at most"
    visma.control("DELETE", "/calls")
    result = tap({**visma.config, "page_size": page_size}, select={"suppliers"})
    assert result.rows("suppliers") == whole
    assert len(visma.calls()) == 12 / page_size
    assert {call["query"]["pageSize"] for call in visma.calls()} == {str(page_size)}


@pytest.mark.parametrize("journal_paging", ["lines", "batches"])
@pytest.mark.parametrize("max_page_size", [101, 1000])
def test_journals_arrive_whole_however_visma_pages_them(
    visma: Visma, tap: CommandLine, journal_paging: str, max_page_size: int
) -> None:
    whole = tap(visma.config, select={"journal_transactions"}).rows("journal_transactions")
    visma.switch(journal_paging=journal_paging, max_page_size=max_page_size)
    result = tap(visma.config, select={"journal_transactions", "sync_runs"})
    assert result.exit_code == 0, result.log
    assert result.rows("journal_transactions") == whole
    assert result.run_of("journal_transactions")["unbalanced_batches"] == 0


def test_a_full_pass_reads_all_again(visma: Visma, tap: CommandLine) -> None:
    first = tap(visma.config, select=FEW)
    full = tap({**visma.config, "detect_deletes": True}, state=first.state, select=FEW)
    for stream in FEW - {"sync_runs"}:
        assert full.rows(stream) == first.rows(stream)
    for run in full.rows("sync_runs"):
        assert (run["mode"], run["window_from"]) == ("full", None)
        assert run["rows_new"] <= run["rows_read"]


def test_start_date_is_the_first_runs_filter(visma: Visma, tap: CommandLine) -> None:
    result = tap({**visma.config, "start_date": "2100-01-01"}, select={"suppliers", "sync_runs"})
    assert result.exit_code == 0
    assert result.rows("suppliers") == []
    assert result.run_of("suppliers")["window_from"] == "2100-01-01T00:00:00.000"
    (kept,) = result.state["bookmarks"]["suppliers"]["partitions"]
    assert "replication_key_value" not in kept, "nothing was read, so nothing is marked as read"


def test_changes_are_read_and_counted(changing_visma: Visma, tap: CommandLine) -> None:
    first = tap(changing_visma.config, select=FEW)
    subprocess.run(
        [BIN / "visma-looker-sandbox", "change", "--books", changing_visma.books, "--days", "2"],
        check=True, capture_output=True,
    )  # fmt: skip
    second = tap(changing_visma.config, state=first.state, select=FEW)
    assert second.run_of("supplier_invoices")["rows_new"] > 0
    assert second.run_of("journal_transactions")["rows_new"] > 0
    third = tap(changing_visma.config, state=second.state, select=FEW)
    assert sum(row["rows_new"] for row in third.rows("sync_runs")) == 0


def test_personal_data_is_not_read_unless_selected(visma: Visma, tap: CommandLine) -> None:
    (supplier, *_) = tap(visma.config).rows("suppliers")
    assert "mainContact" not in supplier
    (supplier, *_) = tap(visma.config, select={"suppliers"}).rows("suppliers")
    assert "mainContact" not in supplier, "a catalog as discovered leaves it out, too"


def test_stream_maps_work_on_root_properties(visma: Visma, tap: CommandLine) -> None:
    config = {
        **visma.config,
        "stream_maps": {"suppliers": {"upper": "name.upper()", "__filter__": "internalId > 1"}},
    }
    rows = tap(config, select={"suppliers"}).rows("suppliers")
    assert rows
    assert all(row["upper"] == row["name"].upper() and row["internalId"] > 1 for row in rows)


def test_the_connection_test_of_the_sdk_works(visma: Visma, tap: CommandLine) -> None:
    def run(config: dict[str, Any]) -> int:
        command: list[str | Path] = [BIN / "tap-visma", "--test", "--config"]
        command.append(tap.file("config.json", config))
        return subprocess.run(command, capture_output=True, check=False).returncode

    assert run(visma.config) == 0
    assert run({**visma.config, "client_secret": "wrong"}) != 0


def test_long_work_says_every_ten_seconds_how_far_it_has_come(
    visma: Visma, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(audit, "_SECONDS_BETWEEN_WORDS", -1.0)
    company = Company(visma.config["tenant_id"], "ACME")
    settings = TapVisma(config=visma.config).config
    run = audit.Run("suppliers", CompanyClient(company, settings, Clock()))
    run.total_count, run.pages = 4, 1
    with caplog.at_level("INFO", logger="tap-visma"):
        run.saw(Clock().utc_now())
    assert "suppliers of ACME: 1 of 4 rows, 1 pages" in caplog.text
    assert "to go" in caplog.text
