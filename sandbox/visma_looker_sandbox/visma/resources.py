"""The list endpoints of the ERP stand-in: one declaration each, in the order of their paths.

To serve one more: declare it here, give its fields in `dto.py` and put records with the same
path into the books. Filters are SQL conditions on the stored record with one `?` each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from visma_looker_sandbox.company import (
    ACCOUNT,
    CUSTOMER,
    CUSTOMER_INVOICE,
    DIMENSION,
    FINANCIAL_PERIOD,
    JOURNAL,
    LEDGER,
    SUBACCOUNT,
    SUPPLIER,
    SUPPLIER_INVOICE,
)


@dataclass(frozen=True)
class Filter:
    """A query parameter that narrows a list.

    Attributes:
        name: Query parameter.
        sql: Condition with one `?`; `{op}` stands for the operator of `<name>Condition`.
        kind: How the parameter is read.
    """

    name: str
    sql: str
    kind: Literal["text", "flag", "number", "time"] = "text"


def equal(name: str, path: str = "") -> Filter:
    """The field at this path has the value, regardless of case."""
    return Filter(name, f"json_extract(body, '$.{path or name}') = ? COLLATE NOCASE")


def flag(name: str, path: str = "") -> Filter:
    """The field at this path is true, or false."""
    return Filter(name, f"json_extract(body, '$.{path or name}') = ?", "flag")


def in_lines(name: str, lines: str, path: str) -> Filter:
    """A line of the document has the value at this path."""
    return Filter(
        name,
        f"EXISTS (SELECT 1 FROM json_each(body, '$.{lines}')"  # noqa: S608 - names from here
        f" WHERE json_extract(value, '$.{path}') = ? COLLATE NOCASE)",
    )


def compared(name: str, path: str, kind: Literal["number", "time"]) -> Filter:
    """The field at this path compares with the value as `<name>Condition` says."""
    return Filter(name, f"json_extract(body, '$.{path}') {{op}} ?", kind)


def after(path: str) -> Filter:
    """`greaterThanValue`: the field at this path comes after the value."""
    return Filter("greaterThanValue", f"json_extract(body, '$.{path}') > ?")


MODIFIED = Filter("lastModifiedDateTime", "last_modified {op} ?", "time")
CREATED = Filter("createdDateTime", "created {op} ?", "time")
RELEASED = Filter(
    "released", "(json_extract(body, '$.status') NOT IN ('Hold', 'Balanced')) = ?", "number"
)


@dataclass(frozen=True)
class Resource:
    """One list endpoint.

    Attributes:
        path: Path of the list, and name of the resource in the books.
        schema: Component of the API reference that a record follows.
        key: Fields that make the record's key in the books.
        filters: Query parameters that narrow the list.
        paged: Takes pageNumber and pageSize.
        metadata: Records carry `metadata`.
        expand: Flag to the parts that it shows, `lines[].part` for a part of each line.
        one_of: Parameters of which one must be sent.
        lines: Array whose entries pages may count instead of records.
        form: `array` of records, or one `object` by its id.
    """

    path: str
    schema: str
    key: tuple[str, ...]
    filters: tuple[Filter, ...] = ()
    paged: bool = True
    metadata: bool = True
    expand: dict[str, tuple[str, ...]] = field(default_factory=dict)
    one_of: tuple[str, ...] = ()
    lines: str | None = None
    form: Literal["array", "object"] = "array"


RESOURCES = (
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
        CUSTOMER,
        "CustomerDto",
        key=("internalId",),
        filters=(
            MODIFIED,
            CREATED,
            equal("name"),
            equal("status"),
            equal("corporateId"),
            equal("vatRegistrationId"),
            equal("email", "mainContact.email"),
            equal("phone", "mainContact.phone1"),
        ),
        expand={
            "expandAccountInformation": ("glAccounts",),
            "expandPaymentMethods": ("paymentMethods",),
            "expandDirectDebit": ("directDebitLines",),
        },
    ),
    Resource(
        CUSTOMER_INVOICE,
        "CustomerInvoiceDto",
        key=("documentType", "referenceNumber"),
        filters=(
            MODIFIED,
            CREATED,
            RELEASED,
            equal("documentType"),
            equal("status"),
            equal("financialPeriod"),
            equal("closedFinancialPeriod"),
            equal("externalReference"),
            equal("paymentReference"),
            equal("customerRefNumber"),
            equal("customer", "customer.number"),
            equal("branch", "branchNumber.number"),
            equal("project", "project.id"),
            compared("documentDate", "documentDate", "time"),
            compared("documentDueDate", "documentDueDate", "time"),
            compared("dunningLetterDateTime", "dunningLetterDate", "time"),
            Filter("dunningLevel", "json_extract(body, '$.dunningLetterLevel') = ?", "number"),
            after("referenceNumber"),
        ),
        expand={
            "expandApplications": ("applications",),
            "expandDunningInformation": ("dunningLetterDate", "dunningLetterLevel"),
            "expandAttachments": ("attachments", "invoiceLines[].attachments"),
            "expandTaxDetails": ("taxDetails",),
            "expandInvoiceAddress": ("invoiceAddress",),
        },
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
    Resource(
        SUPPLIER,
        "SupplierDto",
        key=("internalId",),
        filters=(
            MODIFIED,
            after("number"),
            equal("name"),
            equal("status"),
            equal("vatRegistrationId"),
            equal("corporateId"),
        ),
        expand={"expandAccountInformation": ("glAccounts",), "expandNote": ("note",)},
    ),
    Resource(
        SUPPLIER_INVOICE,
        "SupplierInvoiceDto",
        key=("documentType", "referenceNumber"),
        filters=(
            MODIFIED,
            CREATED,
            RELEASED,
            equal("supplier", "supplier.number"),
            equal("documentType"),
            equal("status"),
            equal("branch", "branchNumber.number"),
            equal("financialPeriod"),
            in_lines("project", "invoiceLines", "project.id"),
            in_lines("item", "invoiceLines", "inventoryNumber"),
            compared("dueDate", "dueDate", "time"),
            compared("docDate", "date", "time"),
            compared("balance", "balance", "number"),
            after("referenceNumber"),
        ),
        expand={
            "expandAttachment": ("attachments", "invoiceLines[].attachments"),
            "expandLandedCosts": ("landedCosts",),
            "expandApproval": ("approvalDetails",),
            "expandNote": ("note", "invoiceLines[].note"),
            "expandLinePrebookAccounts": (
                "invoiceLines[].prebookAccount",
                "invoiceLines[].prebookSubaccount",
            ),
        },
    ),
)
