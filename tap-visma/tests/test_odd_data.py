"""Rows and lists that are not as the API describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_visma.client import path_segment

from .conftest import FEW, STREAMS, failed

if TYPE_CHECKING:
    from .conftest import CommandLine, Visma


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


def test_rows_of_an_unpaged_list_that_share_a_key_are_refused(
    visma: Visma, tap: CommandLine
) -> None:
    visma.fault("rewrite", "/v1/account", field="accountID", value=1, times=None)
    failed(tap(visma.config, select={"accounts"}), "several rows share a key")


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
