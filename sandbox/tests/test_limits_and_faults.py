"""The allowance, and what can be made to go wrong."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import requests

from visma_looker_sandbox.settings import Settings
from visma_looker_sandbox.visma.allowance import Allowance

from .conftest import Sandbox, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUPPLIERS = "/v1/supplier"


def limits(answer: requests.Response) -> dict[str, str]:
    return {
        name: answer.headers[f"X-RateLimit-{name}"]
        for name in ("Limit", "Remaining", "Reset", "Policy")
    }


def test_every_answer_tells_the_allowance(sandbox: Sandbox) -> None:
    first, second = limits(sandbox.call(SUPPLIERS)), limits(sandbox.call(SUPPLIERS))
    assert first == {
        "Limit": "15000",
        "Remaining": "14999",
        "Reset": "3600",
        "Policy": "4-fixed-window",
    }
    assert second["Remaining"] == "14998"
    assert limits(sandbox.call("/v1/nothing")).keys() == first.keys()
    assert limits(sandbox.call(SUPPLIERS, token="nonsense")).keys() == first.keys()
    assert limits(sandbox.call("/v2/journaltransaction"))["Remaining"] == "14997"


def test_when_the_calls_are_used_up_429_tells_how_long(sandbox: Sandbox) -> None:
    sandbox.control("PUT", "/settings", {"rate_limit": 2})
    assert [sandbox.call(SUPPLIERS).status_code for _ in range(4)] == [200, 200, 429, 429]
    refused = sandbox.call(SUPPLIERS)
    assert limits(refused)["Remaining"] == "0"
    assert refused.headers["Retry-After"] == limits(refused)["Reset"]
    (window,) = sandbox.control("GET", "/allowance")
    assert window.items() >= {"tenant_id": sandbox.tenant, "used": 2, "remaining": 0}.items()
    sandbox.control("DELETE", "/allowance")
    assert sandbox.call(SUPPLIERS).ok


def test_windows_are_fixed_and_each_company_and_client_has_its_own() -> None:
    now = [100.0]
    allowance = Allowance(Settings(rate_limit=2, rate_window=60), clock=lambda: now[0])
    assert allowance.take("a", "c").reset == 60
    now[0] = 130.0
    share = allowance.take("a", "c")
    assert (share.remaining, share.reset, share.granted) == (0, 30, True)
    assert not allowance.take("a", "c").granted
    assert allowance.take("b", "c").granted
    assert allowance.take("a", "d").granted
    now[0] = 160.0
    assert allowance.take("a", "c").remaining == 1
    assert len(allowance.all()) == 3


def test_a_fault_strikes_where_and_as_often_as_it_was_told(sandbox: Sandbox) -> None:
    sandbox.fault("status", "^/v1/supplier$", status=503, after=1, times=2)
    codes = [sandbox.call(SUPPLIERS).status_code for _ in range(4)]
    assert codes == [200, 503, 503, 200]
    assert sandbox.call("/v1/customer").ok
    sandbox.fault("status", "supplier", query="pageNumber=2", times=None)
    pages = [sandbox.call(SUPPLIERS, {"pageNumber": n}).status_code for n in (1, 2, 2)]
    assert pages == [200, 500, 500]
    sandbox.control("DELETE", "/faults")
    assert sandbox.call(SUPPLIERS, {"pageNumber": 2}).ok


@pytest.mark.parametrize("seconds", [None, 7])
def test_429_comes_with_and_without_retry_after(seconds: int | None, sandbox: Sandbox) -> None:
    sandbox.fault("429", SUPPLIERS, retry_after=seconds)
    answer = sandbox.call(SUPPLIERS)
    assert answer.status_code == 429
    assert answer.headers.get("Retry-After") == (None if seconds is None else str(seconds))


def test_bodies_can_be_no_json(sandbox: Sandbox) -> None:
    sandbox.fault("html", SUPPLIERS)
    answer = sandbox.call(SUPPLIERS)
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html")
    sandbox.fault("not_json", SUPPLIERS)
    answer = sandbox.call(SUPPLIERS)
    assert (answer.status_code, answer.text) == (200, "OK")


def test_bodies_can_be_truncated_cut_and_slow(sandbox: Sandbox) -> None:
    whole = sandbox.call(SUPPLIERS).content
    sandbox.fault("truncated", SUPPLIERS)
    truncated = sandbox.call(SUPPLIERS).content
    assert 0 < len(truncated) < len(whole)
    assert whole.startswith(truncated)
    sandbox.fault("cut", SUPPLIERS)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        sandbox.call(SUPPLIERS)
    sandbox.fault("slow", SUPPLIERS, seconds=0.2)
    started = time.monotonic()
    assert sandbox.call(SUPPLIERS).content == whole
    assert time.monotonic() - started >= 0.2
    sandbox.fault("latency", SUPPLIERS, seconds=0.2)
    started = time.monotonic()
    assert sandbox.call(SUPPLIERS).content == whole
    assert time.monotonic() - started >= 0.2


def test_a_call_can_be_held_and_let_go(sandbox: Sandbox) -> None:
    sandbox.call(SUPPLIERS)
    sandbox.fault("hold", SUPPLIERS)
    with ThreadPoolExecutor(1) as elsewhere:
        held = elsewhere.submit(sandbox.call, SUPPLIERS)
        sandbox.control("GET", "/held")
        assert sandbox.control("GET", "/faults")[0]["holding"]
        assert sandbox.call("/v1/customer").ok, "others go on"
        assert not held.done()
        sandbox.control("DELETE", "/faults")
        assert held.result().ok


def test_tokens_can_be_revoked_in_mid_run(sandbox: Sandbox) -> None:
    sandbox.fault("revoke", SUPPLIERS, after=1)
    assert sandbox.call(SUPPLIERS).ok
    assert sandbox.call(SUPPLIERS).status_code == 401
    sandbox.token = ""
    assert sandbox.call(SUPPLIERS).ok


def test_fields_can_be_rewritten(sandbox: Sandbox) -> None:
    sandbox.fault("rewrite", SUPPLIERS, field="name", value=17, row=1)
    assert [r["name"] for r in sandbox.get(SUPPLIERS)][:3] == [
        "Skarvøy Støperi AS",
        17,
        "Hammarvik Pakningar AB",
    ]
    sandbox.fault("rewrite", SUPPLIERS, field="internalId", value=None)
    assert {r["internalId"] for r in sandbox.get(SUPPLIERS)} == {None}
    sandbox.fault("rewrite", SUPPLIERS, field="status", remove=True)
    assert all("status" not in r for r in sandbox.get(SUPPLIERS))
    sandbox.fault("rewrite", SUPPLIERS, field="mainAddress.brandNew", value="x")
    assert sandbox.get(SUPPLIERS)[0]["mainAddress"]["brandNew"] == "x"
    path = "/v1/supplierInvoice"
    before = sandbox.get(path, pageSize=1)[0]["invoiceLines"][0]
    sandbox.fault("rewrite", path, field="invoiceLines.0.cost", value=1.5)
    after = sandbox.get(path, pageSize=1)[0]["invoiceLines"][0]
    assert after == before | {"cost": Decimal("1.5")}
    assert str(after["unitCost"]) == str(before["unitCost"])


@pytest.fixture
def own_sandbox(shipped_books: Path, tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox whose books may be changed."""
    books = tmp_path / "own.sqlite"
    books.write_bytes(shipped_books.read_bytes())
    with serving(books) as sandbox:
        yield sandbox


def test_rows_can_vanish_and_move_between_pages(own_sandbox: Sandbox) -> None:
    sandbox = own_sandbox
    sandbox.fault("vanish", SUPPLIERS)
    first = sandbox.get(SUPPLIERS, pageSize=5, pageNumber=1)
    second = sandbox.get(SUPPLIERS, pageSize=5, pageNumber=2)
    # The classic loss: one row of the second page has moved onto the first.
    assert [r["number"] for r in first + second] == [
        *(f"5000{n}" for n in range(1, 6)),
        *(f"500{n:02}" for n in range(7, 12)),
    ]
    assert (first[0]["metadata"]["totalCount"], second[0]["metadata"]["totalCount"]) == (12, 11)
    sandbox.control("PUT", "/settings", {"order": "oldest"})
    oldest = sandbox.get(SUPPLIERS, pageSize=1)[0]
    sandbox.fault("touch", SUPPLIERS)
    sandbox.get(SUPPLIERS, pageSize=1)
    newest = sandbox.get(SUPPLIERS)[-1]
    assert newest["number"] == oldest["number"]
    assert newest["lastModifiedDateTime"] > oldest["lastModifiedDateTime"]
    sandbox.fault("vanish", SUPPLIERS, key="1012")
    sandbox.get(SUPPLIERS)
    assert "50012" not in [r["number"] for r in sandbox.get(SUPPLIERS)]


def test_latency_delays_every_answer(sandbox: Sandbox) -> None:
    sandbox.call(SUPPLIERS)
    sandbox.control("PUT", "/settings", {"latency_ms": 150})
    started = time.monotonic()
    assert sandbox.call(SUPPLIERS).ok
    assert time.monotonic() - started >= 0.15


def test_calls_are_logged_without_secrets(sandbox: Sandbox) -> None:
    sandbox.token = ""
    sandbox.call(SUPPLIERS, [("pageSize", 3), ("status", "a"), ("status", "b")])
    url = f"{sandbox.env['UTILITY_LOOKER_REFRESH_BASE_URL']}/api/4.0/login?client_secret=geheim"
    sandbox.session.post(url, timeout=10)
    token, list_call, login = sandbox.control("GET", "/calls")
    assert (token["service"], token["path"]) == ("connect", "/connect/token")
    assert (
        list_call.items()
        >= {
            "service": "api",
            "method": "GET",
            "path": SUPPLIERS,
            "query": {"pageSize": "3", "status": ["a", "b"]},
            "status": 200,
        }.items()
    )
    assert (login["service"], login["query"]) == ("looker", {"client_secret": "***"})
    sandbox.control("DELETE", "/calls")
    assert sandbox.control("GET", "/calls") == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/settings", {"unknown": 1}),
        ("PUT", "/settings", {"order": "sideways"}),
        ("PUT", "/settings", {"rate_limit": 0}),
        ("PUT", "/settings", {"rate_limit": "5"}),
        ("PUT", "/settings", {"server_zone": "Europe/Atlantis"}),
        ("PUT", "/settings", [1]),
        ("POST", "/faults", {"kind": "earthquake"}),
        ("POST", "/faults", {"kind": "rewrite"}),
        ("POST", "/faults", {"kind": "html", "service": "connect", "tenant": "t"}),
        ("POST", "/faults", {"kind": "html", "path": "("}),
        ("POST", "/faults", {"kind": "html", "colour": "red"}),
        ("POST", "/tokens/revoke", {"service": "nobody"}),
        ("PUT", "/looker", {"mood": "bad"}),
        ("PUT", "/looker", {"answers": [{}]}),
        ("PUT", "/looker", {"tables": [{"size": 1}]}),
        ("PUT", "/looker", {"plans": [{}]}),
        ("PUT", "/looker", {"quotas": 5}),
    ],
)
def test_the_control_refuses_what_it_does_not_understand(
    method: str, path: str, body: object, sandbox: Sandbox
) -> None:
    before = sandbox.control("GET", "/settings")
    url = sandbox.env["VISMA_LOOKER_SANDBOX_CONTROL_URL"] + path
    answer = sandbox.session.request(method, url, json=body, timeout=10)
    assert answer.status_code == 400
    assert answer.json()["message"]
    assert sandbox.control("GET", "/settings") == before
    assert sandbox.control("GET", "/faults") == []


def test_the_control_shows_and_changes_looker(sandbox: Sandbox) -> None:
    answer = {"model": "finance", "explore": "sync_runs", "field": "sync_runs.x", "value": 5}
    state = sandbox.control("PUT", "/looker", {"skew": 90, "answers": [answer], "tick": True})
    assert abs(state["now"] - time.time() - 90) < 5
    assert state["datagroups"][0]["name"] == "finance::visma_load"
    sandbox.control("PUT", "/looker", {"skew": 0})


def test_the_control_puts_content_into_looker(sandbox: Sandbox) -> None:
    state = sandbox.control(
        "PUT",
        "/looker",
        {
            "permissions": ["develop"],
            "tables": [{"model": "finance", "view": "balances", "seconds": 5}],
            "queries": [{"model": "finance", "view": "sync_runs", "fields": []}],
            "dashboards": [
                {"id": "12", "title": "All", "tiles": [{"title": "One", "query_id": "501"}]}
            ],
            "plans": [{"id": "17", "name": "Monthly"}],
            "denied": ["GET /nothing"],
            "quotas": {"db_query": 10**6},
        },
    )
    assert state["tables"] == {"finance::balances": {"starts": 0, "builds": 0, "table": None}}
    assert state["deliveries"] == []
