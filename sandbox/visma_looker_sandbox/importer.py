"""Turns a SAF-T file into the books of one company.

Master data and journals here, documents in `documents.py`. Every posting keeps its amount.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from visma_looker_sandbox.company import ONE, Company, Period, Posting, stamp_on
from visma_looker_sandbox.documents import Documents, Voucher
from visma_looker_sandbox.dto import dto
from visma_looker_sandbox.parties import Party, add_customer, add_supplier
from visma_looker_sandbox.subledger import Totals
from visma_looker_sandbox.xmltree import SaftError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from visma_looker_sandbox.books import Books
    from visma_looker_sandbox.saft import (
        AuditFile,
        SaftAccount,
        SaftLine,
        SaftParty,
        SaftTransaction,
    )

_CASH_WORDS = ("bank", "cash", "kasse", "kontant")
_KINDS = {"asset": "Asset", "liability": "Liability", "sale": "Income", "income": "Income"}
_NORDIC_CLASSES = {"1": "Asset", "2": "Liability", "3": "Income"}
_MONTHS = 12
#: Other equity in the Nordic charts, which takes the result of a year.
_RETAINED = "2050"


def import_saft(books: Books, file: AuditFile) -> list[str]:
    """Write a company's books from a SAF-T file, all or nothing.

    Returns:
        What a reader of the books should know, one sentence each.
    """
    namespace = uuid.uuid5(uuid.NAMESPACE_URL, "visma-looker-sandbox")
    tenant = str(uuid.uuid5(namespace, f"{file.company_number}/{file.company}"))
    with books.writing():
        books.add_company(tenant, file.company, file.currency)
        return _Import(Company(books, tenant, file.company, file.currency), file).run()


def _is_cash(account: SaftAccount) -> bool:
    """Cash and bank: assets that are 19xx in the Nordic charts, or that say so by their name."""
    name = account.description.lower()
    named = any(word in name for word in _CASH_WORDS)
    return _kind(account) == "Asset" and (account.number.startswith("19") or named)


def _kind(account: SaftAccount) -> str:
    """Asset, Liability, Income or Expense: from the file, else from the Nordic classes."""
    if told := _KINDS.get(account.kind.lower()):
        return told
    if account.number.startswith("80"):
        return "Income"
    return _NORDIC_CLASSES.get(account.number[:1], "Expense")


class _Import:
    """One run over one file."""

    def __init__(self, company: Company, file: AuditFile) -> None:
        self.company = company
        self.file = file
        self.notes: list[str] = []
        self.company.vat_codes = file.vat_codes
        #: The dimension values that postings use, with the day of the first.
        self.used: dict[tuple[str, str], dt.date] = {}
        for transaction in file.transactions:
            for line in transaction.lines:
                for kind, value, _ in line.analysis:
                    self.used.setdefault((kind, value), transaction.entered)
        values = [(value.kind, value.value) for value in file.values] + list(self.used)
        self.kinds = list(dict.fromkeys(kind for kind, _ in values))
        #: Stands for no value; no dimension of the file has it.
        self.none = "0"
        while self.none in {value for _, value in values}:
            self.none += "0"
        self.descriptions = {(v.kind, v.value): v.description for v in file.values}
        self.batches = self._batch_numbers()
        #: First day and last period of the file.
        self.begins, self.ends = file.created, Period(file.created.year, 1)

    def run(self) -> list[str]:
        """Write everything, in the order in which one thing needs another."""
        first = min((a.created for a in self.file.accounts), default=self.file.created)
        self.company.add_branch(self.file.country, stamp_on(first, 0))
        self.company.add_ledger(stamp_on(first, 0))
        control = {party.account: "AP" for party in self.file.suppliers}
        control |= {party.account: "AR" for party in self.file.customers}
        for nth, account in enumerate(self.file.accounts, start=1):
            self.company.add_account(
                account.number,
                account.description,
                _kind(account),
                account.group,
                cash=_is_cash(account),
                control=control.get(account.number),
                stamp=stamp_on(account.created, nth),
            )
        self._dimensions(first)
        self._periods()
        suppliers, customers = (
            [
                _party(source, nth, self.file.country)
                for nth, source in enumerate(sources, start=base)
            ]
            for sources, base in ((self.file.suppliers, 1001), (self.file.customers, 5001))
        )
        for party in suppliers:
            add_supplier(self.company, party, stamp_on(first, party.internal_id))
        for party in customers:
            add_customer(self.company, party, stamp_on(first, party.internal_id))
        vouchers = [self._voucher(one, nth) for nth, one in enumerate(self.file.transactions)]
        # Documents first: they give the postings that they are made of their type and number.
        for sold, parties in ((False, suppliers), (True, customers)):
            Documents(self.company, parties, sold=sold).write(vouchers, self.begins)
        for voucher in vouchers:
            self._journal(voucher)
        self._stated_balances()
        self._stated_parties()
        self.company.save()
        return self.notes

    def _batch_numbers(self) -> list[str]:
        """The transaction ids, with their journal where that makes them unique."""
        numbers = [t.number for t in self.file.transactions]
        if len(set(numbers)) < len(numbers):
            numbers = [f"{t.journal}-{t.number}" for t in self.file.transactions]
        for number, count in Counter(numbers).items():
            if count > 1:
                raise SaftError(
                    f"<TransactionID> {number!r} comes {count} times in one <Journal>. "
                    "No books were written. Export the file again with unique ids."
                )
        return numbers

    def _dimensions(self, first: dt.date) -> None:
        """One segment of the dimension SUBACCOUNT per analysis type."""
        company, stamp = self.company, stamp_on(first, 0)
        names = {v.kind: v.kind_description for v in self.file.values}
        segments = []
        for number, kind in enumerate(self.kinds or ["-"], start=1):
            told = [v for v in self.file.values if v.kind == kind]
            extra = [(v, day) for (k, v), day in self.used.items() if k == kind]
            extra = [(v, day) for v, day in extra if (kind, v) not in self.descriptions]
            length = max([len(v.value) for v in told] + [len(v) for v, _ in extra] + [1])
            segment = company.segment("SUBACCOUNT", number, names.get(kind, kind), length, stamp)
            segment["segmentValues"] = [
                company.segment_value(number, self.none, "None", stamp=stamp),
                *(
                    company.segment_value(
                        number,
                        value.value,
                        value.description,
                        active=value.active,
                        stamp=stamp_on(value.start, nth),
                    )
                    for nth, value in enumerate(told, start=1)
                ),
                *(
                    company.segment_value(number, value, value, stamp=stamp_on(day, 0))
                    for value, day in extra
                ),
            ]
            if extra:
                self.notes.append(
                    f"{len(extra)} values of analysis type {kind} are used in postings but not "
                    "listed in <AnalysisTypeTable>; they were added under their own number."
                )
            segments.append(segment)
        self.names = [segment["description"] for segment in segments]
        company.add_dimension(
            "ACCOUNT", "Account", [company.segment("ACCOUNT", 1, "Account", 10, stamp)]
        )
        company.add_dimension("SUBACCOUNT", "Subaccount", segments)
        self._subaccount((self.none,) * len(segments), stamp)

    def _subaccount(self, values: tuple[str, ...], stamp: str) -> None:
        """Write a combination of values when it is used for the first time."""
        if values in self.company.subaccounts:
            return
        kinds = self.kinds or ["-"]
        segments = [
            dto(
                "SubaccountSegment",
                segmentId=number,
                segmentDescription=name,
                segmentValue=value,
                segmentValueDescription="None"
                if value == self.none
                else self.descriptions.get((kind, value), value),
            )
            for number, (kind, name, value) in enumerate(
                zip(kinds, self.names, values, strict=True), start=1
            )
        ]
        self.company.add_subaccount(segments, stamp)

    def _periods(self) -> None:
        """All twelve periods of each year with postings, and higher ones that are used."""
        used = {Period(t.year, t.period): t.date for t in self.file.transactions}
        if not used:
            return
        # Where the financial year does not begin in January, most postings agree on the shift.
        shift = Counter(
            (t.date.year - t.year) * _MONTHS + t.date.month - t.period
            for t in self.file.transactions
            if t.period <= _MONTHS
        )
        offset = shift.most_common(1)[0][0] if shift else 0
        years = range(min(p.year for p in used), max(p.year for p in used) + 1)
        add_years(self.company, years, offset, closed_before=years[-1])
        for period in sorted((p for p in used if p.number > _MONTHS), key=lambda p: p.code):
            # Periods for adjustments have one day, the last of the year.
            after = month(period.year * _MONTHS + _MONTHS + offset)
            last = after - dt.timedelta(days=1)
            self.company.add_period(period, last, after, closed=period.year < years[-1])
        self.company.offset = offset
        self.company.books.set_meta(f"year_offset {self.company.tenant_id}", str(offset))
        first = min(used, key=lambda period: period.code)
        self.begins = month(first.year * _MONTHS + min(first.number, _MONTHS) - 1 + offset)
        self.ends = max(used, key=lambda period: period.code)

    def _voucher(self, transaction: SaftTransaction, nth: int) -> Voucher:
        """A transaction as postings; lines spread over dimension values are split."""
        stamp = stamp_on(transaction.entered, nth)
        currency, rate = self._currency(transaction)
        foreign = currency != self.company.currency
        pairs = [
            (line, posting)
            for line in transaction.lines
            for posting in _postings(line, self.kinds, self.none, foreign=foreign)
        ]
        for _, posting in pairs:
            self._subaccount(posting.segments or (), stamp)
        if difference := sum((p.debit - p.credit for _, p in pairs), Decimal(0)):
            self.notes.append(
                f"Transaction {transaction.number} does not balance: debit minus credit is "
                f"{difference}. It was imported as it is."
            )
        return Voucher(
            number=self.batches[nth],
            date=transaction.date,
            period=Period(transaction.year, transaction.period),
            stamp=stamp,
            text=transaction.text,
            currency=currency,
            rate=rate,
            lines=pairs,
        )

    def _journal(self, voucher: Voucher) -> None:
        """Write one voucher as a batch."""
        self.company.add_journal(
            voucher.module,
            voucher.number,
            [posting for _, posting in voucher.lines],
            day=voucher.date,
            period=voucher.period,
            text=voucher.text,
            stamp=voucher.stamp,
            currency=voucher.currency,
            rate=voucher.rate,
        )

    def _stated_balances(self) -> None:
        """The ledger begins with the file's opening balances and ends with its closing ones.

        Where the closing balance of an account is not what its opening balance and its postings
        come to, the ledger says what the file says, as the ERP does that wrote it.
        """
        moved: dict[str, Decimal] = defaultdict(Decimal)
        for transaction in self.file.transactions:
            for line in transaction.lines:
                moved[line.account] += line.debit - line.credit
        first, tenant = self.company.period_of(self.begins), self.company.tenant_id
        if _RETAINED in self.company.accounts:
            self.company.books.set_meta(f"retained_earnings {tenant}", _RETAINED)
        for account in self.file.accounts if moved else ():
            if account.opening:
                self.company.ledger.open(account.number, first, account.opening)
            if account.closing is None:
                continue
            if rest := account.closing - account.opening - moved[account.number]:
                self.company.ledger.correct(account.number, self.ends, rest)
                self.notes.append(
                    f"Account {account.number}: the closing balance that the file states is not "
                    f"opening balance plus postings; {rest} remains. The ledger shows what is "
                    "stated."
                )

    def _stated_parties(self) -> None:
        """What is owed in all, as the file states it."""
        for sold, parties in ((False, self.file.suppliers), (True, self.file.customers)):
            sign = 1 if sold else -1
            totals = Totals(self.company, sold=sold)
            totals.state({p.number: sign * p.closing for p in parties if p.closing is not None})
            totals.save()

    def _currency(self, transaction: SaftTransaction) -> tuple[str, Decimal]:
        """Currency and rate of a voucher: foreign only where every line is in that currency."""
        told = {line.currency if line.currency_amount else "" for line in transaction.lines}
        currency = told.pop() if len(told) == 1 else ""
        if currency in {"", self.company.currency}:
            return self.company.currency, ONE
        return currency, transaction.lines[0].rate or ONE


def month(index: int) -> dt.date:
    """First day of a month, counted from year 0."""
    return dt.date(index // _MONTHS, index % _MONTHS + 1, 1)


def add_years(company: Company, years: Iterable[int], offset: int, *, closed_before: int) -> None:
    """Write the twelve periods of financial years that begin `offset` months after January."""
    for year in years:
        for number in range(1, _MONTHS + 1):
            first = year * _MONTHS + number - 1 + offset
            closed = year < closed_before
            company.add_period(Period(year, number), month(first), month(first + 1), closed=closed)


def _party(source: SaftParty, number: int, country: str) -> Party:
    street, postal_code, city, land = next(iter(source.addresses), ("", "", "", ""))
    return Party(
        number=source.number,
        name=source.name,
        internal_id=number,
        account=source.account,
        days=source.days,
        active=source.active,
        vat_number=source.vat_number,
        company_number=source.company_number,
        nace=source.nace,
        note=source.note,
        currency=source.currency,
        street=street,
        postal_code=postal_code,
        city=city,
        country=land or country,
        attention=source.attention,
        email=source.email,
        phone=source.phone,
        fax=source.fax,
        web=source.web,
        bank=source.bank,
        opening=source.opening,
    )


def _postings(line: SaftLine, kinds: list[str], none: str, *, foreign: bool) -> list[Posting]:
    """A line of the file as postings: one per combination of dimension values."""
    parts = _spread(line, kinds, none)
    amount, rest = line.debit + line.credit, line.currency_amount
    postings: list[Posting] = []
    for nth, (segments, share) in enumerate(parts, start=1):
        part: Decimal | None = None
        if foreign:
            # The last one takes what rounding leaves.
            part = rest if nth == len(parts) else round(line.currency_amount * share / amount, 2)
            rest -= part
        debit = bool(line.debit)
        postings.append(
            Posting(
                account=line.account,
                debit=share if debit else Decimal(0),
                credit=Decimal(0) if debit else share,
                debit_currency=part if debit else None,
                credit_currency=None if debit else part,
                segments=segments or (none,),
                text=line.text,
                party=line.supplier or line.customer,
                reference=line.reference or line.source,
                vat_code=line.vat_code,
            )
        )
    return postings


def _spread(line: SaftLine, kinds: list[str], none: str) -> list[tuple[tuple[str, ...], Decimal]]:
    """Share a line out over subaccounts: one per combination of dimension values.

    An ERP line has one subaccount, an audit file's line may be shared out over several values
    of a dimension. Walking along all dimensions at once keeps the sum of every value exact.
    """
    amount = line.debit + line.credit
    cuts: dict[Decimal, None] = {}
    walks: list[list[tuple[Decimal, str]]] = []
    for kind in kinds:
        shares = [(v, a) for k, v, a in line.analysis if k == kind]
        walk: list[tuple[Decimal, str]] = []
        at = Decimal(0)
        for value, share in shares:
            at = amount if share is None else at + share.copy_sign(amount)
            at = amount if abs(at) > abs(amount) else at
            walk.append((at, value))
        if not walk or at != amount:
            walk.append((amount, none))
        walks.append(walk)
        cuts.update(dict.fromkeys(end for end, _ in walk))
    parts: list[tuple[tuple[str, ...], Decimal]] = []
    before = Decimal(0)
    for end in sorted(cuts or {amount: None}, key=abs):
        if end == before and parts:
            continue
        values = tuple(
            next(value for stop, value in walk if abs(stop) >= abs(end)) for walk in walks
        )
        parts.append((values, end - before))
        before = end
    return parts
