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

_MONTHS = 12
#: Number and name of the ledger, and what its amounts are of the first.
_LEDGERS = (("BUDGET", Decimal(1)), ("FORECAST", Decimal("0.96")))


def add_budgets(
    company: Company, years: range, first: dt.date, *, size: int, chance: random.Random
) -> None:
    """Write the budgets of all years: the plan, released for years that are over, and a forecast.

    Every article is a leaf: an account with a whole subaccount.
    """
    places: list[tuple[str, tuple[str, str]]] = [
        (account, (department, "00"))
        for account in ("5000", "5400", *p.BOUGHT)
        for department, _ in p.DEPARTMENTS
    ]
    places += [(account, ("500", line)) for account in ("3000", "3010") for line, _ in p.LINES]
    places += [("6300", ("200", "00")), ("6300", ("600", "00")), ("6010", ("200", "00"))]
    for year in years:
        entered = stamp_on(first + dt.timedelta(days=365 * (year - years[0])), year)
        for branch in company.branches:
            for account, segments in places:
                amount = Decimal(chance.randint(40, 900) * 1_000 * size)
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
