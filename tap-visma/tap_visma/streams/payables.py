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
):
    """Supplier invoices with their lines and VAT details, one record per document."""

    name = "supplier_invoices"
    path = "/v1/supplierInvoice"
    primary_keys = ("company_id", "documentType", "referenceNumber")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("SupplierInvoiceDto")
