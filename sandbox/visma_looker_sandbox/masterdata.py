"""Changes of master data: somebody moves, an account or a dimension value is added."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from visma_looker_sandbox.company import ONE, at_midnight, money
from visma_looker_sandbox.dto import dto
from visma_looker_sandbox.parties import Party, add_supplier
from visma_looker_sandbox.paths import BUDGET, CURRENCY_RATE, DIMENSION, PURCHASE_ORDER, SUPPLIER

if TYPE_CHECKING:
    import datetime as dt
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


def new_supplier(company: Company, chance: random.Random) -> int:
    """Add a supplier with the next free number."""
    records = company.records(SUPPLIER)
    number = max(int(body["number"]) for _, body in records) + 1
    known = records[0][1]
    party = Party(
        number=str(number),
        name=f"Nyvik Service {number}",
        internal_id=max(body["internalId"] for _, body in records) + 1,
        account=known["glAccounts"]["supplierAccount"]["number"],
        days=chance.choice((14, 30)),
        currency=company.currency,
        street=f"Havnegata {chance.randint(1, 99)}",
        postal_code="1000",
        city="Narvik",
        country=known["location"]["countryId"],
    )
    add_supplier(company, party, company.books.now())
    return 1


def revise_budget(company: Company, chance: random.Random) -> int:
    """Raise a budget that is not released by one period's amount."""
    found = [(key, body) for key, body in company.records(BUDGET) if not body["released"]]
    if not found:
        return 0
    key, body = chance.choice(found)
    raised = Decimal(chance.randint(1, 50) * 1_000)
    period = chance.choice(body["periods"])
    period["amount"] = money(period["amount"] + raised)
    for name in ("amount", "distributedAmount"):
        body[name] = money(body[name] + raised)
    body["lastModifiedDateTime"] = company.books.now()
    company.put(BUDGET, body, key)
    return 1


def new_rates(company: Company, today: dt.date, chance: random.Random) -> int:
    """Add the week's rates of exchange, on Mondays."""
    if today.weekday():
        return 0
    latest: dict[str, dict[str, object]] = {}
    last = 0
    for _, body in company.records(CURRENCY_RATE):
        latest[body["fromCurrencyId"]] = body
        last = max(last, body["id"])
    for nth, body in enumerate(latest.values(), start=1):
        rate = round(Decimal(str(body["rate"])) * Decimal(chance.randint(990, 1_010)) / 1_000, 6)
        changed = body | {
            "id": last + nth,
            "rate": rate,
            "rateReciprocal": round(1 / rate, 8),
            "effectiveDate": at_midnight(today),
        }
        company.put(CURRENCY_RATE, changed, last + nth, modified=company.books.now())
    return len(latest)


def latest_rate(company: Company, currency: str, day: dt.date) -> Decimal:
    """What a unit of a currency is worth on a day; one for the company's own."""
    if currency == company.currency:
        return ONE
    (rate,) = company.books.db.execute(
        "SELECT body -> '$.rate' FROM records WHERE tenant_id = ? AND resource = ?"
        " AND json_extract(body, '$.fromCurrencyId') = ?"
        " AND json_extract(body, '$.effectiveDate') <= ?"
        " ORDER BY json_extract(body, '$.effectiveDate') DESC LIMIT 1",
        (company.tenant_id, CURRENCY_RATE, currency, at_midnight(day)),
    ).fetchone()
    return Decimal(rate)


def new_order(company: Company, number: str, today: dt.date) -> int:
    """Order once more what was ordered first; nothing of it is received yet."""
    found = company.books.first(company.tenant_id, PURCHASE_ORDER)
    if found is None:
        return 0
    body = found[1]
    nothing = money(Decimal(0))
    for line in body["lines"]:
        line |= {
            "orderNumber": number,
            "qtyOnReceipts": nothing,
            "receivedAmt": nothing,
            "completed": False,
            "requested": at_midnight(today),
        }
    body |= {
        "orderNbr": number,
        "date": at_midnight(today),
        "description": f"Order {number}",
        "status": "Open",
        "openQuantity": sum((line["orderQty"] for line in body["lines"]), Decimal(0)),
        "openBalance": body["lineTotal"],
        "purchaseReceipts": [],
        "lastModifiedDateTime": company.books.now(),
    }
    company.put(PURCHASE_ORDER, body, body["orderType"], number)
    return 1
