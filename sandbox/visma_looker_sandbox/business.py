"""Plays days of business on existing books; every posting keeps debit equal to credit."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from visma_looker_sandbox import masterdata
from visma_looker_sandbox.company import ONE, Company, Period, Posting, money
from visma_looker_sandbox.group.profiles import EXCHANGE, WORTH
from visma_looker_sandbox.importer import add_years
from visma_looker_sandbox.invoices import (
    RAISING,
    Invoice,
    Vat,
    add_customer_invoice,
    add_supplier_invoice,
)
from visma_looker_sandbox.masterdata import latest_rate
from visma_looker_sandbox.parties import Party
from visma_looker_sandbox.paths import (
    ACCOUNT,
    CUSTOMER,
    CUSTOMER_INVOICE,
    FINANCIAL_PERIOD,
    JOURNAL,
    SUPPLIER,
    SUPPLIER_DOCUMENT,
    SUPPLIER_INVOICE,
)
from visma_looker_sandbox.payments import (
    SHORT_KINDS,
    Open,
    Payment,
    add_payment,
    apply,
    postings,
    short_kind,
)
from visma_looker_sandbox.subledger import Totals, add_customer_document, add_supplier_document

if TYPE_CHECKING:
    from visma_looker_sandbox.books import Books

_CENT = Decimal("0.01")


def play(books: Books, *, days: int, seed: int, payments_touch: bool = True) -> Counter[str]:
    """Play days of business in every company, all or nothing.

    Args:
        books: The books to change.
        days: How many days.
        seed: Same books and seed, same business.
        payments_touch: A payment stamps the document that it is taken off.

    Returns:
        How often each thing happened.
    """
    done: Counter[str] = Counter()
    with books.writing():
        for tenant, name, currency in books.companies():
            company = Company(books, tenant, name, currency)
            business = _Business(company, seed, done, payments_touch=payments_touch)
            for _ in range(days):
                business.day()
            business.save()
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
    #: What takes a document back.
    back: str
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
    back="DebitAdj",
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
    back="CreditNote",
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

    def __init__(
        self, company: Company, seed: int, done: Counter[str], *, payments_touch: bool
    ) -> None:
        self.company = company
        self.payments_touch = payments_touch
        self.done = done
        self.seed = seed
        # A company with euros does business of the same size as one with kroner.
        self.unit = round(1 / Decimal(WORTH.get(company.currency, "1")), 1)
        #: Books made from an audit file know no budgets, orders and rates.
        self.generated = bool(company.books.meta(f"generated {company.tenant_id}", ""))
        self.played = int(company.books.meta(f"played {company.tenant_id}", "0"))
        (last,) = company.books.db.execute(
            "SELECT coalesce(max(json_extract(body, '$.transactionDate')), '2026-01-01')"
            " FROM records WHERE tenant_id = ? AND resource = ?",
            (company.tenant_id, JOURNAL),
        ).fetchone()
        self.today = dt.date.fromisoformat(last[:10])
        self.random = random.Random()  # noqa: S311 - not for secrets
        #: What each party of a side was posted to before; nobody sends an invoice of wages.
        self.posted: dict[str, dict[str, set[str]]] = {}
        self.taxes = {side.module: self._learn(side) for side in (_BUYING, _SELLING)}

    def _learn(self, side: _Side) -> _Tax | None:
        """See in earlier documents of a side who is posted where.

        Returns:
            The usual VAT; None where the books have none.
        """
        accounts = self.company.accounts
        account = next((n for n in sorted(accounts) if n.startswith(side.vat_accounts)), None)
        used: Counter[tuple[str, Decimal]] = Counter()
        posted = self.posted[side.module] = defaultdict(set)
        some = self.company.books.all(self.company.tenant_id, side.documents, limit=500)
        for _, body in some:
            posted[body[side.party]["number"]] |= {
                line["account"]["number"]
                for line in body["invoiceLines"]
                if accounts[line["account"]["number"]]["type"] == side.kind
            }
            for detail in body[side.details]:
                code = detail["vatId"]["number"]
                self.company.vat_codes[code] = detail["vatId"]["description"]
                used[code, Decimal(detail["vatRate"])] += 1
        if account is None or not used:
            return None
        (code, rate), _ = used.most_common(1)[0]
        return _Tax(code, rate, account)

    def _accounts(self, side: _Side, party: Party) -> list[str]:
        """Where documents of a party are posted: as before, as others', or anywhere."""
        posted = self.posted[side.module]
        return sorted(
            posted.get(party.number)
            or set().union(*posted.values())
            or {
                number
                for number, body in self.company.accounts.items()
                if body["type"] == side.kind and number not in EXCHANGE
            }
        )

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
        if self.generated:
            self._more()
        if self.played % 4 == 0:
            self._mass_touch()
        # Of the two drafts of the day before, one is released and one is deleted.
        if first:
            self._release(*first)
            if left := self._first_draft():
                for resource in (SUPPLIER_INVOICE, SUPPLIER_DOCUMENT):
                    company.books.delete(company.tenant_id, resource, left[0])
                self.done["drafts deleted"] += 1

    def _first_draft(self) -> tuple[str, dict[str, Any]] | None:
        """The oldest draft with its key."""
        return self.company.books.first(self.company.tenant_id, SUPPLIER_INVOICE, status="Hold")

    @property
    def period(self) -> Period:
        """The financial period of today."""
        return self.company.period_of(self.today)

    def _open_year(self) -> None:
        """Write the periods of a year that begins."""
        company, period = self.company, self.period
        key = f"{period.year}|{period.post_code}"
        if company.books.get(company.tenant_id, FINANCIAL_PERIOD, key) is None:
            add_years(company, [period.year], company.offset, closed_before=period.year)
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
            own = body["currencyId"] == self.company.currency
            if body["status"] == "Active" and account and own:
                known.append(
                    Party(
                        number=body["number"],
                        name=body["name"],
                        internal_id=body["internalId"],
                        account=account["number"],
                        days=int(body["creditTerms"]["id"]),
                        country=body["location"]["countryId"],
                        currency=body["currencyId"],
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

    def _amount(self, least: int, most: int) -> Decimal:
        """An amount between two numbers of hundredths of a krone, in the company's currency."""
        return round(self.random.randint(least, most) * _CENT * self.unit, 2)

    def _invoice(self, side: _Side, *, status: str | None = None, back: bool = False) -> None:
        """Enter an invoice, or a credit note; unless it is a draft, post it."""
        parties, tax = self._known(side), self.taxes[side.module]
        if not parties:
            return
        party = self.random.choice(parties)
        known = self._accounts(side, party)
        if not known:
            return
        lines = [
            replace(
                _posting(
                    account,
                    self._amount(10_000, 9_000_000),
                    debit=(side is _BUYING) != back,
                    text=self.company.accounts[account]["description"],
                ),
                segments=self.random.choice(list(self.company.subaccounts)),
                vat_code=tax.code if tax else "",
            )
            for account in self.random.choices(known, k=self.random.randint(1, 3))
        ]
        text = lines[0].text
        net = sum((line.debit + line.credit for line in lines), Decimal(0))
        vat = [Vat(tax.code, tax.rate, net, round(net * tax.rate / 100, 2))] if tax else []
        total = net + sum((one.amount for one in vat), Decimal(0))
        now = self.company.books.now()
        invoice = Invoice(
            sold=side is _SELLING,
            kind=side.back if back else "Invoice",
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
            branch=self.random.choice(list(self.company.branches)),
        )
        add = add_supplier_invoice if side is _BUYING else add_customer_invoice
        add(self.company, invoice)
        if status == "Hold":
            self.done["drafts entered"] += 1
            return
        self.done["credit notes" if back else side.what] += 1
        self._post(side, invoice, lines, text=text)

    def _post(self, side: _Side, invoice: Invoice, lines: list[Posting], *, text: str) -> None:
        """Post a document: its lines, its VAT, and what is owed."""
        tax, party = self.taxes[side.module], invoice.party
        debit = (side is _BUYING) == (invoice.kind in RAISING)
        vat = invoice.total - sum((line.debit + line.credit for line in lines), Decimal(0))
        postings = list(lines)
        if vat and tax:
            postings.append(_posting(tax.account, vat, debit=debit, text="VAT"))
        postings.append(
            _posting(party.account, invoice.total, debit=not debit, text=text, party=party.number)
        )
        self._journal(
            side.module,
            invoice.number,
            [replace(posting, reference=invoice.number) for posting in postings],
            text,
            branch=invoice.branch,
            kind=SHORT_KINDS[invoice.kind],
        )

    def _journal(
        self,
        module: str,
        number: str,
        postings: list[Posting],
        text: str,
        *,
        branch: str = "",
        kind: str = "",
        currency: str = "",
        rate: Decimal = ONE,
    ) -> None:
        self.company.add_journal(
            module,
            number,
            postings,
            day=self.today,
            period=self.period,
            text=text,
            stamp=self.company.books.now(),
            branch=branch,
            kind=kind,
            currency=currency,
            rate=rate,
        )
        self.done["journals"] += 1

    def _store(self, side: _Side, key: str, body: dict[str, Any]) -> None:
        """Write a changed document, also in the list of all documents."""
        self.company.put(side.documents, body, key)
        if side is _BUYING:
            add_supplier_document(self.company, body)
        else:
            add_customer_document(self.company, body)

    def _release(self, key: str, body: dict[str, Any]) -> None:
        """Release a draft: it is open from now on, and posted."""
        now = self.company.books.now()
        body |= {"status": "Open", "hold": False, "lastModifiedDateTime": now}
        self._store(_BUYING, key, body)
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
        invoice = Invoice(
            sold=False,
            kind=body["documentType"],
            number=body["referenceNumber"],
            party=party,
            date=self.today,
            period=self.period,
            total=body["amount"],
            balance=body["amount"],
            lines=lines,
            created=now,
            modified=now,
            branch=body["branchNumber"]["number"],
        )
        self._post(_BUYING, invoice, lines, text=body["description"])
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
        in_part = self.random.random() < 0.3  # noqa: PLR2004 - three in ten
        opened = _open(body)
        paid = round(opened.balance / 2, 2) if in_part else opened.balance
        number = body[side.party]["number"]
        party = Party(
            number=number,
            name=body[side.party]["name"],
            internal_id=body[side.party].get("internalId", 0),
            account=self._account_of(side, number),
        )
        currency = body["currencyId"]
        rate = latest_rate(self.company, currency, self.today)
        payment = Payment(
            sold=side is _SELLING,
            kind="Payment",
            number=self._number(),
            party=party,
            branch=body["branchNumber"]["number"],
            currency=currency,
            rate=rate,
            day=self.today,
            period=self.period,
            amount=paid,
            amount_base=round(paid * rate, 2) if currency != self.company.currency else paid,
            # 1920 is the bank in the Norwegian chart.
            bank="1920" if "1920" in cash else cash[0],
            stamp=books.now(),
            text=f"Payment of {body['referenceNumber']}",
        )
        apply(payment, opened, paid, self.today, self.period)
        body |= {
            "balance": money(opened.balance_base),
            "balanceInCurrency": money(opened.balance),
            "status": "Open" if opened.balance else "Closed",
            "closedFinancialPeriod": opened.closed_in,
        }
        if self.payments_touch:
            body["lastModifiedDateTime"] = payment.stamp
        if side is _SELLING:
            body["applications"] = opened.applications
        self._store(side, key, body)
        lines = postings(self.company, payment, payment.lines, party.account, EXCHANGE)
        self._journal(
            side.module,
            payment.number,
            lines,
            payment.text,
            branch=payment.branch,
            kind=short_kind(payment),
            currency=currency,
            rate=rate,
        )
        add_payment(self.company, payment)
        self.done[f"payments of {side.what}"] += 1

    def _more(self) -> None:
        """What only happens in the group, whose books tell everything."""
        company = self.company
        self._invoice(_BUYING if self.played % 2 else _SELLING, back=True)
        self.done["budgets revised"] += masterdata.revise_budget(company, self.random)
        self.done["rates"] += masterdata.new_rates(company, self.today, self.random)
        self.done["orders"] += masterdata.new_order(company, self._number(), self.today)
        if self.played % 3 == 1:
            self.done["suppliers"] += masterdata.new_supplier(company, self.random)
        amount = round(self.random.randint(1_000, 90_000) * self.unit, 2)
        expense = self.random.choice(("6600", "6700", "6800"))
        lines = [
            replace(
                _posting(expense, amount, debit=True, text="Accrued"),
                segments=self.random.choice(list(company.subaccounts)),
            ),
            _posting("2960", amount, debit=False, text="Accrued"),
        ]
        branch = self.random.choice(list(company.branches))
        self._journal("GL", self._number(), lines, "Accrual", branch=branch)

    def _mass_touch(self) -> None:
        """Everything of a kind is stamped anew, as upgrades do."""
        company = self.company
        for key, _ in company.records(ACCOUNT):
            company.books.touch(company.tenant_id, ACCOUNT, key)
            self.done["records touched"] += 1

    def save(self) -> None:
        """Write what follows from the business: balances of the ledger and of the parties."""
        for sold in (False, True):
            Totals(self.company, sold=sold).save()
        self.company.save()


def _open(body: dict[str, Any]) -> Open:
    """What is open of a stored document."""
    return Open(
        kind=body["documentType"],
        number=body["referenceNumber"],
        balance=body["balanceInCurrency"],
        balance_base=body["balance"],
        rate=body["exchangeRate"],
        date=_day(body.get("date") or body["documentDate"]),
        due=_day(body.get("dueDate") or body["documentDueDate"]),
        reference=body.get("supplierReference") or "",
        text=body.get("description") or body.get("invoiceText") or "",
        modified=body["lastModifiedDateTime"],
        applications=body.get("applications") or [],
    )


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text[:10])


def _posting(account: str, amount: Decimal, *, debit: bool, text: str, party: str = "") -> Posting:
    """A posting on one side."""
    return Posting(
        account=account,
        debit=amount if debit else Decimal(0),
        credit=Decimal(0) if debit else amount,
        text=text,
        party=party,
    )
