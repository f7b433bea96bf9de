"""Identities of the general ledger and of what hangs on it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from visma_looker_sandbox.paths import (
    FINANCIAL_PERIOD,
    GL_BALANCE,
    GL_TRANSACTION,
    JOURNAL,
    SUBACCOUNT,
)

if TYPE_CHECKING:
    from visma_looker_sandbox.checks.result import Records, Result

_ZERO = Decimal(0)
_MODULE = len("Module")
_DEBIT_KINDS = frozenset({"Asset", "Expense"})
_BALANCE_KINDS = frozenset({"Asset", "Liability"})


def batches_balance(records: Records, result: Result) -> None:
    """Debit is credit in every batch, in both currencies, and its totals are those of its lines."""
    for batch in records.of(JOURNAL):
        lines = batch["journalTransactionLines"]
        where = f"batch {batch['module']} {batch['batchNumber']}"
        for end in ("", "InCurrency"):
            debit = sum((line[f"debitAmount{end}"] for line in lines), _ZERO)
            credit = sum((line[f"creditAmount{end}"] for line in lines), _ZERO)
            result.same(f"{where} debit against credit {end}".rstrip(), debit, credit)
            result.same(f"{where} debitTotal{end}", batch[f"debitTotal{end}"], debit)
            result.same(f"{where} creditTotal{end}", batch[f"creditTotal{end}"], credit)


def trial_balance(records: Records, result: Result) -> None:
    """All movements of a period, and all balances at its end, net to zero in every branch."""
    moved: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    at: dict[str, dict[tuple[str, str], Decimal]] = defaultdict(dict)
    rows = [r for r in records.of(GL_BALANCE) if r["balanceType"] == "Actual"]
    rows.sort(key=lambda row: row["financialPeriod"])
    kinds = {number: body["type"] for number, body in records.accounts.items()}
    ends: dict[tuple[str, str], Decimal] = {}
    year: dict[str, str] = {}
    for row in rows:
        period, branch = row["financialPeriod"], row["branch"]["number"]
        account = row["account"]["number"]
        moved[period, branch] += row["periodToDateDebit"] - row["periodToDateCredit"]
        if year.setdefault(branch, period[:4]) != period[:4]:
            year[branch] = period[:4]
            places = at[branch]
            at[branch] = {p: v for p, v in places.items() if kinds[p[0]] in _BALANCE_KINDS}
        sign = 1 if kinds[account] in _DEBIT_KINDS else -1
        at[branch][account, row["subAccountCd"]] = sign * row["yearToDateBalance"]
        ends[period, branch] = _ZERO
        if records.meta("retained_earnings"):
            ends[period, branch] = sum(at[branch].values(), _ZERO)
    for (period, branch), amount in moved.items():
        result.same(f"period {period} branch {branch} movements", amount, _ZERO)
        result.same(f"period {period} branch {branch} balances", ends[period, branch], _ZERO)


def transactions(records: Records, result: Result) -> None:
    """The transactions of the ledger are the lines of the posted batches."""
    told: dict[str, tuple[object, ...]] = {}
    for key, body in records.keyed(GL_TRANSACTION):
        told[key] = (
            body["account"]["number"],
            body["subaccount"],
            body["branch"]["number"],
            body["period"],
            body["debitAmount"],
            body["creditAmount"],
            body["currDebitAmount"],
            body["currCreditAmount"],
        )
    for batch in records.posted():
        module = batch["module"][_MODULE:]
        for line in batch["journalTransactionLines"]:
            number = batch["batchNumber"]
            key = f"{batch['ledger']}|{module}|{number}|{line['lineNumber']}"
            expected = (
                line["accountNumber"],
                line["subaccount"]["subaccountNumber"],
                line["branch"],
                batch["financialPeriod"],
                line["debitAmount"],
                line["creditAmount"],
                line["debitAmountInCurrency"],
                line["creditAmountInCurrency"],
            )
            result.same(f"transaction {key}", told.pop(key, None), expected)
    for key, left in told.items():
        result.same(f"transaction {key} without a line", left, None)


def balances(records: Records, result: Result) -> None:
    """Balances are the sums of the lines, and each begins where the one before ended."""
    moved: dict[tuple[str, str, str, str], list[Decimal]] = defaultdict(lambda: [_ZERO, _ZERO])
    for batch in records.posted():
        for line in batch["journalTransactionLines"]:
            at = moved[
                line["branch"],
                line["accountNumber"],
                line["subaccount"]["subaccountNumber"],
                batch["financialPeriod"],
            ]
            at[0] += line["debitAmount"]
            at[1] += line["creditAmount"]
    rows = {
        (r["branch"]["number"], r["account"]["number"], r["subAccountCd"], r["financialPeriod"]): r
        for r in records.of(GL_BALANCE)
        if r["balanceType"] == "Actual"
    }
    kinds = {number: body["type"] for number, body in records.accounts.items()}
    retained, generated = records.meta("retained_earnings"), records.meta("generated")
    first = min((period for *_, period in rows), default="")
    results: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (branch, account, _, period), (debit, credit) in moved.items():
        if kinds[account] not in _BALANCE_KINDS:
            results[branch, period[:4]] += credit - debit
    nowhere = next((body["subaccountNumber"] for body in records.of(SUBACCOUNT)), "")
    before: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    year: dict[tuple[str, str, str], str] = {}
    for key in sorted(rows, key=lambda key: (key[3], key)):
        row, (branch, account, subaccount, period) = rows[key], key
        where = f"balance {branch} {account} {subaccount} {period}"
        debit, credit = moved.pop(key, [_ZERO, _ZERO])
        result.same(f"{where} debit", row["periodToDateDebit"], debit)
        result.same(f"{where} credit", row["periodToDateCredit"], credit)
        place = key[:3]
        last = year.get(place, "")
        expected = before[place]
        if kinds[account] not in _BALANCE_KINDS and last != period[:4]:
            expected = _ZERO
        if account == retained and subaccount == nowhere:
            expected += sum(
                (
                    amount
                    for (b, y), amount in results.items()
                    if b == branch and last <= y < period[:4]
                ),
                _ZERO,
            )
        year[place] = period[:4]
        if period == first and not generated:
            # An audit file begins with what was there before.
            expected = row["beginningBalance"]
        result.same(f"{where} begins", row["beginningBalance"], expected)
        sign = 1 if kinds[account] in _DEBIT_KINDS else -1
        before[place] = expected + sign * (debit - credit)
        result.same(f"{where} ends", row["yearToDateBalance"], before[place])
    for key in moved:
        result.same(f"balance {' '.join(key)}", None, "a row")


def periods_exist(records: Records, result: Result) -> None:
    """Every period that is posted in is one of the financial periods."""
    known = {f"{b['year']}{b['period'][:2]}" for b in records.of(FINANCIAL_PERIOD)}
    for batch in records.of(JOURNAL):
        period = batch["financialPeriod"]
        where = f"batch {batch['module']} {batch['batchNumber']} period {period}"
        result.same(where, period in known, expected=True)


LEDGER_CHECKS = (
    ("batches: debit = credit", batches_balance),
    ("trial balance nets to zero", trial_balance),
    ("GL transactions = journal lines", transactions),
    ("GL balances roll forward", balances),
    ("periods exist", periods_exist),
)
