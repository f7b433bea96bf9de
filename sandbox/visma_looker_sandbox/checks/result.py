"""What the checks read, and what they tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from visma_looker_sandbox.paths import ACCOUNT, JOURNAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from visma_looker_sandbox.books import Books

_KEPT = 50


@dataclass
class Result:
    """How one identity fares in one company.

    Attributes:
        company: Name of the company.
        what: The identity.
        compared: How many figures were compared.
        failed: How many of them differ.
        differences: The first of these, with the document and both figures.
    """

    company: str
    what: str
    compared: int = 0
    failed: int = 0
    differences: list[str] = field(default_factory=list)

    def same(self, where: str, told: object, expected: object) -> None:
        """Compare one figure."""
        self.compared += 1
        if told != expected:
            self.failed += 1
            if len(self.differences) < _KEPT:
                self.differences.append(f"{where}: {told}, expected {expected}")


class Records:
    """The records of one company."""

    def __init__(self, books: Books, tenant: str) -> None:
        self.books = books
        self.tenant = tenant

    def of(self, resource: str) -> Iterator[dict[str, Any]]:
        """The records of a resource."""
        for _, body in self.books.all(self.tenant, resource):
            yield body

    def keyed(self, resource: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The records of a resource with their keys."""
        return self.books.all(self.tenant, resource)

    @cached_property
    def accounts(self) -> dict[str, dict[str, Any]]:
        """Accounts by number."""
        return {body["accountCD"]: body for body in self.of(ACCOUNT)}

    def meta(self, name: str) -> str:
        """A fact about this company's books."""
        return self.books.meta(f"{name} {self.tenant}", "")

    def posted(self) -> Iterator[dict[str, Any]]:
        """The posted batches."""
        return (body for body in self.of(JOURNAL) if body["status"] == "Posted")
