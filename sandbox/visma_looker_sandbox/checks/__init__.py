"""Proves that books obey double entry, from the records alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visma_looker_sandbox.checks.ledger import LEDGER_CHECKS
from visma_looker_sandbox.checks.result import Records, Result
from visma_looker_sandbox.checks.subledgers import DOCUMENT_CHECKS, SUBLEDGER_CHECKS

if TYPE_CHECKING:
    from visma_looker_sandbox.books import Books

__all__ = ["Result", "check_books"]


def check_books(books: Books, *, only: str = "") -> list[Result]:
    """Check every company.

    What an audit file does not tell (which batch posted a document, what else is on the accounts
    of debts) cannot be checked in books that were made from one.

    Args:
        books: What to check.
        only: A part of the name of the identities that are wanted; all by default.

    Returns:
        One result per company and identity; one with differences is a failure.
    """
    results = []
    for tenant, name, _ in books.companies():
        generated = bool(books.meta(f"generated {tenant}", ""))
        records = Records(books, tenant)
        checks = LEDGER_CHECKS + DOCUMENT_CHECKS + (SUBLEDGER_CHECKS if generated else ())
        for what, check in checks:
            if only not in what:
                continue
            result = Result(name, what)
            check(records, result)
            results.append(result)
    return results
