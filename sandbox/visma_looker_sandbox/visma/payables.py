"""Suppliers and what they are owed."""

from __future__ import annotations

from visma_looker_sandbox.paths import (
    SUPPLIER,
    SUPPLIER_BALANCE,
    SUPPLIER_DOCUMENT,
    SUPPLIER_INVOICE,
    SUPPLIER_PAYMENT,
)
from visma_looker_sandbox.visma.declare import (
    CREATED,
    MODIFIED,
    RELEASED,
    Filter,
    Resource,
    after,
    compared,
    equal,
    in_lines,
)

_SUPPLIER_DOCUMENT = (
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
)

PAYABLES = (
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
        SUPPLIER_BALANCE,
        "SupplierBalanceDto",
        key=("branchNumber", "supplier.number"),
        paged=False,
        metadata=False,
        filters=(MODIFIED, after("supplier.number")),
    ),
    Resource(
        SUPPLIER_DOCUMENT,
        "SupplierDocumentDto",
        key=("documentType", "referenceNumber"),
        filters=_SUPPLIER_DOCUMENT,
        # It takes the flags of the invoices, but has no lines.
        expand={
            "expandApproval": (),
            "expandNote": ("note",),
            "expandLinePrebookAccounts": (),
        },
    ),
    Resource(
        SUPPLIER_INVOICE,
        "SupplierInvoiceDto",
        key=("documentType", "referenceNumber"),
        filters=_SUPPLIER_DOCUMENT,
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
    Resource(
        SUPPLIER_PAYMENT,
        "SupplierPaymentDto",
        key=("type", "refNbr"),
        filters=(
            MODIFIED,
            in_lines("invoiceRefNbr", "paymentLines", "invoiceRefNbr"),
            equal("paymentType", "type"),
            equal("supplier", "supplier.number"),
            equal("branch"),
            equal("status"),
            equal("financialPeriod", "applicationPeriod"),
            compared("docDate", "applicationDate", "time"),
            compared("balance", "balance", "number"),
            Filter(
                "dueDate",
                "EXISTS (SELECT 1 FROM json_each(body, '$.paymentLines')"
                " WHERE json_extract(value, '$.dueDate') {op} ?)",
                "time",
            ),
            after("refNbr"),
        ),
    ),
)
