"""The lists of all documents of suppliers and customers, and what the parties owe in all."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from visma_looker_sandbox.dto import dto, filled
from visma_looker_sandbox.paths import (
    CUSTOMER_BALANCE,
    CUSTOMER_DOCUMENT,
    SUPPLIER_BALANCE,
    SUPPLIER_DOCUMENT,
)

if TYPE_CHECKING:
    from visma_looker_sandbox.company import Company

_ZERO = Decimal("0.0000")
#: What is not posted yet.
DRAFTS = frozenset({"Hold", "Balanced"})
#: How an open document counts in what is owed; a prepayment is not in the control account.
SIGNS = {
    "Invoice": 1,
    "CreditAdj": 1,
    "DebitNote": 1,
    "DebitAdj": -1,
    "CreditNote": -1,
    "Check": -1,
    "Payment": -1,
}


def add_supplier_document(company: Company, body: dict[str, Any], account: str = "") -> None:
    """Write a supplier's invoice into the list of all documents.

    Args:
        company: Whose books.
        body: The invoice as stored.
        account: Its account in the ledger; by default as before.
    """
    key = (body["documentType"], body["referenceNumber"])
    parts: dict[str, Any] = {}
    if account in company.accounts:
        parts["account"] = company.nested_account(account)
    elif old := company.books.get(company.tenant_id, SUPPLIER_DOCUMENT, "|".join(key)):
        parts["account"] = old["account"]
    document = filled(
        "SupplierDocument",
        **body
        | parts
        | {
            "subaccount": company.nested_subaccount(None),
            "amount": body["detailTotal"] + body["vatTotal"],
            "amountInCurrency": body["amount"],
            "branch": body["branchNumber"],
        },
    )
    company.put(SUPPLIER_DOCUMENT, document, *key)


def add_customer_document(company: Company, body: dict[str, Any]) -> None:
    """Write a customer's invoice or note into the list of all documents."""
    document = filled("CustomerDocument", **body | {"branch": body["branchNumber"]})
    company.put(CUSTOMER_DOCUMENT, document, body["documentType"], body["referenceNumber"])


class Totals:
    """What each supplier or customer is owed or owes, kept in step with the documents.

    Args:
        company: Whose books.
        sold: Customers if true, suppliers if false.
    """

    def __init__(self, company: Company, *, sold: bool) -> None:
        self._company = company
        self._sold = sold
        self._path = CUSTOMER_DOCUMENT if sold else SUPPLIER_DOCUMENT
        #: What balances are besides their documents, by the party's number.
        self._meta = f"{'customers' if sold else 'suppliers'} besides {company.tenant_id}"

    def state(self, balances: dict[str, Decimal]) -> None:
        """Have balances be what they are said to be, whatever the documents say.

        Args:
            balances: What a party owes, or is owed, by its number.
        """
        found: dict[str, Decimal] = defaultdict(lambda: _ZERO)
        for key, (_, sums, _) in self._sums("").items():
            found[key[-1]] += sums["balance"]
        rest = {
            n: str(balance - found[n]) for n, balance in balances.items() if balance != found[n]
        }
        self._company.books.set_meta(self._meta, json.dumps(rest))

    def save(self) -> None:
        """Write the balances that differ from what the documents say."""
        company = self._company
        path = CUSTOMER_BALANCE if self._sold else SUPPLIER_BALANCE
        stored = dict(company.records(path))
        latest = self._latest()
        for key, (party, sums, stamp) in self._sums(latest).items():
            make = self._customer if self._sold else self._supplier
            body = make(key, party, sums, stamp)
            text = "|".join(key)
            name = "lastModified" if self._sold else "lastModifiedDateTime"
            old = stored.get(text)
            if old is not None:
                if {**old, name: None} == {**body, name: None}:
                    continue
                # What is gone, or a new period, leaves no stamp behind.
                body[name] = max(stamp, company.books.now()) if stamp <= old[name] else stamp
            company.put(path, body, text)

    def _latest(self) -> str:
        """The newest period with documents; totals of period and year are those of its year."""
        (code,) = self._company.books.db.execute(
            "SELECT max(json_extract(body, '$.financialPeriod')) FROM records"
            " WHERE tenant_id = ? AND resource = ?",
            (self._company.tenant_id, self._path),
        ).fetchone()
        return code or ""

    def _sums(
        self, latest: str
    ) -> dict[tuple[str, ...], tuple[dict[str, Any], dict[str, Decimal], str]]:
        """Per branch and supplier, or per customer: the party, its sums, the newest stamp."""
        who = "customer" if self._sold else "supplier"
        found: dict[tuple[str, ...], tuple[dict[str, Any], dict[str, Decimal], str]] = {}
        besides = json.loads(self._company.books.meta(self._meta, "{}"))
        for _, body in self._company.books.all(self._company.tenant_id, self._path):
            party, kind = body[who], body["documentType"]
            key: tuple[str, ...] = (party["number"],)
            if not self._sold:
                key = (body["branchNumber"]["number"], *key)
            if key not in found:
                found[key] = (party, defaultdict(lambda: _ZERO), "")
                found[key][1]["balance"] = Decimal(besides.pop(party["number"], 0))
            party, sums, stamp = found[key]
            found[key] = (party, sums, max(stamp, body["lastModifiedDateTime"]))
            amount, vat = body["amount"] or _ZERO, body["vatTotal"] or _ZERO
            if body["status"] in DRAFTS:
                waits = body.get("approvalStatus") == "SentToApproval"
                sums["approval" if waits else "draft"] += amount
                sums["approval net" if waits else "draft net"] += amount - vat
                continue
            sign = SIGNS.get(kind, 0)
            sums["balance"] += sign * (body["balance"] or _ZERO)
            if kind in {"Check", "Payment"} or body["financialPeriod"][:4] != latest[:4]:
                continue
            for name in ("year", *(["period"] if body["financialPeriod"] == latest else [])):
                sums[name] += sign * amount
                sums[f"{name} net"] += sign * (amount - vat)
        return found

    def _supplier(
        self, key: tuple[str, ...], party: dict[str, Any], sums: dict[str, Decimal], stamp: str
    ) -> dict[str, Any]:
        def pair(name: str) -> dict[str, Any]:
            return dto("WithoutWithVat", withoutVat=sums[f"{name} net"], withVat=sums[name])

        return dto(
            "SupplierBalance",
            branchNumber=key[0],
            supplier=party,
            balance=sums["balance"],
            unreleasedPurchasesNotInApproval=pair("draft"),
            totalSentForApproval=pair("approval"),
            totalPurchaseInvoicePeriod=pair("period"),
            totalPurchaseInvoiceYear=pair("year"),
            lastModifiedDateTime=stamp,
        )

    def _customer(
        self, _key: tuple[str, ...], party: dict[str, Any], sums: dict[str, Decimal], stamp: str
    ) -> dict[str, Any]:
        return dto(
            "CustomerBalance",
            customer={"internalId": self._ids()[party["number"]], **party},
            balance=sums["balance"],
            totalOrder=_ZERO,
            totalLoan=_ZERO,
            totalSalePeriod=sums["period net"],
            totalSaleYear=sums["year net"],
            totalDiscountPeriod=_ZERO,
            totalDiscountYear=_ZERO,
            lastModified=stamp,
        )

    def _ids(self) -> dict[str, int]:
        """Internal ids of customers by number: documents show the number only."""
        if not hasattr(self, "_by_number"):
            rows = self._company.books.db.execute(
                "SELECT json_extract(body, '$.number'), CAST(key AS INTEGER) FROM records"
                " WHERE tenant_id = ? AND resource = '/v1/customer'",
                (self._company.tenant_id,),
            )
            self._by_number: dict[str, int] = dict(rows)
        return self._by_number
