"""The general ledger: accounts, journals, balances, budgets."""

from __future__ import annotations

from visma_looker_sandbox.paths import (
    ACCOUNT,
    BUDGET,
    DIMENSION,
    FINANCIAL_PERIOD,
    GL_BALANCE,
    GL_TRANSACTION,
    JOURNAL,
    LEDGER,
    SUBACCOUNT,
)
from visma_looker_sandbox.visma.declare import (
    MODIFIED,
    Filter,
    Resource,
    after,
    bound,
    bound_day,
    equal,
    flag,
)

GENERAL_LEDGER = (
    Resource(
        ACCOUNT,
        "AccountDto",
        key=("accountID",),
        paged=False,
        filters=(
            MODIFIED,
            after("accountCD"),
            flag("active"),
            equal("publicCode", "publicCode1"),
            equal("externalCode1", "externalCode1Info.number"),
            equal("externalCode2", "externalCode2Info.number"),
            equal("analysisCode", "analisysCodeInfo.number"),
        ),
        expand={"includeAccountClassDescription": ("accountClassDescription",)},
    ),
    Resource(
        BUDGET,
        "BudgetDto",
        # The record does not tell its ledger.
        key=("(ledger)", "financialYear", "branchNumber.number", "account.number", "subaccount.id"),
        paged=False,
        metadata=False,
        mandatory=("branch", "ledger", "financialYear"),
        filters=(
            MODIFIED,
            Filter("ledger", "substr(key, 1, instr(key, '|') - 1) = ? COLLATE NOCASE"),
            equal("branch", "branchNumber.number"),
            equal("financialYear"),
            equal("subaccount", "subaccount.id"),
            flag("isReleased", "released"),
            after("account.number"),
        ),
    ),
    Resource(
        DIMENSION,
        "DtoDimension",
        key=("id",),
        paged=False,
        metadata=False,
        form="object",
        expand={"expandSegmentsValues": ("segments[].segmentValues",)},
    ),
    Resource(
        FINANCIAL_PERIOD,
        "FinancialPeriodDto",
        key=("year", "period"),
        paged=False,
        metadata=False,
        filters=(
            Filter(
                "greaterThanValue",
                "json_extract(body, '$.year') || substr(json_extract(body, '$.period'), 1, 2) > ?",
            ),
        ),
    ),
    Resource(
        GL_BALANCE,
        "GeneralLedgerBalanceDto",
        key=(
            "ledger.id",
            "branch.number",
            "financialPeriod",
            "account.number",
            "subaccountId",
            "currencyId",
            "balanceType",
        ),
        filters=(
            # No condition here: the time always means "since".
            MODIFIED,
            equal("periodId", "financialPeriod"),
            equal("account", "account.number"),
            equal("subaccount", "subAccountCd"),
            equal("ledger", "ledger.id"),
            equal("branch", "branch.number"),
            equal("balanceType"),
        ),
        one_of=("periodId", "lastModifiedDateTime"),
        # The ERP's own account for the result of the year has no rows here.
        expand={"excludeYTDAccount": (), "toggleBalanceSigns": ()},
        negate={
            "toggleBalanceSigns": (
                "beginningBalance",
                "yearToDateBalance",
                "beginningBalanceInCurrency",
                "yearToDateBalanceInCurrency",
            )
        },
    ),
    Resource(
        GL_TRANSACTION,
        "GeneralLedgerTransactionDetailsDto",
        key=("ledger.id", "module", "batchNumber", "lineNumber"),
        mandatory=("ledger",),
        filters=(
            MODIFIED,
            equal("ledger", "ledger.id"),
            equal("branch", "branch.number"),
            equal("account", "account.number"),
            equal("subaccountId", "subaccount"),
            bound("fromPeriod", "period", ">="),
            bound("toPeriod", "period", "<="),
            bound_day("fromDate", "tranDate", ">="),
            bound_day("toDate", "tranDate", "<="),
        ),
        expand={
            # Batches that are not posted are never among the transactions here.
            "includeUnposted": (),
            "includeUnreleased": (),
            "expandAccountInfo": (
                "account.externalCode1",
                "account.externalCode2",
                "account.externalCode1Info",
                "account.externalCode2Info",
                "account.glConsolAccountCD",
            ),
            "expandBranchInfo": ("branch.name",),
            "includeTransactionBalance": (
                "begBalance",
                "endingBalance",
                "currBegBalance",
                "currEndingBalance",
            ),
        },
    ),
    Resource(
        JOURNAL,
        "JournalTransactionDto",
        key=("module", "batchNumber"),
        filters=(
            MODIFIED,
            equal("periodId", "financialPeriod"),
            # The filter says GL where the record says ModuleGL.
            Filter("module", "json_extract(body, '$.module') = 'Module' || ? COLLATE NOCASE"),
            equal("status"),
            equal("branch"),
        ),
        expand={"expandAttachments": ("attachments", "journalTransactionLines[].attachments")},
        one_of=("periodId", "lastModifiedDateTime"),
        lines="journalTransactionLines",
    ),
    Resource(
        LEDGER,
        "LedgerDto",
        key=("internalId",),
        paged=False,
        metadata=False,
        filters=(MODIFIED, after("number")),
    ),
    Resource(
        SUBACCOUNT,
        "SubAccountDto",
        key=("subaccountId",),
        filters=(MODIFIED, flag("active")),
    ),
)
