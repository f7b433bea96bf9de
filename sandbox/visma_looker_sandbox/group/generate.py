"""Writes the books of the group, day by day; the same for the same scale and seed."""

from __future__ import annotations

import datetime as dt
import math
import random
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING

from visma_looker_sandbox.company import ONE, Company
from visma_looker_sandbox.group import profiles as p
from visma_looker_sandbox.group.assets import Assets
from visma_looker_sandbox.group.basics import Rates, add_basics, add_parties
from visma_looker_sandbox.group.budgets import add_budgets
from visma_looker_sandbox.group.calendar import Calendar
from visma_looker_sandbox.group.journals import Journals
from visma_looker_sandbox.group.numbers import Numbers
from visma_looker_sandbox.group.profiles import Profile, profiles
from visma_looker_sandbox.group.projects import Projects
from visma_looker_sandbox.group.purchasing import Purchasing
from visma_looker_sandbox.group.trade import BUYING, SELLING, Document, Side, Trade, every
from visma_looker_sandbox.importer import month
from visma_looker_sandbox.subledger import Totals

if TYPE_CHECKING:
    from visma_looker_sandbox.books import Books
    from visma_looker_sandbox.parties import Party

#: The day the books are written up to, unless told otherwise.
NOW = dt.date(2026, 11, 22)
_PARTIES = 12
_DAY = dt.timedelta(days=1)


def generate_group(
    books: Books, *, companies: int = 3, scale: int = 1, seed: int = 1, now: dt.date = NOW
) -> None:
    """Write the books of all companies of the group, all or nothing.

    Args:
        books: Empty books.
        companies: How many; those after the third are like the first three, with other business.
        scale: What the number of documents is multiplied with.
        seed: Another seed, other business.
        now: Nothing happened on this day yet, everything before it did.
    """
    namespace = uuid.uuid5(uuid.NAMESPACE_URL, "visma-looker-sandbox")
    with books.bulk(), books.writing():
        for profile in profiles(companies):
            tenant = str(uuid.uuid5(namespace, f"{profile.number}/{profile.name}"))
            books.add_company(tenant, profile.name, profile.currency)
            books.set_meta(f"company_id {tenant}", profile.company_id)
            books.set_meta(f"generated {tenant}", profile.company_id)
            company = Company(books, tenant, profile.name, profile.currency)
            _Generator(company, profile, scale=scale, seed=seed, now=now).run()


class _Generator:
    """One company's business from its first financial year until now."""

    def __init__(
        self, company: Company, profile: Profile, *, scale: int, seed: int, now: dt.date
    ) -> None:
        self.company = company
        self.profile = profile
        self.scale = scale
        self.now = now
        self.first = month(profile.first_year * 12 + profile.offset)
        self.chance = random.Random(f"{seed}/{profile.company_id}")  # noqa: S311 - no secret
        self.numbers = Numbers()
        self.calendar = Calendar(now - _DAY)
        self.rates = Rates(profile, self.first, now)

    def run(self) -> None:
        """Write everything."""
        company, first = self.company, self.first
        add_basics(company, self.profile, first, self.now)
        self.rates.write(company)
        # More business needs more parties, but each of them does more, too.
        count = round(_PARTIES * math.sqrt(self.scale))
        self.suppliers, self.customers = add_parties(
            company, self.profile, self.chance, count, first
        )
        years = range(self.profile.first_year, company.period_of(self.now).year + 1)
        add_budgets(company, self.profile, years, first, scale=self.scale, chance=self.chance)
        unit = self.profile.unit
        self.journals = Journals(company, self.numbers, unit, self.scale)
        self.assets = Assets(company, self.journals, unit)
        self.journals.opening(first, self.assets.begin(first))
        self.projects = Projects(company, self.numbers, first, unit)
        self.buying, self.selling = self._trade(BUYING), self._trade(SELLING)
        self.purchasing = Purchasing(self.buying)
        day = first
        while day < self.now:
            if day.day == 1:
                self._month(day)
            self.calendar.run(day)
            if (day + _DAY).day == 1:
                self._month_ends(day)
            day += _DAY
        self._drafts(self.now - _DAY)
        for part in (self.buying, self.selling, self.purchasing, self.assets, self.projects):
            part.finish()
        for sold in (False, True):
            Totals(company, sold=sold).save()
        company.save()

    def _trade(self, side: Side) -> Trade:
        return Trade(
            self.company,
            self.profile,
            side,
            numbers=self.numbers,
            rates=self.rates,
            journals=self.journals,
            calendar=self.calendar,
            chance=self.chance,
        )

    def _month(self, first: dt.date) -> None:
        """Enter what will happen in a month that begins."""
        self.journals.month_begins(first)
        days = (month(first.year * 12 + first.month) - first).days
        for act, count in (
            (self._buy, self.profile.purchases),
            (self._sell, self.profile.sales),
        ):
            for _ in range(count * self.scale):
                self.calendar.at(first + self.chance.randrange(days) * _DAY, act)
        if first.month in {3, 9}:
            self.calendar.at(first + 14 * _DAY, self._buy_machine)

    def _month_ends(self, last: dt.date) -> None:
        self.journals.month_ends(last)
        self.assets.depreciate(last)
        period = self.company.period_of(last)
        if period.number == 12:  # noqa: PLR2004 - months of a year
            self.journals.year_ends(last, period.year, self.now)

    def _who(self, parties: list[Party], *, domestic: bool = False) -> tuple[Party, str]:
        """Somebody to deal with, and one of the branches."""
        party = self.chance.choice(parties)
        while domestic and party.currency != self.company.currency:
            party = self.chance.choice(parties)
        return party, self.chance.choice(list(self.company.branches))

    def _buy(self, day: dt.date) -> None:
        """A supplier's invoice, or what else buying is."""
        nth = self.numbers.nth("purchases")
        if every(nth, 4, 2):
            self.purchasing.order(*self._who(self.suppliers, domestic=True), day)
            return
        if every(nth, 16, 9):
            self._prepay(day)
            return
        party, branch = self._who(self.suppliers)
        lines = self.buying.lines(party, self.chance.randint(1, 4), day)
        if every(nth, 5, 1):
            project = self.chance.choice(self.projects.all)
            posting, amount = lines[0]
            more = {name: getattr(posting, name) for name in ("segments", "text")}
            rate = self.rates.on(party.currency, day)
            lines[0] = (
                self.buying.posting(posting.account, amount, rate, party, project=project, **more),
                amount,
            )
        kind = BUYING.more if every(nth, 13, 7) else "Invoice"
        document = self.buying.enter(kind, party, branch, lines, day)
        self.projects.cost(document.invoice)
        self._follow(self.buying, document, nth)

    def _sell(self, day: dt.date) -> None:
        """An invoice to a customer."""
        nth = self.numbers.nth("sales")
        party, branch = self._who(self.customers)
        lines = self.selling.lines(party, self.chance.randint(1, 4), day)
        kind = SELLING.more if every(nth, 14, 5) else "Invoice"
        document = self.selling.enter(kind, party, branch, lines, day)
        self._follow(self.selling, document, nth)

    def _follow(self, trade: Trade, document: Document, nth: int) -> None:
        """How a document is paid, and whether a part of it is taken back."""
        day, due = document.invoice.date, document.invoice.due
        if every(nth, 9, 5):
            later = 6 if every(nth, 2, 1) else 75
            trade.calendar.at(day + later * _DAY, lambda now: trade.take_back(document, now))
        if every(nth, 17, 3):
            # Disputed, and open for good.
            return
        paid = due + self.chance.choice((-3, 0, 0, 1, 4, 9, 20, 45)) * _DAY
        paid = max(paid, day + _DAY)
        if every(nth, 10, 4):
            trade.plan(document, paid, Decimal("0.4"))
            paid += 21 * _DAY
        trade.plan(document, paid)

    def _prepay(self, day: dt.date) -> None:
        """Pay a supplier in advance, and have the invoice two weeks later."""
        party, branch = self._who(self.suppliers, domestic=True)
        lines = self.buying.lines(party, 2, day)
        amount = round(sum((each for _, each in lines), Decimal(0)) * Decimal("0.3"), 2)
        paid = self.buying.prepay(party, branch, amount, day)

        def arrives(now: dt.date) -> None:
            document = self.buying.enter("Invoice", party, branch, lines, now)
            self.buying.use(paid, document, now)
            self.buying.plan(document, document.invoice.due)

        self.calendar.at(day + 14 * _DAY, arrives)

    def _buy_machine(self, day: dt.date) -> None:
        """A machine: on the clearing account by its invoice, and from there into use."""
        party, _ = self._who(self.suppliers, domestic=True)
        cost = self.chance.randint(60, 240) * 1_000 * self.profile.unit
        line = self.buying.posting("1209", cost, ONE, party, segments=p.NOWHERE, text="Machine")
        branch = self.company.branch["number"]
        document = self.buying.enter("Invoice", party, branch, [(line, cost)], day)
        self.buying.plan(document, document.invoice.due)
        self.assets.buy(f"Machine of {day:%B %Y}", cost, day)

    def _drafts(self, day: dt.date) -> None:
        """What is entered and not posted yet."""
        for trade, parties, status, approval in (
            (self.buying, self.suppliers, "Hold", "New"),
            (self.buying, self.suppliers, "Hold", "New"),
            (self.buying, self.suppliers, "Balanced", "SentToApproval"),
            (self.selling, self.customers, "Hold", "New"),
        ):
            party, branch = self._who(parties, domestic=True)
            lines = trade.lines(party, 2, day)
            trade.enter("Invoice", party, branch, lines, day, status=status, approval=approval)
        branch = self.company.branch["number"]
        lines_of_draft = self.journals.draft()
        self.journals.write(lines_of_draft, day, "Draft", branch, status="Balanced")
