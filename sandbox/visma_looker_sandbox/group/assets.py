"""Fixed assets and their depreciation, each in step with the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from visma_looker_sandbox.company import ZERO, at_midnight, money, stamp_on
from visma_looker_sandbox.dto import dto
from visma_looker_sandbox.group.journals import post
from visma_looker_sandbox.paths import FIXED_ASSET, FIXED_ASSET_TRANSACTION

if TYPE_CHECKING:
    import datetime as dt

    from visma_looker_sandbox.company import Company
    from visma_looker_sandbox.group.journals import Journals

_PRODUCTION = ("200", "00")


@dataclass(slots=True)
class Asset:
    """One machine."""

    number: str
    name: str
    cost: Decimal
    months: int
    since: dt.date
    stamp: str
    written_off: Decimal = Decimal(0)
    last_period: str | None = None


class Assets:
    """The machines of one company; all belong to its first branch.

    Args:
        company: Whose.
        journals: Where their batches are written.
        unit: What amounts are multiplied with.
    """

    def __init__(self, company: Company, journals: Journals, unit: Decimal) -> None:
        self._company = company
        self._journals = journals
        self._unit = unit
        self._assets: list[Asset] = []
        self._registered = 0

    def begin(self, day: dt.date) -> Decimal:
        """The machines that are there already.

        Returns:
            What they cost.
        """
        for name, cost, months in (
            ("Lathe", 840_000, 96),
            ("Milling machine", 1_260_000, 96),
            ("Test bench", 310_500, 60),
            ("Forklift", 228_000, 48),
        ):
            self._add(name, cost * self._unit, months, day, "000001")
        return sum((asset.cost for asset in self._assets), Decimal(0))

    def buy(self, name: str, cost: Decimal, day: dt.date) -> None:
        """Take a machine into use that a supplier's invoice put on the clearing account."""
        batch = self._journals.write(
            [post("1200", cost, None, name), post("1209", -cost, None, name)],
            day, f"Purchase of {name}", self._company.branch["number"], module="FA",
        )  # fmt: skip
        self._add(name, cost, 60, day, batch)

    def _add(self, name: str, cost: Decimal, months: int, day: dt.date, batch: str) -> None:
        number = f"FA{len(self._assets) + 1:04}"
        asset = Asset(number, name, cost, months, day, stamp_on(day, len(self._assets)))
        self._assets.append(asset)
        self._transaction(
            asset, "Purchasing", cost, accounts=("1200", "1209"), day=day, batch=batch, line=1
        )

    def depreciate(self, day: dt.date) -> None:
        """A month's depreciation of everything in use."""
        due = []
        for asset in self._assets:
            amount = round(asset.cost / asset.months, 2)
            amount = min(amount, asset.cost - asset.written_off)
            if amount and asset.since < day:
                due.append((asset, amount))
        lines = [
            post("6010", amount, _PRODUCTION, asset.name, reference=asset.number)
            for asset, amount in due
        ]
        lines += [
            post("1219", -amount, None, asset.name, reference=asset.number) for asset, amount in due
        ]
        branch = self._company.branch["number"]
        batch = self._journals.write(lines, day, "Depreciation", branch, module="FA")
        for nth, (asset, amount) in enumerate(due, start=1):
            asset.written_off += amount
            asset.stamp = stamp_on(day, nth)
            asset.last_period = self._company.period_of(day).code
            self._transaction(
                asset,
                "Depreciation",
                amount,
                accounts=("6010", "1219"),
                day=day,
                batch=batch,
                line=nth,
            )

    def _transaction(
        self,
        asset: Asset,
        origin: str,
        amount: Decimal,
        *,
        accounts: tuple[str, str],
        day: dt.date,
        batch: str,
        line: int,
    ) -> None:
        if line == 1:
            self._registered += 1
        number = f"FT{self._registered:06}"
        nowhere = self._company.short_subaccount(None)["id"]
        body = dto(
            "FixedAssetTransaction",
            refNo=number,
            lineNo=line,
            branchID=self._company.branch["number"],
            origin=origin,
            assetID=asset.number,
            transactionDescription=f"{origin} {asset.name}",
            bookID="POSTING",
            transactionType=f"{origin}Plus",
            accounts=dto(
                "FixedAssetPosting",
                debitAccountID=accounts[0],
                debitSubAccountID="200-00" if accounts[0] == "6010" else nowhere,
                creditAccountID=accounts[1],
                creditSubAccountID=nowhere,
            ),
            transactionAmount=money(amount),
            batchNo=batch,
            transactionPeriodID=self._company.period_of(day).code,
            transactionDate=at_midnight(day),
            register=dto(
                "FixedAssetRegister", documentDate=at_midnight(day), status="Posted", hold=False
            ),
            lastModifiedDateTime=stamp_on(day, line),
        )
        self._company.put(FIXED_ASSET_TRANSACTION, body, number, line, "POSTING")

    def finish(self) -> None:
        """Write the assets as they are now."""
        company = self._company
        nowhere = company.short_subaccount(None)["id"]
        for asset in self._assets:
            done = asset.written_off == asset.cost
            body = dto(
                "FixedAsset",
                assetID=asset.number,
                recordType="Asset",
                description=asset.name,
                classID="MACHINES",
                isTangible=True,
                quantity=Decimal(1),
                depreciable=True,
                usefulLife=Decimal(asset.months) / 12,
                accounts=dto(
                    "FixedAssetAccounts",
                    accountID="1200",
                    subAccountID=nowhere,
                    accrualAccountID="1209",
                    accrualSubAccountID=nowhere,
                    accumulatedDepreciationAccountID="1219",
                    accumulatedDepreciationSubAccountID=nowhere,
                    depreciatedExpenseAccountID="6010",
                    depreciatedExpenseSubAccountID="200-00",
                ),
                details=dto(
                    "FixedAssetDetails",
                    propertyType="Property",
                    status="FullyDepreciated" if done else "Active",
                    receiptDate=at_midnight(asset.since),
                    depreciateFromDate=at_midnight(asset.since),
                    acquisitionCost=money(asset.cost),
                    salvageAmount=ZERO,
                ),
                bookBalance=dto(
                    "FixedAssetBalance",
                    acquisitionCost=money(asset.cost),
                    depreciationMethodID="LINEAR",
                    depreciationFromDate=at_midnight(asset.since),
                    depreciationFromPeriod=company.period_of(asset.since).code,
                    lastDepreciationPeriod=asset.last_period,
                    salvageAmount=ZERO,
                    usefulLife=Decimal(asset.months) / 12,
                    book=dto("BookInBalance", bookID="POSTING", description="Posting"),
                ),
                location=dto(
                    "FixedAssetLocation", departmentID="200", branchID=company.branch["number"]
                ),
                type=dto("FixedAssetType", assetTypeID="MACHINE", description="Machines"),
                lastModifiedDateTime=asset.stamp,
            )
            company.put(FIXED_ASSET, body, asset.number)
