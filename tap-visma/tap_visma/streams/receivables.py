"""Accounts receivable: customers and what they owe."""

from __future__ import annotations

from tap_visma.openapi import VismaSchema
from tap_visma.stream import VismaStream

_EXPAND = (
    "expandApplications",
    "expandAttachments",
    "expandDunningInformation",
    "expandInvoiceAddress",
    "expandTaxDetails",
)
_PERIOD = ("financialPeriod",)
_PERSONAL = ("contact", "invoiceContact", "salesPerson", "salesPersonDescr")


class Customers(
    VismaStream,
    paged=True,
    expand=("expandAccountInformation", "expandDirectDebit", "expandPaymentMethods"),
    personal=(
        "deliveryContact",
        "directDebitLines",
        "invoiceContact",
        "mainContact",
        "paymentMethods",
    ),
):
    """Customers, with their general ledger accounts."""

    name = "customers"
    path = "/v1/customer"
    primary_keys = ("company_id", "internalId")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("CustomerDto")


class CustomerInvoices(VismaStream, paged=True, expand=_EXPAND, personal=_PERSONAL, period=_PERIOD):
    """Invoices to customers with their lines and VAT details, one record per document."""

    name = "customer_invoices"
    path = "/v1/customerinvoice"
    primary_keys = ("company_id", "documentType", "referenceNumber")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("CustomerInvoiceDto")


class CustomerCreditNotes(
    VismaStream, paged=True, expand=_EXPAND, personal=_PERSONAL, period=_PERIOD
):
    """Credit notes to customers with their lines, one record per document."""

    name = "customer_credit_notes"
    path = "/v1/customerCreditNote"
    primary_keys = ("company_id", "documentType", "referenceNumber")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("CustomerCreditNoteDto")


class CustomerDebitNotes(
    VismaStream, paged=True, expand=_EXPAND, personal=_PERSONAL, period=_PERIOD
):
    """Debit notes to customers with their lines, one record per document."""

    name = "customer_debit_notes"
    path = "/v1/customerDebitNote"
    primary_keys = ("company_id", "documentType", "referenceNumber")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("CustomerDebitNoteDto")


class CustomerDocuments(VismaStream, paged=True, period=_PERIOD, refresh_open=True):
    """Customer documents of every type, with their balances and without lines."""

    name = "customer_documents"
    path = "/v1/customerdocument"
    cost = "1, and 1 per page of open documents"
    primary_keys = ("company_id", "documentType", "referenceNumber")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("CustomerDocumentDto")


class CustomerPayments(VismaStream, paged=True, period=_PERIOD):
    """Payments of customers, with the documents they pay."""

    name = "customer_payments"
    path = "/v1/customerPayment"
    primary_keys = ("company_id", "type", "refNbr")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("PaymentDto")


class CustomerBalances(VismaStream, paged=True, key_from={"customerNumber": "customer.number"}):
    """What each customer owes, as Visma sums it up."""

    name = "customer_balances"
    path = "/v1/customer/balance"
    cost = "2: the list tells no total"
    primary_keys = ("company_id", "customerNumber")
    schema = VismaSchema("CustomerBalanceDto")
