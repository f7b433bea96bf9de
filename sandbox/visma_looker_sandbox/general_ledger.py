"""What follows from posted journals: the transactions of the ledger, and its balances."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from visma_looker_sandbox.dto import dto
from visma_looker_sandbox.paths import GL_BALANCE, GL_TRANSACTION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from visma_looker_sandbox.company import Company, Period

_ZERO = Decimal("0.0000")
_MODULE = len("Module")
#: Branch, account, subaccount: what balances are kept of.
Place = tuple[str, str, str]
#: A place in a period, whose code comes first.
Row = tuple[str, str, str, str]


class Movement:
    """Debit and credit of one place in one period.

    `begin` is what the books begin with, `other` what the balance moved without a posting: an
    audit file may state a balance that its postings do not come to. Both have the account's sign.
    """

    __slots__ = ("begin", "credit", "debit", "other", "stamp")

    def __init__(self) -> None:
        self.debit = self.credit = self.begin = self.other = _ZERO
        self.stamp = ""

    def add(self, debit: Decimal, credit: Decimal, stamp: str) -> None:
        """Add a line."""
        self.debit += debit
        self.credit += credit
        self.stamp = max(self.stamp, stamp)


class GeneralLedger:
    """The actual ledger of a company: its inquiry lines and its balances.

    Balances have the sign of their account: debit minus credit for assets and expenses, credit
    minus debit for liabilities and income. A row exists where a period has movements, and in the
    first period of a year where something was carried forward. Income and expenses begin each
    year at zero; the account for retained earnings takes the result.

    Args:
        company: Whose ledger it is.
    """

    def __init__(self, company: Company) -> None:
        self._company = company
        self._movements: dict[Row, Movement] | None = None
        #: Stamp of the newest batch posted since the balances were last written.
        self._newest = ""
        self._parts: dict[str, Any] = {}

    def post(self, batch: dict[str, Any]) -> None:
        """Write the transactions of a posted batch and count them into the balances."""
        movements = self._load()
        company, period = self._company, batch["financialPeriod"]
        stamp, module = batch["lastModifiedDateTime"], batch["module"][_MODULE:]
        self._newest = max(self._newest, stamp)
        ledger = self._part("ledger", company.ledger_number)
        for line in batch["journalTransactionLines"]:
            account, branch = line["accountNumber"], line["branch"]
            subaccount = line["subaccount"]["subaccountNumber"]
            debit, credit = line["debitAmount"], line["creditAmount"]
            row = (period, branch, account, subaccount)
            movement = movements.get(row)
            if movement is None:
                movement = movements[row] = Movement()
            movement.add(debit, credit, stamp)
            number = line["lineNumber"]
            body = dto(
                "GlTransaction",
                lineNumber=number,
                module=module,
                batchNumber=batch["batchNumber"],
                tranDate=batch["transactionDate"],
                period=period,
                description=line["transactionDescription"],
                refNumber=line["referenceNumber"],
                branch=company.branches[branch],
                account=self._part("account", account),
                ledger=ledger,
                subaccount=subaccount,
                debitAmount=debit,
                creditAmount=credit,
                currency=batch["currencyId"],
                currDebitAmount=line["debitAmountInCurrency"],
                currCreditAmount=line["creditAmountInCurrency"],
                lastModifiedDateTime=stamp,
            )
            company.put(GL_TRANSACTION, body, ledger["id"], module, batch["batchNumber"], number)

    def open(self, account: str, period: Period, amount: Decimal) -> None:
        """Have the books begin with an amount, debit minus credit."""
        movement = self._unposted(account, period)
        movement.begin += self.signed(account, amount, _ZERO)

    def correct(self, account: str, period: Period, amount: Decimal) -> None:
        """Have a balance end with so much more, debit minus credit, without a posting."""
        movement = self._unposted(account, period)
        movement.other += self.signed(account, amount, _ZERO)

    def _unposted(self, account: str, period: Period) -> Movement:
        """The first branch's balance without a subaccount's values."""
        company, movements = self._company, self._load()
        nowhere = next(iter(company.subaccounts.values()))["subaccountNumber"]
        row = (period.code, company.branch["number"], account, nowhere)
        self._newest = max(self._newest, company.accounts[account]["lastModifiedDateTime"])
        if row not in movements:
            movements[row] = Movement()
        movements[row].stamp = movements[row].stamp or self._newest
        return movements[row]

    def signed(self, account: str, debit: Decimal, credit: Decimal) -> Decimal:
        """An amount with the sign of its account."""
        kind = self._company.accounts[account]["type"]
        return debit - credit if kind in {"Asset", "Expense"} else credit - debit

    def _moved(self, account: str, movement: Movement) -> Decimal:
        return self.signed(account, movement.debit, movement.credit) + movement.other

    def save(self) -> None:
        """Write the balances that postings have changed."""
        if not self._newest or self._movements is None:
            return
        company = self._company
        stored = dict(company.records(GL_BALANCE))
        for row, begin, movement, stamp in self._rolled(self._movements):
            body = self._balance(row, begin, movement, stamp)
            key = "|".join(self._key(body))
            old = stored.get(key)
            if old is None:
                company.put(GL_BALANCE, body, key)
            elif old | {"lastModifiedDateTime": stamp} != body:
                body["lastModifiedDateTime"] = self._newest
                company.put(GL_BALANCE, body, key)
        self._newest = ""

    def _load(self) -> dict[Row, Movement]:
        """The movements so far, as the balances tell them."""
        if self._movements is None:
            self._movements = {}
            for _, body in self._company.records(GL_BALANCE):
                if body["balanceType"] != "Actual":
                    continue
                row = (
                    body["financialPeriod"],
                    body["branch"]["number"],
                    body["account"]["number"],
                    body["subAccountCd"],
                )
                movement = self._movements[row] = Movement()
                movement.add(
                    body["periodToDateDebit"],
                    body["periodToDateCredit"],
                    body["lastModifiedDateTime"],
                )
                signed = self.signed(row[2], movement.debit, movement.credit)
                movement.other = body["yearToDateBalance"] - body["beginningBalance"] - signed
                movement.begin = body["beginningBalance"]
            first = min((row[0] for row in self._movements), default="")
            for row, movement in self._movements.items():
                if row[0] != first:
                    movement.begin = _ZERO
        return self._movements

    def _rolled(
        self, movements: dict[Row, Movement]
    ) -> Iterable[tuple[Row, Decimal, Movement, str]]:
        """Each balance row with what it begins with and its stamp, oldest period first."""
        company = self._company
        kinds = {number: body["type"] for number, body in company.accounts.items()}
        retained = company.books.meta(f"retained_earnings {company.tenant_id}", "")
        nowhere = next(iter(company.subaccounts.values()))["subaccountNumber"]
        at: dict[Place, Decimal] = {}
        stamps: dict[Place, str] = {}
        year = latest = ""
        periods: dict[str, list[Row]] = {}
        for row in movements:
            periods.setdefault(row[0], []).append(row)
        for period in sorted(periods):
            rows = dict.fromkeys(sorted(periods[period]))
            if period[:4] != year:
                if year:
                    at = self._carried(at, kinds, retained, nowhere)
                    rows |= dict.fromkeys((period, *place) for place, value in at.items() if value)
                year = period[:4]
            for row in rows:
                place = row[1:]
                movement = movements.get(row) or Movement()
                latest = max(latest, movement.stamp)
                stamps[place] = max(stamps.get(place, ""), movement.stamp) or latest
                begin = at.get(place, _ZERO) + movement.begin
                yield row, begin, movement, stamps[place]
                at[place] = begin + self._moved(place[1], movement)

    def _carried(
        self, at: dict[Place, Decimal], kinds: dict[str, str], retained: str, nowhere: str
    ) -> dict[Place, Decimal]:
        """What a year begins with: assets and liabilities, and the result where it belongs."""
        carried: dict[Place, Decimal] = {}
        for (branch, account, subaccount), value in at.items():
            kind = kinds[account]
            if kind in {"Asset", "Liability"}:
                place, part = (branch, account, subaccount), value
            elif retained:
                place, part = (branch, retained, nowhere), value if kind == "Income" else -value
            else:
                continue
            carried[place] = carried.get(place, _ZERO) + part
        return carried

    def _balance(self, row: Row, begin: Decimal, movement: Movement, stamp: str) -> dict[str, Any]:
        period, branch, account, subaccount = row
        end = begin + self._moved(account, movement)
        amounts = {
            "periodToDateDebit": movement.debit,
            "periodToDateCredit": movement.credit,
            "beginningBalance": begin,
            "yearToDateBalance": end,
        }
        company = self._company
        number = self._part("subaccount", subaccount)
        return dto(
            "GlBalance",
            branch=company.branches[branch],
            ledger=self._part("ledger", company.ledger_number),
            balanceType="Actual",
            financialPeriod=period,
            account=self._part("account", account),
            subaccount=number,
            subaccountId=str(number["subaccountId"]),
            subAccountCd=subaccount,
            currencyId=company.currency,
            yearClosed=False,
            lastModifiedDateTime=stamp,
            **amounts,
            **{f"{name}InCurrency": amount for name, amount in amounts.items()},
        )

    @staticmethod
    def _key(body: dict[str, Any]) -> tuple[str, ...]:
        return (
            body["ledger"]["id"],
            body["branch"]["number"],
            body["financialPeriod"],
            body["account"]["number"],
            body["subaccountId"],
            body["currencyId"],
            body["balanceType"],
        )

    def _part(self, what: str, number: str) -> dict[str, Any]:
        """A ledger, account or subaccount as shown inside these records."""
        key = f"{what} {number}"
        if key not in self._parts:
            self._parts[key] = self._make_part(what, number)
        part: dict[str, Any] = self._parts[key]
        return part

    def _make_part(self, what: str, number: str) -> dict[str, Any]:
        if what == "ledger":
            return dto("IdDescription", id=number, description="Actual")
        if what == "account":
            body = self._company.accounts[number]
            return dto(
                "GlAccountInfo", type=body["type"], number=number, description=body["description"]
            )
        subaccount = next(
            body
            for body in self._company.subaccounts.values()
            if body["subaccountNumber"] == number
        )
        return dto(
            "GlBalanceSubaccount",
            subaccountNumber=number,
            subaccountId=subaccount["subaccountId"],
        )
