"""Derives invoices and payments from the postings that name a supplier or a customer.

An audit file does not tell which payment is for which invoice: payments are taken off the oldest
invoices first. What is left of all documents is then what the ledger says is owed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from visma_looker_sandbox.company import ONE, Posting, stamp_on
from visma_looker_sandbox.invoices import Invoice, Vat, add_customer_invoice, add_supplier_invoice
from visma_looker_sandbox.payments import (
    SHORT_KINDS,
    Open,
    Payment,
    add_payment,
    apply,
    short_kind,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from visma_looker_sandbox.company import Company, Period
    from visma_looker_sandbox.parties import Party
    from visma_looker_sandbox.saft import SaftLine

#: Accounts of the VAT itself in the Nordic charts.
_VAT_ACCOUNTS = ("26", "27")


@dataclass(frozen=True)
class Voucher:
    """A posted voucher; each posting with the line of the file that it comes from."""

    number: str
    date: dt.date
    period: Period
    stamp: str
    text: str
    lines: list[tuple[SaftLine, Posting]]
    currency: str = ""
    rate: Decimal = ONE

    @property
    def module(self) -> str:
        """Where it was entered: AP or AR, or GL where it is of neither, or of both."""
        kinds = {
            module
            for line, _ in self.lines
            for module, party in (("AP", line.supplier), ("AR", line.customer))
            if party
        }
        return kinds.pop() if len(kinds) == 1 else "GL"


@dataclass
class _Credit:
    """Money or a credit note, and what of it is not taken off anything yet."""

    payment: Payment
    rest: Decimal
    note: Invoice | None = None


@dataclass
class _Account:
    """What one party is owed, oldest first, and what was paid too much."""

    unpaid: list[Open] = field(default_factory=list)
    credits: list[_Credit] = field(default_factory=list)

    def settle(self, day: dt.date, stamp: str, period: Period) -> None:
        """Take what was paid off the oldest entries; what is left over waits for the next one."""
        while self.unpaid and self.credits:
            credit, entry = self.credits[0], self.unpaid[0]
            credit.payment.stamp = max(credit.payment.stamp, stamp)
            amount = min(credit.rest, entry.balance)
            apply(credit.payment, entry, amount, day, period)
            credit.rest -= amount
            if credit.note is not None and not credit.rest:
                credit.note.closed_in = period.code
            self.unpaid = [entry for entry in self.unpaid if entry.balance]
            self.credits = [credit for credit in self.credits if credit.rest]


class Documents:
    """The documents of all suppliers, or of all customers, and what was paid.

    Args:
        company: Whose they are.
        parties: The suppliers or customers.
        sold: Customers' documents if true, suppliers' if false.
    """

    def __init__(self, company: Company, parties: Iterable[Party], *, sold: bool) -> None:
        self._company = company
        self._parties = {party.number: party for party in parties}
        self._sold = sold
        self._accounts: dict[str, _Account] = defaultdict(_Account)
        self._entries: list[tuple[Invoice, Open]] = []
        self._credits: list[_Credit] = []

    def write(self, vouchers: list[Voucher], first: dt.date) -> None:
        """Write everything, with what the payments left of it.

        Args:
            vouchers: All vouchers of the file, oldest first.
            first: The day on which the file begins, and with it what was owed before.
        """
        for party in self._parties.values():
            self._open(party, first)
        for voucher in vouchers:
            self._enter(voucher)
        add = add_customer_invoice if self._sold else add_supplier_invoice
        for invoice, entry in self._entries:
            invoice.balance, invoice.closed_in = entry.balance, entry.closed_in
            invoice.modified = max(invoice.modified, entry.modified)
            add(self._company, invoice)
        for credit in self._credits:
            credit.payment.status = "Open" if credit.rest else "Closed"
            if credit.note is None:
                add_payment(self._company, credit.payment)
                continue
            credit.note.balance = credit.rest
            credit.note.modified = credit.payment.stamp
            add(self._company, credit.note)
            if credit.payment.lines:
                add_payment(self._company, credit.payment)

    def _open(self, party: Party, first: dt.date) -> None:
        """What was owed before the file begins; nothing but its sum is known."""
        owed = party.opening if self._sold else -party.opening
        period, stamp = self._company.period_of(first), stamp_on(first, party.internal_id)
        voucher = Voucher(f"OB-{party.number}", first, period, stamp, "Opening balance", [])
        if owed > 0:
            # On the control account itself: nothing was bought or sold.
            line = Posting(
                self._control(party),
                debit=Decimal(0) if self._sold else owed,
                credit=owed if self._sold else Decimal(0),
            )
            invoice = self._invoice(voucher, voucher.number, party, owed, [line])
            self._entries.append((invoice, self._debt(invoice)))
        elif owed < 0:
            self._pay(voucher, voucher.number, party, -owed)

    def _control(self, party: Party) -> str:
        """The account that a party is kept on."""
        accounts = self._company.accounts
        return party.account if party.account in accounts else next(iter(accounts))

    def _enter(self, voucher: Voucher) -> None:
        """The documents of one voucher; pays where it is a payment."""
        names = dict.fromkeys(self._name(line) for line, _ in voucher.lines)
        names.pop("", None)
        others = [
            (line, posting)
            for line, posting in voucher.lines
            if not line.supplier and not line.customer
        ]
        accounts = self._company.accounts
        bank = next((a.account for a, _ in others if accounts[a.account]["cashAccount"]), "")
        for suffix, name in enumerate(names, start=1):
            mine = [(line, p) for line, p in voucher.lines if self._name(line) == name]
            amount = sum((p.debit - p.credit for _, p in mine), Decimal(0))
            amount = amount if self._sold else -amount
            if amount == 0:
                continue
            party = self._parties[name]
            alone = len(names) == 1
            number = voucher.number + ("" if alone else f"-{suffix}")
            if amount < 0 and (bank or not others):
                kind = short_kind(self._pay(voucher, number, party, -amount, bank=bank))
            elif not others:
                # Moved from one party to another: owed, and nothing was bought for it.
                posting = replace(mine[0][1], account=self._control(party))
                lines = self._lines([(mine[0][0], posting)], amount, alone=False)
                invoice = self._invoice(voucher, number, party, amount, lines)
                self._entries.append((invoice, self._debt(invoice)))
                kind = SHORT_KINDS[invoice.kind]
            else:
                lines = self._lines(others, amount, alone=alone)
                invoice = self._invoice(voucher, number, party, amount, lines)
                invoice.reference = next(
                    (v for line, _ in mine if (v := line.reference or line.source)), ""
                )
                invoice.vat = _vat(line for line, _ in others) if alone else []
                if amount > 0:
                    self._entries.append((invoice, self._debt(invoice)))
                else:
                    self._pay(voucher, number, party, -amount, note=invoice)
                kind = SHORT_KINDS[invoice.kind]
            # As in the ERP, a document's postings have its type and number; those of a voucher for
            # several parties that name nobody could be anyone's, and stay as they are.
            shared = not alone or voucher.module == "GL"
            voucher.lines[:] = [
                (line, replace(posting, kind=kind, reference=number))
                if self._name(line) == name or not (shared or line.supplier or line.customer)
                else (line, posting)
                for line, posting in voucher.lines
            ]
            self._accounts[name].settle(voucher.date, voucher.stamp, voucher.period)

    def _invoice(
        self, voucher: Voucher, number: str, party: Party, amount: Decimal, lines: list[Posting]
    ) -> Invoice:
        return Invoice(
            sold=self._sold,
            kind="Invoice" if amount > 0 else "CreditNote" if self._sold else "DebitAdj",
            number=number,
            party=party,
            date=voucher.date,
            period=voucher.period,
            total=abs(amount),
            balance=abs(amount),
            lines=lines,
            created=voucher.stamp,
            modified=voucher.stamp,
            text=voucher.text,
        )

    def _debt(self, invoice: Invoice) -> Open:
        entry = Open(
            kind=invoice.kind,
            number=invoice.number,
            balance=invoice.total,
            balance_base=invoice.total,
            rate=ONE,
            date=invoice.date,
            due=invoice.due,
            reference=invoice.reference,
            text=invoice.text,
            applications=invoice.applications,
        )
        self._accounts[invoice.party.number].unpaid.append(entry)
        return entry

    def _pay(
        self,
        voucher: Voucher,
        number: str,
        party: Party,
        amount: Decimal,
        *,
        bank: str = "",
        note: Invoice | None = None,
    ) -> Payment:
        payment = Payment(
            sold=self._sold,
            kind=note.kind if note else "Payment",
            number=number,
            party=party,
            branch=self._company.branch["number"],
            currency=self._company.currency,
            rate=ONE,
            day=voucher.date,
            period=voucher.period,
            amount=amount,
            amount_base=amount,
            bank=bank,
            stamp=voucher.stamp,
            created=voucher.stamp,
            text=voucher.text,
        )
        credit = _Credit(payment, amount, note)
        self._credits.append(credit)
        self._accounts[party.number].credits.append(credit)
        return payment

    def _name(self, line: SaftLine) -> str:
        return line.customer if self._sold else line.supplier

    def _lines(
        self, others: Sequence[tuple[SaftLine, Posting]], amount: Decimal, *, alone: bool
    ) -> list[Posting]:
        """The document's lines: what was posted against the party, without the VAT."""
        if alone:
            return [p for line, p in others if not _is_vat(line)]
        # Who bought what cannot be told: one line takes the whole amount.
        line = replace(others[0][1], debit=Decimal(0), credit=Decimal(0), vat_code="")
        if (amount > 0) == self._sold:
            return [replace(line, credit=abs(amount))]
        return [replace(line, debit=abs(amount))]


def _is_vat(line: SaftLine) -> bool:
    """A posting of the VAT itself, without VAT information of its own."""
    return line.account.startswith(_VAT_ACCOUNTS) and not line.vat_code


def _vat(lines: Iterable[SaftLine]) -> list[Vat]:
    """VAT of a document, one entry per code."""
    found: dict[str, Vat] = {}
    # A line that was split over dimension values still has its VAT once.
    for line in {id(line): line for line in lines}.values():
        if line.vat_code:
            seen = found.get(line.vat_code) or Vat(
                line.vat_code, line.vat_rate, Decimal(0), Decimal(0)
            )
            found[line.vat_code] = replace(
                seen, base=seen.base + line.vat_base, amount=seen.amount + line.vat_amount
            )
    return list(found.values())
