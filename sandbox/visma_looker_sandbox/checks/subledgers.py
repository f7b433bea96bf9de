"""Identities of documents, payments, purchasing, budgets, assets and projects."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from visma_looker_sandbox.paths import (
    BUDGET,
    CURRENCY_RATE,
    CUSTOMER_BALANCE,
    CUSTOMER_CREDIT_NOTE,
    CUSTOMER_DEBIT_NOTE,
    CUSTOMER_DOCUMENT,
    CUSTOMER_INVOICE,
    CUSTOMER_PAYMENT,
    FIXED_ASSET_TRANSACTION,
    GL_BALANCE,
    PROJECT_BUDGET,
    PROJECT_TRANSACTION,
    PURCHASE_ORDER,
    PURCHASE_RECEIPT,
    SUBACCOUNT,
    SUPPLIER_BALANCE,
    SUPPLIER_DOCUMENT,
    SUPPLIER_INVOICE,
    SUPPLIER_PAYMENT,
    VAT,
)
from visma_looker_sandbox.payments import SHORT_KINDS
from visma_looker_sandbox.subledger import DRAFTS, SIGNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from visma_looker_sandbox.checks.result import Records, Result

_ZERO = Decimal(0)
_CUSTOMER_DOCUMENTS = (CUSTOMER_INVOICE, CUSTOMER_CREDIT_NOTE, CUSTOMER_DEBIT_NOTE)
_SIDES = (
    (SUPPLIER_DOCUMENT, SUPPLIER_PAYMENT, "supplier", "docType", "invoiceRefNbr", -1),
    (CUSTOMER_DOCUMENT, CUSTOMER_PAYMENT, "customer", "documentType", "refNbr", 1),
)


def _name(body: dict[str, Any]) -> str:
    return f"{body['documentType']} {body['referenceNumber']}"


def _with_lines(
    records: Records,
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]], str, list[dict[str, Any]]]]:
    """Documents with their lines, the name of a line's amount, and their VAT."""
    for body in records.of(SUPPLIER_INVOICE):
        yield body, body["invoiceLines"], "cost", body["taxDetailLines"]
    for path in _CUSTOMER_DOCUMENTS:
        for body in records.of(path):
            lines = body["invoiceLines"] if path == CUSTOMER_INVOICE else body["lines"]
            yield body, lines, "amount", body["taxDetails"]


def headers(records: Records, result: Result) -> None:
    """A document is the sum of its lines and its VAT; reverse charge adds nothing."""
    reverse = {body["vatId"] for body in records.of(VAT) if body["reverseVat"]}
    for body, lines, field, taxes in _with_lines(records):
        name = _name(body)
        for end in ("", "InCurrency"):
            total = sum((line[field + end] for line in lines), _ZERO)
            result.same(f"{name} detailTotal{end}", body[f"detailTotal{end}"], total)
        amount = body.get("amountInCurrency", body["amount"])
        net, vat = body["detailTotalInCurrency"], body["vatTotalInCurrency"]
        result.same(f"{name} amount", amount, net + vat)
        told = sum((t["vatAmount"] for t in taxes if t["taxId"] not in reverse), _ZERO)
        if taxes:
            result.same(f"{name} VAT", vat, told)


def lists_agree(records: Records, result: Result) -> None:
    """The list of all documents says the same as the lists of each kind."""
    for path, of in (
        (SUPPLIER_DOCUMENT, (SUPPLIER_INVOICE,)),
        (CUSTOMER_DOCUMENT, _CUSTOMER_DOCUMENTS),
    ):
        every = dict(records.keyed(path))
        fields = ("balance", "balanceInCurrency", "status", "lastModifiedDateTime")
        for each in of:
            for key, body in records.keyed(each):
                document = every.pop(key, None)
                told = document and [document[field] for field in fields]
                result.same(f"{_name(body)} in {path}", told, [body[field] for field in fields])
        for body in every.values():
            if body["documentType"] in SHORT_KINDS:
                result.same(f"{_name(body)} in {path}", "listed", "a document")


def posted(records: Records, result: Result) -> None:
    """A released document is posted on its control account with what it amounts to."""
    on: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for batch in records.posted():
        for line in batch["journalTransactionLines"]:
            if records.accounts[line["accountNumber"]]["controlAccountModule"]:
                key = (
                    batch["module"],
                    line["transactionType"] or "",
                    line["referenceNumber"] or "",
                )
                on[key] += line["debitAmount"] - line["creditAmount"]
    for path, module, owes in (
        (SUPPLIER_DOCUMENT, "ModuleAP", -1),
        (CUSTOMER_DOCUMENT, "ModuleAR", 1),
    ):
        for body in records.of(path):
            short = SHORT_KINDS.get(body["documentType"])
            if short is None:
                continue
            expected = _ZERO if body["status"] in DRAFTS else body["amount"]
            sign = owes * SIGNS[body["documentType"]]
            told = sign * on[module, short, body["referenceNumber"]] + _ZERO  # never -0
            result.same(f"{_name(body)} posted", told, expected)


def control_accounts(records: Records, result: Result) -> None:
    """What is open per party is what its control account says."""
    control = {
        (
            body["controlAccountModule"],
            body["type"] == ("Liability" if module == "AP" else "Asset"),
        ): number
        for number, body in records.accounts.items()
        if (module := body["controlAccountModule"])
    }
    prepaid = control.get(("AP", False))
    on: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for batch in records.posted():
        for line in batch["journalTransactionLines"]:
            if line["accountNumber"] in control.values():
                amount = line["debitAmount"] - line["creditAmount"]
                on[line["accountNumber"], line["customerSupplier"] or ""] += amount
    for path, _, who, _, _, owes in _SIDES:
        account = control["AP" if who == "supplier" else "AR", True]
        for body in records.of(path):
            party, kind = body[who]["number"], body["documentType"]
            if body["status"] in DRAFTS:
                continue
            if kind == "Prepayment" and prepaid:
                on[prepaid, party] -= body["balance"]
            else:
                on[account, party] -= owes * SIGNS.get(kind, 0) * body["balance"]
    for (account, party), rest in on.items():
        result.same(f"account {account} party {party} against open documents", rest, _ZERO)


def party_balances(records: Records, result: Result) -> None:
    """The balance of a party is what its documents leave open."""
    for path, balances, who in (
        (SUPPLIER_DOCUMENT, SUPPLIER_BALANCE, "supplier"),
        (CUSTOMER_DOCUMENT, CUSTOMER_BALANCE, "customer"),
    ):
        expected: dict[str, Decimal] = defaultdict(Decimal)
        for body in records.of(path):
            branch = f"{body['branchNumber']['number']}|" if who == "supplier" else ""
            sign = 0 if body["status"] in DRAFTS else SIGNS.get(body["documentType"], 0)
            expected[f"{branch}{body[who]['number']}"] += sign * body["balance"]
        told = {key: body["balance"] for key, body in records.keyed(balances)}
        for key in expected.keys() | told.keys():
            result.same(f"{balances} {key}", told.get(key), expected.get(key))


def applied(records: Records, result: Result) -> None:
    """What is left of a document is its amount less what payments took off it."""
    for documents, payments, _, kind, number, _ in _SIDES:
        taken: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        notes: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for body in records.of(payments):
            sum_of_lines = _ZERO
            for line in body["paymentLines"]:
                taken[line[kind], line[number]] += line["amountPaid"]
                sum_of_lines += line["amountPaid"]
            notes[body["type"], body["refNbr"]] += sum_of_lines
            told = body.get("appliedAmount", body.get("appliedToDocuments"))
            where = f"{payments} {body['type']} {body['refNbr']}"
            result.same(f"{where} applied", told, sum_of_lines)
            amount = body.get("paymentAmountInCurrency", body["paymentAmount"])
            left = body.get("availableBalanceInCurrency", body.get("balance"))
            if body["type"] in {"VoidPayment", "Refund"} or body["status"] == "Voided":
                result.same(f"{where} left", left, _ZERO)
            else:
                result.same(f"{where} left", left, amount - sum_of_lines)
        for body in records.of(documents):
            key = (body["documentType"], body["referenceNumber"])
            if key[0] in SHORT_KINDS and body["status"] not in DRAFTS:
                rest = body["amountInCurrency"] - taken[key] - notes.get(key, _ZERO)
                result.same(f"{_name(body)} left", body["balanceInCurrency"], rest)
                if not rest or body["amount"] == body["amountInCurrency"]:
                    result.same(f"{_name(body)} left in the ledger", body["balance"], rest)
                state = "Open" if rest else "Closed"
                result.same(f"{_name(body)} status", body["status"], state)


def purchasing(records: Records, result: Result) -> None:
    """Orders know what was received, and nothing is invoiced that was not."""
    received: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    lines: dict[tuple[str, int], Decimal] = {}
    for body in records.of(PURCHASE_RECEIPT):
        result.same(
            f"receipt {body['receiptNbr']} quantity",
            body["totalQty"],
            sum((line["receiptQty"] for line in body["lines"]), _ZERO),
        )
        for line in body["lines"]:
            received[line["poOrderNbr"], line["poOrderLineNbr"]] += line["receiptQty"]
            lines[body["receiptNbr"], line["lineNbr"]] = line["receiptQty"]
    for body in records.of(PURCHASE_ORDER):
        rest = _ZERO
        for line in body["lines"]:
            key = (body["orderNbr"], line["lineNbr"])
            where = f"order {key[0]} line {key[1]}"
            result.same(f"{where} received", line["qtyOnReceipts"], received.pop(key, _ZERO))
            rest += line["orderQty"] - line["qtyOnReceipts"]
        result.same(f"order {body['orderNbr']} open", body["openQuantity"], rest)
    for key in received:
        result.same(f"order {key[0]} line {key[1]}", None, "an order for what was received")
    for body in records.of(SUPPLIER_INVOICE):
        for line in body["invoiceLines"]:
            if line["poReceiptNbr"]:
                key = (line["poReceiptNbr"], line["poReceiptLineNbr"])
                result.same(f"{_name(body)} {key} quantity", line["quantity"], lines.get(key))


def budgets(records: Records, result: Result) -> None:
    """Budgets are leaves, their periods add up, and released ones are balances of their ledger."""
    leaves = {body["subaccountNumber"] for body in records.of(SUBACCOUNT)}
    told: dict[tuple[str, ...], Decimal] = {}
    for body in records.of(GL_BALANCE):
        if body["balanceType"] == "Budget":
            row = (
                body["ledger"]["id"],
                body["branch"]["number"],
                body["account"]["number"],
                body["subAccountCd"],
                body["financialPeriod"],
            )
            told[row] = body["periodToDateDebit"] + body["periodToDateCredit"]
    for key, body in records.keyed(BUDGET):
        account, subaccount = body["account"]["number"], body["subaccount"]["id"]
        leaf = account in records.accounts and subaccount in leaves
        result.same(f"budget {key} is a leaf", leaf, expected=True)
        total = sum((period["amount"] for period in body["periods"]), _ZERO)
        result.same(f"budget {key} periods", total, body["distributedAmount"])
        result.same(f"budget {key} distributed", body["distributedAmount"], body["amount"])
        if body["released"]:
            result.same(f"budget {key} released", body["releasedAmount"], body["amount"])
            place = (key.split("|")[0], body["branchNumber"]["number"], account, subaccount)
            for period in body["periods"]:
                at = (*place, period["periodId"])
                result.same(f"budget {key} {at[-1]}", told.pop(at, None), period["amount"])
    for left in told:
        result.same(f"budget balance {' '.join(left)}", "a row", None)


def rates(records: Records, result: Result) -> None:
    """Every foreign document has a rate of the table; invoices that of their day."""
    table: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    for body in records.of(CURRENCY_RATE):
        table[body["fromCurrencyId"]].append((body["effectiveDate"], body["rate"]))
    own = next(c for t, _, c in records.books.companies() if t == records.tenant)
    for body, *_ in _with_lines(records):
        currency = body["currencyId"]
        if currency == own:
            result.same(f"{_name(body)} rate", body["exchangeRate"], 1)
            continue
        day = body["date"] if "date" in body else body["documentDate"]
        valid = [rate for since, rate in sorted(table[currency]) if since <= day]
        if body["documentType"] in {"DebitAdj", "CreditNote"}:
            # It has the rate of what it takes back.
            result.same(f"{_name(body)} rate", body["exchangeRate"] in valid, expected=True)
        else:
            expected = valid[-1] if valid else None
            result.same(f"{_name(body)} rate", body["exchangeRate"], expected)


def assets(records: Records, result: Result) -> None:
    """Transactions of fixed assets are what their accounts were posted with."""
    told: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    accounts = {"Depreciation": "creditAccountID", "Purchasing": "debitAccountID"}
    for body in records.of(FIXED_ASSET_TRANSACTION):
        account = body["accounts"][accounts[body["origin"]]]
        told[account, body["transactionPeriodID"]] += body["transactionAmount"]
    numbers = {account for account, _ in told}
    for batch in records.posted():
        for line in batch["journalTransactionLines"]:
            if line["accountNumber"] in numbers:
                amount = line["debitAmount"] + line["creditAmount"]
                told[line["accountNumber"], batch["financialPeriod"]] -= amount
    for (account, period), rest in told.items():
        result.same(f"account {account} period {period} against fixed assets", rest, _ZERO)


def projects(records: Records, result: Result) -> None:
    """What projects have cost is the sum of their transactions."""
    spent: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for body in records.of(PROJECT_TRANSACTION):
        for line in body["lines"]:
            spent[line["project"]["id"], line["projectTask"]["id"]] += line["amount"]
    for body in records.of(PROJECT_BUDGET):
        key = (body["projectID"], body["projectTaskID"])
        result.same(f"project {key}", body["actualAmount"], spent.pop(key, _ZERO))
    for key in spent:
        result.same(f"project {key}", None, "a budget")


DOCUMENT_CHECKS = (
    ("document = lines + VAT", headers),
    ("lists of documents agree", lists_agree),
    ("document balance = amount - applied", applied),
)
SUBLEDGER_CHECKS = (
    ("documents are posted", posted),
    ("open documents = control accounts", control_accounts),
    ("party balances = open documents", party_balances),
    ("orders, receipts, invoices", purchasing),
    ("budgets on leaves", budgets),
    ("rates exist", rates),
    ("fixed assets = ledger", assets),
    ("project budgets = transactions", projects),
)
