"""Derives invoices from the postings that name a supplier or a customer.

An audit file does not tell which payment is for which invoice: payments are taken off the oldest
invoices first. What is left of all invoices is then what the ledger says is owed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from visma_looker_sandbox.invoices import Invoice, Vat

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from visma_looker_sandbox.company import Company, Period, Posting
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


@dataclass
class _Open:
    """Something still to be paid; `invoice` is None for what was owed before the file began."""

    rest: Decimal
    invoice: Invoice | None = None


@dataclass
class _Account:
    """What one party is owed, oldest first, and what was paid too much."""

    unpaid: list[_Open] = field(default_factory=list)
    credit: Decimal = Decimal(0)

    def pay(self, amount: Decimal, stamp: str, period: Period) -> None:
        """Take a payment off the oldest entries; what is left over waits for the next one."""
        amount += self.credit
        for entry in self.unpaid:
            paid = min(amount, entry.rest)
            entry.rest -= paid
            amount -= paid
            if entry.invoice is not None and paid:
                entry.invoice.balance = entry.rest
                entry.invoice.modified = max(entry.invoice.modified, stamp)
                entry.invoice.closed_in = None if entry.rest else period.code
        self.unpaid = [entry for entry in self.unpaid if entry.rest]
        self.credit = amount


class Documents:
    """The invoices of all suppliers, or of all customers.

    Args:
        company: Whose they are.
        parties: The suppliers or customers.
        sold: Customers' invoices if true, suppliers' if false.
    """

    def __init__(self, company: Company, parties: Iterable[Party], *, sold: bool) -> None:
        self._company = company
        self._parties = {party.number: party for party in parties}
        self._sold = sold
        self._accounts: dict[str, _Account] = defaultdict(_Account)
        for party in self._parties.values():
            owed = party.opening if sold else -party.opening
            if owed > 0:
                self._accounts[party.number].unpaid.append(_Open(owed))
            else:
                self._accounts[party.number].credit = -owed

    def of(self, vouchers: Iterable[Voucher]) -> list[Invoice]:
        """The invoices, with what the payments left of them."""
        return [invoice for voucher in vouchers for invoice in self._of(voucher)]

    def _of(self, voucher: Voucher) -> Iterator[Invoice]:
        """The invoices of one voucher; pays where it is a payment."""
        names = dict.fromkeys(self._name(line) for line, _ in voucher.lines)
        names.pop("", None)
        others = [
            (line, posting)
            for line, posting in voucher.lines
            if not line.supplier and not line.customer
        ]
        cash = any(self._company.accounts[line.account]["cashAccount"] for line, _ in others)
        for suffix, name in enumerate(names, start=1):
            mine = [(line, p) for line, p in voucher.lines if self._name(line) == name]
            amount = sum((p.debit - p.credit for _, p in mine), Decimal(0))
            amount = amount if self._sold else -amount
            account = self._accounts[name]
            if amount < 0:
                account.pay(-amount, voucher.stamp, voucher.period)
            if amount == 0 or not others or (amount < 0 and cash):
                continue
            number = voucher.number + (f"-{suffix}" if len(names) > 1 else "")
            reference = next((v for line, _ in mine if (v := line.reference or line.source)), "")
            invoice = Invoice(
                sold=self._sold,
                kind="Invoice" if amount > 0 else "CreditNote" if self._sold else "DebitAdj",
                number=number,
                party=self._parties[name],
                date=voucher.date,
                period=voucher.period,
                total=abs(amount),
                balance=max(amount, Decimal(0)),
                lines=self._lines(others, amount, alone=len(names) == 1),
                created=voucher.stamp,
                modified=voucher.stamp,
                text=voucher.text,
                reference=reference,
                vat=_vat(line for line, _ in others) if len(names) == 1 else [],
                closed_in=None if amount > 0 else voucher.period.code,
            )
            if amount > 0:
                account.unpaid.append(_Open(amount, invoice))
                account.pay(Decimal(0), voucher.stamp, voucher.period)
            yield invoice

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
