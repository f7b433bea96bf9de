"""Changes of master data: somebody moves, an account or a dimension value is added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visma_looker_sandbox.dto import dto
from visma_looker_sandbox.paths import DIMENSION

if TYPE_CHECKING:
    import random

    from visma_looker_sandbox.company import Company


def change_party(company: Company, resource: str, chance: random.Random) -> int:
    """Somebody moves, or gets other terms of payment.

    Returns:
        How many changed: one, or none where there is nobody.
    """
    records = company.records(resource)
    if not records:
        return 0
    key, body = chance.choice(records)
    if chance.random() < 0.5:  # noqa: PLR2004 - one in two
        days = chance.choice((10, 14, 30, 45, 60))
        body["creditTerms"] = dto("IdDescription", id=str(days), description=f"{days} days")
    else:
        body["mainAddress"]["addressLine1"] = f"Havnegata {chance.randint(1, 99)}"
    body["lastModifiedDateTime"] = company.books.now()
    company.put(resource, body, key)
    return 1


def new_dimension_value(company: Company) -> int:
    """Add a value to the first segment of subaccounts, and the subaccount with it."""
    now = company.books.now()
    dimension = company.books.get(company.tenant_id, DIMENSION, "SUBACCOUNT")
    if dimension is None:
        return 0
    segment = dimension["segments"][0]
    used = {value["valueId"] for value in segment["segmentValues"]}
    value = next(str(n) for n in range(900, 100_000) if str(n) not in used)
    text = f"Unit {value}"
    segment["segmentValues"].append(company.segment_value(1, value, text, stamp=now))
    segment["lastModified"] = now
    segment["length"] = max(segment["length"], len(value))
    dimension["length"] = sum(each["length"] for each in dimension["segments"])
    company.put(DIMENSION, dimension, "SUBACCOUNT")
    first = next(iter(company.subaccounts.values()))["segments"]
    changed = first[0] | {"segmentValue": value, "segmentValueDescription": text}
    company.add_subaccount([changed, *first[1:]], now)
    return 1


def new_account(company: Company) -> int:
    """Add an account for expenses, with the next free number."""
    expenses = [n for n, body in company.accounts.items() if body["type"] == "Expense"]
    highest = max((int(n) for n in expenses if n.isdecimal()), default=7000)
    number = next(
        str(n) for n in range(highest + 1, highest + 10_000) if str(n) not in company.accounts
    )
    company.add_account(
        number,
        f"Expense {number}",
        "Expense",
        number[:2],
        cash=False,
        stamp=company.books.now(),
    )
    return 1
