"""What is a choice in the staging models; the rest follows from the tap's schema."""

from __future__ import annotations

MODEL_NAMES = {
    "journal_transactions": "journal_batches",
    "general_ledger_transactions": "gl_transactions",
    "general_ledger_balances": "gl_balances",
}
"""Streams whose model has another name."""

LISTS = {
    "budgets": {"periods": "budget_periods"},
    "credit_terms": {"instalmentsSchedule": "credit_term_instalments"},
    "customer_credit_notes": {
        "lines": "customer_credit_note_lines",
        "taxDetails": "customer_credit_note_tax_lines",
        "applications": "customer_credit_note_applications",
    },
    "customer_debit_notes": {
        "lines": "customer_debit_note_lines",
        "taxDetails": "customer_debit_note_tax_lines",
        "applications": "customer_debit_note_applications",
    },
    "customer_invoices": {
        "invoiceLines": "customer_invoice_lines",
        "taxDetails": "customer_invoice_tax_lines",
        "applications": "customer_invoice_applications",
    },
    "customer_payments": {
        "paymentLines": "customer_payment_lines",
        "ordersToApply": "customer_payment_orders",
    },
    "dimensions": {"segments": "dimension_segments"},
    "journal_transactions": {"journalTransactionLines": "journal_lines"},
    "organizations": {"branches": "organization_branches"},
    "project_transactions": {"lines": "project_transaction_lines"},
    "purchase_orders": {"lines": "purchase_order_lines"},
    "purchase_receipts": {"lines": "purchase_receipt_lines"},
    "subaccounts": {"segments": "subaccount_segments"},
    "supplier_invoices": {
        "invoiceLines": "supplier_invoice_lines",
        "taxDetailLines": "supplier_invoice_tax_lines",
        "landedCosts": "supplier_invoice_landed_costs",
    },
    "supplier_payments": {"paymentLines": "supplier_payment_lines"},
    "vat_categories": {"vatCategoryLines": "vat_category_lines"},
    "vat_codes": {"schedules": "vat_code_rates"},
}
"""Lists of a document that become models of their own, one row per element."""

PARTITIONS = {
    "budgets": ("ledgerId", "branch", "financialYear"),
    "general_ledger_transactions": ("ledgerId",),
}
"""Streams that are read part by part, and the columns that name the part in `sync_runs`."""

SKIPPED = {"errorInfo", "metadata", "timeStamp", "timestamp"}
"""Properties about the answer, not about the business."""

SKIPPED_OBJECTS = {"contact", "address"}
"""Objects with personal data, of streams that are not selected by default."""

OBJECT_NAMES = {"branchNumber": "branch", "vatAgencyId": "vatAgency"}
"""Objects named after their first field."""

COLUMN_NAMES = {"vatId.number": "vat_id", "vatId.description": "vat_description"}
"""Columns whose mechanical name would mislead."""

TEXT = ("subaccount_id",)
"""Codes that some endpoints send as a number and some as a text: one type, so that they join."""

ALSO_UNIQUE = {
    "accounts": ("account_cd",),
    "branches": ("number",),
    "customers": ("number",),
    "ledgers": ("number",),
    "subaccounts": ("subaccount_number",),
    "suppliers": ("number",),
}
"""What other tables name a row by, beside its key."""

_AP_STATUS = (
    "Hold", "Balanced", "Voided", "Scheduled", "Open", "Closed", "Printed", "Prebooked",
    "Reserved", "PendingPrint", "Unreleased",
)  # fmt: skip
_AR_STATUS = (*_AP_STATUS, "PendingEmail", "CreditHold", "CcHold")
_AP_TYPES = (
    "Invoice", "CreditAdj", "DebitAdj", "Prepayment", "Refund", "Payment", "Check", "VoidCheck",
    "QuickCheck", "VoidQuickCheck",
)  # fmt: skip
_AR_TYPES = (
    "Invoice", "DebitNote", "CreditNote", "Payment", "VoidPayment", "Prepayment", "Refund",
    "FinCharge", "SmallBalanceWo", "SmallCreditWo", "CashSale", "CashReturn",
)  # fmt: skip
_MODULES = (
    "GL", "AP", "AR", "CA", "CM", "IN", "SO", "PO", "DR", "FA", "EP", "PM", "TX", "CR",
)  # fmt: skip

ACCEPTED: dict[str, dict[str, tuple[str, ...]]] = {
    "accounts": {"type": ("Asset", "Liability", "Income", "Expense")},
    "customer_documents": {"document_type": _AR_TYPES, "status": _AR_STATUS},
    "customer_invoices": {"document_type": _AR_TYPES, "status": _AR_STATUS},
    "customer_payments": {"type": (*_AR_TYPES, "VoidRefund"), "status": _AR_STATUS},
    "gl_balances": {"balance_type": ("Actual", "Report", "Statistical", "Budget")},
    "gl_transactions": {"module": (*_MODULES, *(f"Module{module}" for module in _MODULES))},
    "journal_batches": {
        "module": (*_MODULES, *(f"Module{module}" for module in _MODULES)),
        "status": (
            "Hold", "Balanced", "Unposted", "Posted", "Completed", "Voided", "Released",
            "PartiallyReleased", "Scheduled",
        ),
    },
    "ledgers": {"balance_type": ("Actual", "Report", "Statistical", "Budget")},
    "supplier_documents": {"document_type": _AP_TYPES, "status": _AP_STATUS},
    "supplier_invoices": {"document_type": _AP_TYPES, "status": _AP_STATUS},
    "supplier_payments": {
        "type": (*_AP_TYPES, "VoidPayment", "VoidRefund"),
        "status": (*_AP_STATUS, "PendingApproval", "Rejected"),
    },
    "sync_runs": {
        "mode": ("first", "resumed", "incremental", "full"),
        "outcome": ("success", "failed", "skipped"),
    },
}  # fmt: skip
"""Values that the models know. Visma may add some: a warning then, the load goes on."""

DESCRIPTIONS = {
    "_extracted_at": "When Visma's answer with this row arrived (UTC).",
    "_loaded_at": "When the loader wrote the row (UTC).",
    "account_cd": "Number of the account.",
    "balance": "Open balance in the company's base currency.",
    "balance_in_currency": "Open balance in the document's currency.",
    "company_id": "Short name of the company.",
    "document_type": "Type of the document, as Visma spells it.",
    "financial_period": "Period as YYYYPP; its calendar is in the financial periods.",
    "is_deleted": "Whether the last complete reading of the list no longer held the row.",
    "last_modified_date_time": "Visma's own wall clock, without a zone.",
    "line_ordinal": "Place of the element in its list, from 1.",
    "subaccount_id": "Id of the subaccount, as text.",
}
"""Said of a column wherever it occurs."""
