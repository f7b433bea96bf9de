"""Accounts receivable: customers and what they owe."""

from __future__ import annotations

from tap_visma.openapi import VismaSchema
from tap_visma.stream import VismaStream


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
