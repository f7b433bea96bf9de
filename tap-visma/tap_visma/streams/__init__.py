"""The streams, one module per area of Visma.net ERP."""

from __future__ import annotations

from tap_visma.streams.audit import SyncRuns
from tap_visma.streams.ledger import (
    Accounts,
    Dimensions,
    DimensionSegmentValues,
    FinancialPeriods,
    JournalTransactions,
    Ledgers,
    Subaccounts,
)
from tap_visma.streams.payables import SupplierInvoices, Suppliers
from tap_visma.streams.receivables import Customers

__all__ = [
    "Accounts",
    "Customers",
    "DimensionSegmentValues",
    "Dimensions",
    "FinancialPeriods",
    "JournalTransactions",
    "Ledgers",
    "Subaccounts",
    "SupplierInvoices",
    "Suppliers",
    "SyncRuns",
]
