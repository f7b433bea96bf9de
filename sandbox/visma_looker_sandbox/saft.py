"""Reads a SAF-T Financial file: any version, any namespace, amounts as exact decimals.

Elements are told apart by their local names, which have not changed between versions 1.10,
1.20 and 1.30; where 1.30 moved an element, both places are looked at.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from visma_looker_sandbox.xmltree import Node, SaftError, read_tree

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class SaftAccount:
    """An account of the general ledger, with the balances that the file tells."""

    number: str
    description: str
    group: str
    kind: str
    created: dt.date
    opening: Decimal
    closing: Decimal | None
    """None where the file states none."""


@dataclass
class SaftParty:
    """A supplier or a customer."""

    number: str
    name: str
    account: str
    opening: Decimal
    closing: Decimal | None
    days: int
    currency: str
    vat_number: str
    company_number: str
    nace: str
    active: bool
    note: str
    addresses: list[tuple[str, str, str, str]]
    """Street, postal code, city, country."""
    attention: str
    email: str
    phone: str
    fax: str
    web: str
    bank: str


@dataclass
class SaftValue:
    """One value of an analysis dimension."""

    kind: str
    kind_description: str
    value: str
    description: str
    start: dt.date
    active: bool


@dataclass
class SaftLine:
    """One posting."""

    account: str
    debit: Decimal
    credit: Decimal
    currency: str
    currency_amount: Decimal
    rate: Decimal
    text: str
    supplier: str
    customer: str
    reference: str
    source: str
    vat_code: str
    vat_rate: Decimal
    vat_base: Decimal
    vat_amount: Decimal
    analysis: list[tuple[str, str, Decimal | None]]
    """Dimension, value, share of the amount (None: all of it)."""


@dataclass
class SaftTransaction:
    """One voucher with its postings."""

    line: int
    journal: str
    number: str
    year: int
    period: int
    date: dt.date
    entered: dt.date
    text: str
    lines: list[SaftLine] = field(default_factory=list)


@dataclass
class AuditFile:
    """What the sandbox takes from a SAF-T Financial file."""

    company: str
    company_number: str
    currency: str
    country: str
    created: dt.date
    accounts: list[SaftAccount]
    suppliers: list[SaftParty]
    customers: list[SaftParty]
    values: list[SaftValue]
    vat_codes: dict[str, str]
    transactions: list[SaftTransaction]


def read_saft(path: Path) -> AuditFile:
    """Read a SAF-T Financial file.

    Raises:
        SaftError: The file is missing, is no XML, or lacks what the books need.
    """
    try:
        return _audit_file(read_tree(path))
    except (SaftError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise SaftError(
            f"{path.name} cannot be imported: {reason}. No books were written. "
            "Export the file again, or correct it at the place named."
        ) from error


def _audit_file(root: Node) -> AuditFile:
    if root.name != "AuditFile":
        raise SaftError(f"line {root.line}: <AuditFile> expected, found <{root.name}>")
    header, masters = root.find("Header"), root.find("MasterFiles")
    if header is None or masters is None:
        missing = "Header" if header is None else "MasterFiles"
        raise SaftError(f"line {root.line}: <AuditFile> has no <{missing}>")
    created = header.date("AuditFileDateCreated", dt.date(2000, 1, 1))
    file = AuditFile(
        company=header.need("Company/Name"),
        company_number=header.get("Company/RegistrationNumber"),
        currency=header.get("DefaultCurrencyCode", "NOK"),
        country=header.get("AuditFileCountry", "NO"),
        created=created,
        accounts=[_account(n, created) for n in masters.every("GeneralLedgerAccounts/Account")],
        suppliers=[_party(n, "SupplierID") for n in masters.every("Suppliers/Supplier")],
        customers=[_party(n, "CustomerID") for n in masters.every("Customers/Customer")],
        values=[
            _value(n, created) for n in masters.every("AnalysisTypeTable/AnalysisTypeTableEntry")
        ],
        vat_codes={
            n.need("TaxCode"): n.get("Description")
            for n in masters.every("TaxTable/TaxTableEntry/TaxCodeDetails")
        },
        transactions=[
            _transaction(node, journal.get("JournalID"))
            for journal in root.every("GeneralLedgerEntries/Journal")
            for node in journal.every("Transaction")
        ],
    )
    _check_references(file)
    return file


def _check_references(file: AuditFile) -> None:
    """Refuse what has no master record, and keys that come twice."""
    known = {
        "AccountID": _once("AccountID", [a.number for a in file.accounts]),
        "SupplierID": _once("SupplierID", [s.number for s in file.suppliers]),
        "CustomerID": _once("CustomerID", [c.number for c in file.customers]),
    }
    _once("AnalysisID", [f"{v.kind} {v.value}" for v in file.values])
    if not known["AccountID"]:
        raise SaftError("<MasterFiles> has no <GeneralLedgerAccounts>, so nothing can be posted")
    for transaction in file.transactions:
        for line in transaction.lines:
            for name, value in (
                ("AccountID", line.account),
                ("SupplierID", line.supplier),
                ("CustomerID", line.customer),
            ):
                if value and value not in known[name]:
                    raise SaftError(
                        f"line {transaction.line}: transaction {transaction.number!r} posts to "
                        f"<{name}> {value!r}, which <MasterFiles> does not have"
                    )


def _once(name: str, values: list[str]) -> set[str]:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise SaftError(f"<MasterFiles> has <{name}> {value!r} twice")
        seen.add(value)
    return seen


def _balance(node: Node, which: str) -> Decimal:
    """Debit minus credit."""
    return node.amount(f"{which}DebitBalance") - node.amount(f"{which}CreditBalance")


def _stated(node: Node) -> Decimal | None:
    """The closing balance, debit minus credit; None where the file states none."""
    told = any(node.find(f"Closing{side}Balance") for side in ("Debit", "Credit"))
    return _balance(node, "Closing") if told else None


def _account(node: Node, created: dt.date) -> SaftAccount:
    return SaftAccount(
        number=node.need("AccountID"),
        description=node.get("AccountDescription"),
        # Version 1.30 calls the standard account a grouping code.
        group=node.get("StandardAccountID") or node.get("GroupingCode"),
        kind=node.get("AccountType"),
        created=node.date("AccountCreationDate", created),
        opening=_balance(node, "Opening"),
        closing=_stated(node),
    )


def _party(node: Node, key: str) -> SaftParty:
    # Version 1.30 puts account and balances of a party into a structure of its own.
    balance = node.find("BalanceAccount") or node.find("BalanceAccountStructure") or node
    info = node.find("PartyInfo") or Node("PartyInfo", node.line)
    days = info.get("PaymentTerms/Days", "30")
    person = (node.get("Contact/ContactPerson/" + part) for part in ("FirstName", "LastName"))
    return SaftParty(
        number=node.need(key),
        name=node.need("Name"),
        account=balance.get("AccountID"),
        opening=_balance(balance, "Opening"),
        closing=_stated(balance),
        days=int(days) if days.isdecimal() else 30,
        currency=info.get("CurrencyCode"),
        vat_number=node.get("TaxRegistration/TaxRegistrationNumber"),
        company_number=node.get("RegistrationNumber"),
        nace=info.get("NaceCode"),
        active=info.get("Status", "Active").lower() == "active",
        note=info.get("Notes"),
        addresses=[
            (
                " ".join(filter(None, (a.get("StreetName"), a.get("Number")))),
                a.get("PostalCode"),
                a.get("City"),
                a.get("Country"),
            )
            for a in node.every("Address")
        ],
        attention=" ".join(filter(None, person)),
        email=node.get("Contact/Email"),
        phone=node.get("Contact/Telephone"),
        fax=node.get("Contact/Fax"),
        web=node.get("Contact/Website"),
        bank=node.get("BankAccount/IBANNumber") or node.get("BankAccount/BankAccountNumber"),
    )


def _value(node: Node, created: dt.date) -> SaftValue:
    kind = node.need("AnalysisType")
    value = node.need("AnalysisID")
    return SaftValue(
        kind=kind,
        kind_description=node.get("AnalysisTypeDescription", kind),
        value=value,
        description=node.get("AnalysisIDDescription", value),
        start=node.date("StartDate", created),
        active=node.get("Status", "Active").lower() == "active",
    )


def _transaction(node: Node, journal: str) -> SaftTransaction:
    date = node.date("TransactionDate")
    return SaftTransaction(
        line=node.line,
        journal=journal,
        number=node.need("TransactionID"),
        year=node.number("PeriodYear"),
        period=node.number("Period"),
        date=date,
        entered=node.date("SystemEntryDate", date),
        text=node.get("Description"),
        lines=[_line(child) for child in node.every("Line")],
    )


def _line(node: Node) -> SaftLine:
    debit, credit = node.find("DebitAmount"), node.find("CreditAmount")
    side = debit or credit
    if side is None or (debit is not None and credit is not None):
        raise SaftError(f"line {node.line}: <Line> needs one of <DebitAmount> and <CreditAmount>")
    if not side.get("Amount"):
        raise SaftError(f"line {side.line}: <{side.name}> has no <Amount>")
    amount = side.amount("Amount")
    tax = node.find("TaxInformation") or Node("TaxInformation", node.line)
    return SaftLine(
        account=node.need("AccountID"),
        debit=amount if debit is not None else Decimal(0),
        credit=amount if credit is not None else Decimal(0),
        currency=side.get("CurrencyCode"),
        currency_amount=side.amount("CurrencyAmount"),
        rate=side.amount("ExchangeRate"),
        text=node.get("Description"),
        supplier=node.get("SupplierID"),
        customer=node.get("CustomerID"),
        reference=node.get("ReferenceNumber"),
        source=node.get("SourceDocumentID"),
        vat_code=tax.get("TaxCode"),
        vat_rate=tax.amount("TaxPercentage"),
        vat_base=tax.amount("TaxBase"),
        vat_amount=tax.amount("TaxAmount/Amount"),
        analysis=[_share(child) for child in node.every("Analysis")],
    )


def _share(node: Node) -> tuple[str, str, Decimal | None]:
    # Version 1.30 knows the share's side; a line has one side, so its size is enough.
    for name in ("AnalysisAmount", "DebitAnalysisAmount", "CreditAnalysisAmount"):
        if node.get(f"{name}/Amount"):
            return node.need("AnalysisType"), node.need("AnalysisID"), node.amount(f"{name}/Amount")
    return node.need("AnalysisType"), node.need("AnalysisID"), None
