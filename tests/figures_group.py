"""Spend and cost in the group's currency, computed from the books alone."""

from __future__ import annotations

import bisect
import datetime as dt
from collections import defaultdict
from decimal import Decimal

from tests.figures import DRAFTS, SPEND_SIGNS, ZERO, Company, booked_cost, day


class GroupRates:
    """Rates into the group's currency as one company tells them.

    Args:
        company: Whose rates.
        currency: The group's currency.
    """

    def __init__(self, company: Company, currency: str) -> None:
        self._currency = currency
        #: Day and rate by currency, oldest first.
        self._rates: dict[str, list[tuple[dt.date, Decimal]]] = defaultdict(list)
        for body in company.all("/v2/currencyrate"):
            if body["toCurrencyId"] == currency:
                assert body["multDiv"] == "Multiply"
                rate = (day(body["effectiveDate"]), body["rate"])
                self._rates[body["fromCurrencyId"]].append(rate)
        for rates in self._rates.values():
            rates.sort()

    def on(self, currency: str, when: dt.date) -> Decimal | None:
        """What a unit of a currency is worth on a day; None before the first rate."""
        if currency == self._currency:
            return Decimal(1)
        at = bisect.bisect_right(self._rates[currency], when, key=lambda rate: rate[0])
        return self._rates[currency][at - 1][1] if at else None

    def average(self, currency: str, first: dt.date, last: dt.date) -> Decimal | None:
        """The mean over the days of a period; None where one of them has no rate."""
        days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
        rates = [self.on(currency, when) for when in days]
        if any(rate is None for rate in rates):
            return None
        return sum((rate for rate in rates if rate), ZERO) / len(days)


def spend_in_group(company: Company, rates: GroupRates) -> dict[str, Decimal | None]:
    """Invoiced spend by period at the rate of each document's day; None where one is missing."""
    found: dict[str, Decimal | None] = defaultdict(lambda: ZERO)
    for body in company.all("/v1/supplierInvoice"):
        if body["status"] in DRAFTS:
            continue
        amount = SPEND_SIGNS[body["documentType"]] * body["detailTotal"]
        rate = rates.on(company.currency, day(body["date"]))
        before = found[body["financialPeriod"]]
        found[body["financialPeriod"]] = (
            None if rate is None or before is None else before + amount * rate
        )
    return dict(found)


def cost_in_group(company: Company, rates: GroupRates) -> dict[str, Decimal | None]:
    """Booked cost by period at the mean rate of the period; None where a day has none."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for (period, _, _), amount in booked_cost(company).items():
        sums[period] += amount
    periods = company.periods()
    found: dict[str, Decimal | None] = {}
    for period, amount in sums.items():
        rate = rates.average(company.currency, *periods[period])
        found[period] = None if rate is None else amount * rate
    return found
