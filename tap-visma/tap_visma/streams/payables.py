"""Accounts payable: suppliers and what they are owed."""

from __future__ import annotations

from tap_visma.openapi import VismaSchema
from tap_visma.stream import VismaStream


class Suppliers(
    VismaStream,
    paged=True,
    expand=("expandAccountInformation", "expandNote"),
    personal=("mainContact", "remitContact", "supplierContact", "supplierPaymentMethodDetails"),
):
    """Suppliers, with their general ledger accounts."""

    name = "suppliers"
    path = "/v1/supplier"
    primary_keys = ("company_id", "internalId")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("SupplierDto")


class SupplierInvoices(
    VismaStream,
    paged=True,
    expand=(
        "expandApproval",
        "expandAttachment",
        "expandLandedCosts",
        "expandLinePrebookAccounts",
        "expandNote",
    ),
    period=("financialPeriod",),
):
    """Supplier invoices with their lines and VAT details, one record per document."""

    name = "supplier_invoices"
    path = "/v1/supplierInvoice"
    primary_keys = ("company_id", "documentType", "referenceNumber")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("SupplierInvoiceDto")


class SupplierDocuments(
    VismaStream,
    paged=True,
    expand=("expandApproval", "expandLinePrebookAccounts", "expandNote"),
    period=("financialPeriod",),
    refresh_open=True,
):
    """Supplier documents of every type, with their balances and without lines."""

    name = "supplier_documents"
    path = "/v1/supplierdocument"
    cost = "1, and 1 per page of open documents"
    primary_keys = ("company_id", "documentType", "referenceNumber")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("SupplierDocumentDto")


class SupplierPayments(VismaStream, paged=True, period=("financialPeriod",)):
    """Payments to suppliers, with the documents they pay."""

    name = "supplier_payments"
    path = "/v1/supplierPayment"
    primary_keys = ("company_id", "type", "refNbr")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("SupplierPaymentDto")


class SupplierBalances(
    VismaStream,
    key_from={"branch": "branchNumber?", "supplierNumber": "supplier.number"},
):
    """What each supplier is owed, as Visma sums it up, per branch."""

    name = "supplier_balances"
    path = "/v1/supplier/balance"
    primary_keys = ("company_id", "branch", "supplierNumber")
    schema = VismaSchema("SupplierBalanceDto")
