"""General ledger, what follows from the journals: transactions, balances and budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from typing_extensions import override

from tap_visma.openapi import VismaSchema
from tap_visma.stream import VismaStream
from tap_visma.streams.ledger import FinancialPeriods, Ledgers, Period
from tap_visma.streams.reference import Branches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_visma.audit import Run
    from tap_visma.client import CompanyClient, Params

LEDGER = {"type": "string", "description": "Number of the ledger the rows were asked for."}


class _Ledger(msgspec.Struct, rename="camel"):
    number: str | None = None
    balance_type: str | None = None


class _Branch(msgspec.Struct):
    number: str | None = None


class GeneralLedgerTransactions(
    VismaStream,
    paged=True,
    expand=("expandAccountInfo", "expandBranchInfo"),
    period=("fromPeriod", "toPeriod"),
):
    """Posted general ledger lines, asked for ledger by ledger."""

    name = "general_ledger_transactions"
    path = "/v1/GeneralLedgerTransactions"
    cost = "1 per ledger"
    primary_keys = ("company_id", "ledgerId", "module", "batchNumber", "lineNumber")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("GeneralLedgerTransactionDetailsDto")

    @property
    @override
    def added_columns(self) -> dict[str, dict[str, Any]]:
        return {"ledgerId": LEDGER}

    @override
    def combinations(self, client: CompanyClient, run: Run) -> list[dict[str, str]]:
        ledgers = [
            ledger.number
            for ledger in self.list_of(Ledgers, client, run, _Ledger)
            if ledger.number and ledger.balance_type != "Budget"
        ]
        return [{"ledgerId": ledger} for ledger in self.wanted("ledgers", ledgers)]

    @override
    def parameters(self, client: CompanyClient, combination: Mapping[str, str], run: Run) -> Params:
        return {"ledger": combination["ledgerId"]}


class GeneralLedgerBalances(
    VismaStream,
    paged=True,
    condition=False,
    period=("periodId",),
    key_from={
        "ledgerId": "ledger.id",
        "branchNumber": "branch.number?",
        "accountNumber": "account.number",
        "subaccountKey": "subaccountId|subaccount.subaccountId?",
        "currencyKey": "currencyId?",
        "balanceTypeKey": "balanceType?",
    },
):
    """Balances per period, as Visma keeps them: the figures that reports must reach."""

    name = "general_ledger_balances"
    path = "/v2/generalLedgerBalance"
    primary_keys = (
        "company_id", "ledgerId", "branchNumber", "financialPeriod", "accountNumber",
        "subaccountKey", "currencyKey", "balanceTypeKey",
    )  # fmt: skip
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("GeneralLedgerBalanceDto")


class Budgets(
    VismaStream,
    key_from={"accountNumber": "account.number", "subaccountId": "subaccount.id?"},
):
    """Budgets with their periods, asked for by branch, budget ledger and year."""

    name = "budgets"
    path = "/v1/budget"
    cost = "1 per branch, budget ledger and year"
    primary_keys = (
        "company_id", "ledgerId", "financialYear", "branch", "accountNumber", "subaccountId",
    )  # fmt: skip
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("BudgetDto")

    @property
    @override
    def added_columns(self) -> dict[str, dict[str, Any]]:
        branch = {"type": "string", "description": "Number of the branch that was asked for."}
        return {"ledgerId": LEDGER, "branch": branch, **super().added_columns}

    @override
    def combinations(self, client: CompanyClient, run: Run) -> list[dict[str, str]]:
        ledgers = [
            ledger.number
            for ledger in self.list_of(Ledgers, client, run, _Ledger)
            if ledger.number and ledger.balance_type == "Budget"
        ]
        if not ledgers:
            return []
        years = sorted(
            {
                str(row.year)
                for row in self.list_of(FinancialPeriods, client, run, Period)
                if row.year
            }
        )
        return [
            {"ledgerId": ledger, "branch": branch.number, "financialYear": year}
            for ledger in ledgers
            for branch in self.list_of(Branches, client, run, _Branch)
            if branch.number
            for year in self.wanted("financial_years", years)
        ]

    @override
    def parameters(self, client: CompanyClient, combination: Mapping[str, str], run: Run) -> Params:
        return {
            "ledger": combination["ledgerId"],
            "branch": combination["branch"],
            "financialYear": combination["financialYear"],
        }
