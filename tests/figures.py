"""What the marts must say, computed from the books alone: no SQL, no warehouse, no dbt.

The books are the stand-ins' own store; every amount is a `Decimal`. What is worked out here is
held against the ledger first (`tests/test_figures.py`), so that a wrong figure does not stand by
itself either.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

ZERO = Decimal(0)
#: Documents that are entered and not posted.
DRAFTS = frozenset({"Hold", "Balanced"})
#: How a supplier's document counts as spend: a DebitAdj is the supplier's credit note.
SPEND_SIGNS = {"Invoice": 1, "CreditAdj": 1, "DebitAdj": -1}
REVENUE_SIGNS = {"Invoice": 1, "DebitNote": 1, "CreditNote": -1}
CENT = Decimal("0.01")

Key = tuple[str, ...]
Sums = dict[Key, Decimal]


def day(text: str) -> dt.date:
    """The date of one of the API's times."""
    return dt.date.fromisoformat(text[:10])


@dataclass(frozen=True)
class Company:
    """One company's records.

    Attributes:
        company_id: Short name.
        currency: Of its ledger.
        bodies: Key and body of each record, by resource.
        retained: Account that takes the result of a year; empty where the ERP has none.
    """

    company_id: str
    currency: str
    bodies: Mapping[str, list[tuple[str, dict[str, Any]]]]
    retained: str

    def all(self, resource: str) -> Iterator[dict[str, Any]]:
        """Bodies of a resource."""
        return (body for _, body in self.bodies.get(resource, []))

    def account_types(self) -> dict[str, str]:
        """Asset, Liability, Income or Expense by account."""
        return {body["accountCD"]: body["type"] for body in self.all("/v1/account")}

    def cost_centres(self) -> dict[str, str]:
        """Value of the first segment by the subaccount's number."""
        return {
            body["subaccountNumber"]: body["segments"][0]["segmentValue"]
            for body in self.all("/v1/subaccount")
        }

    def periods(self) -> dict[str, tuple[dt.date, dt.date]]:
        """First and last day of each period, as `YYYYPP`."""
        return {
            f"{body['period'][2:]}{body['period'][:2]}": (
                day(body["startDate"]),
                day(body["endDate"]),
            )
            for body in self.all("/v1/financialPeriod")
        }

    def statement(self, account: str, debit: Decimal, credit: Decimal) -> Decimal:
        """An amount with the sign that it has in statements."""
        if self.account_types()[account] in {"Liability", "Income"}:
            return credit - debit
        return debit - credit


def read_books(path: Path) -> list[Company]:
    """Read everything; numbers with a point become decimals.

    Args:
        path: SQLite file of the stand-ins.
    """
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as books:
        meta = dict(books.execute("select name, value from meta").fetchall())
        bodies: dict[str, dict[str, list[tuple[str, dict[str, Any]]]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for tenant, resource, key, body in books.execute(
            "select tenant_id, resource, key, body from records order by seq"
        ):
            bodies[tenant][resource].append((key, json.loads(body, parse_float=Decimal)))
        return [
            Company(
                meta.get(f"company_id {tenant}", tenant),
                currency,
                bodies[tenant],
                meta.get(f"retained_earnings {tenant}", ""),
            )
            for tenant, currency in books.execute("select tenant_id, currency from companies")
        ]


def _sums(rows: Iterator[tuple[Key, Decimal]]) -> Sums:
    """Amounts by key; what is nothing is left out."""
    found: Sums = defaultdict(Decimal)
    for key, amount in rows:
        found[key] += amount
    return {key: amount for key, amount in found.items() if amount}


# --- spend and cost


def spend(company: Company) -> Sums:
    """Invoiced spend without VAT in the company's currency.

    By period, account and cost centre, and supplier; drafts do not count. What was received
    before it was invoiced counts where the receipt says, not on the account in between.
    """
    centres = company.cost_centres()
    received = {
        (receipt["receiptNbr"], line["lineNbr"]): (line["account"]["number"], line["sub"]["id"])
        for receipt in company.all("/v2/PurchaseReceipt")
        for line in receipt["lines"]
    }

    def rows() -> Iterator[tuple[Key, Decimal]]:
        for body in company.all("/v1/supplierInvoice"):
            if body["status"] in DRAFTS:
                continue
            sign = SPEND_SIGNS[body["documentType"]]
            for line in body["invoiceLines"]:
                account, subaccount = received.get(
                    (line["poReceiptNbr"], line["poReceiptLineNbr"]),
                    (line["account"]["number"], line["subaccount"]["subaccountNumber"]),
                )
                key = (
                    body["financialPeriod"],
                    account,
                    centres[subaccount],
                    body["supplier"]["number"],
                )
                yield key, sign * line["cost"]

    return _sums(rows())


def sales(company: Company) -> Sums:
    """Invoiced sales without VAT in the company's currency, by period, account and customer."""
    lists = {"/v1/customerinvoice": "invoiceLines"} | dict.fromkeys(
        ("/v1/customerCreditNote", "/v1/customerDebitNote"), "lines"
    )
    return _sums(
        (
            (
                body["financialPeriod"],
                line["account"]["number"],
                body["customer"]["number"],
            ),
            REVENUE_SIGNS[body["documentType"]] * line["amount"],
        )
        for resource, lines in lists.items()
        for body in company.all(resource)
        if body["status"] not in DRAFTS
        for line in body[lines]
    )


def journal_lines(company: Company) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each posted line with its batch."""
    for batch in company.all("/v2/journaltransaction"):
        if batch["status"] == "Posted":
            for line in batch["journalTransactionLines"]:
                yield batch, line


def booked_cost(company: Company) -> Sums:
    """What the ledger says of expenses: by period, account and cost centre."""
    types, centres = company.account_types(), company.cost_centres()
    return _sums(
        (
            (
                batch["financialPeriod"],
                line["accountNumber"],
                centres[line["subaccount"]["subaccountNumber"]],
            ),
            line["debitAmount"] - line["creditAmount"],
        )
        for batch, line in journal_lines(company)
        if types[line["accountNumber"]] == "Expense"
    )


# --- ledger


@dataclass
class TrialBalance:
    """One account of one ledger in one period; debit minus credit is positive."""

    opening: Decimal = ZERO
    debit: Decimal = ZERO
    credit: Decimal = ZERO

    @property
    def closing(self) -> Decimal:
        """What the next period begins with."""
        return self.opening + self.debit - self.credit

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return any((self.opening, self.debit, self.credit))


def trial_balance(company: Company) -> dict[Key, TrialBalance]:
    """Trial balance of the ledgers by ledger, period and account, in every period there is.

    Assets and liabilities go on; income and expenses begin each year at nothing, and what they
    came to goes to retained earnings. Budget ledgers hold what was released, and have no result.
    """
    moved: dict[Key, TrialBalance] = defaultdict(TrialBalance)
    for batch, line in journal_lines(company):
        row = moved[batch["ledger"], batch["financialPeriod"], line["accountNumber"]]
        row.debit += line["debitAmount"]
        row.credit += line["creditAmount"]
    types = company.account_types()
    for key, body in company.bodies.get("/v1/budget", []):
        for period in body["periods"] if body["released"] else ():
            account = body["account"]["number"]
            row = moved[key.split("|")[0], period["periodId"], account]
            if types[account] in {"Asset", "Expense"}:
                row.debit += period["amount"]
            else:
                row.credit += period["amount"]
    found: dict[Key, TrialBalance] = {}
    for ledger in {key[0] for key in moved}:
        mine = {key[1:]: row for key, row in moved.items() if key[0] == ledger}
        _roll(company, ledger, mine, found)
    return found


def _roll(
    company: Company,
    ledger: str,
    moved: dict[Key, TrialBalance],
    found: dict[Key, TrialBalance],
) -> None:
    types = company.account_types()
    at: dict[str, Decimal] = defaultdict(Decimal)
    year = min(period for period, _ in moved)[:4]
    for period in sorted(company.periods()):
        if period[:4] < year:
            continue
        if period[:4] != year:
            year = period[:4]
            result = ZERO
            for account in list(at):
                if types[account] in {"Income", "Expense"}:
                    result += at.pop(account)
            if company.retained and ledger == "ACTUAL":
                at[company.retained] += result
        for account in sorted({*at, *(account for code, account in moved if code == period)}):
            row = moved.get((period, account), TrialBalance())
            made = TrialBalance(at[account], row.debit, row.credit)
            at[account] = made.closing
            if made:
                found[ledger, period, account] = made


# --- budget


@dataclass
class BudgetLine:
    """Budget and actual, with the sign of the statement."""

    budget: Decimal = ZERO
    actual: Decimal = ZERO
    budget_ytd: Decimal = ZERO
    actual_ytd: Decimal = ZERO
    full_year_budget: Decimal = ZERO


def budget_against_actual(company: Company, ledger: str) -> dict[Key, BudgetLine]:
    """Budget of a ledger against the actual one, by branch, period, account and cost centre.

    Every combination that has either has every period of its year, so that the sum of the year
    to date is there in months without anything, too. Income and expenses alone.
    """
    centres, types = company.cost_centres(), company.account_types()
    budgets: Sums = defaultdict(Decimal)
    actuals: Sums = defaultdict(Decimal)
    for key, body in company.bodies.get("/v1/budget", []):
        if key.split("|")[0] != ledger:
            continue
        place = (
            body["branchNumber"]["number"],
            body["account"]["number"],
            centres[body["subaccount"]["id"]],
        )
        for period in body["periods"]:
            budget_key = (*place, period["periodId"])
            budgets[budget_key] += period["amount"]
    for batch, line in journal_lines(company):
        account = line["accountNumber"]
        if types[account] in {"Income", "Expense"}:
            centre = centres[line["subaccount"]["subaccountNumber"]]
            actuals[line["branch"], account, centre, batch["financialPeriod"]] += company.statement(
                account, line["debitAmount"], line["creditAmount"]
            )
    found: dict[Key, BudgetLine] = {}
    for branch, account, centre, year in {(*key[:3], key[3][:4]) for key in (*budgets, *actuals)}:
        place = (branch, account, centre)
        codes = sorted(code for code in company.periods() if code[:4] == year)
        budget_ytd = actual_ytd = ZERO
        whole = sum((budgets.get((*place, code), ZERO) for code in codes), ZERO)
        for code in codes:
            budget = budgets.get((*place, code), ZERO)
            actual = actuals.get((*place, code), ZERO)
            budget_ytd, actual_ytd = budget_ytd + budget, actual_ytd + actual
            found[branch, code, account, centre] = BudgetLine(
                budget, actual, budget_ytd, actual_ytd, whole
            )
    return found
