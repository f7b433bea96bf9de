"""Buying and selling of one company: documents, what is paid, what is taken back."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from visma_looker_sandbox.company import ONE, Posting, stamp_on
from visma_looker_sandbox.group import profiles as p
from visma_looker_sandbox.invoices import (
    RAISING,
    Invoice,
    Vat,
    add_customer_invoice,
    add_supplier_invoice,
)
from visma_looker_sandbox.payments import (
    SHORT_KINDS,
    Line,
    Open,
    Payment,
    add_payment,
    apply,
    postings,
    short_kind,
)

if TYPE_CHECKING:
    import random

    from visma_looker_sandbox.company import Company
    from visma_looker_sandbox.group.basics import Rates
    from visma_looker_sandbox.group.calendar import Calendar
    from visma_looker_sandbox.group.journals import Journals
    from visma_looker_sandbox.group.numbers import Numbers
    from visma_looker_sandbox.group.profiles import Profile
    from visma_looker_sandbox.parties import Party

_CENT = Decimal("0.01")
_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Side:
    """What buying and selling differ in."""

    sold: bool
    module: str
    control: str
    series: str
    paid: str
    #: Kinds of document: that owes more, and that takes back.
    more: str
    back: str


BUYING = Side(
    sold=False, module="AP", control=p.PAYABLE, series="AP", paid="APP",
    more="CreditAdj", back="DebitAdj",
)  # fmt: skip
SELLING = Side(
    sold=True, module="AR", control=p.RECEIVABLE, series="AR", paid="ARP",
    more="DebitNote", back="CreditNote",
)  # fmt: skip


@dataclass(slots=True)
class Document:
    """An invoice or note, with what is still open of it."""

    invoice: Invoice
    open: Open
    seq: int


class Trade:
    """One side of the business.

    Args:
        company: Whose.
        side: Buying or selling.
        numbers: Where numbers come from.
        rates: Rates of exchange.
        journals: Told about VAT and about goods.
        calendar: What happens later is entered here.
        chance: Source of what is not planned.
    """

    def __init__(
        self,
        company: Company,
        profile: Profile,
        side: Side,
        *,
        numbers: Numbers,
        rates: Rates,
        journals: Journals,
        calendar: Calendar,
        chance: random.Random,
    ) -> None:
        self.company = company
        self.profile = profile
        self.side = side
        self.numbers = numbers
        self.rates = rates
        self.journals = journals
        self.calendar = calendar
        self.chance = chance
        #: Not yet settled, by kind and number.
        self.open: dict[tuple[str, str], Document] = {}
        self._runs: dict[dt.date, dict[tuple[str, str], list[tuple[Document, Decimal]]]] = (
            defaultdict(lambda: defaultdict(list))
        )
        self._parties: dict[str, Party] = {}

    # --- documents

    def lines(self, party: Party, count: int, day: dt.date) -> list[tuple[Posting, Decimal]]:
        """Some lines of a document: postings, with their amount in its currency.

        Amounts of the postings are in the company's currency.
        """
        rate = self.rates.on(party.currency, day)
        foreign = party.currency != self.company.currency
        made = []
        for _ in range(count):
            if self.side.sold:
                number, name, price = self.chance.choice(p.ITEMS)
                quantity = Decimal(self.chance.randint(p.LEAST_SOLD, p.MOST_SOLD))
                amount = round(self.profile.price(price) * 2 * quantity / rate, 2)
                account = "3100" if foreign else self.chance.choice(("3000", "3010"))
                segments = ("500", self.chance.choice(p.LINES)[0])
                posting = self.posting(
                    account, amount, rate, party, segments=segments, text=name,
                    item=number, quantity=quantity,
                )  # fmt: skip
            else:
                account = self.chance.choice(p.BOUGHT)
                segments = (self.chance.choice(p.DEPARTMENTS)[0], "00")
                share = Decimal(str(self.chance.random()))
                worth = (
                    p.LEAST_BOUGHT + share * (p.MOST_BOUGHT - p.LEAST_BOUGHT)
                ) * self.profile.unit
                amount = round(worth / rate, 2)
                text = self.company.accounts[account]["description"]
                posting = self.posting(account, amount, rate, party, segments=segments, text=text)
            made.append((posting, amount))
        return made

    def posting(
        self, account: str, amount: Decimal, rate: Decimal, party: Party, **more: Any
    ) -> Posting:
        """A line of an invoice: a debit when bought, a credit when sold."""
        base = round(amount * rate, 2)
        foreign = party.currency != self.company.currency
        code = {
            (False, False): p.VAT_BOUGHT,
            (False, True): p.VAT_REVERSE,
            (True, False): p.VAT_SOLD,
            (True, True): p.VAT_EXPORT,
        }[self.side.sold, foreign]
        sides = ("credit", "debit") if self.side.sold else ("debit", "credit")
        values: dict[str, Any] = {sides[0]: base}
        if foreign:
            values[f"{sides[0]}_currency"] = amount
            values[f"{sides[1]}_currency"] = Decimal(0)
        return Posting(account=account, vat_code=code, **values, **more)

    def enter(
        self,
        kind: str,
        party: Party,
        branch: str,
        lines: list[tuple[Posting, Decimal]],
        day: dt.date,
        *,
        rate: Decimal | None = None,
        text: str = "",
        status: str | None = None,
        approval: str = "New",
    ) -> Document:
        """Enter a document and post it, unless it is a draft."""
        nth, number = self.numbers.document(self.side.series)
        raising = kind in RAISING
        rate = self.rates.on(party.currency, day) if rate is None else rate
        foreign = party.currency != self.company.currency
        net = sum((amount for _, amount in lines), Decimal(0))
        net_base = sum((line.debit + line.credit for line, _ in lines), Decimal(0))
        code = lines[0][0].vat_code
        percent = Decimal(0) if code == p.VAT_EXPORT else self.profile.vat
        vat = Vat(code, percent, net, round(net * percent / 100, 2))
        owed = Decimal(0) if foreign else vat.amount
        stamp = stamp_on(day, nth)
        self._parties[party.number] = party
        invoice = Invoice(
            sold=self.side.sold,
            kind=kind,
            number=number,
            party=party,
            date=day,
            period=self.company.period_of(day),
            total=net + owed,
            balance=net + owed,
            total_base=net_base + owed,
            balance_base=net_base + owed,
            lines=[line for line, _ in lines],
            created=stamp,
            modified=stamp,
            text=text or lines[0][0].text,
            reference=f"R{number}",
            vat=[vat],
            status=status,
            branch=branch,
            currency=party.currency,
            rate=rate,
            approval=approval,
        )
        opened = Open(
            kind=kind,
            number=number,
            balance=invoice.total,
            balance_base=net_base + owed,
            rate=rate,
            date=day,
            due=invoice.due,
            reference=invoice.reference,
            text=invoice.text,
            modified=stamp,
            applications=invoice.applications,
        )
        document = Document(invoice, opened, self.company.books.reserve(
            self.company.tenant_id, self.side.module
        ))  # fmt: skip
        if status is None:
            self.open[kind, number] = document
            self._post(document, owed, raising=raising)
        else:
            self.write(document)
        return document

    def _post(self, document: Document, owed: Decimal, *, raising: bool) -> None:
        """The journal of a document: its lines, its VAT, and what is owed."""
        invoice, company = document.invoice, self.company
        foreign = invoice.currency != company.currency
        bought = raising != invoice.sold
        found = [_signed_reference(line, invoice.number) for line in invoice.lines]
        vat = invoice.vat[0]

        def add(account: str, base: Decimal, amount: Decimal, *, debit: bool, **more: Any) -> None:
            found.append(
                Posting(
                    account=account,
                    debit=base if debit else Decimal(0),
                    credit=Decimal(0) if debit else base,
                    debit_currency=amount if foreign and debit else None,
                    credit_currency=amount if foreign and not debit else None,
                    reference=invoice.number,
                    **more,
                )
            )

        if owed:
            account = "2700" if invoice.sold else "2710"
            add(account, owed, owed, debit=bought, text="VAT", vat_code=vat.code)
            book = self.journals.output if invoice.sold else self.journals.input
            sign = 1 if raising else -1
            book[invoice.branch] = book.get(invoice.branch, Decimal(0)) + sign * owed
        elif vat.code == p.VAT_REVERSE and vat.amount:
            # Owed and claimed at once.
            base = round(vat.amount * invoice.rate, 2)
            sign = 1 if raising else -1
            for account, book, debit in (
                ("2710", self.journals.input, bought),
                ("2700", self.journals.output, not bought),
            ):
                add(account, base, vat.amount, debit=debit, text="VAT", vat_code=vat.code)
                book[invoice.branch] = book.get(invoice.branch, Decimal(0)) + sign * base
        add(
            self.side.control, invoice.total_base or Decimal(0), invoice.total,
            debit=not bought, text=invoice.text, party=invoice.party.number,
        )  # fmt: skip
        _, batch = self.numbers.batch(self.side.module)
        company.add_journal(
            self.side.module,
            batch,
            found,
            day=invoice.date,
            period=invoice.period,
            text=invoice.text,
            stamp=invoice.created,
            currency=invoice.currency,
            rate=invoice.rate,
            branch=invoice.branch,
            kind=SHORT_KINDS[invoice.kind],
        )

    def write(self, document: Document) -> None:
        """Write a document as it is now."""
        invoice, opened = document.invoice, document.open
        invoice.balance, invoice.balance_base = opened.balance, opened.balance_base
        invoice.modified, invoice.closed_in = opened.modified, opened.closed_in
        add = add_customer_invoice if invoice.sold else add_supplier_invoice
        with self.company.books.arrived(document.seq):
            add(self.company, invoice)

    def settle(self, document: Document) -> None:
        """Write a document when nothing is left of it; what reopens is open again."""
        key = (document.invoice.kind, document.invoice.number)
        if document.open.balance:
            self.open[key] = document
        elif self.open.pop(key, None):
            self.write(document)

    def finish(self) -> None:
        """Write everything that is still open."""
        for document in self.open.values():
            self.write(document)

    # --- payments

    def plan(self, document: Document, day: dt.date, share: Decimal = ONE) -> None:
        """Have a share of a document paid at the first run from this day on."""
        # Suppliers are paid on Fridays.
        if not self.side.sold:
            day += dt.timedelta(days=(_FRIDAY - day.weekday()) % 7)
        place = (document.invoice.party.number, document.invoice.branch)
        if day not in self._runs:
            self.calendar.at(day, self._run)
        self._runs[day][place].append((document, share))

    def _run(self, day: dt.date) -> None:
        for (number, branch), due in self._runs.pop(day).items():
            for first in range(0, len(due), 8):
                self._pay(self._parties[number], branch, due[first : first + 8], day)

    def _payment(
        self, kind: str, party: Party, branch: str, amount: Decimal, day: dt.date
    ) -> Payment:
        nth, number = self.numbers.document(self.side.paid)
        rate = self.rates.on(party.currency, day)
        return Payment(
            sold=self.side.sold,
            kind=kind,
            number=number,
            party=party,
            branch=branch,
            currency=party.currency,
            rate=rate,
            day=day,
            period=self.company.period_of(day),
            amount=amount,
            amount_base=round(amount * rate, 2),
            bank=p.BANK,
            stamp=stamp_on(day, nth),
            text=f"{kind} {party.name}",
        )

    def _pay(
        self, party: Party, branch: str, due: list[tuple[Document, Decimal]], day: dt.date
    ) -> None:
        """Pay what is due to, or by, one party."""
        amounts: dict[int, tuple[Document, Decimal]] = {}
        for document, share in due:
            left = document.open.balance
            amount = left if share == ONE else round(document.invoice.total * share, 2)
            if left and id(document) not in amounts:
                amounts[id(document)] = (document, min(amount, left))
        if not amounts:
            return
        nth = self.numbers.nth(f"payments {self.side.module}")
        total = sum((amount for _, amount in amounts.values()), Decimal(0))
        # Now and then somebody pays a round sum too much.
        extra = Decimal(100) if every(nth, 20, 9) else Decimal(0)
        payment = self._payment("Payment", party, branch, total + extra, day)
        payment.status = "Open" if extra else "Closed"
        for document, amount in amounts.values():
            apply(payment, document.open, amount, day, payment.period)
            if every(nth, 15, 5):
                # Taken back and applied again: the same document three times.
                base = payment.lines[-1].base
                for sign in (-1, 1):
                    apply(
                        payment, document.open, sign * amount, day, payment.period, base=sign * base
                    )
            self.settle(document)
        self._journal(payment, payment.lines)
        self.store(payment)
        if every(nth, 12, 7):
            later = day + dt.timedelta(days=4)
            documents = [document for document, _ in amounts.values()]
            self.calendar.at(later, lambda now: self._void(payment, documents, now))

    def _void(self, payment: Payment, documents: list[Document], day: dt.date) -> None:
        """Take a payment back; its documents are open again and paid two weeks later."""
        void = self._payment("VoidPayment", payment.party, payment.branch, payment.amount, day)
        # It has the number of what it voids.
        void.number, void.rate, void.amount_base = payment.number, payment.rate, payment.amount_base
        for line in list(payment.lines):
            apply(void, line.of, -line.amount, day, void.period, base=-line.base)
        payment.status, void.status = "Voided", "Closed"
        payment.created, payment.stamp = payment.stamp, void.stamp
        self.store(payment)
        self.store(void)
        found = postings(self.company, payment, payment.lines, self.side.control, p.EXCHANGE)
        back = [_turned(line) for line in found]
        self._batch(back, void)
        for document in documents:
            self.settle(document)
            self.plan(document, day + dt.timedelta(days=14))

    def store(self, payment: Payment) -> None:
        """Write a payment, in one order with the documents."""
        books = self.company.books
        with books.arrived(books.reserve(self.company.tenant_id, self.side.module)):
            add_payment(self.company, payment)

    def _journal(self, payment: Payment, lines: list[Line]) -> None:
        self._batch(postings(self.company, payment, lines, self.side.control, p.EXCHANGE), payment)

    def _batch(self, lines: list[Posting], payment: Payment) -> None:
        _, batch = self.numbers.batch(self.side.module)
        self.company.add_journal(
            self.side.module,
            batch,
            lines,
            day=payment.day,
            period=payment.period,
            text=payment.text,
            stamp=payment.stamp,
            currency=payment.currency,
            rate=payment.rate,
            branch=payment.branch,
            kind=short_kind(payment),
        )

    def prepay(self, party: Party, branch: str, amount: Decimal, day: dt.date) -> Payment:
        """Pay a supplier before there is an invoice; the company's own currency only."""
        payment = self._payment("Prepayment", party, branch, amount, day)
        payment.status = "Open"
        self._batch(postings(self.company, payment, [], p.PREPAID, p.EXCHANGE), payment)
        self.store(payment)
        return payment

    def use(self, payment: Payment, document: Document, day: dt.date) -> None:
        """Take a prepayment off an invoice."""
        period = self.company.period_of(day)
        nth = self.numbers.nth(f"uses {self.side.module}")
        payment.stamp = stamp_on(day, nth)
        apply(payment, document.open, payment.amount, day, period)
        payment.status = "Closed"
        self.store(payment)
        used = Posting(
            account=p.PAYABLE, debit=payment.amount, text=payment.text,
            party=payment.party.number, reference=payment.number,
        )  # fmt: skip
        left = Posting(
            account=p.PREPAID, credit=payment.amount, text=payment.text,
            party=payment.party.number, reference=payment.number,
        )  # fmt: skip
        later = replace(payment, day=day, period=period, lines=[])
        self._batch([used, left], later)
        self.settle(document)

    # --- what is taken back

    def take_back(self, document: Document, day: dt.date) -> None:
        """A credit note for a fifth of the first line; refunded where all was paid already."""
        old = document.invoice
        line = old.lines[0]
        amount = line.debit_currency or line.credit_currency or line.debit + line.credit
        amount = max(round(amount / 5, 2), _CENT)
        posting = self.posting(
            line.account, amount, old.rate, old.party, segments=line.segments, text=line.text
        )
        note = self.enter(
            self.side.back, old.party, old.branch, [(_turned(posting), amount)], day,
            rate=old.rate, text=f"Credit of {old.number}",
        )  # fmt: skip
        if document.open.balance > note.open.balance:
            self._offset(note, document, day)
        elif self.numbers.nth(f"refunds {self.side.module}") % 2:
            self._refund(note, day)

    def _offset(self, note: Document, document: Document, day: dt.date) -> None:
        """Take a credit note off its invoice: nothing is posted, the debt is one."""
        invoice = note.invoice
        nth = self.numbers.nth(f"offsets {self.side.module}")
        payment = Payment(
            sold=self.side.sold,
            kind=invoice.kind,
            number=invoice.number,
            party=invoice.party,
            branch=invoice.branch,
            currency=invoice.currency,
            rate=invoice.rate,
            day=day,
            period=self.company.period_of(day),
            amount=invoice.total,
            amount_base=invoice.total_base or Decimal(0),
            bank=p.BANK,
            stamp=stamp_on(day, nth),
            text=invoice.text,
        )
        base = note.open.balance_base
        apply(payment, document.open, invoice.total, day, payment.period, base=base)
        note.open.take(invoice.total, base, payment.stamp, payment.period)
        self.store(payment)
        self.settle(note)
        self.settle(document)

    def _refund(self, note: Document, day: dt.date) -> None:
        payment = self._payment("Refund", note.invoice.party, note.invoice.branch,
                                note.open.balance, day)  # fmt: skip
        apply(payment, note.open, note.open.balance, day, payment.period)
        self._journal(payment, payment.lines)
        self.store(payment)
        self.settle(note)


def every(nth: int, size: int, at: int) -> bool:
    """Whether it is the turn of something that happens once in so many times."""
    return nth % size == at


def _signed_reference(line: Posting, number: str) -> Posting:
    """A line with the number of its document."""
    return Posting(
        line.account, line.debit, line.credit, line.debit_currency, line.credit_currency,
        line.segments, line.text, line.party, number, line.vat_code, line.quantity, line.item,
        line.project, line.order,
    )  # fmt: skip


def _turned(line: Posting) -> Posting:
    """A line with debit and credit the other way round."""
    return Posting(
        line.account, line.credit, line.debit, line.credit_currency, line.debit_currency,
        line.segments, line.text, line.party, line.reference, line.vat_code, line.quantity,
        line.item, line.project, line.order,
    )  # fmt: skip
