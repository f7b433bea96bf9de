"""Inventory: what is bought, made and sold."""

from __future__ import annotations

from tap_visma.openapi import VismaSchema
from tap_visma.stream import VismaStream


class InventoryItems(
    VismaStream,
    paged=True,
    expand=(
        "addCostPriceStatistics",
        "expandAccountInformation",
        "expandAttachment",
        "expandAttribute",
        "expandCrossReference",
        "expandInventoryUnits",
        "expandNote",
        "expandSalesCategories",
        "expandSupplierDetails",
        "expandWarehouseDetail",
    ),
    personal=("priceManager",),
):
    """Stock and non-stock items, with their accounts, suppliers and warehouses."""

    name = "inventory_items"
    path = "/v1/inventory"
    primary_keys = ("company_id", "inventoryId")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("InventoryDto")
