"""Fixed assets and what happens to their value."""

from __future__ import annotations

from tap_visma.openapi import VismaSchema
from tap_visma.stream import VismaStream


class FixedAssets(VismaStream, paged=True, expand=("expandAccounts",)):
    """Fixed assets with their books."""

    name = "fixed_assets"
    path = "/v1/fixedAsset"
    primary_keys = ("company_id", "assetID")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("FixedAssetDto")


class FixedAssetTransactions(
    VismaStream, paged=True, key_from={"book": "bookID?"}, period=("fromPeriod", "toPeriod")
):
    """Acquisitions, depreciations and disposals."""

    name = "fixed_asset_transactions"
    path = "/v1/fixedAssetTransaction"
    primary_keys = ("company_id", "refNo", "lineNo", "book")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("FixedAssetTransactionDto")
