"""The work: books with many invoices, suppliers and accounts, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from visma_looker_sandbox import paths
from visma_looker_sandbox.books import Books, stamp_text
from visma_looker_sandbox.group.generate import generate_group

if TYPE_CHECKING:
    from pathlib import Path

TENANT = "be9c0000-0000-4000-8000-000000000001"

_BEGIN = datetime(2024, 1, 1)  # noqa: DTZ001 - Visma's wall clock
# Between one and five: with these a supplier invoice has about 7 KB.
_MOST_LINES = 5


class Work(NamedTuple):
    """How many records of each kind.

    Attributes:
        supplier_invoices: Of about 7 KB, with one to five lines.
        suppliers: Of about 3 KB.
        accounts: Of about half a KB.
    """

    supplier_invoices: int
    suppliers: int
    accounts: int


def make(path: Path, work: Work) -> dict[str, float]:
    """Make the books: records of the generated group, repeated under numbers of their own.

    Args:
        path: The file; must not exist.
        work: How many.

    Returns:
        Bytes of a record on average, by stream.
    """
    group = path.with_suffix(".group.sqlite")
    source = Books(group)
    generate_group(source)
    books = Books(path)
    try:
        books.add_company(TENANT, "Benchmark", "NOK")
        with books.bulk(), books.writing():
            for count, (resource, numbered) in zip(work, _KINDS, strict=True):
                _repeat(source, books, resource, count, numbered)
        sizes = [
            books.db.execute(
                "SELECT avg(length(CAST(body AS BLOB))) FROM records WHERE resource = ?",
                (resource,),
            ).fetchone()[0]
            for resource, _ in _KINDS
        ]
        return dict(zip(Work._fields, sizes, strict=True))
    finally:
        source.close()
        books.close()
        for file in path.parent.glob(f"{group.name}*"):
            file.unlink()


def touch(path: Path, share: float) -> int:
    """Change a share of the supplier invoices, as people do: evenly spread, stamped as new.

    Returns:
        How many were changed.
    """
    books = Books(path)
    try:
        keys = [key for key, _ in books.all(TENANT, paths.SUPPLIER_INVOICE)]
        changed = keys[:: round(1 / share)]
        with books.writing():
            for key in changed:
                books.touch(TENANT, paths.SUPPLIER_INVOICE, key)
    finally:
        books.close()
    return len(changed)


def _repeat(source: Books, books: Books, resource: str, count: int, numbered: Any) -> None:
    tenant = source.companies()[0][0]
    found = [record for _, record in source.all(tenant, resource)]
    for number in range(count):
        record = dict(found[number % len(found)])
        key = numbered(record, number)
        record["lastModifiedDateTime"] = stamp_text(_BEGIN + timedelta(seconds=60 * number))
        books.put(TENANT, resource, key, record)


def _invoice(record: dict[str, Any], number: int) -> str:
    lines = record["invoiceLines"]
    record["invoiceLines"] = [
        lines[line % len(lines)] | {"lineNumber": line + 1}
        for line in range(1 + number % _MOST_LINES)
    ]
    record |= {"documentType": "Invoice", "referenceNumber": f"{number:06d}"}
    return f"Invoice|{number:06d}"


def _supplier(record: dict[str, Any], number: int) -> str:
    record |= {"internalId": number, "number": f"{50_000 + number}"}
    return str(number)


def _account(record: dict[str, Any], number: int) -> str:
    record |= {"accountID": number, "accountCD": f"{1000 + number}"}
    return str(number)


_KINDS = (
    (paths.SUPPLIER_INVOICE, _invoice),
    (paths.SUPPLIER, _supplier),
    (paths.ACCOUNT, _account),
)
