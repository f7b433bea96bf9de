"""What every peer reads: path, key and parts asked for, as the tap does."""

from __future__ import annotations

STREAMS = {
    "supplier_invoices": (
        "/v1/supplierInvoice",
        ["documentType", "referenceNumber"],
        ["expandApproval", "expandAttachment", "expandLandedCosts", "expandLinePrebookAccounts",
         "expandNote"],
    ),
    "suppliers": ("/v1/supplier", ["internalId"], ["expandAccountInformation", "expandNote"]),
    "accounts": ("/v1/account", ["accountID"], ["includeAccountClassDescription"]),
}  # fmt: skip
PAGED = {"supplier_invoices", "suppliers"}
