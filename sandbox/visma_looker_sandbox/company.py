"""Writes a company's master data and ledger into the books, as the API would show them."""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any

from visma_looker_sandbox.books import stamp_text
from visma_looker_sandbox.dto import NO_METADATA, dto
from visma_looker_sandbox.general_ledger import GeneralLedger
from visma_looker_sandbox.paths import (
    ACCOUNT,
    BRANCH,
    DIMENSION,
    FINANCIAL_PERIOD,
    JOURNAL,
    LEDGER,
    SUBACCOUNT,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visma_looker_sandbox.books import Books

ZERO = Decimal("0.0")
ONE = Decimal("1.0")
_FOUR_PLACES = Decimal("0.0001")
_EXACT = Context(prec=200)
_NOTHING = Decimal("0.0000")


def money(amount: Decimal) -> Decimal:
    """Give an amount the four places that the API shows; more places are kept."""
    if not amount:
        return _NOTHING
    shown = amount.quantize(_FOUR_PLACES, context=_EXACT)
    return shown if shown == amount else amount


def stamp_on(day: dt.date, nth: int) -> str:
    """A time in office hours of a day, always the same for the same number."""
    ms = nth * 7_919_013 % (9 * 3_600_000)
    return stamp_text(
        dt.datetime.combine(day, dt.time(8)) + dt.timedelta(milliseconds=ms),
    )


def at_midnight(day: dt.date) -> str:
    """A date as the API shows it."""
    return f"{day.isoformat()}T00:00:00"


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of a journal; exactly one of debit and credit is set.

    Amounts with `_currency` are in the batch's currency; None means the same amount.
    """

    account: str
    debit: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)
    debit_currency: Decimal | None = None
    credit_currency: Decimal | None = None
    segments: tuple[str, ...] | None = None
    text: str = ""
    party: str = ""
    reference: str = ""
    vat_code: str = ""
    quantity: Decimal = Decimal(1)
    item: str = ""
    project: tuple[int, str, int, str] | None = None
    """Ids and names of a project and of its task."""
    order: tuple[str, int, str, int] | None = None
    """Purchase order and its line, receipt and its line."""
    kind: str = ""
    """Type of the document behind it, e.g. INV, where it is not that of its batch."""


@dataclass(frozen=True)
class Period:
    """A period of a financial year, as Visma counts it."""

    year: int
    number: int

    @property
    def code(self) -> str:
        """As in `financialPeriod` and in filters: year first."""
        return f"{self.year}{self.number:02}"

    @property
    def post_code(self) -> str:
        """As in `postPeriod`: period first."""
        return f"{self.number:02}{self.year}"


class Company:
    """One company's view of the books.

    Args:
        books: Where everything is written.
        tenant_id: The company's tenant.
        name: Its name; also that of its branch, where the books tell none.
        currency: The currency of its ledger.
    """

    def __init__(self, books: Books, tenant_id: str, name: str, currency: str) -> None:
        self.books = books
        self.tenant_id = tenant_id
        self.currency = currency
        self.branches = {
            body["number"]: dto("NumberName", number=body["number"], name=body["name"])
            for _, body in self.records(BRANCH)
        } or {"1": dto("NumberName", number="1", name=name)}
        self.accounts = {body["accountCD"]: body for _, body in self.records(ACCOUNT)}
        self.subaccounts = {
            tuple(segment["segmentValue"] for segment in body["segments"]): body
            for _, body in self.records(SUBACCOUNT)
        }
        self.vat_codes: dict[str, str] = {}
        ledger = books.first(tenant_id, LEDGER, balanceType="Actual")
        self.ledger_number: str = ledger[1]["number"] if ledger else "1"
        self.offset = int(books.meta(f"year_offset {tenant_id}", "0"))
        self._version = int(books.meta(f"row_version {tenant_id}", "2000"))
        self._nested: dict[str, Any] = {}
        self.ledger = GeneralLedger(self)

    @property
    def branch(self) -> dict[str, Any]:
        """The first branch, and mostly the only one."""
        return next(iter(self.branches.values()))

    def period_of(self, day: dt.date) -> Period:
        """The financial period of a day."""
        index = day.year * 12 + day.month - 1 - self.offset
        return Period(index // 12, index % 12 + 1)

    def save(self) -> None:
        """Write what is kept in memory meanwhile: balances of the ledger, the row version."""
        self.ledger.save()
        self.books.set_meta(f"row_version {self.tenant_id}", str(self._version))

    def records(self, resource: str) -> list[tuple[str, dict[str, Any]]]:
        """Keys and bodies of a resource, in order of arrival."""
        return list(self.books.all(self.tenant_id, resource))

    def put(
        self,
        resource: str,
        body: dict[str, Any],
        *key: object,
        created: str = "",
        modified: str | None = None,
    ) -> None:
        """Write one record under its key fields, with a new row version."""
        if "timeStamp" in body:
            body["timeStamp"] = self.row_version()
        text = "|".join(map(str, key))
        self.books.put(
            self.tenant_id, resource, text, body, created=created or None, modified=modified
        )

    def row_version(self) -> str:
        """The next row version, as the API shows it (base64 of eight bytes)."""
        self._version += 1
        return base64.b64encode(self._version.to_bytes(8, "big")).decode()

    def guid(self, *parts: object) -> str:
        """A GUID that is the same for the same parts."""
        return str(uuid.uuid5(uuid.UUID(self.tenant_id), "/".join(map(str, parts))))

    def add_ledger(
        self, stamp: str, number: int = 1, name: str = "", *, kind: str = "Actual"
    ) -> None:
        """Write a ledger; by default the one with actual amounts."""
        body = dto(
            "Ledger",
            internalId=number,
            number=name or str(number),
            description=f"{kind} {name}".strip(),
            balanceType=kind,
            currencyId=self.currency,
            consolidationSource=False,
            consolBranch=self.branch,
            branchAccounting=False,
            lastModifiedDateTime=stamp,
            postInterCompany=False,
        )
        self.put(LEDGER, body, number)

    def add_branch(self, country: str, stamp: str) -> None:
        """Write the first branch, where nothing more is known of it than its name and country."""
        body = dto(
            "Branch",
            branchId=1,
            **self.branch,
            organizationId=1,
            isMainBranch=True,
            isActive=True,
            defaultCountry=dto("Country", id=country, name=country, metadata=NO_METADATA),
            lastModifiedDateTime=stamp,
        )
        self.put(BRANCH, body, 1)

    def add_account(
        self,
        number: str,
        description: str,
        kind: str,
        group: str,
        *,
        cash: bool,
        stamp: str,
        control: str | None = None,
    ) -> None:
        """Write one account of the chart."""
        body = dto(
            "Account",
            accountID=len(self.accounts) + 1,
            accountCD=number,
            accountGroupCD=group or None,
            accountClass=group or None,
            accountClassDescription=f"Class {group}" if group else None,
            type=kind,
            active=True,
            description=description,
            useDefaultSub=False,
            postOption="Summary",
            currency=self.currency if cash else None,
            cashAccount=cash,
            publicCode1=group or None,
            lastModifiedDateTime=stamp,
            controlAccountModule=control,
            allowManualEntry=control is None,
        )
        self.accounts[number] = body
        self.put(ACCOUNT, body, body["accountID"])

    def add_period(self, period: Period, first: dt.date, after: dt.date, *, closed: bool) -> None:
        """Write one financial period, from its first day to the day before `after`."""
        ledgers = ("SupplierLedger", "CustomerLedger", "InventoryManagement")
        body = dto(
            "FinancialPeriod",
            year=period.year,
            period=period.post_code,
            startDate=at_midnight(first),
            endDate=at_midnight(after - dt.timedelta(days=1)),
            description=f"Period {period.number:02} of {period.year}",
            active=True,
            closedInGeneralLedger=closed,
            closedInCashManagement=closed,
            closedInFixedAssets=closed,
            **dict.fromkeys((f"closedIn{name}" for name in ledgers), closed),
        )
        self.put(FINANCIAL_PERIOD, body, period.year, period.post_code)

    def add_dimension(self, name: str, description: str, segments: list[dict[str, Any]]) -> None:
        """Write a dimension with its segments and their values."""
        body = dto(
            "Dimension",
            id=name,
            length=sum(segment["length"] for segment in segments),
            description=description,
            segments=segments,
        )
        self.put(DIMENSION, body, name)

    def segment(
        self, dimension: str, number: int, description: str, length: int, stamp: str
    ) -> dict[str, Any]:
        """Make one segment without values."""
        guid = self.guid("segment", dimension, number)
        return dto(
            "Segment",
            internalId=guid,
            segmentId=number,
            description=description,
            length=length,
            publicId=guid,
            timeStamp=self.row_version(),
            lastModified=stamp,
            validate=True,
            segmentValues=[],
            isAutoNumber=False,
            consolNumChar=length,
            consolOrder=number,
        )

    def segment_value(
        self, segment: int, value: str, description: str, *, active: bool = True, stamp: str
    ) -> dict[str, Any]:
        """Make one value of a segment of the dimension SUBACCOUNT."""
        guid = self.guid("value", segment, value)
        return dto(
            "SegmentValue",
            internalId=guid,
            segmentId=segment,
            valueId=value,
            description=description,
            publicId=guid,
            active=active,
            timeStamp=self.row_version(),
            lastModified=stamp,
        )

    def add_subaccount(self, segments: list[dict[str, Any]], stamp: str) -> None:
        """Write one combination of segment values."""
        values = tuple(segment["segmentValue"] for segment in segments)
        body = dto(
            "Subaccount",
            subaccountNumber="-".join(values),
            subaccountId=len(self.subaccounts) + 1,
            description=" / ".join(s["segmentValueDescription"] or "" for s in segments),
            lastModifiedDateTime=stamp,
            active=True,
            segments=segments,
            timeStamp=self.row_version(),
        )
        self.subaccounts[values] = body
        self.put(SUBACCOUNT, body, body["subaccountId"])

    def nested_subaccount(self, values: tuple[str, ...] | None) -> dict[str, Any]:
        """A subaccount as it is shown inside other records; the first one by default."""
        if values is None:
            values = next(iter(self.subaccounts))
        key = f"subaccount {values}"
        if key not in self._nested:
            self._nested[key] = self.subaccounts[values] | {"metadata": NO_METADATA}
        nested: dict[str, Any] = self._nested[key]
        return nested

    def short_subaccount(self, values: tuple[str, ...] | None) -> dict[str, Any]:
        """A subaccount as it is shown where only its number and name are."""
        body = self.nested_subaccount(values)
        return dto(
            "GlSubaccount",
            active=True,
            id=body["subaccountNumber"],
            description=body["description"],
        )

    def short_account(self, number: str) -> dict[str, Any]:
        """An account as it is shown where only its type, number and name are."""
        body = self.accounts[number]
        return dto("GlAccount", type=body["type"], number=number, description=body["description"])

    def nested_account(self, number: str) -> dict[str, Any]:
        """An account as it is shown inside document lines."""
        key = f"account {number}"
        if key not in self._nested:
            body = self.accounts[number]
            self._nested[key] = dto(
                "LineAccount",
                type=body["type"],
                active=body["active"],
                number=number,
                description=body["description"],
            )
        nested: dict[str, Any] = self._nested[key]
        return nested

    def vat(self, code: str) -> dict[str, Any] | None:
        """A VAT code as it is shown inside lines."""
        return dto("IdDescription", id=code, description=self.vat_codes.get(code)) if code else None

    def add_journal(
        self,
        module: str,
        batch: str,
        postings: Sequence[Posting],
        *,
        day: dt.date,
        period: Period,
        text: str,
        stamp: str,
        currency: str = "",
        rate: Decimal = ONE,
        branch: str = "",
        kind: str = "",
        status: str = "Posted",
        auto_reversing: bool = False,
        reverses: str = "",
    ) -> None:
        """Write one journal batch; once it is posted, the ledger knows it.

        Args:
            module: Two letters, e.g. AP.
            batch: Its number, unique in the module.
            postings: Its lines.
            day: The day of the transaction.
            period: Its financial period.
            text: Its description.
            stamp: When it was written.
            currency: Currency of the lines, the company's own by default.
            rate: What a unit of that currency was worth.
            branch: Number of its branch, the first by default.
            kind: Type of the document behind it, e.g. INV.
            status: Posted, or one of those before.
            auto_reversing: Whether the next period takes it back.
            reverses: Number of the batch that this one takes back.
        """
        branch = branch or self.branch["number"]
        lines = [
            self._journal_line(n, module, p, branch, kind) for n, p in enumerate(postings, start=1)
        ]
        totals = {
            side: money(sum((line[field] for line in lines), Decimal(0)))
            for side, field in (
                ("debitTotal", "debitAmount"),
                ("debitTotalInCurrency", "debitAmountInCurrency"),
                ("creditTotal", "creditAmount"),
                ("creditTotalInCurrency", "creditAmountInCurrency"),
            )
        }
        body = dto(
            "JournalTransaction",
            module=f"Module{module}",
            batchNumber=batch,
            status=status,
            hold=status == "Hold",
            transactionDate=at_midnight(day),
            postPeriod=period.post_code,
            financialPeriod=period.code,
            ledger=self.ledger_number,
            ledgerDescription="Actual",
            currencyId=currency or self.currency,
            exchangeRate=rate,
            autoReversing=auto_reversing,
            reversingEntry=bool(reverses),
            originalBatchNumber=reverses or None,
            description=text,
            controlTotal=totals["debitTotal"],
            controlTotalInCurrency=totals["debitTotalInCurrency"],
            createVatTransaction=False,
            skipVatAmountValidation=False,
            lastModifiedDateTime=stamp,
            branch=branch,
            journalTransactionLines=lines,
            attachments=[],
            timeStamp=None,
            **totals,
        )
        self.put(JOURNAL, body, body["module"], batch)
        if status == "Posted":
            self.ledger.post(body)

    def _journal_line(
        self, number: int, module: str, posting: Posting, branch: str, kind: str
    ) -> dict[str, Any]:
        debit, credit = posting.debit_currency, posting.credit_currency
        return dto(
            "JournalTransactionLine",
            lineNumber=number,
            accountNumber=posting.account,
            description=self.accounts[posting.account]["description"],
            subaccount=self.nested_subaccount(posting.segments),
            referenceNumber=posting.reference or None,
            debitAmount=money(posting.debit),
            debitAmountInCurrency=money(posting.debit if debit is None else debit),
            creditAmount=money(posting.credit),
            creditAmountInCurrency=money(posting.credit if credit is None else credit),
            transactionDescription=posting.text,
            vatCode=self.vat(posting.vat_code),
            vat=self.vat(posting.vat_code),
            branch=branch,
            customerSupplier=posting.party or None,
            transactionType=posting.kind or kind or None,
            module=f"Module{module}",
            project=project_part(posting),
            projectTask=project_part(posting, task=True),
            quantity=ZERO,
            attachments=[],
            inventoryNumber=posting.item or None,
        )


def project_part(posting: Posting, *, task: bool = False) -> dict[str, Any] | None:
    """The project of a posting, or its task, as shown inside other records."""
    if posting.project is None:
        return None
    number, name = posting.project[2:] if task else posting.project[:2]
    return dto("Project", internalId=number, id=name, description=name)
