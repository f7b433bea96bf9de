"""What happens in the ledger every month and at the end of a year, without documents."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from visma_looker_sandbox.company import Period, Posting, stamp_on
from visma_looker_sandbox.group import profiles as p

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visma_looker_sandbox.company import Company
    from visma_looker_sandbox.group.numbers import Numbers

_PRODUCTION = ("200", "00")
_ADMINISTRATION = ("600", "00")
_BIMONTHLY = 2


def post(
    account: str,
    amount: Decimal,
    segments: tuple[str, str] | None = None,
    text: str = "",
    **more: object,
) -> Posting:
    """A posting: debit if the amount is positive, else credit."""
    zero = Decimal(0)
    return Posting(
        account=account,
        debit=max(amount, zero),
        credit=max(-amount, zero),
        segments=segments,
        text=text,
        **more,  # type: ignore[arg-type]
    )


class Journals:
    """The journals of one company.

    Args:
        company: Whose.
        numbers: Where their numbers come from.
        unit: What all amounts are multiplied with.
        scale: What amounts that grow with the business are multiplied with, too.
    """

    def __init__(self, company: Company, numbers: Numbers, unit: Decimal, scale: int) -> None:
        self._company = company
        self._numbers = numbers
        self._unit = unit
        self._size = unit * scale
        self._accruals: dict[str, tuple[str, list[Posting]]] = {}
        #: What goods were received for since the last month's end, per branch.
        self.received: dict[str, Decimal] = {}
        #: VAT since the last settlement, per branch: output and input.
        self.output: dict[str, Decimal] = {}
        self.input: dict[str, Decimal] = {}
        self._owed: dict[str, Decimal] = {}

    def write(
        self,
        postings: Sequence[Posting],
        day: dt.date,
        text: str,
        branch: str,
        *,
        module: str = "GL",
        period: Period | None = None,
        entered: dt.date | None = None,
        reversing: bool = False,
        reverses: str = "",
        status: str = "Posted",
    ) -> str:
        """Write one batch.

        Returns:
            Its number.
        """
        nth, batch = self._numbers.batch(module)
        self._company.add_journal(
            module,
            batch,
            postings,
            day=day,
            period=period or self._company.period_of(day),
            text=text,
            stamp=stamp_on(entered or day, nth),
            branch=branch,
            auto_reversing=reversing,
            reverses=reverses,
            status=status,
        )
        return batch

    def opening(self, day: dt.date, machines: Decimal) -> None:
        """What every branch begins with: the books know nothing before."""
        for nth, branch in enumerate(self._company.branches):
            assets = {
                p.BANK: Decimal(6_000_000),
                "1400": Decimal(2_500_000),
                "1200": Decimal(0) if nth else machines,
            }
            total = sum(assets.values(), Decimal(0)) * self._size
            amounts = {number: amount * self._size for number, amount in assets.items()}
            amounts["1200"] = assets["1200"]
            total = sum(amounts.values(), Decimal(0))
            loan = 1_500_000 * self._unit
            capital = 1_000_000 * self._unit
            amounts |= {"2220": -loan, "2000": -capital, p.RETAINED: loan + capital - total}
            lines = [post(number, amount, None, "Opening") for number, amount in amounts.items()]
            self.write(
                [line for line in lines if line.debit or line.credit], day, "Opening", branch
            )

    def month_begins(self, day: dt.date) -> None:
        """Take back the accruals of the month before."""
        for branch, (batch, lines) in self._accruals.items():
            back = [
                Posting(
                    account=line.account,
                    debit=line.credit,
                    credit=line.debit,
                    segments=line.segments,
                    text=line.text,
                )
                for line in lines
            ]
            self.write(back, day, "Reversal of accrual", branch, reverses=batch)
        self._accruals = {}

    def month_ends(self, day: dt.date) -> None:
        """Wages, rent, goods sold, interest, accruals, and VAT every second month."""
        for nth, branch in enumerate(self._company.branches):
            share = Decimal(1 + nth)
            self._wages(day, branch, share)
            rent = p.RENT * self._unit / share
            self.write(
                [
                    post("6300", rent * 2 / 3, _PRODUCTION, "Rent"),
                    post("6300", rent / 3, _ADMINISTRATION, "Rent"),
                    post(p.BANK, -rent, None, "Rent"),
                ],
                day,
                "Rent",
                branch,
            )
            interest = round(6250 * self._unit, 2)
            charges = round(Decimal("185.50") * self._unit, 2)
            self.write(
                [
                    post("8150", interest, _ADMINISTRATION, "Interest"),
                    post("7770", charges, _ADMINISTRATION, "Bank charges"),
                    post(p.BANK, -interest - charges, None, "Interest and charges"),
                ],
                day,
                "Interest and charges",
                branch,
            )
            if sold := round(self.received.pop(branch, Decimal(0)) * Decimal("0.8"), 2):
                lines = [post("4300", sold, _PRODUCTION, "Cost of goods sold"), post("1400", -sold)]
                self.write(lines, day, "Cost of goods sold", branch, module="IN")
            amount = round((8_000 + 137 * day.month) * self._size, 1)
            accrual = [
                post("6340", amount, _PRODUCTION, "Energy, accrued"),
                post("6700", amount / 2, _ADMINISTRATION, "Consultancy, accrued"),
                post("2960", -amount - amount / 2, None, "Accrued"),
            ]
            batch = self.write(accrual, day, "Accruals", branch, reversing=True)
            self._accruals[branch] = (batch, accrual)
            if day.month % _BIMONTHLY == 0:
                self._settle_vat(day, branch)

    def _wages(self, day: dt.date, branch: str, share: Decimal) -> None:
        wages = {
            number: round((p.WAGES + p.MORE_WAGES * nth) * self._size / share, 2)
            for nth, (number, _) in enumerate(p.DEPARTMENTS)
        }
        lines = [post("5000", each, (number, "00"), "Wages") for number, each in wages.items()]
        social = {number: round(each * p.SOCIAL_SECURITY, 2) for number, each in wages.items()}
        lines += [
            post("5400", each, (number, "00"), "Social security") for number, each in social.items()
        ]
        total = sum(wages.values(), Decimal(0))
        tax = round(total * Decimal("0.31"), 2)
        lines += [
            post("2600", -tax, None, "Withheld tax"),
            post("2780", -sum(social.values(), Decimal(0)), None, "Social security"),
            post(p.BANK, tax - total, None, "Wages paid"),
        ]
        self.write(lines, day, "Wages", branch)
        paid = [
            post("2600", tax, None, "Withheld tax paid"),
            post("2780", sum(social.values(), Decimal(0)), None, "Social security paid"),
            post(p.BANK, -tax - sum(social.values(), Decimal(0)), None, "Taxes paid"),
        ]
        self.write(paid, day, "Payroll taxes", branch)

    def _settle_vat(self, day: dt.date, branch: str) -> None:
        """Move what VAT has gathered to the settlement, and pay the one before."""
        if owed := self._owed.pop(branch, Decimal(0)):
            lines = [post("2740", owed, None, "VAT paid"), post(p.BANK, -owed, None, "VAT paid")]
            self.write(lines, day, "VAT paid", branch)
        output = self.output.pop(branch, Decimal(0))
        bought = self.input.pop(branch, Decimal(0))
        lines = [
            post("2700", output, None, "VAT settlement"),
            post("2710", -bought, None, "VAT settlement"),
            post("2740", bought - output, None, "VAT settlement"),
        ]
        lines = [line for line in lines if line.debit or line.credit]
        if lines:
            self.write(lines, day, "VAT settlement", branch)
            self._owed[branch] = output - bought

    def draft(self) -> list[Posting]:
        """Lines of a batch that is not posted."""
        amount = Decimal("1999.90")
        return [post("6800", amount, _ADMINISTRATION, "Draft"), post("2960", -amount)]

    def year_ends(self, last: dt.date, year: int, now: dt.date) -> None:
        """Adjustments in period 13, entered three weeks after the year."""
        entered = min(last + dt.timedelta(days=21), now - dt.timedelta(days=1))
        period = Period(year, 13)
        for branch in self._company.branches:
            tax = 180_000 * self._size
            self.write(
                [post("8300", tax, None, "Income tax"), post("2500", -tax, None, "Income tax")],
                last, "Income tax of the year", branch, period=period, entered=entered,
            )  # fmt: skip
            bonus = round(Decimal("64250.25") * self._size, 1)
            self.write(
                [
                    post("5000", bonus, ("500", "00"), "Bonus"),
                    post("5000", bonus / 5, ("400", "00"), "Bonus"),
                    post("2960", -bonus - bonus / 5, None, "Bonus"),
                ],
                last, "Bonus of the year", branch, period=period, entered=entered,
            )  # fmt: skip
