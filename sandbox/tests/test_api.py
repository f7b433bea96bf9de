"""The list GETs: tokens, filters, pages, times, flags."""

from __future__ import annotations

import base64
import json
import sqlite3
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from visma_looker_sandbox.http import Tokens
from visma_looker_sandbox.visma.connect import CUSTOMER_TENANT
from visma_looker_sandbox.visma.resources import RESOURCES

from .conftest import SCOPE, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

JOURNALS = "/v2/journaltransaction"
SINCE_EVER = {"lastModifiedDateTime": "1900-01-01"}


def stored(sandbox: Sandbox, resource: str) -> list[tuple[str, dict[str, Any]]]:
    """Key and body of every record in the books, in order."""
    with sqlite3.connect(sandbox.books) as db:
        rows = db.execute(
            "SELECT key, body FROM records WHERE tenant_id = ? AND resource = ? ORDER BY seq",
            (sandbox.tenant, resource),
        ).fetchall()
    db.close()
    return [(key, json.loads(body, parse_float=Decimal)) for key, body in rows]


def pages(sandbox: Sandbox, path: str, size: int, **params: object) -> Iterator[list[Any]]:
    number = 1
    while page := sandbox.get(path, pageNumber=number, pageSize=size, **params):
        yield page
        number += 1


# --- tokens


def test_a_token_opens_the_api(sandbox: Sandbox) -> None:
    answer = sandbox.ask_token()
    assert answer.status_code == 200
    assert (
        answer.json().items()
        >= {"token_type": "Bearer", "expires_in": 3600, "scope": SCOPE}.items()
    )
    claims = answer.json()["access_token"].split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(claims + "=="))["tenant_id"] == sandbox.tenant
    assert sandbox.call("/v1/supplier", token=answer.json()["access_token"]).ok


def test_credentials_in_the_header_and_no_scope_are_accepted(sandbox: Sandbox) -> None:
    env = sandbox.env
    answer = sandbox.session.post(
        env["TAP_VISMA_TOKEN_URL"],
        data={"grant_type": "client_credentials", "tenant_id": sandbox.tenant},
        auth=(env["TAP_VISMA_CLIENT_ID"], env["TAP_VISMA_CLIENT_SECRET"]),
        timeout=10,
    )
    assert answer.ok


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "isv_other"}, "invalid_client"),
        ({"client_secret": None}, "invalid_client"),
        ({"tenant_id": "00000000-0000-0000-0000-000000000000"}, "invalid_tenant"),
        ({"tenant_id": None}, "invalid_tenant"),
        ({"scope": f"{SCOPE} vismanet_erp_service_api:update"}, "invalid_scope"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_wrong_token_request_is_refused(
    change: dict[str, str | None], error: str, sandbox: Sandbox
) -> None:
    answer = sandbox.ask_token(**change)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_token_request_must_be_form_encoded(sandbox: Sandbox) -> None:
    url = sandbox.env["TAP_VISMA_TOKEN_URL"]
    answer = sandbox.session.post(url, json={"grant_type": "client_credentials"}, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_customer_tenant_gets_a_token_that_nothing_accepts(sandbox: Sandbox) -> None:
    answer = sandbox.ask_token(tenant_id=CUSTOMER_TENANT)
    assert answer.ok
    token = answer.json()["access_token"]
    assert sandbox.call("/v1/supplier", token=token).status_code == 401


def test_known_routes_ask_for_a_token_and_unknown_ones_are_not_found(sandbox: Sandbox) -> None:
    assert sandbox.call("/v1/supplier", token="nonsense").status_code == 401
    assert sandbox.call("/v1/nothing", token="nonsense").status_code == 404
    assert sandbox.call("/v1/nothing").status_code == 404
    assert sandbox.call("/v1/dimension/NOTHING").status_code == 404


def test_tokens_expire_by_the_clock() -> None:
    now = [0.0]
    tokens: Tokens[str] = Tokens(clock=lambda: now[0])
    token = tokens.issue("grant", seconds=60)
    now[0] = 59.9
    assert tokens.bearer(f"Bearer {token}") == "grant"
    assert tokens.bearer(f"Basic {token}") is None
    assert tokens.bearer(None) is None
    now[0] = 60.0
    assert tokens.bearer(f"Bearer {token}") is None


def test_revoked_tokens_are_refused(sandbox: Sandbox) -> None:
    token = sandbox.ask_token().json()["access_token"]
    assert sandbox.call("/v1/ledger", token=token).ok
    sandbox.control("POST", "/tokens/revoke", {"service": "api"})
    assert sandbox.call("/v1/ledger", token=token).status_code == 401
    sandbox.token = ""


# --- records


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.path)
def test_expanded_answers_are_the_books(resource: Any, group: Sandbox) -> None:
    sandbox = group
    # The sign of balances is as stored unless it is to be turned.
    everything = {flag: "true" for flag in resource.expand if flag not in resource.negate}
    keys = stored(sandbox, resource.path)
    if resource.path == "/v1/budget":
        keys = [(key, body) for key, body in keys if key.startswith("FORECAST|2026|20|")]
        everything |= {"ledger": "forecast", "financialYear": "2026", "branch": "20"}
    elif resource.mandatory:
        everything["ledger"] = "ACTUAL"
    told = [body for _, body in keys]
    assert told
    if resource.form == "object":
        names = sandbox.get("/v1/dimension")
        served = [sandbox.get(f"/v1/dimension/{name}", **everything) for name in names]
    else:
        since = SINCE_EVER if resource.one_of else {}
        sandbox.control("PUT", "/settings", {"journal_paging": "batches", "max_page_size": 9999})
        served = sandbox.get(resource.path, **everything, **since)
        if resource.form == "envelope":
            assert served.pop("totalCount") == len(told)
            served = served["records"]
        for record in served:
            metadata = record.pop("metadata", None)
            assert metadata == (
                {"totalCount": len(told), "maxPageSize": 9999} if resource.metadata else None
            )
    assert served == told
    assert [str(number) for number in numbers(served)] == [str(n) for n in numbers(told)]


def numbers(value: object) -> Iterator[Decimal]:
    """Every decimal, to be compared with its places."""
    if isinstance(value, Decimal):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from numbers(part)
    elif isinstance(value, list):
        for part in value:
            yield from numbers(part)


def test_paths_and_parameters_know_no_case_and_unknown_parameters_do_nothing(
    sandbox: Sandbox,
) -> None:
    all_of_them = sandbox.get("/v1/supplierInvoice")
    assert sandbox.get("/V1/SUPPLIERINVOICE", skip=5, sort="x", numberToRead=1) == all_of_them
    assert sandbox.get("/v1/supplierinvoice", PAGESIZE=3) == sandbox.get(
        "/v1/supplierInvoice", pageSize=3
    )


def test_dimension_names_are_strings(sandbox: Sandbox) -> None:
    assert sandbox.get("/v1/dimension") == ["ACCOUNT", "SUBACCOUNT"]


def test_dimension_values_come_when_asked_for_and_can_be_narrowed_by_time(
    sandbox: Sandbox,
) -> None:
    bare = sandbox.get("/v1/dimension/subaccount")
    assert all("segmentValues" not in segment for segment in bare["segments"])
    full = sandbox.get("/v1/dimension/SUBACCOUNT", expandSegmentsValues="true")
    assert [len(segment["segmentValues"]) for segment in full["segments"]] == [5, 6]
    none = sandbox.get(
        "/v1/dimension/SUBACCOUNT", expandSegmentsValues="true", lastModifiedDateTime="2099-01-01"
    )
    assert [segment["segmentValues"] for segment in none["segments"]] == [[], []]


# --- pages


def test_pages_cover_the_list_once_and_end_empty(sandbox: Sandbox) -> None:
    keys = [key for key, _ in stored(sandbox, "/v1/supplierInvoice")]
    for size in (1, 7, len(keys)):
        read = list(pages(sandbox, "/v1/supplierInvoice", size))
        assert [len(page) for page in read[:-1]] == [size] * (len(read) - 1)
        assert [f"{r['documentType']}|{r['referenceNumber']}" for p in read for r in p] == keys
        assert all(r["metadata"]["totalCount"] == len(keys) for p in read for r in p)


def test_too_large_pages_are_lowered_silently(sandbox: Sandbox) -> None:
    sandbox.control("PUT", "/settings", {"max_page_size": 5})
    for params in ({"pageSize": 500}, {}, {"pageSize": 0}, {"pageSize": -1, "pageNumber": 0}):
        page = sandbox.get("/v1/supplier", **params)
        assert [r["number"] for r in page] == [f"5000{n}" for n in range(1, 6)]
        assert page[0]["metadata"] == {"totalCount": 12, "maxPageSize": 5}
    assert len(sandbox.get("/v1/supplier", pageNumber=3, pageSize=500)) == 2
    assert sandbox.get("/v1/supplier", pageNumber=4, pageSize=500) == []


def test_endpoints_without_pages_ignore_page_parameters(sandbox: Sandbox) -> None:
    sandbox.control("PUT", "/settings", {"max_page_size": 5})
    accounts = sandbox.get("/v1/account")
    assert len(accounts) == 39
    assert sandbox.get("/v1/account", pageNumber=2, pageSize=10) == accounts
    assert accounts[0]["metadata"]["totalCount"] == 39


def test_unreadable_page_numbers_are_refused(sandbox: Sandbox) -> None:
    answer = sandbox.call("/v1/supplier", {"pageNumber": "two"})
    assert (answer.status_code, list(answer.json())) == (400, ["message"])


@pytest.mark.parametrize("order", ["number", "oldest", "newest"])
def test_lists_come_in_the_order_that_is_set(order: str, sandbox: Sandbox) -> None:
    sandbox.control("PUT", "/settings", {"order": order})
    told = [body for _, body in stored(sandbox, "/v1/supplierInvoice")]
    if order != "number":
        told.sort(key=lambda body: body["lastModifiedDateTime"], reverse=order == "newest")
    served = [r for page in pages(sandbox, "/v1/supplierInvoice", 50) for r in page]
    stamps = [record["lastModifiedDateTime"] for record in served]
    assert stamps == [body["lastModifiedDateTime"] for body in told]
    assert len({r["referenceNumber"] for r in served}) == len(told)


# --- journals


def test_journals_need_a_period_or_a_time(sandbox: Sandbox) -> None:
    answer = sandbox.call(JOURNALS)
    assert answer.status_code == 400
    assert "'periodId' or 'lastModifiedDateTime'" in answer.json()["message"]
    assert sandbox.get(JOURNALS, periodId="202513")[0]["postPeriod"] == "132025"
    assert sandbox.get(JOURNALS, lastModifiedDateTime="2099-01-01") == []


@pytest.mark.parametrize("size", [1, 4, 25])
def test_journals_paged_by_lines_are_cut_and_lose_nothing(size: int, sandbox: Sandbox) -> None:
    told = dict(stored(sandbox, JOURNALS))
    told = {key: body for key, body in told.items() if body["financialPeriod"] == "202503"}
    total = sum(len(body["journalTransactionLines"]) for body in told.values())
    merged: dict[str, dict[str, Any]] = {}
    cut = 0
    for page in pages(sandbox, JOURNALS, size, periodId="202503", expandAttachments="true"):
        assert sum(len(batch["journalTransactionLines"]) for batch in page) <= size
        assert all(batch["journalTransactionLines"] for batch in page)
        for batch in page:
            assert batch.pop("metadata") == {"totalCount": total, "maxPageSize": 1000}
            key = f"{batch['module']}|{batch['batchNumber']}"
            if key in merged:
                cut += 1
                header = merged[key] | {"journalTransactionLines": []}
                assert header == batch | {"journalTransactionLines": []}
                merged[key]["journalTransactionLines"] += batch["journalTransactionLines"]
            else:
                merged[key] = batch
    assert merged == told
    assert cut > 0


def test_journals_paged_by_batches_stay_whole(sandbox: Sandbox) -> None:
    sandbox.control("PUT", "/settings", {"journal_paging": "batches"})
    told = dict(stored(sandbox, JOURNALS))
    read = [b for page in pages(sandbox, JOURNALS, 100, **SINCE_EVER) for b in page]
    assert len(read) == len(told) == read[0]["metadata"]["totalCount"]
    for batch in read:
        whole = told[f"{batch['module']}|{batch['batchNumber']}"]["journalTransactionLines"]
        assert len(batch["journalTransactionLines"]) == len(whole)


# --- filters


@pytest.mark.parametrize(
    "text",
    [
        "2025-06-10",
        "2025-06-10 12:00:00",
        "2025-06-10 12:00:00.5",
        "2025-06-10T12:00:00",
        "2025-06-10T12:00:00.123",
    ],
)
def test_the_five_formats_of_time_are_read(text: str, sandbox: Sandbox) -> None:
    found = sandbox.get("/v1/supplierInvoice", lastModifiedDateTime=text)
    bound = text.replace(" ", "T")
    told = [body for _, body in stored(sandbox, "/v1/supplierInvoice")]
    expected = [r for r in told if r["lastModifiedDateTime"] >= bound]
    assert 0 < len(found) == len(expected) < len(told)


@pytest.mark.parametrize(
    "text",
    ["2025-06-10T12:00:00Z", "2025-06-10T12:00:00+02:00", "10.06.2025", "now", "2025-06-10T12"],
)
def test_other_formats_of_time_are_refused(text: str, sandbox: Sandbox) -> None:
    for path in ("/v1/supplierInvoice", JOURNALS, "/v1/account", "/v1/dimension/SUBACCOUNT"):
        answer = sandbox.call(path, {"lastModifiedDateTime": text})
        assert answer.status_code == 400, path
        assert text in answer.json()["message"]


def test_conditions_and_their_default(sandbox: Sandbox) -> None:
    told = stored(sandbox, "/v1/customer")
    stamp = sorted(body["lastModifiedDateTime"] for _, body in told)[4]

    def count(condition: str | None) -> int:
        params = {"lastModifiedDateTime": stamp, "lastModifiedDateTimeCondition": condition}
        return len(sandbox.get("/v1/customer", **params))

    counts = {c: count(c) for c in (">", ">=", "<", "<=", None)}
    assert counts == {">": 5, ">=": 6, "<": 4, "<=": 5, None: 6}
    # Encoded twice, the operator is unknown and the filter disappears.
    assert count("%3E") == 10
    sandbox.control("PUT", "/settings", {"default_condition": ">"})
    assert count(None) == 5


@pytest.mark.parametrize(
    ("path", "params", "test"),
    [
        ("/v1/supplierInvoice", {"status": "open"}, lambda r: r["status"] == "Open"),
        (
            "/v1/supplierInvoice",
            {"documentType": "DebitAdj"},
            lambda r: r["documentType"] == "DebitAdj",
        ),
        (
            "/v1/supplierInvoice",
            {"supplier": "50003"},
            lambda r: r["supplier"]["number"] == "50003",
        ),
        (
            "/v1/supplierInvoice",
            {"balance": "0", "balanceCondition": ">"},
            lambda r: r["balance"] > 0,
        ),
        (
            "/v1/supplierInvoice",
            {"docDate": "2026-01-01", "docDateCondition": "<"},
            lambda r: r["date"] < "2026",
        ),
        (
            "/v1/supplierInvoice",
            {"financialPeriod": "202605"},
            lambda r: r["postPeriod"] == "052026",
        ),
        ("/v1/supplierInvoice", {"released": "1"}, lambda r: r["status"] != "Hold"),
        (
            "/v1/supplierInvoice",
            {"greaterThanValue": "2026"},
            lambda r: r["referenceNumber"] > "2026",
        ),
        (
            "/v1/supplierInvoice",
            {"createdDateTime": "2026-03-01"},
            lambda r: r["createdDateTime"] >= "2026-03-01",
        ),
        ("/v1/account", {"active": "true"}, lambda r: r["active"]),
        ("/v1/account", {"greaterThanValue": "4000"}, lambda r: r["accountCD"] > "4000"),
        ("/v1/supplier", {"name": "Blåtind Stål AS"}, lambda r: r["number"] == "50002"),
        ("/v1/financialPeriod", {"greaterThanValue": "2026"}, lambda r: r["year"] == 2026),
        ("/v1/financialPeriod", {"greaterThanValue": "202511"}, lambda r: period(r) > "202511"),
        (
            "/v1/customerinvoice",
            {"customer": "10001"},
            lambda r: r["customer"]["number"] == "10001",
        ),
        (JOURNALS, {"periodId": "202602", "module": "AP"}, lambda r: ap(r, "202602")),
    ],
)
def test_filters_find_what_they_say(
    path: str, params: dict[str, str], test: Any, sandbox: Sandbox
) -> None:
    resource = next(r for r in RESOURCES if r.path == path)
    told = [key for key, body in stored(sandbox, path) if test(body)]
    found = sandbox.get(path, **params)
    assert ["|".join(str(record[name]) for name in resource.key) for record in found] == told
    assert told


def period(record: dict[str, Any]) -> str:
    return f"{record['year']}{record['period'][:2]}"


def ap(record: dict[str, Any], financial_period: str) -> bool:
    return (record["module"], record["financialPeriod"]) == ("ModuleAP", financial_period)


def test_a_flag_that_is_no_boolean_is_refused(sandbox: Sandbox) -> None:
    assert sandbox.call("/v1/supplier", {"expandNote": "yes"}).status_code == 400
    assert sandbox.call("/v1/subaccount", {"active": "1"}).status_code == 400


# --- parts that were not asked for


@pytest.mark.parametrize(
    ("how", "array", "value"), [("absent", "-", "-"), ("null", None, None), ("empty", [], None)]
)
def test_parts_that_were_not_asked_for(
    how: str, array: object, value: object, sandbox: Sandbox
) -> None:
    sandbox.control("PUT", "/settings", {"unexpanded": how})
    # Opening balances are invoices without VAT.
    invoices = sandbox.get("/v1/supplierInvoice", expandNote="true")
    invoice = next(found for found in invoices if found["taxDetailLines"])
    assert "note" in invoice
    assert invoice.get("attachments", "-") == array
    assert invoice.get("approvalDetails", "-") == value
    assert invoice["invoiceLines"][0].get("attachments", "-") == array
    assert invoice["invoiceLines"][0].get("prebookAccount", "-") == value
    assert "note" in invoice["invoiceLines"][0]
    supplier = sandbox.get("/v1/supplier", expandAccountInformation="true")[0]
    assert supplier["glAccounts"]["supplierAccount"]["number"] == "2400"
    assert supplier.get("note", "-") == value
