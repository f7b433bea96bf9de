"""The lists that the property test reads: one for each way in which the tap reads a list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PERIODS = ("202508", "202509", "202510", "202511")
FORGOTTEN_PERIOD = "202407"
"""A period of some rows that the list of financial periods does not name."""

LEDGERS = ("1", "2")
_PAYMENT = 60


@dataclass(frozen=True)
class Content:
    """What a row says, in short; every change gives it a version of its own.

    Attributes:
        number: What identifies the row in its list.
        version: No two changes share one.
        period: The financial period.
        status: Of a document.
        balance: Of a document; what is still to pay.
        lines: How many a document has.
    """

    number: int
    version: int
    period: str = PERIODS[0]
    status: str = "Open"
    balance: int = 100
    lines: int = 1

    @property
    def ledger(self) -> str:
        return LEDGERS[self.number % len(LEDGERS)]

    def paid(self) -> Content:
        """The document after a payment; the last one closes it, and what follows reopens it."""
        if self.status == "Open" and self.balance > _PAYMENT:
            return replace(self, balance=self.balance - _PAYMENT)
        if self.status == "Open":
            return replace(self, balance=0, status="Closed")
        if self.status == "Closed":
            return replace(self, balance=100, status="Open")
        return self


@dataclass(frozen=True)
class Kind:
    """One list.

    Attributes:
        stream: Name of the tap's stream.
        path: Of the list in the API.
        body: The record as Visma sends it, everything expanded, without its time.
        identity: The number that `Content` has, out of a record of Visma's or the tap's.
        modified: The field with the time of change, if any.
        hidden: Parts that the tap does not ask for.
        partition: As `sync_runs` names what the row was asked for with, out of its content.
        has_balance: Payments change it.
    """

    stream: str
    path: str
    body: Callable[[Content], dict[str, Any]]
    identity: Callable[[dict[str, Any]], str]
    modified: str | None = "lastModifiedDateTime"
    hidden: tuple[str, ...] = ()
    partition: Callable[[Content], str] = lambda _row: ""
    has_balance: bool = False

    @property
    def partitions(self) -> tuple[str, ...]:
        """All that `partition` can give."""
        return tuple(sorted({self.partition(Content(n, 0)) for n in range(len(LEDGERS))}))

    def expected(self, row: Content, modified: str) -> dict[str, Any]:
        """The record as the tap is to deliver it."""
        record = self.body(row)
        if self.modified:
            record[self.modified] = modified
        return {name: value for name, value in record.items() if name not in self.hidden}


def _amount(number: int) -> Decimal:
    return Decimal(number).quantize(Decimal("0.01"))


def _supplier(row: Content) -> dict[str, Any]:
    return {
        "internalId": row.number,
        "number": str(row.number),
        "name": f"v{row.version}",
        "note": f"n{row.version}",
        "glAccounts": {"version": row.version},
    }


def _document(row: Content) -> dict[str, Any]:
    return {
        "documentType": "Invoice",
        "referenceNumber": str(row.number),
        "financialPeriod": row.period,
        "status": row.status,
        "balance": _amount(row.balance),
        "note": f"v{row.version}",
    }


def _invoice(row: Content) -> dict[str, Any]:
    lines = [
        {"lineNumber": n, "description": f"v{row.version}", "note": f"n{n}"}
        for n in range(1, row.lines + 1)
    ]
    # Its balance would go stale where payments touch nothing: supplier_documents is for that.
    return {
        "documentType": "Invoice",
        "referenceNumber": str(row.number),
        "financialPeriod": row.period,
        "status": row.status,
        "description": f"v{row.version}",
        "invoiceLines": lines,
    }


def _journal(row: Content) -> dict[str, Any]:
    lines: list[dict[str, Any]] = [
        {"lineNumber": n, "description": f"v{row.version}", "debitAmount": _amount(0)}
        for n in range(1, row.lines + 1)
    ]
    return {
        "module": "ModuleGL",
        "batchNumber": str(row.number),
        "financialPeriod": row.period,
        "status": row.status,
        "description": f"v{row.version}",
        "journalTransactionLines": lines,
    }


def _ledger_line(row: Content) -> dict[str, Any]:
    return {
        "ledger": {"id": row.ledger, "number": row.ledger},
        "module": "GL",
        "batchNumber": str(row.number),
        "lineNumber": 1,
        "period": row.period,
        "description": f"v{row.version}",
        "debitAmount": _amount(row.version),
        "begBalance": _amount(row.version),
        "endingBalance": _amount(row.version),
    }


def _balance(row: Content) -> dict[str, Any]:
    return {
        "ledger": {"id": "1"},
        "branch": {"number": "1"},
        "financialPeriod": PERIODS[row.number % len(PERIODS)],  # part of its key
        "account": {"number": str(row.number)},
        "subaccountId": "0",
        "currencyId": "NOK",
        "balanceType": "Actual",
        "periodToDateDebit": _amount(row.version),
    }


def _account(row: Content) -> dict[str, Any]:
    return {"accountID": row.number, "accountCD": str(row.number), "description": f"v{row.version}"}


def _credit_term(row: Content) -> dict[str, Any]:
    return {"termsId": str(row.number), "description": f"v{row.version}"}


def _currency(row: Content) -> dict[str, Any]:
    return {"id": str(row.number), "description": f"v{row.version}"}


def _customer_balance(row: Content) -> dict[str, Any]:
    return {"customer": {"number": str(row.number)}, "balance": _amount(row.version)}


def _field(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda record: str(record[name])


KINDS = (
    Kind("suppliers", "/v1/supplier", _supplier, _field("internalId")),
    Kind(
        "supplier_documents", "/v1/supplierdocument", _document, _field("referenceNumber"),
        has_balance=True,
    ),
    Kind(
        "customer_documents", "/v1/customerdocument", _document, _field("referenceNumber"),
        has_balance=True,
    ),
    Kind("supplier_invoices", "/v1/supplierInvoice", _invoice, _field("referenceNumber")),
    Kind("journal_transactions", "/v2/journaltransaction", _journal, _field("batchNumber")),
    Kind(
        "general_ledger_transactions", "/v1/GeneralLedgerTransactions", _ledger_line,
        _field("batchNumber"),
        hidden=("begBalance", "endingBalance"),
        partition=lambda row: f"ledgerId={row.ledger}",
    ),
    Kind(
        "general_ledger_balances", "/v2/generalLedgerBalance", _balance,
        lambda record: str(record["account"]["number"]),
    ),
    Kind("accounts", "/v1/account", _account, _field("accountID")),
    Kind("credit_terms", "/v1/creditTerm", _credit_term, _field("termsId")),
    Kind("currencies", "/v1/currency", _currency, _field("id"), modified=None),
    Kind(
        "customer_balances", "/v1/customer/balance", _customer_balance,
        lambda record: str(record["customer"]["number"]),
        modified="lastModified",
    ),
)  # fmt: skip
