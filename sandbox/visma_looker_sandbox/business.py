"""Plays days of business on existing books; every posting keeps debit equal to credit."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from visma_looker_sandbox import masterdata
from visma_looker_sandbox.company import Company, Period, Posting, money
from visma_looker_sandbox.importer import add_years
from visma_looker_sandbox.invoices import Invoice, Vat, add_customer_invoice, add_supplier_invoice
from visma_looker_sandbox.parties import Party
from visma_looker_sandbox.paths import (
    CUSTOMER,
    CUSTOMER_INVOICE,
    FINANCIAL_PERIOD,
    JOURNAL,
    SUPPLIER,
    SUPPLIER_INVOICE,
)

if TYPE_CHECKING:
    from visma_looker_sandbox.books import Books

_TEXTS = ("Steel sheets", "Freight", "Maintenance", "Consumables", "Consultancy", "Energy")
_CENT = Decimal("0.01")


def play(books: Books, *, days: int, seed: int) -> Counter[str]:
    """Play days of business in every company, all or nothing.

    Args:
        books: The books to change.
        days: How many days.
        seed: Same books and seed, same business.

    Returns:
        How often each thing happened.
    """
    done: Counter[str] = Counter()
    with books.writing():
        for tenant, name, currency in books.companies():
            business = _Business(Company(books, tenant, name, currency), seed, done)
            for _ in range(days):
                business.day()
    return done


@dataclass(frozen=True)
class _Side:
    """What buying and selling differ in."""

    what: str
    party: str
    module: str
    parties: str
    documents: str
    account_field: str
    details: str
    kind: str
    vat_accounts: tuple[str, ...]


_BUYING = _Side(
    what="supplier invoices",
    party="supplier",
    module="AP",
    parties=SUPPLIER,
    documents=SUPPLIER_INVOICE,
    account_field="supplierAccount",
    details="taxDetailLines",
    kind="Expense",
    vat_accounts=("271", "264"),
)
_SELLING = _Side(
    what="customer invoices",
    party="customer",
    module="AR",
    parties=CUSTOMER,
    documents=CUSTOMER_INVOICE,
    account_field="customerLedgerAccount",
    details="taxDetails",
    kind="Income",
    vat_accounts=("270", "261"),
)


@dataclass(frozen=True)
class _Tax:
    """The VAT that most documents of a side carry."""

    code: str
    rate: Decimal
    account: str


class _Business:
    """One company's business, day by day."""

    def __init__(self, company: Company, seed: int, done: Counter[str]) -> None:
        self.company = company
        self.done = done
        self.seed = seed
        self.offset = int(company.books.meta(f"year_offset {company.tenant_id}", "0"))
        self.played = int(company.books.meta(f"played {company.tenant_id}", "0"))
        (last,) = company.books.db.execute(
            "SELECT coalesce(max(json_extract(body, '$.transactionDate')), '2026-01-01')"
            " FROM records WHERE tenant_id = ? AND resource = ?",
            (company.tenant_id, JOURNAL),
        ).fetchone()
        self.today = dt.date.fromisoformat(last[:10])
        self.random = random.Random()  # noqa: S311 - not for secrets
        self.taxes = {side.module: self._tax(side) for side in (_BUYING, _SELLING)}

    def _tax(self, side: _Side) -> _Tax | None:
        """The usual VAT of a side; None where the books have none."""
        accounts = sorted(self.company.accounts)
        account = next((n for n in accounts if n.startswith(side.vat_accounts)), None)
        used: Counter[tuple[str, Decimal]] = Counter()
        some = self.company.books.all(self.company.tenant_id, side.documents, limit=500)
        for _, body in some:
            for detail in body[side.details]:
                code = detail["vatId"]["number"]
                self.company.vat_codes[code] = detail["vatId"]["description"]
                used[code, Decimal(detail["vatRate"])] += 1
        if account is None or not used:
            return None
        (code, rate), _ = used.most_common(1)[0]
        return _Tax(code, rate, account)

    def day(self) -> None:
        """Let one day happen."""
        company = self.company
        self.played += 1
        self.today += dt.timedelta(days=1)
        self.random.seed(f"{self.seed}/{company.tenant_id}/{self.played}")
        company.books.set_meta(f"played {company.tenant_id}", str(self.played))
        self._open_year()
        first = self._first_draft()
        if self.played % 2:
            self.done["dimension values"] += masterdata.new_dimension_value(company)
        else:
            self.done["accounts"] += masterdata.new_account(company)
        for side in (_BUYING, _SELLING):
            for _ in range(self.random.randint(2, 3)):
                self._invoice(side)
            self._pay(side)
            changed = masterdata.change_party(company, side.parties, self.random)
            self.done[f"{side.party}s changed"] += changed
        for _ in range(2):
            self._invoice(_BUYING, status="Hold")
        # Of the two drafts of the day before, one is released and one is deleted.
        if first:
            self._release(*first)
            if left := self._first_draft():
                company.books.delete(company.tenant_id, SUPPLIER_INVOICE, left[0])
                self.done["drafts deleted"] += 1

    def _first_draft(self) -> tuple[str, dict[str, Any]] | None:
        """The oldest draft with its key."""
        return self.company.books.first(self.company.tenant_id, SUPPLIER_INVOICE, status="Hold")

    @property
    def period(self) -> Period:
        """The financial period of today."""
        index = self.today.year * 12 + self.today.month - 1 - self.offset
        return Period(index // 12, index % 12 + 1)

    def _open_year(self) -> None:
        """Write the periods of a year that begins."""
        company, period = self.company, self.period
        key = f"{period.year}|{period.post_code}"
        if company.books.get(company.tenant_id, FINANCIAL_PERIOD, key) is None:
            add_years(company, [period.year], self.offset, closed_before=period.year)
            self.done["financial years"] += 1

    def _number(self) -> str:
        """The next document or batch number; none of an imported file looks like it."""
        name = f"numbers {self.company.tenant_id}"
        number = int(self.company.books.meta(name, "0")) + 1
        self.company.books.set_meta(name, str(number))
        return f"S{number:06}"

    def _known(self, side: _Side) -> list[Party]:
        """Everybody of a side who may be dealt with and has an account in the ledger."""
        known = []
        for _, body in self.company.records(side.parties):
            account = body["glAccounts"][side.account_field]
            if body["status"] == "Active" and account:
                known.append(
                    Party(
                        number=body["number"],
                        name=body["name"],
                        internal_id=body["internalId"],
                        account=account["number"],
                        days=int(body["creditTerms"]["id"]),
                        country=body["location"]["countryId"],
                        street=body["mainAddress"]["addressLine1"],
                        postal_code=body["mainAddress"]["postalCode"],
                        city=body["mainAddress"]["city"],
                    )
                )
        return known

    def _account_of(self, side: _Side, number: str) -> str:
        """The ledger account of a supplier or customer."""
        books = self.company.books
        found = books.first(self.company.tenant_id, side.parties, number=number)
        account = found and found[1]["glAccounts"][side.account_field]
        return str(account["number"]) if account else ""

    def _invoice(self, side: _Side, *, status: str | None = None) -> None:
        """Enter an invoice; unless it is a draft, post it."""
        parties, tax = self._known(side), self.taxes[side.module]
        accounts = sorted(n for n, b in self.company.accounts.items() if b["type"] == side.kind)
        if not parties or not accounts:
            return
        party, text = self.random.choice(parties), self.random.choice(_TEXTS)
        lines = [
            replace(
                _posting(
                    self.random.choice(accounts),
                    Decimal(self.random.randint(10_000, 9_000_000)) * _CENT,
                    debit=side is _BUYING,
                    text=text,
                ),
                segments=self.random.choice(list(self.company.subaccounts)),
                vat_code=tax.code if tax else "",
            )
            for _ in range(self.random.randint(1, 3))
        ]
        net = sum((line.debit + line.credit for line in lines), Decimal(0))
        vat = [Vat(tax.code, tax.rate, net, round(net * tax.rate / 100, 2))] if tax else []
        total = net + sum((one.amount for one in vat), Decimal(0))
        now = self.company.books.now()
        invoice = Invoice(
            sold=side is _SELLING,
            kind="Invoice",
            number=self._number(),
            party=party,
            date=self.today,
            period=self.period,
            total=total,
            balance=total,
            lines=lines,
            created=now,
            modified=now,
            text=text,
            reference=str(self.random.randint(10_000, 99_999)),
            vat=vat,
            status=status,
        )
        add = add_supplier_invoice if side is _BUYING else add_customer_invoice
        add(self.company, invoice)
        if status == "Hold":
            self.done["drafts entered"] += 1
            return
        self.done[side.what] += 1
        self._post(side, invoice.number, party, lines, total=total, text=text)

    def _post(
        self,
        side: _Side,
        number: str,
        party: Party,
        lines: list[Posting],
        *,
        total: Decimal,
        text: str,
    ) -> None:
        """Post a document: its lines, its VAT, and what is owed."""
        buys, tax = side is _BUYING, self.taxes[side.module]
        vat = total - sum((line.debit + line.credit for line in lines), Decimal(0))
        postings = list(lines)
        if vat and tax:
            postings.append(_posting(tax.account, vat, debit=buys, text="VAT"))
        owed = _posting(party.account, total, debit=not buys, text=text, party=party.number)
        self._journal(side, number, [*postings, owed], text)

    def _journal(self, side: _Side, number: str, postings: list[Posting], text: str) -> None:
        self.company.add_journal(
            side.module,
            number,
            postings,
            day=self.today,
            period=self.period,
            text=text,
            stamp=self.company.books.now(),
        )
        self.done["journals"] += 1

    def _release(self, key: str, body: dict[str, Any]) -> None:
        """Release a draft: it is open from now on, and posted."""
        now = self.company.books.now()
        body |= {"status": "Open", "hold": False, "lastModifiedDateTime": now}
        self.company.put(SUPPLIER_INVOICE, body, key)
        supplier = body["supplier"]
        party = Party(
            number=supplier["number"],
            name=supplier["name"],
            internal_id=supplier["internalId"],
            account=self._account_of(_BUYING, supplier["number"]),
        )
        lines = [
            Posting(
                account=line["account"]["number"],
                debit=line["cost"],
                segments=tuple(s["segmentValue"] for s in line["subaccount"]["segments"]),
                text=line["transactionDescription"],
                vat_code=line["vatCode"]["id"] if line["vatCode"] else "",
            )
            for line in body["invoiceLines"]
        ]
        number, total = body["referenceNumber"], body["amount"]
        self._post(_BUYING, number, party, lines, total=total, text=body["description"])
        self.done["drafts released"] += 1

    def _pay(self, side: _Side) -> None:
        """Pay the oldest open document, wholly or in part."""
        accounts, books = self.company.accounts, self.company.books
        cash = sorted(number for number, body in accounts.items() if body["cashAccount"])
        found = books.first(
            self.company.tenant_id, side.documents, status="Open", documentType="Invoice"
        )
        if not cash or found is None:
            return
        key, body = found
        balance: Decimal = body["balance"]
        in_part = self.random.random() < 0.3  # noqa: PLR2004 - three in ten
        paid = round(balance / 2, 2) if in_part else balance
        rest = money(balance - paid)
        body |= {
            "balance": rest,
            "balanceInCurrency": rest,
            "status": "Open" if rest else "Closed",
            "closedFinancialPeriod": None if rest else self.period.code,
            "lastModifiedDateTime": books.now(),
        }
        self.company.put(side.documents, body, key)
        party, buys = body[side.party]["number"], side is _BUYING
        account = self._account_of(side, party)
        text = f"Payment of {body['referenceNumber']}"
        # 1920 is the bank in the Norwegian chart.
        bank = "1920" if "1920" in cash else cash[0]
        postings = [
            _posting(account, paid, debit=buys, text=text, party=party),
            _posting(bank, paid, debit=not buys, text=text),
        ]
        self._journal(side, self._number(), postings, text)
        self.done[f"payments of {side.what}"] += 1


def _posting(account: str, amount: Decimal, *, debit: bool, text: str, party: str = "") -> Posting:
    """A posting on one side."""
    return Posting(
        account=account,
        debit=amount if debit else Decimal(0),
        credit=Decimal(0) if debit else amount,
        text=text,
        party=party,
    )
