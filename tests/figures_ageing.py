"""What was open on a day, rebuilt from the documents in the books and what was taken off them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.figures import CENT, DRAFTS, day

if TYPE_CHECKING:
    import datetime as dt

    from tests.figures import Company

#: Documents that somebody pays: what raises the debt, and what takes it back.
_SIGNS = {"Invoice": 1, "CreditAdj": 1, "DebitNote": 1, "DebitAdj": -1, "CreditNote": -1}
#: Money that went the usual way, and money that came back.
_MONEY = {"Check": -1, "Payment": -1, "Prepayment": -1, "Refund": 1}
_VOIDS = {"VoidCheck": "Check", "VoidPayment": "Payment"}

Document = tuple[str, str]


@dataclass(frozen=True)
class OpenItem:
    """What is left of a document on a day; a debt of the one who buys is positive.

    Attributes:
        party: Number of the supplier or customer.
        currency: Of the document.
        due: When it is to be paid; of money, the day it was paid.
        balance: In the company's currency, at the rate of the document.
        balance_currency: In the document's.
    """

    party: str
    currency: str
    due: dt.date
    balance: Decimal
    balance_currency: Decimal


@dataclass(frozen=True)
class _Application:
    """What a payment, or a credit note, takes off a document."""

    by: Document
    of: Document
    amount: Decimal
    day: dt.date


def _applications(company: Company, *, sold: bool) -> list[_Application]:
    found = []
    for body in company.all("/v1/customerPayment" if sold else "/v1/supplierPayment"):
        kind = body["type"] if sold else body["documentType"]
        for line in body["paymentLines"]:
            of = (
                (line["documentType"], line["refNbr"])
                if sold
                else (line["docType"], line["invoiceRefNbr"])
            )
            found.append(
                _Application((kind, body["refNbr"]), of, line["amountPaid"], day(line["date"]))
            )
    return found


def open_items(company: Company, as_of: dt.date, *, sold: bool) -> dict[Document, OpenItem]:
    """Everything that was open at the end of a day.

    Args:
        company: Whose books.
        as_of: The day.
        sold: What customers owe, or what is owed to suppliers.
    """
    applied = [a for a in _applications(company, sold=sold) if a.day <= as_of]
    taken: dict[Document, list[_Application]] = defaultdict(list)
    used: dict[Document, Decimal] = defaultdict(Decimal)
    for application in applied:
        taken[application.of].append(application)
        used[application.by] += application.amount
    found: dict[Document, OpenItem] = {}
    documents = {
        (body["documentType"], body["referenceNumber"]): body
        for body in company.all("/v1/customerdocument" if sold else "/v1/supplierdocument")
        if body["status"] not in DRAFTS and day(body["documentDate" if sold else "date"]) <= as_of
    }
    voided = {(_VOIDS[kind], number) for kind, number in documents if kind in _VOIDS}
    for document, body in documents.items():
        if document[0] in _VOIDS or document in voided:
            continue
        if document[0] in _SIGNS:
            sign = _SIGNS[document[0]]
            balance, base = _rest(body, taken[document], used[document])
        else:
            sign = _MONEY[document[0]]
            balance = body["amountInCurrency"] - used[document]
            base = _share(body, balance)
        if balance:
            found[document] = OpenItem(
                body["customer" if sold else "supplier"]["number"],
                body["currencyId"],
                day(body["documentDueDate" if sold else "dueDate"]),
                sign * base,
                sign * balance,
            )
    return found


def _share(body: dict[str, Any], amount: Decimal) -> Decimal:
    """The worth of a part of a document; of all of it, exactly what was posted."""
    if amount == body["amountInCurrency"]:
        return Decimal(body["amount"])
    share: Decimal = amount * body["amount"] / body["amountInCurrency"]
    return share.quantize(CENT)


def _rest(
    body: dict[str, Any], taken: list[_Application], used: Decimal
) -> tuple[Decimal, Decimal]:
    """What is left, in the document's currency and in the company's.

    Each application is worth its amount at the rate of the document, in whole cents; the one that
    closes the document takes what is left, and one that is taken back is worth what it was.
    """
    balance, base = body["amountInCurrency"], body["amount"]
    worth: dict[tuple[str, Decimal], Decimal] = {}
    for application in sorted(taken, key=lambda a: a.day):
        of = (application.by[1], abs(application.amount))
        if of not in worth:
            closes = application.amount == balance
            worth[of] = base if closes else _share(body, application.amount)
        balance -= application.amount
        base -= worth[of] if application.amount > 0 else -worth[of]
    if used:
        # A credit note that is taken off an invoice is taken whole.
        balance, base = balance - used, base - _share(body, used)
    return balance, base


#: Days overdue that a bucket ends with.
_BUCKETS = ((0, "not_due"), (30, "days_1_30"), (60, "days_31_60"), (90, "days_61_90"))


def bucket(due: dt.date, as_of: dt.date) -> str:
    """The bucket of what is due on a day."""
    late = (as_of - due).days
    return next((name for last, name in _BUCKETS if late <= last), "days_over_90")
