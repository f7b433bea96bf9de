"""Purchasing: what was ordered and what has arrived."""

from __future__ import annotations

from tap_visma.openapi import VismaSchema
from tap_visma.stream import VismaStream


class PurchaseOrders(
    VismaStream,
    paged=True,
    expand=("includeCustomFreeFields",),
    personal=("owner", "remitContact", "shippingContact"),
):
    """Purchase orders with their lines, one record per order."""

    name = "purchase_orders"
    path = "/v1/purchaseorder"
    primary_keys = ("company_id", "orderType", "orderNbr")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("PurchaseOrderDto")


class PurchaseReceipts(
    VismaStream,
    paged=True,
    expand=("expandNote", "includeCustomFreeFields"),
    period=("finPeriod",),
):
    """Purchase receipts with their lines, one record per receipt."""

    name = "purchase_receipts"
    path = "/v2/PurchaseReceipt"
    primary_keys = ("company_id", "receiptType", "receiptNbr")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("PurchaseReceiptDto")
