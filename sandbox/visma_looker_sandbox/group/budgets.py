"""Budgets on accounts and subaccounts, and the balances of those that are released."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from visma_looker_sandbox.company import Period, money, stamp_on
from visma_looker_sandbox.dto import dto
from visma_looker_sandbox.group import profiles as p
from visma_looker_sandbox.paths import BUDGET, GL_BALANCE

if TYPE_CHECKING:
    import random

    from visma_looker_sandbox.company import Company
    from visma_looker_sandbox.group.profiles import Profile

_MONTHS = 12
#: Lines of an invoice, on average; what is sold by account; a month's depreciation.
_LINES = Decimal("2.5")
_SOLD = {"3000": Decimal("0.375"), "3010": Decimal("0.375"), "3100": Decimal("0.25")}
_DEPRECIATION = Decimal(32_000)
#: Number and name of the ledger, and what its amounts are of the first.
_LEDGERS = (("BUDGET", Decimal(1)), ("FORECAST", Decimal("0.96")))


def add_budgets(
    company: Company,
    profile: Profile,
    years: range,
    first: dt.date,
    *,
    scale: int,
    chance: random.Random,
) -> None:
    """Write the budgets of all years: the plan, released for years that are over, and a forecast.

    Every article is a leaf: an account with a whole subaccount.
    """
    for year in years:
        entered = stamp_on(first + dt.timedelta(days=365 * (year - years[0])), year)
        for nth, branch in enumerate(company.branches):
            for (account, segments), expected in _expected(profile, nth, scale).items():
                # Nobody plans to the hundred, and nothing goes to plan.
                amount = expected * chance.randint(85, 115) // 10_000 * 100
                for ledger, share in _LEDGERS:
                    released = ledger == "BUDGET" and year < years[-1]
                    body = _budget(
                        company, year, branch, (account, segments), round(amount * share, 2),
                        released=released, stamp=entered,
                    )  # fmt: skip
                    subaccount = body["subaccount"]["id"]
                    company.put(BUDGET, body, ledger, year, branch, account, subaccount)
                    if released:
                        _balances(company, body, ledger, segments)


def _expected(profile: Profile, nth: int, scale: int) -> dict[tuple[str, tuple[str, str]], Decimal]:
    """What a year of a branch comes to, by account and segments; the first branch is the largest.

    Args:
        profile: Whose.
        nth: Which of its branches.
        scale: What the number of documents is multiplied with.
    """
    unit, branches = profile.unit, len(profile.branches)
    found: dict[tuple[str, tuple[str, str]], Decimal] = {}
    bought = profile.purchases * _LINES * (p.LEAST_BOUGHT + p.MOST_BOUGHT) / 2
    pieces = Decimal(p.LEAST_SOLD + p.MOST_SOLD) / 2
    price = sum((Decimal(kroner) * 2 for *_, kroner in p.ITEMS), Decimal(0)) / len(p.ITEMS)
    sold = profile.sales * _LINES * pieces * price
    for place, (department, _) in enumerate(p.DEPARTMENTS):
        wages = (p.WAGES + p.MORE_WAGES * place) * scale / (nth + 1)
        found["5000", (department, "00")] = wages
        found["5400", (department, "00")] = wages * p.SOCIAL_SECURITY
        for account in p.BOUGHT:
            among = len(p.BOUGHT) * len(p.DEPARTMENTS) * branches
            found[account, (department, "00")] = bought * scale / among
    for line, _ in p.LINES:
        for account, share in _SOLD.items():
            found[account, ("500", line)] = sold * scale * share / len(p.LINES) / branches
    found["6300", ("200", "00")] = p.RENT / (nth + 1) * 2 / 3
    found["6300", ("600", "00")] = p.RENT / (nth + 1) / 3
    if not nth:
        # The machines are the first branch's.
        found["6010", ("200", "00")] = _DEPRECIATION
    return {place: amount * unit * _MONTHS for place, amount in found.items()}


def _budget(
    company: Company,
    year: int,
    branch: str,
    place: tuple[str, tuple[str, str]],
    amount: Decimal,
    *,
    released: bool,
    stamp: str,
) -> dict[str, Any]:
    account, segments = place
    month = round(amount / _MONTHS, 2)
    amounts = [month] * (_MONTHS - 1)
    amounts.append(amount - sum(amounts, Decimal(0)))
    return dto(
        "Budget",
        financialYear=str(year),
        released=released,
        releasedAmount=money(amount if released else Decimal(0)),
        account=company.nested_account(account),
        subaccount=company.short_subaccount(segments),
        description=company.accounts[account]["description"],
        amount=money(amount),
        distributedAmount=money(amount),
        periods=[
            dto("BudgetPeriod", periodId=Period(year, number).code, amount=money(part))
            for number, part in enumerate(amounts, start=1)
        ],
        lastModifiedDateTime=stamp,
        branchNumber=company.branches[branch],
    )


def _balances(
    company: Company, budget: dict[str, Any], ledger: str, segments: tuple[str, str]
) -> None:
    """A released budget is a balance of its ledger, period by period."""
    account = company.accounts[budget["account"]["number"]]
    subaccount = company.subaccounts[segments]
    begin = money(Decimal(0))
    debit = account["type"] in {"Asset", "Expense"}
    for period in budget["periods"]:
        amount = period["amount"]
        nothing = money(Decimal(0))
        amounts = {
            "periodToDateDebit": amount if debit else nothing,
            "periodToDateCredit": nothing if debit else amount,
            "beginningBalance": begin,
            "yearToDateBalance": begin + amount,
        }
        begin += amount
        body = dto(
            "GlBalance",
            branch=budget["branchNumber"],
            ledger=dto("IdDescription", id=ledger, description=f"Budget {ledger}"),
            balanceType="Budget",
            financialPeriod=period["periodId"],
            account=dto(
                "GlAccountInfo",
                type=account["type"],
                number=account["accountCD"],
                description=account["description"],
            ),
            subaccount=dto(
                "GlBalanceSubaccount",
                subaccountNumber=subaccount["subaccountNumber"],
                subaccountId=subaccount["subaccountId"],
            ),
            subaccountId=str(subaccount["subaccountId"]),
            subAccountCd=subaccount["subaccountNumber"],
            currencyId=company.currency,
            yearClosed=False,
            lastModifiedDateTime=budget["lastModifiedDateTime"],
            **amounts,
            **{f"{name}InCurrency": value for name, value in amounts.items()},
        )
        company.put(
            GL_BALANCE, body, ledger, budget["branchNumber"]["number"], period["periodId"],
            account["accountCD"], subaccount["subaccountId"], company.currency, "Budget",
        )  # fmt: skip
