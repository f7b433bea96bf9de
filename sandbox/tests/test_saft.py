"""A SAF-T file becomes books that say what the file says."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from visma_looker_sandbox.books import Books
from visma_looker_sandbox.company import Company
from visma_looker_sandbox.importer import import_saft
from visma_looker_sandbox.saft import read_saft
from visma_looker_sandbox.subledger import Totals
from visma_looker_sandbox.xmltree import SaftError

from .conftest import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Figures = dict[str, tuple[Decimal, Decimal]]
NAMESPACE = "{urn:StandardAuditFile-Taxation-Financial:NO}"

MINIMAL = """<?xml version="1.0" encoding="UTF-8"?>
<AuditFile xmlns="urn:StandardAuditFile-Taxation-Financial:NO">
<Header><AuditFileVersion>1.30</AuditFileVersion>
<AuditFileDateCreated>2026-01-31</AuditFileDateCreated>
<Company><RegistrationNumber>900000002</RegistrationNumber>
<Name>Lien &amp; Løken AS</Name></Company>
<DefaultCurrencyCode>NOK</DefaultCurrencyCode></Header>
<MasterFiles><GeneralLedgerAccounts>
<Account><AccountID>1920</AccountID><AccountDescription>Bank</AccountDescription>
<GroupingCategory>balanseverdiForOmloepsmiddel</GroupingCategory><GroupingCode>1920</GroupingCode>
<AccountType>GL</AccountType></Account>
<Account><AccountID>2400</AccountID><AccountDescription>Gjeld</AccountDescription></Account>
<Account><AccountID>4000</AccountID><AccountDescription>Kjøp</AccountDescription></Account>
</GeneralLedgerAccounts>
<Suppliers><Supplier><Name>Ås Ölförsörjning AB</Name><SupplierID>S/1 æ</SupplierID>
<BalanceAccount><AccountID>2400</AccountID><OpeningCreditBalance>10</OpeningCreditBalance>
</BalanceAccount></Supplier></Suppliers></MasterFiles>
<GeneralLedgerEntries><Journal><JournalID>J1</JournalID>
<Transaction><TransactionID>1</TransactionID><Period>1</Period><PeriodYear>2026</PeriodYear>
<TransactionDate>2026-01-05</TransactionDate><Description>Kjøp</Description>
<Line><AccountID>4000</AccountID>
<Analysis><AnalysisType>A</AnalysisType><AnalysisID>1</AnalysisID>
<DebitAnalysisAmount><Amount>30.10</Amount></DebitAnalysisAmount></Analysis>
<DebitAmount><Amount>100.10</Amount></DebitAmount></Line>
<Line><AccountID>2400</AccountID><SupplierID>S/1 æ</SupplierID>
<CreditAmount><Amount>100.10</Amount></CreditAmount></Line>
</Transaction></Journal></GeneralLedgerEntries></AuditFile>
"""


def figures_of_file(path: Path) -> Figures:
    """Debit and credit per account, read without the sandbox."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for line in ET.parse(path).iter(f"{NAMESPACE}Line"):
        account = line.findtext(f"{NAMESPACE}AccountID") or ""
        for side, name in enumerate(("DebitAmount", "CreditAmount")):
            amount = line.findtext(f"{NAMESPACE}{name}/{NAMESPACE}Amount")
            sums[account][side] += Decimal(amount or 0)
    return {account: (debit, credit) for account, (debit, credit) in sums.items()}


def journals(books: Books) -> list[dict[str, Any]]:
    (tenant, _, _), *_ = books.companies()
    return [body for _, body in books.all(tenant, "/v2/journaltransaction")]


def figures_of_books(books: Books) -> Figures:
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for batch in journals(books):
        for line in batch["journalTransactionLines"]:
            sums[line["accountNumber"]][0] += line["debitAmount"]
            sums[line["accountNumber"]][1] += line["creditAmount"]
    return {account: (debit, credit) for account, (debit, credit) in sums.items()}


def of(books: Books, resource: str) -> list[dict[str, Any]]:
    (tenant, _, _), *_ = books.companies()
    return [body for _, body in books.all(tenant, resource)]


@pytest.fixture(params=["shipped", "toyen"])
def source(request: pytest.FixtureRequest) -> Path:
    return SHIPPED if request.param == "shipped" else request.getfixturevalue("toyen")


def texts(path: Path, name: str) -> list[str]:
    return [node.text or "" for node in ET.parse(path).iter(f"{NAMESPACE}{name}")]


def test_every_posting_arrives_to_the_cent(
    source: Path, make_books: Callable[[Path], Books]
) -> None:
    assert figures_of_books(make_books(source)) == figures_of_file(source)


def test_transactions_parties_accounts_and_dimension_values_arrive_once(
    source: Path, make_books: Callable[[Path], Books]
) -> None:
    books = make_books(source)
    batches = [batch["batchNumber"] for batch in journals(books)]
    assert sorted(batches) == sorted(texts(source, "TransactionID"))
    root = ET.parse(source).getroot()
    for resource, kind in (("/v1/supplier", "Supplier"), ("/v1/customer", "Customer")):
        numbers = [node.findtext(f"{NAMESPACE}{kind}ID") for node in root.iter(NAMESPACE + kind)]
        assert [party["number"] for party in of(books, resource)] == numbers
    accounts = [node.findtext(f"{NAMESPACE}AccountID") for node in root.iter(f"{NAMESPACE}Account")]
    assert [account["accountCD"] for account in of(books, "/v1/account")] == accounts
    told = {
        (
            entry.findtext(f"{NAMESPACE}AnalysisTypeDescription"),
            entry.findtext(f"{NAMESPACE}AnalysisID"),
        )
        for entry in root.iter(f"{NAMESPACE}AnalysisTypeTableEntry")
    }
    arrived = [
        (segment["description"], value["valueId"])
        for dimension in of(books, "/v1/dimension/{dimensionId}")
        for segment in dimension["segments"]
        for value in segment["segmentValues"]
        if value["valueId"] != "0"
    ]
    assert len(arrived) == len(told)
    assert set(arrived) == told


def test_a_line_that_is_shared_out_keeps_the_sum_of_every_dimension_value(
    source: Path, make_books: Callable[[Path], Books]
) -> None:
    told: dict[str, Decimal] = defaultdict(Decimal)
    for line in ET.parse(source).iter(f"{NAMESPACE}Line"):
        amount = Decimal(line.findtext(f".//{NAMESPACE}Amount", "0"))
        for side in ("DebitAmount", "CreditAmount"):
            amount = Decimal(line.findtext(f"{NAMESPACE}{side}/{NAMESPACE}Amount") or amount)
        for share in line.iter(f"{NAMESPACE}Analysis"):
            part = share.findtext(f"{NAMESPACE}AnalysisAmount/{NAMESPACE}Amount")
            told[share.findtext(f"{NAMESPACE}AnalysisID") or ""] += Decimal(part or amount)
    arrived: dict[str, Decimal] = defaultdict(Decimal)
    for batch in journals(make_books(source)):
        for line in batch["journalTransactionLines"]:
            for segment in line["subaccount"]["segments"]:
                arrived[segment["segmentValue"]] += line["debitAmount"] + line["creditAmount"]
    arrived.pop("0")
    assert arrived == told


def test_the_shipped_file_adds_up(make_books: Callable[[Path], Books]) -> None:
    file, books = read_saft(SHIPPED), make_books(SHIPPED)
    moved = figures_of_books(books)
    for account in file.accounts:
        debit, credit = moved.get(account.number, (Decimal(0), Decimal(0)))
        assert account.opening + debit - credit == account.closing, account.number
    for batch in journals(books):
        assert batch["debitTotal"] == batch["creditTotal"]
        assert batch["debitTotalInCurrency"] == batch["creditTotalInCurrency"]
    assert {batch["currencyId"] for batch in journals(books)} == {"NOK", "EUR"}
    assert len(file.suppliers) == 12
    assert len(file.customers) == 10
    assert {t.year for t in file.transactions} == {2025, 2026}
    assert any(t.period == 13 for t in file.transactions)


@pytest.mark.parametrize(
    ("resource", "account", "sign"),
    [("/v1/supplierInvoice", "2400", -1), ("/v1/customerinvoice", "1500", 1)],
)
def test_what_is_open_is_what_the_ledger_says_is_owed(
    resource: str, account: str, sign: int, make_books: Callable[[Path], Books]
) -> None:
    closing = next(a.closing for a in read_saft(SHIPPED).accounts if a.number == account)
    assert closing is not None
    invoices = of(make_books(SHIPPED), resource)
    assert sum(invoice["balance"] for invoice in invoices) == closing * sign
    for invoice in invoices:
        assert (invoice["status"] == "Open") == (invoice["balance"] > 0)
        assert invoice["detailTotal"] + invoice["vatTotal"] == invoice["amount"]


@pytest.mark.parametrize(
    ("resource", "module", "account", "kinds"),
    [
        (
            "/v1/supplierdocument",
            "ModuleAP",
            "2400",
            {"Invoice": "INV", "DebitAdj": "ADR", "Check": "CHK"},
        ),
        ("/v1/customerdocument", "ModuleAR", "1500", {"Invoice": "INV", "Payment": "PMT"}),
    ],
)
def test_postings_name_the_document_that_they_are_of(
    resource: str,
    module: str,
    account: str,
    kinds: dict[str, str],
    make_books: Callable[[Path], Books],
) -> None:
    books = make_books(SHIPPED)
    postings = defaultdict(list)
    for batch in journals(books):
        for line in batch["journalTransactionLines"]:
            key = (batch["module"], line["transactionType"], line["referenceNumber"])
            postings[key].append((line["accountNumber"], line["debitAmount"], line["creditAmount"]))
    seen = set()
    for body in of(books, resource):
        kind, number = body["documentType"], body["referenceNumber"]
        if number.startswith("OB-"):
            continue  # owed before the file begins, which has no voucher of it
        lines = postings[module, kinds[kind], number]
        owed = sum(debit - credit for at, debit, credit in lines if at == account)
        assert abs(owed) == body["amount"], number
        # One voucher that pays several parties takes one sum from the bank.
        if "-" not in number:
            assert sum(debit - credit for _, debit, credit in lines) == 0, number
        seen.add(kind)
    assert seen == kinds.keys()


def test_payments_are_no_documents(make_books: Callable[[Path], Books]) -> None:
    books = make_books(SHIPPED)
    bought = of(books, "/v1/supplierInvoice")
    assert all(
        ("Kreditnota" in i["description"]) == (i["documentType"] == "DebitAdj") for i in bought
    )
    for invoice in bought + of(books, "/v1/customerinvoice"):
        if invoice["referenceNumber"].startswith("OB-"):
            continue
        assert (invoice.get("description") or invoice["invoiceText"]).startswith("Faktura")
    assert {i["documentType"] for i in bought} == {"Invoice", "DebitAdj"}


def test_what_was_paid_too_early_is_taken_off_the_next_invoice(
    write: Callable[..., Path], make_books: Callable[[Path], Books]
) -> None:
    payment = """<Transaction><TransactionID>0</TransactionID><Period>1</Period>
<PeriodYear>2026</PeriodYear><TransactionDate>2026-01-02</TransactionDate>
<Line><AccountID>2400</AccountID><SupplierID>S/1 æ</SupplierID>
<DebitAmount><Amount>50</Amount></DebitAmount></Line>
<Line><AccountID>1920</AccountID><CreditAmount><Amount>50</Amount></CreditAmount></Line>
</Transaction>"""
    opening, invoice = of(
        make_books(write("<Transaction>", payment + "<Transaction>")), "/v1/supplierInvoice"
    )
    assert (opening["referenceNumber"], opening["amount"]) == ("OB-S/1 æ", 10)
    # Ten of the fifty are for what was owed before.
    assert (invoice["amount"], invoice["balance"]) == (Decimal("100.10"), Decimal("60.10"))
    assert invoice["status"] == "Open"


def test_a_shared_out_line_in_another_currency_loses_nothing(
    write: Callable[..., Path], make_books: Callable[[Path], Books]
) -> None:
    foreign = (
        "<Amount>100.10</Amount><CurrencyCode>EUR</CurrencyCode>"
        "<CurrencyAmount>10</CurrencyAmount><ExchangeRate>10.01</ExchangeRate>"
    )
    path = write("<Amount>100.10</Amount>", foreign)
    (batch,) = journals(make_books(path))
    assert (batch["currencyId"], batch["exchangeRate"]) == ("EUR", Decimal("10.01"))
    lines = batch["journalTransactionLines"]
    assert [line["debitAmountInCurrency"] for line in lines] == [
        Decimal("3.01"),
        Decimal("6.99"),
        Decimal(0),
    ]
    assert batch["debitTotalInCurrency"] == batch["creditTotalInCurrency"] == 10
    text = path.read_text("utf-8")
    (path.parent / "made.sqlite").unlink()
    path.write_text(text.replace(foreign, "<Amount>100.10</Amount>", 1), "utf-8")
    (batch,) = journals(make_books(path))
    # One line without it, and the voucher is not in that currency.
    assert (batch["currencyId"], batch["debitTotalInCurrency"]) == ("NOK", Decimal("100.10"))


def test_stamps_are_those_of_the_file_and_the_same_each_time(
    tmp_path: Path, make_books: Callable[[Path], Books]
) -> None:
    books = make_books(SHIPPED)
    dump = list(books.db.iterdump())
    newest = max(batch["lastModifiedDateTime"] for batch in journals(books))
    assert newest.startswith("2026-11-")
    (tmp_path / "made.sqlite").unlink()
    assert list(make_books(SHIPPED).db.iterdump()) == dump


def stated(path: Path, element: str, key: str, which: str) -> dict[str, Decimal]:
    """Balances that a file states, debit minus credit, read without the sandbox."""
    found = {}
    for node in ET.parse(path).iter(NAMESPACE + element):
        sides = [
            Decimal(node.findtext(f".//{NAMESPACE}{which}{side}Balance") or 0)
            for side in ("Debit", "Credit")
        ]
        found[node.findtext(f"{NAMESPACE}{key}") or ""] = sides[0] - sides[1]
    return found


def test_the_ledger_begins_and_ends_as_the_file_states(
    source: Path, make_books: Callable[[Path], Books]
) -> None:
    books = make_books(source)
    opening, closing = (
        stated(source, "Account", "AccountID", which) for which in ("Opening", "Closing")
    )
    kinds = {a["accountCD"]: a["type"] for a in of(books, "/v1/account")}
    rows = of(books, "/v2/generalLedgerBalance")
    first, last = (f(row["financialPeriod"] for row in rows) for f in (min, max))
    begins: dict[str, Decimal] = defaultdict(Decimal)
    moved: dict[str, Decimal] = defaultdict(Decimal)
    unexplained: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        number = row["account"]["number"]
        sign = 1 if kinds[number] in {"Asset", "Expense"} else -1
        debit_minus_credit = row["periodToDateDebit"] - row["periodToDateCredit"]
        moved[number] += debit_minus_credit
        begin, end = row["beginningBalance"], row["yearToDateBalance"]
        begins[number] += sign * begin if row["financialPeriod"] == first else Decimal(0)
        unexplained[number] += sign * (end - begin) - debit_minus_credit
        assert row["financialPeriod"] == last or unexplained[number] == 0
    for number in kinds:
        assert begins[number] == opening[number], number
        assert begins[number] + moved[number] + unexplained[number] == closing[number], number
    off = {number for number, amount in unexplained.items() if amount}
    assert off == (set() if source == SHIPPED else {"1920", "2711", "2740"})


@pytest.mark.parametrize(("kind", "sign"), [("Supplier", -1), ("Customer", 1)])
def test_parties_owe_what_the_file_states_and_their_documents_come_to_it(
    kind: str, sign: int, source: Path, make_books: Callable[[Path], Books]
) -> None:
    books, who = make_books(source), kind.lower()
    told = {body[who]["number"]: body["balance"] for body in of(books, f"/v1/{who}/balance")}
    open_: dict[str, Decimal] = defaultdict(Decimal)
    for body in of(books, f"/v1/{who}document"):
        owes = 1 if body["documentType"] == "Invoice" else -1
        open_[body[who]["number"]] += owes * body["balance"]
    for number, closing in stated(source, kind, f"{kind}ID", "Closing").items():
        assert told.get(number, 0) == open_[number] == sign * closing, number


def test_a_stated_balance_stays_what_it_is_when_business_goes_on(
    write: Callable[..., Path], make_books: Callable[[Path], Books]
) -> None:
    """Ten before, 100.10 bought; the file says 111.10, so that one is in no document."""
    old = "<OpeningCreditBalance>10</OpeningCreditBalance>"
    books = make_books(write(old, f"{old}<ClosingCreditBalance>111.10</ClosingCreditBalance>"))
    (tenant, name, currency), *_ = books.companies()
    (balance,) = of(books, "/v1/supplier/balance")
    assert balance["balance"] == Decimal("111.10")
    company = Company(books, tenant, name, currency)
    for document in of(books, "/v1/supplierdocument"):
        changed = document | {"balance": document["balance"] - 1}
        company.put(
            "/v1/supplierdocument", changed, document["documentType"], document["referenceNumber"]
        )
    Totals(company, sold=False).save()
    (balance,) = of(books, "/v1/supplier/balance")
    assert balance["balance"] == Decimal("109.10")


def test_a_payment_becomes_one_that_names_what_it_is_taken_off(
    write: Callable[..., Path], make_books: Callable[[Path], Books]
) -> None:
    payment = """<Transaction><TransactionID>0</TransactionID><Period>1</Period>
<PeriodYear>2026</PeriodYear><TransactionDate>2026-01-02</TransactionDate>
<Line><AccountID>2400</AccountID><SupplierID>S/1 æ</SupplierID>
<DebitAmount><Amount>150</Amount></DebitAmount></Line>
<Line><AccountID>1920</AccountID><CreditAmount><Amount>150</Amount></CreditAmount></Line>
</Transaction>"""
    books = make_books(write("<Transaction>", payment + "<Transaction>"))
    (paid,) = of(books, "/v1/supplierPayment")
    lines = [
        (li["invoiceRefNbr"], li["amountPaid"], li["date"][:10]) for li in paid["paymentLines"]
    ]
    # What was owed before first; the invoice when it comes.
    assert lines == [
        ("OB-S/1 æ", Decimal(10), "2026-01-02"),
        ("1", Decimal("100.10"), "2026-01-05"),
    ]
    assert (paid["status"], paid["unappliedBalance"]) == ("Open", Decimal("39.90"))


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes the minimal file with something replaced."""

    def write(old: str = "", new: str = "", text: str = MINIMAL) -> Path:
        assert old in text
        path = tmp_path / "file.xml"
        path.write_text(text.replace(old, new) if old else text, "utf-8")
        return path

    return write


def test_version_1_30_moved_elements_are_found(
    write: Callable[..., Path], make_books: Callable[[Path], Books]
) -> None:
    books = make_books(write())
    (supplier,) = of(books, "/v1/supplier")
    assert supplier["number"] == "S/1 æ"
    assert supplier["glAccounts"]["supplierAccount"]["number"] == "2400"
    assert of(books, "/v1/account")[0]["accountGroupCD"] == "1920"
    lines = journals(books)[0]["journalTransactionLines"]
    shares = [(li["subaccount"]["subaccountNumber"], li["debitAmount"]) for li in lines]
    assert shares == [("1", Decimal("30.10")), ("0", Decimal("70.00")), ("0", 0)]


def test_dimension_values_that_are_not_listed_are_added_and_told(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    share = "<Analysis><AnalysisType>{}</AnalysisType><AnalysisID>{}</AnalysisID></Analysis>"
    shares = share.format("B", "0") + share.format("B", "X") + share.format("C", "00")
    old = MINIMAL[MINIMAL.index("<Analysis>") : MINIMAL.index("</Analysis>") + len("</Analysis>")]
    books = Books(tmp_path / "b.sqlite")
    notes = import_saft(books, read_saft(write(old, shares)))
    assert len(notes) == 2
    assert "analysis type B" in notes[0]
    segments = of(books, "/v1/dimension/{dimensionId}")[1]["segments"]
    assert [[v["valueId"] for v in segment["segmentValues"]] for segment in segments] == [
        ["000", "0", "X"],
        ["000", "00"],
    ]
    line, owed = journals(books)[0]["journalTransactionLines"]
    assert line["subaccount"]["subaccountNumber"] == "0-00"
    assert owed["subaccount"]["subaccountNumber"] == "000-000"


def test_only_assets_are_cash(make_books: Callable[[Path], Books]) -> None:
    accounts = of(make_books(SHIPPED), "/v1/account")
    assert [a["accountCD"] for a in accounts if a["cashAccount"]] == ["1900", "1920", "1950"]
    kinds = {a["accountCD"]: a["type"] for a in accounts}
    assert (kinds["1500"], kinds["2400"], kinds["3000"], kinds["7770"]) == (
        "Asset",
        "Liability",
        "Income",
        "Expense",
    )


def test_periods_cover_the_years_without_gaps(make_books: Callable[[Path], Books]) -> None:
    periods = of(make_books(SHIPPED), "/v1/financialPeriod")
    months = [p for p in periods if p["period"][:2] != "13"]
    assert len(months) == 24
    for one, following in pairwise(months):
        gap = date.fromisoformat(following["startDate"][:10]) - date.fromisoformat(
            one["endDate"][:10]
        )
        assert gap.days == 1
    assert [p["closedInGeneralLedger"] for p in months] == [True] * 12 + [False] * 12
    (adjustment,) = (p for p in periods if p["period"] == "132025")
    assert adjustment["startDate"] == adjustment["endDate"] == "2025-12-31T00:00:00"


def test_a_year_that_begins_in_september(
    write: Callable[..., Path], make_books: Callable[[Path], Books]
) -> None:
    path = write("<TransactionDate>2026-01-05", "<TransactionDate>2025-09-05")
    periods = of(make_books(path), "/v1/financialPeriod")
    assert (periods[0]["period"], periods[0]["startDate"]) == ("012026", "2025-09-01T00:00:00")
    assert (periods[-1]["period"], periods[-1]["endDate"]) == ("122026", "2026-08-31T00:00:00")


def test_no_namespace_and_another_one_are_read_too(write: Callable[..., Path]) -> None:
    plain = read_saft(write(' xmlns="urn:StandardAuditFile-Taxation-Financial:NO"', ""))
    other = read_saft(write("urn:StandardAuditFile-Taxation-Financial:NO", "urn:other:DK"))
    assert plain == other
    assert plain.company == "Lien & Løken AS"


BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>
<AuditFile>&b;</AuditFile>"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("<TransactionID>1</TransactionID>", "", r"line \d+: <Transaction> has no <TransactionID>"),
        ("<Name>Lien &amp; Løken AS</Name>", "", "has no <Company/Name>"),
        ("100.10", "1OO.10", r"line \d+: <Amount> is not an amount: '1OO.10'"),
        ("100.10", "NaN", "is not an amount"),
        ("2026-01-05", "05.01.2026", r"<TransactionDate> is not a date: '05.01.2026'"),
        ("<PeriodYear>2026", "<PeriodYear>MMXXVI", "<PeriodYear> is not a number"),
        (
            "<AccountID>4000</AccountID>\n<Analysis>",
            "<AccountID>4001</AccountID>\n<Analysis>",
            "'4001'",
        ),
        (
            "<SupplierID>S/1 æ</SupplierID>\n<Credit",
            "<SupplierID>X</SupplierID>\n<Credit",
            "'X', which",
        ),
        ("<AccountID>4000</AccountID><AccountD", "<AccountID>2400</AccountID><AccountD", "twice"),
        ("CreditAmount>", "SomeAmount>", "needs one of <DebitAmount> and <CreditAmount>"),
        ("</Journal>", "", "not well-formed XML"),
        ("MasterFiles>", "Masters>", "has no <MasterFiles>"),
        ("AuditFile", "Invoice", "<AuditFile> expected, found <Invoice>"),
        (MINIMAL, BOMB, "line 1: a DOCTYPE is not allowed"),
        (MINIMAL, "", "not well-formed XML"),
    ],
)
def test_a_malformed_file_is_refused_in_words(
    old: str, new: str, says: str, write: Callable[..., Path]
) -> None:
    with pytest.raises(SaftError, match=says) as error:
        read_saft(write(old, new))
    assert "file.xml cannot be imported" in str(error.value)
    assert "No books were written." in str(error.value)


def test_the_same_transaction_id_in_one_journal_is_refused(
    write: Callable[..., Path], make_books: Callable[[Path], Books]
) -> None:
    start, end = MINIMAL.index("<Transaction>"), MINIMAL.index("</Journal>")
    twice = MINIMAL[:end] + MINIMAL[start:end] + MINIMAL[end:]
    with pytest.raises(SaftError, match="'J1-1' comes 2 times"):
        make_books(write(text=twice))
    other_journal = twice.replace(
        MINIMAL[start:end] * 2,
        f"{MINIMAL[start:end]}</Journal><Journal><JournalID>J2</JournalID>{MINIMAL[start:end]}",
    )
    books = make_books(write(text=other_journal))
    assert [batch["batchNumber"] for batch in journals(books)] == ["J1-1", "J2-1"]


def test_an_unbalanced_transaction_is_imported_and_told(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    path = write("<CreditAmount><Amount>100.10", "<CreditAmount><Amount>100.11")
    notes = import_saft(Books(tmp_path / "b.sqlite"), read_saft(path))
    assert any("Transaction 1 does not balance" in note and "-0.01" in note for note in notes)
