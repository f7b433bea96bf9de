"""What goes wrong on the way: a sentence, the rest complete, a non-zero exit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from tap_visma.client import TRIES

from .conftest import FEW, failed, sentence

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import CommandLine, Visma


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
    assert len(sentence(result.log).splitlines()) == 2, "it is said once, and what is missing"


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


def test_each_refusal_is_one_sentence_and_the_exit_names_what_is_missing(
    visma: Visma, tap: CommandLine
) -> None:
    faults = {
        "accounts": ("/v1/account$", 400, '{"message": "Kari Nordmann has no access"}'),
        "customers": ("/v1/customer$", 400, '{"ExceptionFaultCode": "12027"}'),
        "departments": ("/v1/department", 403, ""),
        "suppliers": ("/v1/supplier$", 404, "<html>Kari Nordmann</html>"),
        "vat_codes": ("/v1/vat$", 412, ""),
    }
    for path, status, body in faults.values():
        visma.fault("status", path, status=status, body=body, times=None)
    good, bad, _ = visma.group["companies"]
    companies = [good, {**bad, "tenant_id": "11111111-2222-3333-4444-555555555555"}]
    result = tap({**visma.group, "companies": companies},
                 select={*faults, "currencies", "sync_runs"})  # fmt: skip
    failed(result)
    *said, last = sentence(result.log).splitlines()
    of_good = [line for line in said if f"of company {good['company_id']}: " in line]
    assert len(of_good) == len(faults)
    for line, (stream, (path, status, _)) in zip(of_good, faults.items(), strict=True):
        assert line.startswith(f"{stream} of company")
        assert f"GET {path.removesuffix('$')} answered {status}" in line
        assert "Nothing of it counts as read: its bookmark stays" in line
    (of_bad,) = (line for line in said if line not in of_good)
    assert "invalid_tenant" in of_bad
    assert (
        f"11 of 12 parts failed, see above: {', '.join(faults)} of {good['company_id']}; " in last
    )
    assert "Nordmann" not in result.log + json.dumps(result.messages)
    assert [row["company_id"] for row in result.rows("currencies")]
    assert {row["company_id"] for row in result.rows("currencies")} == {good["company_id"]}


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


def test_a_licence_that_is_withdrawn_is_not_skipped(visma: Visma, tap: CommandLine) -> None:
    """Of the list that says which combinations to read: without it there is nothing to ask for."""
    select = {"accounts", "general_ledger_transactions", "sync_runs"}
    config = {**visma.config, "skip_unavailable": True}
    state = tap(config, select=select).state
    visma.fault("status", "/v1/ledger$", status=403, times=None)
    result = tap(config, state=state, select=select)
    failed(result, "general_ledger_transactions", "GET /v1/ledger answered 403", "1 of 2 parts")
    assert result.run_of("general_ledger_transactions")["outcome"] == "failed"
    never = tap(config, select=select)
    assert never.exit_code == 0, never.log
    assert never.run_of("general_ledger_transactions")["outcome"] == "skipped"


def test_no_secret_in_any_output(visma: Visma, tap: CommandLine) -> None:
    visma.fault("status", "/v1/supplier$", status=403, times=None)
    visma.fault("revoke", "/v1/account")
    result = tap(visma.config, env={"TAP_VISMA_LOGLEVEL": "DEBUG", "LOGLEVEL": "DEBUG"},
                 select={"accounts", "suppliers", "sync_runs"})  # fmt: skip
    assert result.exit_code == 1
    everything = result.log + json.dumps(result.messages)
    assert visma.config["client_secret"] not in everything
    assert "Bearer " not in everything
