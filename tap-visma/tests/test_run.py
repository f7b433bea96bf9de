"""Whole runs of the command line against the stand-in: what arrives, what fails, and how."""

from __future__ import annotations

import json
import signal
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from tap_visma import audit
from tap_visma.client import TRIES, Company, CompanyClient, path_segment
from tap_visma.clock import Clock
from tap_visma.tap import TapVisma

from .conftest import BIN

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import CommandLine, Visma

STREAMS = TapVisma(config={}, validate_config=False).streams.keys() - {"employees", "sync_runs"}


# Enough for most: paged and not, merged, of one answer, with combinations.
FEW = {
    "accounts", "dimension_segment_values", "dimensions", "general_ledger_transactions",
    "journal_transactions", "supplier_invoices", "suppliers", "sync_runs",
}  # fmt: skip


def sentence(log: str) -> str:
    """The errors of a log, without the time."""
    return "\n".join(line.split("|", 3)[-1].strip() for line in log.splitlines() if "ERROR" in line)


# --- a good run ---


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


# --- settings ---


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
        ({"companies": "hunter2", "tenant_id": None}, "companies"),
        ({"client_secret": 98765432109}, "client_secret"),
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


# --- failures ---


def failed(result: Any, *named: str) -> None:
    assert result.exit_code == 1
    said = sentence(result.log)
    for words in named:
        assert words in said, said
    assert "Traceback" not in result.log, result.log


def test_a_wrong_secret(visma: Visma, tap: CommandLine) -> None:
    result = tap({**visma.config, "client_secret": "not-the-secret"}, select=FEW)
    failed(result, "Visma Connect gave no token", "Check `client_id` and `client_secret`")
    assert not visma.calls()
    assert {row["outcome"] for row in result.rows("sync_runs")} == {"failed"}
    assert "not-the-secret" not in result.log + json.dumps(result.messages)
    assert len(visma.calls("connect")) == 1, "a refused secret is not sent again and again"
    assert result.log.count("Visma Connect gave no token") == 1, "nor said again and again"


def test_an_unknown_tenant(visma: Visma, tap: CommandLine) -> None:
    failed(tap({**visma.config, "tenant_id": "00000000-0000"}, select=FEW), "tenant", "15 minutes")


def test_a_customer_tenant_in_place_of_a_company_tenant(visma: Visma, tap: CommandLine) -> None:
    customer = "c0570000-0000-4000-8000-000000000001"
    result = tap({**visma.config, "tenant_id": customer}, select={"suppliers"})
    failed(result, "answered 401", "may be the customer's instead of the company's")
    assert len(visma.calls()) == 2, "the call and one more with a new token"


def test_an_unreachable_host(visma: Visma, tap: CommandLine) -> None:
    result = tap({**visma.config, "token_url": "http://127.0.0.1:9/connect/token"}, select=FEW)
    failed(result, "http://127.0.0.1:9 cannot be reached", "Check the network")
    assert result.log.count("Trying again") == TRIES - 1, "the other streams do not wait as long"


def test_a_certificate_that_nobody_trusts(visma: Visma, tap: CommandLine, tmp_path: Path) -> None:
    from visma_looker_sandbox.testing import Served  # noqa: PLC0415

    certificate = tmp_path / "certificate.pem"
    trustme.CA().issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(
        str(certificate)
    )

    async def never_reached(*_: object) -> None:
        raise AssertionError("a call went through")

    with Served(never_reached, "api", certificate) as served:
        result = tap({**visma.config, "api_url": served.url}, select={"suppliers"})
        failed(result, "certificate", "is not trusted, so nothing was sent")


def test_one_stream_fails_and_the_others_are_complete(visma: Visma, tap: CommandLine) -> None:
    first = tap(visma.config, select=FEW)
    visma.fault("status", "/v1/supplierInvoice", status=403, times=None)
    second = tap(visma.config, state=first.state, select=FEW)
    failed(second, "supplier_invoices of company", "answered 403", "its bookmark stays", "`select:",
           "1 of ")  # fmt: skip
    for stream in FEW - {"supplier_invoices", "sync_runs"}:
        assert second.run_of(stream)["outcome"] == "success"
    run = second.run_of("supplier_invoices")
    assert run["outcome"] == "failed"
    assert "403" in run["reason"]
    assert (
        second.state["bookmarks"]["supplier_invoices"]
        == (first.state["bookmarks"]["supplier_invoices"])
    )


def test_a_failure_without_sync_runs_selected_still_fails_the_run(
    visma: Visma, tap: CommandLine
) -> None:
    visma.fault("status", "/v1/supplier$", status=403, times=None)
    failed(tap(visma.config, select={"suppliers"}), "answered 403")


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("status", {"status": 500}),
        ("status", {"status": 503, "body": ""}),
        ("html", {}),
        ("not_json", {}),
        ("truncated", {}),
        ("cut", {}),
    ],
)
def test_what_passes_by_itself_is_tried_again(
    visma: Visma, tap: CommandLine, kind: str, more: dict[str, Any]
) -> None:
    whole = tap(visma.config, select={"suppliers"}).rows("suppliers")
    visma.fault(kind, "/v1/supplier$", **more)
    result = tap(visma.config, select={"suppliers", "sync_runs"})
    assert result.exit_code == 0, result.log
    assert result.rows("suppliers") == whole
    assert result.run_of("suppliers")["retries"] == 1
    assert result.log.count("Trying again") == 1


def test_a_revoked_token_is_renewed_once(visma: Visma, tap: CommandLine) -> None:
    visma.fault("revoke", "/v1/supplierInvoice")
    result = tap(visma.config, select=FEW)
    assert result.exit_code == 0, result.log
    assert len(visma.calls("connect")) == 2


def test_a_429_is_waited_for_as_long_as_visma_says(visma: Visma, tap: CommandLine) -> None:
    visma.fault("429", "/v1/supplier$", retry_after=0)
    result = tap(visma.config, select={"suppliers", "sync_runs"})
    assert result.exit_code == 0, result.log
    assert "answered 429" in result.log
    assert result.run_of("suppliers")["calls"] == 2
    assert result.run_of("suppliers")["seconds_waited"] > 0.9


def test_an_allowance_that_is_used_up_stops_the_run_with_its_state(
    visma: Visma, tap: CommandLine
) -> None:
    visma.switch(rate_limit=4)
    config = {**visma.config, "on_allowance_exhausted": "stop"}
    result = tap(config, select=FEW)
    failed(result, "allowance", "the next window begins in", "Run again then")
    assert [call["status"] for call in visma.calls()] == [200] * 4, "no call was wasted"
    read = {r["stream"] for r in result.rows("sync_runs") if r["outcome"] == "success"}
    assert read
    visma.switch(rate_limit=15000)
    visma.control("DELETE", "/allowance")
    again = tap(config, state=result.state, select=FEW)
    assert again.exit_code == 0
    assert again.run_of("accounts")["mode"] == "incremental"


def test_max_calls_stops_the_run(visma: Visma, tap: CommandLine) -> None:
    failed(tap({**visma.config, "max_calls": 3}, select=FEW), "max_calls")
    assert len(visma.calls()) == 3


def test_what_a_run_read_that_was_killed_is_news_of_the_next_one(
    visma: Visma, tap: CommandLine
) -> None:
    """Its rows are in the warehouse and its bookmark is saved, but nobody was told."""
    first = tap(visma.config, select={"accounts", "suppliers", "sync_runs"})
    states = [m["value"] for m in first.messages if m["type"] == "STATE"]
    killed = next(state for state in states if "accounts" in state["bookmarks"])
    second = tap(visma.config, state=killed, select={"accounts", "suppliers", "sync_runs"})
    assert second.run_of("accounts")["rows_new"] == first.run_of("accounts")["rows_new"] > 0
    third = tap(visma.config, state=second.state, select={"accounts", "sync_runs"})
    assert third.run_of("accounts")["rows_new"] == 0


def test_news_of_a_killed_run_wait_for_a_run_that_can_tell_them(
    visma: Visma, tap: CommandLine
) -> None:
    select = {"accounts", "suppliers", "sync_runs"}
    first = tap(visma.config, select=select)
    states = [m["value"] for m in first.messages if m["type"] == "STATE"]
    killed = next(state for state in states if "accounts" in state["bookmarks"])
    visma.fault("status", "/v1/account", status=403, times=None)
    failing = tap(visma.config, state=killed, select=select)
    assert failing.run_of("accounts")["outcome"] == "failed"
    visma.control("DELETE", "/faults")
    third = tap(visma.config, state=failing.state, select=select)
    assert third.run_of("accounts")["rows_new"] == len(first.rows("accounts"))


def test_a_company_of_which_all_is_unavailable_has_failed(visma: Visma, tap: CommandLine) -> None:
    config = {**visma.config, "skip_unavailable": True}
    config["api_url"] += "/API/controller"
    failed(tap(config, select=FEW), "every endpoint is unavailable", "Check `api_url`")


def test_an_endpoint_that_vanishes_in_mid_list_is_not_skipped(
    visma: Visma, tap: CommandLine
) -> None:
    visma.switch(max_page_size=20)
    visma.fault("status", "/v1/supplierInvoice", status=404, after=1, times=None)
    config = {**visma.config, "skip_unavailable": True, "max_concurrent_requests": 1}
    failed(tap(config, select={"supplier_invoices", "accounts"}), "answered 404")


@pytest.mark.parametrize(
    ("setting", "stream"),
    [("ledgers", "general_ledger_transactions"), ("financial_years", "budgets")],
)
def test_a_name_that_does_not_exist_is_no_empty_success(
    visma: Visma, tap: CommandLine, setting: str, stream: str
) -> None:
    failed(tap({**visma.config, setting: ["1999"]}, select={stream}), f"`{setting}` names 1999")


def test_rows_of_an_unpaged_list_that_share_a_key_are_refused(
    visma: Visma, tap: CommandLine
) -> None:
    visma.fault("rewrite", "/v1/account", field="accountID", value=1, times=None)
    failed(tap(visma.config, select={"accounts"}), "several rows share a key")


def test_a_company_id_given_to_another_tenant_begins_anew(visma: Visma, tap: CommandLine) -> None:
    one, two, _ = visma.group["companies"]
    select = {"suppliers", "sync_runs"}
    first = tap({**visma.group, "companies": [{**one, "company_id": "A"}]}, select=select)
    second = tap({**visma.group, "companies": [{**two, "company_id": "A"}]}, state=first.state,
                 select=select)  # fmt: skip
    assert second.run_of("suppliers")["mode"] == "first"


# --- odd data ---


def test_a_field_of_another_type_fails_its_stream_only(visma: Visma, tap: CommandLine) -> None:
    visma.fault("rewrite", "/v1/supplierInvoice", field="amount", value="SECRET-VALUE", row=1,
                times=None)  # fmt: skip
    result = tap(visma.config, select=FEW)
    failed(result, "GET /v1/supplierInvoice, page 1", "`amount`", "1 of ")
    assert "SECRET" not in result.log


def test_a_null_key_is_refused(visma: Visma, tap: CommandLine) -> None:
    visma.fault("rewrite", "/v1/supplier$", field="internalId", value=None, row=0, times=None)
    failed(tap(visma.config, select={"suppliers"}), "no `internalId`")


def test_an_unknown_enum_value_and_a_new_field_are_taken(visma: Visma, tap: CommandLine) -> None:
    visma.fault("rewrite", "/v1/supplier$", field="status", value="Dormant")
    visma.fault("rewrite", "/v1/supplier$", field="brandNew", value={"a": 1})
    result = tap(visma.config, select={"suppliers", "sync_runs"})
    assert result.exit_code == 0, result.log
    assert {row["status"] for row in result.rows("suppliers")} == {"Dormant"}
    assert result.run_of("suppliers")["unknown_fields"] == "brandNew"
    assert result.log.count("brandNew") == 1


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


def test_a_row_that_vanishes_between_two_pages_is_noticed(
    changing_visma: Visma, tap: CommandLine
) -> None:
    changing_visma.switch(max_page_size=3)
    config = {**changing_visma.config, "max_concurrent_requests": 1}
    changing_visma.fault("vanish", "/v1/account", times=None)  # other streams do not matter
    changing_visma.fault("vanish", "/v1/supplierInvoice")
    result = tap(config, select={"supplier_invoices", "sync_runs"})
    assert result.exit_code == 0, result.log
    assert "it is read again, since it may have moved" in result.log
    numbers = {row["referenceNumber"] for row in result.rows("supplier_invoices")}
    assert len(numbers) >= result.run_of("supplier_invoices")["total_count"]


def test_an_empty_company_is_a_success_without_rows(visma: Visma, tap: CommandLine) -> None:
    visma.fault("not_json", "^/v", body="[]", times=None)
    result = tap(visma.config)
    assert result.exit_code == 0, result.log
    runs = result.rows("sync_runs")
    assert {run["stream"] for run in runs} == STREAMS
    assert {(run["outcome"], run["rows_read"], run["rows_new"]) for run in runs} == {
        ("success", 0, 0)
    }


def test_half_a_character_does_not_stop_a_stream(visma: Visma, tap: CommandLine) -> None:
    """As a text that was cut at a length may end."""
    row = r'[{"departmentId":"1","description":"Sales \ud83d"}]'
    visma.fault("not_json", "/v1/department", status=200, body=row, times=None)
    result = tap(visma.config, select={"departments", "sync_runs"})
    assert result.exit_code == 0, result.log
    assert [department["description"] for department in result.rows("departments")] == ["Sales "]
    assert result.run_of("departments")["nuls_removed"] == 1


def test_odd_characters_in_a_key_stay_in_the_path() -> None:
    assert path_segment("KOST/STED ø?#%") == "KOST%2FSTED%20%C3%B8%3F%23%25"


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


# --- the end ---


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_run_soon_and_not_as_a_success(
    visma: Visma, tap: CommandLine, tmp_path: Path, stop: signal.Signals
) -> None:
    visma.fault("latency", "/v1/supplierInvoice", seconds=60)
    written = tmp_path / "out.jsonl"
    with written.open("w") as out, subprocess.Popen(
        [BIN / "tap-visma", "--config", tap.file("config.json", visma.config)],
        stdout=out, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        for line in process.stderr:
            if "Beginning sync of 'supplier_invoices'" in line:
                break
        process.send_signal(stop)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 128 + stop
    assert "stopped by signal" in err
    assert "Traceback" not in err
    messages = [json.loads(line) for line in written.read_text().splitlines()]
    states = [message["value"] for message in messages if message["type"] == "STATE"]
    assert states[-1]["bookmarks"]["journal_transactions"]["partitions"][0]["replication_key_value"]


def test_no_secret_in_any_output(visma: Visma, tap: CommandLine) -> None:
    visma.fault("status", "/v1/supplier$", status=403, times=None)
    visma.fault("revoke", "/v1/account")
    result = tap(visma.config, env={"TAP_VISMA_LOGLEVEL": "DEBUG", "LOGLEVEL": "DEBUG"},
                 select={"accounts", "suppliers", "sync_runs"})  # fmt: skip
    assert result.exit_code == 1
    everything = result.log + json.dumps(result.messages)
    assert visma.config["client_secret"] not in everything
    assert "Bearer " not in everything
