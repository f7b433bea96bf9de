"""The streams, one module per area of Visma.net ERP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_visma.streams.assets import FixedAssets, FixedAssetTransactions
from tap_visma.streams.audit import SyncRuns
from tap_visma.streams.balances import Budgets, GeneralLedgerBalances, GeneralLedgerTransactions
from tap_visma.streams.inventory import InventoryItems
from tap_visma.streams.ledger import (
    Accounts,
    Dimensions,
    DimensionSegmentValues,
    FinancialPeriods,
    JournalTransactions,
    Ledgers,
    Subaccounts,
)
from tap_visma.streams.payables import (
    SupplierBalances,
    SupplierDocuments,
    SupplierInvoices,
    SupplierPayments,
    Suppliers,
)
from tap_visma.streams.projects import ProjectBudgets, Projects, ProjectTasks, ProjectTransactions
from tap_visma.streams.purchasing import PurchaseOrders, PurchaseReceipts
from tap_visma.streams.receivables import (
    CustomerBalances,
    CustomerCreditNotes,
    CustomerDebitNotes,
    CustomerDocuments,
    CustomerInvoices,
    CustomerPayments,
    Customers,
)
from tap_visma.streams.reference import (
    Branches,
    CashAccounts,
    CreditTerms,
    Currencies,
    CurrencyRates,
    Departments,
    Employees,
    Organizations,
    VatCategories,
    VatCodes,
)

if TYPE_CHECKING:
    from tap_visma.stream import VismaStream

ENDPOINTS: tuple[type[VismaStream], ...] = (
    Accounts,
    Branches,
    Budgets,
    CashAccounts,
    CreditTerms,
    Currencies,
    CurrencyRates,
    CustomerBalances,
    CustomerCreditNotes,
    CustomerDebitNotes,
    CustomerDocuments,
    CustomerInvoices,
    CustomerPayments,
    Customers,
    Departments,
    DimensionSegmentValues,
    Dimensions,
    Employees,
    FinancialPeriods,
    FixedAssetTransactions,
    FixedAssets,
    GeneralLedgerBalances,
    GeneralLedgerTransactions,
    InventoryItems,
    JournalTransactions,
    Ledgers,
    Organizations,
    ProjectBudgets,
    ProjectTasks,
    ProjectTransactions,
    Projects,
    PurchaseOrders,
    PurchaseReceipts,
    Subaccounts,
    SupplierBalances,
    SupplierDocuments,
    SupplierInvoices,
    SupplierPayments,
    Suppliers,
    VatCategories,
    VatCodes,
)
"""All streams that read an endpoint."""

__all__ = ["ENDPOINTS", "SyncRuns"]
