"""Payments and other things that are taken off documents: records, postings, what is left."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from visma_looker_sandbox.company import ZERO, Period, Posting, at_midnight, money
from visma_looker_sandbox.dto import dto
from visma_looker_sandbox.parties import location
from visma_looker_sandbox.paths import (
    CUSTOMER_DOCUMENT,
    CUSTOMER_PAYMENT,
    SUPPLIER_DOCUMENT,
    SUPPLIER_PAYMENT,
)

if TYPE_CHECKING:
    import datetime as dt

    from visma_looker_sandbox.company import Company
    from visma_looker_sandbox.parties import Party

#: What the list of all documents calls a payment, and the short name in journals.
_DOCUMENT_KINDS = {
    (False, "Payment"): ("Check", "CHK"),
    (False, "VoidPayment"): ("VoidCheck", "VCK"),
    (False, "Refund"): ("Refund", "REF"),
    (False, "Prepayment"): ("Prepayment", "PPM"),
    (True, "Payment"): ("Payment", "PMT"),
    (True, "VoidPayment"): ("VoidPayment", "RPM"),
    (True, "Refund"): ("Refund", "REF"),
}
#: What the journals call documents with lines.
SHORT_KINDS = {
    "Invoice": "INV",
    "CreditAdj": "ACR",
    "DebitAdj": "ADR",
    "CreditNote": "CRM",
    "DebitNote": "DRM",
}


@dataclass(slots=True)
class Open:
    """A document that something can be taken off; amounts in its currency and in the ledger's."""

    kind: str
    number: str
    balance: Decimal
    balance_base: Decimal
    rate: Decimal
    date: dt.date
    due: dt.date
    reference: str = ""
    text: str = ""
    modified: str = ""
    closed_in: str | None = None
    applications: list[dict[str, Any]] = field(default_factory=list)

    def take(self, amount: Decimal, base: Decimal, stamp: str, period: Period) -> None:
        """Take something off; a negative amount puts it back."""
        self.balance -= amount
        self.balance_base -= base
        self.modified = max(self.modified, stamp)
        self.closed_in = None if self.balance else period.code

    def worth(self, amount: Decimal) -> Decimal:
        """What an amount of it is in the ledger's currency; the last one takes all that is left."""
        if amount == self.balance:
            return self.balance_base
        return round(amount * self.rate, 2)


@dataclass(slots=True)
class Line:
    """What a payment takes off one document."""

    of: Open
    amount: Decimal
    base: Decimal
    left: Decimal
    day: dt.date
    period: Period


@dataclass(slots=True)
class Payment:
    """A payment, a prepayment, a refund, or a credit note that is taken off invoices."""

    sold: bool
    kind: str
    number: str
    party: Party
    branch: str
    currency: str
    rate: Decimal
    day: dt.date
    period: Period
    amount: Decimal
    amount_base: Decimal
    bank: str
    stamp: str
    created: str = ""
    text: str = ""
    status: str = "Closed"
    lines: list[Line] = field(default_factory=list)

    @property
    def sign(self) -> int:
        """Minus one for what is paid back."""
        return -1 if self.kind == "VoidPayment" else 1

    @property
    def applied(self) -> Decimal:
        """What is taken off documents, in its currency."""
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def applied_base(self) -> Decimal:
        """What is taken off documents, in the ledger's currency."""
        return sum((line.base for line in self.lines), Decimal(0))


def apply(
    payment: Payment,
    of: Open,
    amount: Decimal,
    day: dt.date,
    period: Period,
    *,
    base: Decimal | None = None,
) -> None:
    """Take a part of a payment off a document; `base`: its worth in the ledger, if known."""
    base = of.worth(amount) if base is None else base
    of.take(amount, base, payment.stamp, period)
    payment.lines.append(Line(of, amount, base, of.balance, day, period))
    if payment.sold:
        of.applications.append(_application(payment, of, amount, day, period))


def _application(
    payment: Payment, of: Open, amount: Decimal, day: dt.date, period: Period
) -> dict[str, Any]:
    return dto(
        "Application",
        docType=payment.kind,
        customerCD=payment.party.number,
        refNbr=payment.number,
        amountPaid=money(amount),
        cashDiscountTaken=ZERO,
        balance=money(of.balance),
        pendingPPD=False,
        released=True,
        hold=False,
        voided=payment.kind == "VoidPayment",
        status="Closed",
        applicationDate=at_midnight(day),
        applicationPeriod=period.code,
    )


def postings(
    company: Company, payment: Payment, lines: list[Line], account: str, accounts: tuple[str, str]
) -> list[Posting]:
    """What a payment posts: off the debts, out of the bank, and the gain or loss of the rate.

    Args:
        company: Whose books.
        payment: A payment, prepayment, refund or what voids one.
        lines: What it takes off; what it does not is posted to `account` at its own rate.
        account: The control account.
        accounts: For gains and for losses of exchange.
    """
    foreign = payment.currency != company.currency
    # A supplier's payment is a debit of the debt; a refund or a customer's payment a credit.
    debit = payment.sold == (payment.kind == "Refund")
    found: list[Posting] = []

    def add(number: str, base: Decimal, amount: Decimal | None, *, on_debit: bool) -> None:
        if base < 0 or (amount or 0) < 0:
            base, amount, on_debit = -base, None if amount is None else -amount, not on_debit
        found.append(
            Posting(
                account=number,
                debit=base if on_debit else Decimal(0),
                credit=Decimal(0) if on_debit else base,
                debit_currency=amount if foreign and on_debit else None,
                credit_currency=amount if foreign and not on_debit else None,
                text=payment.text,
                party=payment.party.number,
                reference=payment.number,
            )
        )

    cleared = Decimal(0)
    for line in lines:
        add(account, line.base, line.amount, on_debit=debit)
        cleared += line.base
    rest = payment.amount - sum((line.amount for line in lines), Decimal(0))
    if rest:
        base = round(rest * payment.rate, 2)
        add(account, base, rest, on_debit=debit)
        cleared += base
    add(payment.bank, payment.amount_base, payment.amount, on_debit=not debit)
    if difference := payment.amount_base - cleared:
        # More out of the bank than off the debts is a loss, more into it a gain.
        loss = (difference > 0) == debit
        add(accounts[loss], abs(difference), Decimal(0), on_debit=loss)
    return found


def short_kind(payment: Payment) -> str:
    """The kind as journals show it."""
    return _DOCUMENT_KINDS[payment.sold, payment.kind][1]


def add_payment(company: Company, payment: Payment) -> None:
    """Write a payment, and the document that it is in the list of all documents."""
    write = _customer_payment if payment.sold else _supplier_payment
    write(company, payment)
    if (payment.sold, payment.kind) in _DOCUMENT_KINDS:
        _document(company, payment)


def _document(company: Company, payment: Payment) -> None:
    kind, _ = _DOCUMENT_KINDS[payment.sold, payment.kind]
    left, left_base = _left(payment)
    day, sign = at_midnight(payment.day), payment.sign
    shared = {
        "branch": company.branches[payment.branch],
        "branchNumber": company.branches[payment.branch],
        "documentType": kind,
        "referenceNumber": payment.number,
        "postPeriod": payment.period.post_code,
        "financialPeriod": payment.period.code,
        "origInvoiceDate": day,
        "status": payment.status,
        "currencyId": payment.currency,
        "amount": money(sign * payment.amount_base),
        "amountInCurrency": money(sign * payment.amount),
        "balance": money(left_base),
        "balanceInCurrency": money(left),
        "cashDiscount": ZERO,
        "cashDiscountInCurrency": ZERO,
        "vatTotal": ZERO,
        "vatTotalInCurrency": ZERO,
        "paymentMethod": dto("IdDescription", id="1", description="Bank"),
        "createdDateTime": payment.created or payment.stamp,
        "lastModifiedDateTime": payment.stamp,
        "closedFinancialPeriod": None if left else payment.period.code,
        "location": location(payment.party),
        "cashAccount": payment.bank,
        "account": company.nested_account(payment.party.account),
        "subaccount": company.nested_subaccount(None),
    }
    party = {"number": payment.party.number, "name": payment.party.name}
    if payment.sold:
        body = dto(
            "CustomerDocument",
            **shared,
            customer=dto("NumberName", **party),
            documentDate=day,
            documentDueDate=day,
            invoiceText=payment.text,
        )
        company.put(CUSTOMER_DOCUMENT, body, kind, payment.number)
        return
    body = dto(
        "SupplierDocument",
        **shared,
        supplier=dto("DocumentSupplier", internalId=payment.party.internal_id, **party),
        date=day,
        dueDate=day,
        payDate=day,
        approvalStatus="New",
        description=payment.text,
    )
    company.put(SUPPLIER_DOCUMENT, body, kind, payment.number)


def _left(payment: Payment) -> tuple[Decimal, Decimal]:
    """What is not taken off anything; nothing of what was voided."""
    if payment.status == "Voided" or payment.kind in {"VoidPayment", "Refund"}:
        return ZERO, ZERO
    left = payment.amount - payment.applied
    if payment.kind == "Payment":
        # What is left over was posted at the rate of the payment.
        return left, round(left * payment.rate, 2)
    return left, payment.amount_base - payment.applied_base if left else ZERO


def _supplier_payment(company: Company, payment: Payment) -> None:
    left, _ = _left(payment)
    party, sign = payment.party, payment.sign
    body = dto(
        "SupplierPayment",
        type=payment.kind,
        documentType=_DOCUMENT_KINDS.get((False, payment.kind), (payment.kind, ""))[0],
        refNbr=payment.number,
        status=payment.status,
        hold=False,
        applicationDate=at_midnight(payment.day),
        applicationPeriod=payment.period.code,
        paymentRef=f"B{payment.number}",
        supplier=dto(
            "PartyName", internalId=party.internal_id, number=party.number, name=party.name
        ),
        location=location(party),
        paymentMethod="1",
        cashAccount=payment.bank,
        currency=dto(
            "Currency",
            id=payment.currency,
            description=payment.currency,
            isBaseCurrency=payment.currency == company.currency,
            decimalPrecision=2,
            isUsedForAccounting=True,
        ),
        description=payment.text,
        paymentAmount=money(sign * payment.amount),
        financeCharges=ZERO,
        balance=money(left),
        unappliedBalance=money(left),
        appliedAmount=money(payment.applied),
        released=True,
        lastModifiedDateTime=payment.stamp,
        branch=payment.branch,
        paymentLines=[
            dto(
                "SupplierPaymentLine",
                branch=payment.branch,
                docType=line.of.kind,
                invoiceRefNbr=line.of.number,
                amountPaid=money(line.amount),
                cashDiscountTaken=ZERO,
                withholdingTax=ZERO,
                applicationPeriod=line.period.code,
                date=at_midnight(line.day),
                dueDate=at_midnight(line.of.due),
                cashDiscountDate=at_midnight(line.of.due),
                balance=money(line.left),
                cashDiscountBalance=ZERO,
                description=line.of.text,
                currency=payment.currency,
                postPeriod=line.period.post_code,
                supplierRef=line.of.reference or None,
            )
            for line in payment.lines
        ],
    )
    company.put(SUPPLIER_PAYMENT, body, payment.kind, payment.number)


def _customer_payment(company: Company, payment: Payment) -> None:
    left, left_base = _left(payment)
    party, sign = payment.party, payment.sign
    body = dto(
        "CustomerPayment",
        type=payment.kind,
        refNbr=payment.number,
        status=payment.status,
        hold=False,
        applicationDate=at_midnight(payment.day),
        applicationPeriod=payment.period.code,
        paymentRef=f"B{payment.number}",
        customer=dto("NumberName", number=party.number, name=party.name),
        location=location(party),
        paymentMethod=dto("IdDescription", id="1", description="Bank"),
        cashAccount=payment.bank,
        currency=payment.currency,
        paymentAmount=money(sign * payment.amount_base),
        paymentAmountInCurrency=money(sign * payment.amount),
        invoiceText=payment.text,
        appliedToDocuments=money(payment.applied),
        appliedToOrders=ZERO,
        availableBalance=money(left_base),
        availableBalanceInCurrency=money(left),
        writeOffAmount=ZERO,
        financeCharges=ZERO,
        deductedCharges=ZERO,
        branch=payment.branch,
        lastModifiedDateTime=payment.stamp,
        paymentLines=[
            dto(
                "CustomerPaymentLine",
                documentType=line.of.kind,
                refNbr=line.of.number,
                amountPaid=money(line.amount),
                cashDiscountTaken=ZERO,
                balanceWriteOff=ZERO,
                date=at_midnight(line.day),
                dueDate=at_midnight(line.of.due),
                cashDiscountDate=at_midnight(line.of.due),
                balance=money(line.left),
                cashDiscountBalance=ZERO,
                description=line.of.text,
                currency=payment.currency,
                postPeriod=line.period.post_code,
                crossRate=Decimal("1.0"),
            )
            for line in payment.lines
        ],
        ordersToApply=[],
        financialDetails=dto("FinancialDetails", paymentDate=at_midnight(payment.day)),
    )
    company.put(CUSTOMER_PAYMENT, body, payment.kind, payment.number)
