"""Days of business: the same for the same seed, double entry, seen while served."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from visma_looker_sandbox.books import Books
from visma_looker_sandbox.business import play
from visma_looker_sandbox.checks import check_books
from visma_looker_sandbox.importer import import_saft
from visma_looker_sandbox.saft import read_saft

from .conftest import COMMAND, Sandbox, serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Records = dict[tuple[str, str], dict[str, Any]]


def records(path: Path) -> Records:
    db = sqlite3.connect(path)
    try:
        return {
            (resource, key): json.loads(body, parse_float=Decimal)
            for resource, key, body in db.execute("SELECT resource, key, body FROM records")
        }
    finally:
        db.close()


def without_stamps(value: Any) -> Any:
    """A record without the times of the call."""
    if isinstance(value, dict):
        return {
            name: without_stamps(part)
            for name, part in value.items()
            if name not in {"lastModifiedDateTime", "createdDateTime", "lastModified"}
        }
    return [without_stamps(part) for part in value] if isinstance(value, list) else value


def copy(source: Path, target: Path) -> Path:
    target.write_bytes(source.read_bytes())
    return target


def played(path: Path, **how: Any) -> Records:
    books = Books(path)
    play(books, **how)
    books.close()
    return records(path)


def test_same_books_and_seed_same_business(shipped_books: Path, tmp_path: Path) -> None:
    one, two, other = (copy(shipped_books, tmp_path / name) for name in ("a", "b", "c"))
    first = played(one, days=3, seed=7)
    assert without_stamps([first]) != without_stamps([records(shipped_books)])
    assert {k: without_stamps(v) for k, v in first.items()} == {
        k: without_stamps(v) for k, v in played(two, days=3, seed=7).items()
    }
    assert {k: without_stamps(v) for k, v in first.items()} != {
        k: without_stamps(v) for k, v in played(other, days=3, seed=8).items()
    }


@pytest.mark.parametrize("touch", [True, False])
def test_a_payment_stamps_its_document_where_that_is_wanted(
    shipped_books: Path, tmp_path: Path, touch: bool
) -> None:
    path = copy(shipped_books, tmp_path / "books.sqlite")
    before = records(path)
    after = played(path, days=1, seed=1, payments_touch=touch)
    for resource in ("/v1/supplierInvoice", "/v1/supplierdocument"):
        stamped = {
            body["lastModifiedDateTime"] != before[name]["lastModifiedDateTime"]
            for name, body in after.items()
            if name in before
            and name[0] == resource
            and body["balance"] != before[name]["balance"]
            and body["status"] == "Closed"
        }
        assert stamped == {touch}, resource


@pytest.mark.parametrize(
    ("resource", "party"),
    [("/v1/supplierInvoice", "supplier"), ("/v1/customerinvoice", "customer")],
)
def test_documents_are_posted_where_earlier_ones_of_the_party_were(
    shipped_books: Path, tmp_path: Path, resource: str, party: str
) -> None:
    def used(state: Records) -> set[tuple[str, str]]:
        return {
            (body[party]["number"], line["account"]["number"])
            for (kind, _), body in state.items()
            if kind == resource
            for line in body["invoiceLines"]
        }

    before, path = records(shipped_books), copy(shipped_books, tmp_path / "books.sqlite")
    after = played(path, days=3, seed=1)
    new = {key: body for key, body in after.items() if key not in before and key[0] == resource}
    assert len(new) > 5
    posted = used(before)
    # Who has sent nothing yet is posted where others were.
    strangers = {number for number, _ in used(new)} - {number for number, _ in posted}
    assert {pair for pair in used(new) if pair[0] not in strangers} <= posted
    assert {account for _, account in used(new)} <= {account for _, account in posted}


@pytest.fixture(params=["shipped", "toyen"])
def books(request: pytest.FixtureRequest, shipped_books: Path, tmp_path: Path) -> Path:
    path = tmp_path / "books.sqlite"
    if request.param == "shipped":
        return copy(shipped_books, path)
    opened = Books(path)
    import_saft(opened, read_saft(request.getfixturevalue("toyen")))
    opened.close()
    return path


def test_business_keeps_double_entry_and_the_subledgers(books: Path) -> None:
    def owed(state: Records, resource: str, accounts: set[str]) -> tuple[Decimal, Decimal]:
        """What documents say is open, and what their ledger accounts have moved by."""
        balance = sum(
            (
                b["balance"]
                for (r, _), b in state.items()
                if r == resource and b["status"] != "Hold"
            ),
            Decimal(0),
        )
        moved = Decimal(0)
        for (kind, _), body in state.items():
            for line in body["journalTransactionLines"] if kind == "/v2/journaltransaction" else ():
                if line["accountNumber"] in accounts:
                    moved += line["debitAmount"] - line["creditAmount"]
        return balance, moved

    before = records(books)
    after = played(books, days=12, seed=3)
    for (resource, _), body in after.items():
        if resource == "/v2/journaltransaction":
            lines = body["journalTransactionLines"]
            assert sum(li["debitAmount"] - li["creditAmount"] for li in lines) == 0
            assert body["debitTotal"] == sum(li["debitAmount"] for li in lines)
        if resource.lower().endswith("invoice"):
            assert body["detailTotal"] + body["vatTotal"] == body["amount"]
    for resource, account, sign in (
        ("/v1/supplierInvoice", "2400", -1),
        ("/v1/customerinvoice", "1500", 1),
    ):
        old, new = owed(before, resource, {account}), owed(after, resource, {account})
        assert new[0] - old[0] == (new[1] - old[1]) * sign
        assert new != old


def test_payments_are_in_their_lists_and_off_what_is_owed(books: Path) -> None:
    before = records(books)
    opened = Books(books)
    done = play(opened, days=12, seed=3)
    told = check_books(opened, only="applied")
    opened.close()
    assert [result.differences for result in told] == [[]]
    after = records(books)
    for sold, path, what in (
        (True, "customer", "payments of customer invoices"),
        (False, "supplier", "payments of supplier invoices"),
    ):
        new = {key: body for key, body in after.items() if key not in before}
        payments = [key for key in new if key[0] == f"/v1/{path}Payment"]
        assert len(payments) == done[what] > 0
        # Also in the list of all documents, and off the balance of the party.
        assert {f"{'Payment' if sold else 'Check'}|{key.split('|')[1]}" for _, key in payments} <= {
            key for resource, key in new if resource == f"/v1/{path}document"
        }
        owed = {
            state: sum(b["balance"] for (r, _), b in each.items() if r == f"/v1/{path}/balance")
            for state, each in (("before", before), ("after", after))
        }
        moved = {
            state: sum(
                (-b["balance"] if b["documentType"] in {"DebitAdj", "CreditNote"} else b["balance"])
                for (r, _), b in each.items()
                if r == f"/v1/{path}document" and b["status"] != "Hold"
                and b["documentType"] not in {"Payment", "Check"}
            )
            for state, each in (("before", before), ("after", after))
        }  # fmt: skip
        assert owed["after"] - owed["before"] == moved["after"] - moved["before"]


def test_every_kind_of_change_happens(shipped_books: Path, tmp_path: Path) -> None:
    path = copy(shipped_books, tmp_path / "books.sqlite")
    start = records(path)
    first = played(path, days=1, seed=1)
    assert start.keys() <= first.keys()
    second = played(path, days=1, seed=1)
    new: dict[str, int] = defaultdict(int)
    for resource, _ in second.keys() - start.keys():
        new[resource] += 1
    assert set(new) == {
        "/v1/supplierInvoice",
        "/v1/supplierdocument",
        "/v1/supplierPayment",
        "/v1/customerinvoice",
        "/v1/customerdocument",
        "/v1/customerPayment",
        "/v2/journaltransaction",
        "/v1/GeneralLedgerTransactions",
        "/v2/generalLedgerBalance",
        "/v1/account",
        "/v1/subaccount",
    }
    changed = {r for (r, k), body in start.items() if second[r, k] != body}
    assert changed == {
        "/v1/supplier",
        "/v1/customer",
        "/v1/supplierInvoice",
        "/v1/supplierdocument",
        "/v1/supplier/balance",
        "/v1/customerinvoice",
        "/v1/customerdocument",
        "/v1/customer/balance",
        "/v2/generalLedgerBalance",
        "/v1/dimension/{dimensionId}",
    }
    gone = first.keys() - second.keys()
    assert {resource for resource, _ in gone} == {"/v1/supplierInvoice", "/v1/supplierdocument"}
    assert len({key for _, key in gone}) == 1
    assert all(first[each]["status"] == "Hold" for each in gone)
    released = [
        key for key in first.keys() & second.keys()
        if key[0] == "/v1/supplierInvoice"
        and first[key]["status"] == "Hold" and second[key]["status"] == "Open"
    ]  # fmt: skip
    assert len(released) == 1
    assert (
        "/v2/journaltransaction",
        f"ModuleAP|{second[released[0]]['referenceNumber']}",
    ) in second


def test_changes_are_stamped_with_the_servers_wall_clock(
    shipped_books: Path, tmp_path: Path
) -> None:
    path = copy(shipped_books, tmp_path / "books.sqlite")
    start = records(path)
    for zone in ("Pacific/Auckland", "UTC"):
        books = Books(path)
        books.set_meta("server_zone", zone)
        books.close()
        low = datetime.now(ZoneInfo(zone)).replace(tzinfo=None).isoformat(timespec="milliseconds")
        state = played(path, days=1, seed=1)
        high = datetime.now(ZoneInfo(zone)).replace(tzinfo=None).isoformat(timespec="milliseconds")
        stamps = [
            body["lastModifiedDateTime"]
            for key, body in state.items()
            if start.get(key) != body and body.get("lastModifiedDateTime")
        ]
        assert stamps
        assert all(low <= stamp <= high for stamp in stamps)
        start = state


def test_a_new_financial_year_is_opened(shipped_books: Path, tmp_path: Path) -> None:
    path = copy(shipped_books, tmp_path / "books.sqlite")
    state = played(path, days=45, seed=1)
    assert ("/v1/financialPeriod", "2027|122027") in state
    assert any(body.get("financialPeriod") == "202701" for body in state.values())


def test_change_is_seen_while_served(
    shipped_books: Path, tmp_path: Path, run: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    path = copy(shipped_books, tmp_path / "books.sqlite")
    with serving(path) as sandbox:
        before = by_number(sandbox)
        result = run("change", "--books", path, "--days", "2", "--seed", "5")
        assert result.returncode == 0, result.stderr
        assert "supplier invoices" in result.stdout
        after = by_number(sandbox)
    assert before.keys() < after.keys()
    since = max(record["lastModifiedDateTime"] for record in before.values())
    fresh = [r for r in after.values() if r["lastModifiedDateTime"] > since]
    assert {r["referenceNumber"] for r in fresh} >= after.keys() - before.keys()


def by_number(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    return {record["referenceNumber"]: record for record in sandbox.get("/v1/supplierInvoice")}


@pytest.fixture
def run() -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    return run
