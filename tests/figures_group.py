"""Spend and cost in the group's currency, computed from the books alone.

Each line is rounded by itself, so that what is shown adds up.
"""

from __future__ import annotations

import bisect
import datetime as dt
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from tests.figures import CENT, DRAFTS, SPEND_SIGNS, ZERO, Company, day, journal_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Amount by period; None where a rate is missing.
Totals = dict[str, Decimal | None]


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


def _sum_of_rounded(lines: Iterator[tuple[str, Decimal, Decimal | None]]) -> Totals:
    """Sum period, amount and rate by period; None where one rate is missing."""
    found: Totals = defaultdict(lambda: ZERO)
    for period, amount, rate in lines:
        before = found[period]
        found[period] = (
            None
            if rate is None or before is None
            else before + (amount * rate).quantize(CENT, ROUND_HALF_UP)
        )
    return dict(found)


def spend_in_group(company: Company, rates: GroupRates) -> Totals:
    """Invoiced spend by period at the rate of each document's day."""
    return _sum_of_rounded(
        (
            body["financialPeriod"],
            SPEND_SIGNS[body["documentType"]] * line["cost"],
            rates.on(company.currency, day(body["date"])),
        )
        for body in company.all("/v1/supplierInvoice")
        if body["status"] not in DRAFTS
        for line in body["invoiceLines"]
    )


def cost_in_group(company: Company, rates: GroupRates) -> Totals:
    """Booked cost by period at the mean rate of the period."""
    types, periods = company.account_types(), company.periods()
    averages = {period: rates.average(company.currency, *days) for period, days in periods.items()}
    return _sum_of_rounded(
        (
            batch["financialPeriod"],
            line["debitAmount"] - line["creditAmount"],
            averages[batch["financialPeriod"]],
        )
        for batch, line in journal_lines(company)
        if types[line["accountNumber"]] == "Expense"
    )
