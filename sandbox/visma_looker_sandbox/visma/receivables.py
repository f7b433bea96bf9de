"""Customers and what they owe."""

from __future__ import annotations

from visma_looker_sandbox.paths import (
    CUSTOMER,
    CUSTOMER_BALANCE,
    CUSTOMER_CREDIT_NOTE,
    CUSTOMER_DEBIT_NOTE,
    CUSTOMER_DOCUMENT,
    CUSTOMER_INVOICE,
    CUSTOMER_PAYMENT,
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


def _customer_document(path: str, schema: str, lines: str | None) -> Resource:
    """Invoices, credit notes, debit notes and all documents take the same parameters."""
    expand: dict[str, tuple[str, ...]] = {
        "expandApplications": ("applications",),
        "expandDunningInformation": ("dunningLetterDate", "dunningLetterLevel"),
        "expandAttachments": ("attachments", f"{lines}[].attachments"),
        "expandTaxDetails": ("taxDetails",),
        "expandInvoiceAddress": ("invoiceAddress",),
    }
    return Resource(
        path,
        schema,
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
        # The list of all documents has none of these parts.
        expand=expand if lines else dict.fromkeys(expand, ()),
    )


RECEIVABLES = (
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
        CUSTOMER_BALANCE,
        "CustomerBalanceDto",
        key=("customer.number",),
        metadata=False,
        filters=(MODIFIED, after("customer.number")),
    ),
    _customer_document(CUSTOMER_CREDIT_NOTE, "CustomerCreditNoteDto", "lines"),
    _customer_document(CUSTOMER_DEBIT_NOTE, "CustomerDebitNoteDto", "lines"),
    _customer_document(CUSTOMER_DOCUMENT, "CustomerDocumentDto", None),
    _customer_document(CUSTOMER_INVOICE, "CustomerInvoiceDto", "invoiceLines"),
    Resource(
        CUSTOMER_PAYMENT,
        "PaymentDto",
        key=("type", "refNbr"),
        filters=(
            MODIFIED,
            equal("paymentNbr", "refNbr"),
            equal("paymentType", "type"),
            equal("customer", "customer.number"),
            equal("status"),
            equal("branch"),
            equal("financialPeriod", "applicationPeriod"),
            in_lines("invoiceRefNbr", "paymentLines", "refNbr"),
            compared("docDate", "applicationDate", "time"),
            after("refNbr"),
        ),
    ),
)
