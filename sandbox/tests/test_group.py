"""The generated group: what is in its books, that its identities hold, and that breaks are seen."""

from __future__ import annotations

import json
import sqlite3
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from visma_looker_sandbox.books import Books
from visma_looker_sandbox.business import play
from visma_looker_sandbox.checks import check_books
from visma_looker_sandbox.cli import main
from visma_looker_sandbox.group.generate import generate_group
from visma_looker_sandbox.http import decode_json, encode_json

from .conftest import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from .conftest import Sandbox

JOURNALS = "/v2/journaltransaction"


@pytest.fixture
def books(group_books: Path, tmp_path: Path) -> Iterator[Books]:
    """A copy of the group's books, to be changed."""
    path = tmp_path / "books.sqlite"
    path.write_bytes(group_books.read_bytes())
    opened = Books(path)
    yield opened
    opened.close()


def failures(books: Books, only: str = "") -> dict[str, list[str]]:
    return {
        f"{result.company}: {result.what}": result.differences
        for result in check_books(books, only=only)
        if result.failed
    }


def bodies(books: Books, resource: str, company: int = 0) -> dict[str, dict[str, Any]]:
    return dict(books.all(books.companies()[company][0], resource))


# --- identities


def test_every_identity_holds_and_is_not_empty(books: Books) -> None:
    results = check_books(books)
    assert {result.company for result in results} == {name for _, name, _ in books.companies()}
    assert all(result.compared for result in results)
    assert failures(books) == {}


def test_identities_hold_for_other_seeds_scales_and_sizes(
    group_books: Path, tmp_path: Path
) -> None:
    scale, seed, companies = 2, 3, 4
    made = Books(tmp_path / "made.sqlite")
    generate_group(made, companies=companies, scale=scale, seed=seed)
    assert failures(made) == {}
    assert made.companies()[3][1:] == ("Fjordhammer Pumper AS 2", "NOK")
    numbers = [set(bodies(made, "/v1/supplierInvoice", nth)) for nth in (0, 3)]
    assert numbers[0] != numbers[1], "business of its own"
    (count,) = made.db.execute(
        "SELECT count(*) FROM records WHERE resource = '/v1/supplierInvoice'"
    ).fetchone()
    made.close()
    with sqlite3.connect(group_books) as db:
        (before,) = db.execute(
            "SELECT count(*) FROM records WHERE resource = '/v1/supplierInvoice'"
        ).fetchone()
    db.close()
    assert count > before * scale * companies / 3 * 0.85


def test_the_same_scale_and_seed_give_the_same_books(group_books: Path, tmp_path: Path) -> None:
    made = Books(tmp_path / "made.sqlite")
    generate_group(made)
    query = "SELECT tenant_id, resource, key, last_modified, created, seq, body FROM records"
    again = sorted(made.db.execute(query))
    made.close()
    with sqlite3.connect(group_books) as db:
        assert again == sorted(db.execute(query))
    db.close()


def test_identities_hold_after_days_of_business(books: Books) -> None:
    done = play(books, days=8, seed=4)
    assert failures(books) == {}
    assert {
        "supplier invoices", "payments of supplier invoices", "payments of customer invoices",
        "credit notes", "drafts released", "drafts deleted", "budgets revised",
        "suppliers", "orders",
        "rates", "accounts", "dimension values", "records touched",
    } <= {what for what, count in done.items() if count}  # fmt: skip


def test_business_stamps_everything_that_it_changes(books: Books) -> None:
    query = "SELECT tenant_id, resource, key, last_modified, body FROM records"
    before = {row[:3]: row[3:] for row in books.db.execute(query)}
    now = books.now()
    play(books, days=3, seed=4)
    for tenant, resource, key, stamp, body in books.db.execute(query).fetchall():
        old = before.get((tenant, resource, key))
        timeless = resource in {"/v1/financialPeriod", "/v1/dimension/{dimensionId}"}
        if old is None or (old[1] != body and not timeless):
            assert stamp is None or stamp >= now, (resource, key)


def test_an_audit_files_books_hold_what_they_can(shipped_books: Path, tmp_path: Path) -> None:
    path = tmp_path / "books.sqlite"
    path.write_bytes(shipped_books.read_bytes())
    books = Books(path)
    assert failures(books) == {}
    play(books, days=3, seed=1)
    assert failures(books) == {}
    books.close()


# --- what breaks is named


def add(field: str, amount: str = "0.01") -> Callable[[dict[str, Any]], object]:
    def change(body: dict[str, Any]) -> None:
        part: Any = body
        *path, last = field.split(".")
        for name in path:
            part = part[int(name)] if name.isdigit() else part[name]
        part[last] += Decimal(amount)

    return change


def put(field: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda body: body.update({field: value})


@pytest.mark.parametrize(
    ("resource", "where", "change", "caught", "named"),
    [
        (JOURNALS, "1", add("journalTransactionLines.0.debitAmount"), "debit = credit", "batch"),
        (JOURNALS, "1", add("debitTotal"), "debit = credit", "debitTotal"),
        (JOURNALS, "1", put("financialPeriod", "209901"), "periods exist", "209901"),
        (
            JOURNALS,
            "$.journalTransactionLines[0].transactionType = 'INV'",
            lambda body: body.update(
                journalTransactionLines=[
                    line
                    for line in body["journalTransactionLines"]
                    if line["accountNumber"] not in {"1500", "2400"}
                ]
            ),
            "documents are posted",
            "posted: 0",
        ),
        (
            JOURNALS,
            "$.journalTransactionLines[0].transactionType = 'CHK'",
            lambda body: [
                line.update(accountNumber="6800")
                for line in body["journalTransactionLines"]
                if line["accountNumber"] == "2400"
            ],
            "control accounts",
            "account 2400",
        ),
        ("/v1/GeneralLedgerTransactions", "1", add("creditAmount"), "GL transactions", "ACTUAL|"),
        ("/v1/GeneralLedgerTransactions", "1", None, "GL transactions", "None"),
        (
            "/v2/generalLedgerBalance",
            "$.balanceType = 'Actual'",
            add("beginningBalance"),
            "roll forward",
            "begins",
        ),
        ("/v2/generalLedgerBalance", "$.balanceType = 'Actual'", None, "roll forward", "a row"),
        (
            "/v2/generalLedgerBalance",
            "$.balanceType = 'Actual'",
            add("yearToDateBalance"),
            "trial balance",
            "balances",
        ),
        ("/v2/generalLedgerBalance", "$.balanceType = 'Budget'", None, "budgets", "BUDGET|"),
        ("/v1/supplierInvoice", "1", add("invoiceLines.0.cost"), "lines + VAT", "detailTotal"),
        ("/v1/supplierInvoice", "1", add("vatTotalInCurrency"), "lines + VAT", "amount"),
        ("/v1/supplierInvoice", "1", add("balance"), "lists of documents", "Invoice 1"),
        ("/v1/supplierInvoice", "1", None, "lists of documents", "a document"),
        (
            "/v1/supplierdocument",
            "$.currencyId = 'EUR' AND key LIKE 'Invoice%' AND body LIKE '%\"Closed\"%'",
            add("balance"),
            "amount - applied",
            "in the ledger",
        ),
        (
            "/v1/supplierInvoice",
            "$.currencyId = 'EUR'",
            add("exchangeRate"),
            "rates exist",
            "rate",
        ),
        (
            "/v1/supplierInvoice",
            "$.invoiceLines[0].poReceiptNbr LIKE 'RC%'",
            add("invoiceLines.0.quantity", "1"),
            "orders, receipts",
            "RC0",
        ),
        ("/v1/supplierdocument", "$.status = 'Open'", add("balance"), "control accounts", "2400"),
        (
            "/v1/supplierdocument",
            "$.status = 'Open'",
            add("balanceInCurrency"),
            "amount - applied",
            "left",
        ),
        ("/v1/customerdocument", "$.status = 'Open'", add("balance"), "control accounts", "1500"),
        ("/v1/customerCreditNote", "1", add("lines.0.amount"), "lines + VAT", "CreditNote"),
        (
            "/v1/supplierPayment",
            "json_array_length(body, '$.paymentLines') > 1",
            lambda body: body["paymentLines"].pop(),
            "amount - applied",
            "applied",
        ),
        ("/v1/customerPayment", "1", add("appliedToDocuments"), "amount - applied", "Payment"),
        ("/v1/supplier/balance", "1", add("balance"), "party balances", "50"),
        ("/v1/customer/balance", "1", add("balance"), "party balances", "10"),
        ("/v1/purchaseorder", "1", add("lines.0.qtyOnReceipts", "1"), "orders", "PO0"),
        ("/v2/PurchaseReceipt", "1", add("totalQty", "1"), "orders", "RC0"),
        ("/v1/budget", "1", add("periods.3.amount"), "budgets", "periods"),
        (
            "/v1/budget",
            "1",
            lambda body: body["subaccount"].update(id="100"),
            "budgets",
            "is a leaf",
        ),
        ("/v1/fixedAssetTransaction", "1", add("transactionAmount"), "fixed assets", "account 1"),
        ("/v1/projectbudget", "1", add("actualAmount"), "project budgets", "PR00"),
    ],
)
def test_what_breaks_is_named(  # noqa: PLR0917 - parameters of the test
    resource: str,
    where: str,
    change: Callable[[dict[str, Any]], object] | None,
    caught: str,
    named: str,
    books: Books,
) -> None:
    if where.startswith("$"):
        path, test = where.split(" ", 1)
        where = f"json_extract(body, '{path}') {test}"
    tenant, name, _ = books.companies()[0]
    rowid, text = books.db.execute(
        f"SELECT rowid, body FROM records WHERE tenant_id = ? AND resource = ? AND {where}"
        " ORDER BY seq LIMIT 1",
        (tenant, resource),
    ).fetchone()
    if change is None:
        books.db.execute("DELETE FROM records WHERE rowid = ?", (rowid,))
    else:
        body = decode_json(text)
        change(body)
        books.db.execute(
            "UPDATE records SET body = ? WHERE rowid = ?", (encode_json(body).decode(), rowid)
        )
    found = failures(books, caught)
    assert found
    assert all(what.startswith(name) for what in found)
    assert any(named in line for told in found.values() for line in told), found


def test_check_prints_a_table_and_fails_with_names(group_books: Path, tmp_path: Path) -> None:
    path = tmp_path / "books.sqlite"
    path.write_bytes(group_books.read_bytes())
    result = CliRunner().invoke(main, ["check", "--books", str(path)])
    assert result.exit_code == 0, result.output
    assert result.output.count(" ok\n") == len(result.output.splitlines()) > 40
    books = Books(path)
    books.db.execute(
        "UPDATE records SET body = json_set(body, '$.debitTotal', 1) WHERE rowid ="
        " (SELECT min(rowid) FROM records WHERE resource = '/v2/journaltransaction')"
    )
    books.close()
    result = CliRunner().invoke(main, ["check", "--books", str(path)])
    assert result.exit_code == 1
    assert "1 differ" in result.output
    assert "batch ModuleGL 000001 debitTotal: 1, expected" in result.output
    assert CliRunner().invoke(main, ["check", "--books", f"{path}.none"]).exit_code == 1


# --- what is in the books


def test_the_group_has_what_a_group_has(books: Books) -> None:
    currencies = [currency for _, _, currency in books.companies()]
    assert currencies == ["NOK", "SEK", "EUR"]
    assert len(bodies(books, "/v1/branch")) == 2
    starts = [
        next(b for b in bodies(books, "/v1/financialPeriod", n).values())["startDate"][:10]
        for n in range(3)
    ]
    assert starts == ["2025-01-01", "2024-09-01", "2025-01-01"]
    for company in range(3):
        kinds = {
            (b["type"], b["status"]) for b in bodies(books, "/v1/supplierPayment", company).values()
        }
        assert {kind for kind, _ in kinds} >= {
            "Payment", "VoidPayment", "Prepayment", "DebitAdj", "Refund"
        } - ({"Refund"} if company else set())  # fmt: skip
        assert ("Payment", "Voided") in kinds
        documents = bodies(books, "/v1/supplierInvoice", company).values()
        assert {b["documentType"] for b in documents} == {"Invoice", "CreditAdj", "DebitAdj"}
        assert {b["status"] for b in documents} >= {"Open", "Closed", "Hold", "Balanced"}
        assert any(0 < b["balanceInCurrency"] < b["amount"] for b in documents)
        assert len({b["currencyId"] for b in documents}) == 3
        journals = bodies(books, JOURNALS, company).values()
        assert {b["module"] for b in journals} == {
            "ModuleGL", "ModuleAP", "ModuleAR", "ModuleIN", "ModuleFA"
        }  # fmt: skip
        assert any(b["financialPeriod"].endswith("13") for b in journals)
        reversed_ = {b["originalBatchNumber"] for b in journals if b["reversingEntry"]}
        assert reversed_ <= {b["batchNumber"] for b in journals if b["autoReversing"]}
        assert reversed_
    repeated = [
        [line["invoiceRefNbr"] for line in b["paymentLines"]]
        for b in bodies(books, "/v1/supplierPayment").values()
    ]
    assert any(len(numbers) > len(set(numbers)) for numbers in repeated)


def test_the_same_numbers_are_used_in_every_company(books: Books) -> None:
    keys = [set(bodies(books, "/v1/supplierInvoice", n)) for n in range(3)]
    assert keys[0] & keys[1] & keys[2]
    # A batch number is one per module.
    numbers = [key.split("|")[1] for key in bodies(books, JOURNALS)]
    assert len(set(numbers)) < len(numbers)


def test_nothing_is_stamped_in_the_future(books: Books) -> None:
    (latest,) = books.db.execute("SELECT max(last_modified) FROM records").fetchone()
    assert latest < "2026-11-22"


# --- served


def test_every_company_has_its_own_token_and_rows(group: Sandbox) -> None:
    told = json.loads(group.env["TAP_VISMA_COMPANIES"])
    assert [one["company_id"] for one in told] == ["fjordhammer", "granskog", "koivuranta"]
    assert "TAP_VISMA_TENANT_ID" not in group.env
    currencies = []
    for tenant in group.tenants:
        token = group.ask_token(tenant_id=tenant).json()["access_token"]
        currencies.append(group.call("/v1/ledger", token=token).json()[0]["currencyId"])
    assert currencies == ["NOK", "SEK", "EUR"]


def test_a_fault_may_be_for_one_company(group: Sandbox) -> None:
    group.control("POST", "/faults", {"kind": "html", "tenant": group.tenants[1], "times": None})
    answers = {}
    for tenant in group.tenants:
        token = group.ask_token(tenant_id=tenant).json()["access_token"]
        answers[tenant] = group.call("/v1/ledger", token=token).status_code
    assert list(answers.values()) == [200, 502, 200]
    logged = [(call["tenant"], call["status"]) for call in group.control("GET", "/calls")]
    assert [one for one in logged if one[0]] == list(answers.items())


def test_mandatory_parameters(group: Sandbox) -> None:
    def refused(path: str, **params: str) -> str:
        answer = group.call(path, params)
        assert answer.status_code == 400, answer.text
        return str(answer.json()["message"])

    assert "'ledger'" in refused("/v1/budget", branch="10", financialYear="2026")
    assert "'branch'" in refused("/v1/budget", ledger="BUDGET", financialYear="2026")
    assert "'financialYear'" in refused("/v1/budget", ledger="BUDGET", branch="10")
    assert "'ledger'" in refused("/v1/GeneralLedgerTransactions")
    assert "'periodId' or" in refused("/v2/generalLedgerBalance")
    assert group.get("/v1/projecttransaction")
    group.control("PUT", "/settings", {"project_periods": "mandatory"})
    assert "'fromPeriod'" in refused("/v1/projecttransaction")
    assert "'toPeriod'" in refused("/v1/projecttransaction", fromPeriod="202501")
    assert group.get("/v1/projecttransaction", fromPeriod="202501", toPeriod="202612")
    assert group.get("/v1/projecttransaction", fromPeriod="203001", toPeriod="203012") == []


def test_budgets_of_a_ledger_are_its_own_and_do_not_tell_it(group: Sandbox) -> None:
    both = [
        group.get("/v1/budget", branch="10", ledger=ledger, financialYear="2026")
        for ledger in ("BUDGET", "FORECAST")
    ]
    assert len(both[0]) == len(both[1]) > 50
    assert both[0] != both[1]
    assert "ledger" not in both[0][0]
    assert group.get("/v1/budget", branch="10", ledger="ACTUAL", financialYear="2026") == []


def test_signs_of_balances_can_be_turned(group: Sandbox) -> None:
    params = {"periodId": "202606", "ledger": "ACTUAL"}
    plain = group.get("/v2/generalLedgerBalance", **params)
    turned = group.get("/v2/generalLedgerBalance", toggleBalanceSigns="true", **params)
    assert len(plain) == len(turned)
    signs = {"Asset": 1, "Expense": 1, "Liability": -1, "Income": -1}
    for one, other in zip(plain, turned, strict=True):
        sign = signs[one["account"]["type"]]
        assert other["yearToDateBalance"] == sign * one["yearToDateBalance"]
        assert other["periodToDateDebit"] == one["periodToDateDebit"]
    assert sum(row["yearToDateBalance"] for row in turned) != sum(
        row["yearToDateBalance"] for row in plain
    )


def test_credit_terms_come_in_an_envelope(group: Sandbox) -> None:
    page = group.get("/v1/creditTerm", pageSize=2, pageNumber=2)
    assert (page["pageNumber"], page["pageSize"], page["totalCount"]) == (2, 2, 5)
    assert [record["termsId"] for record in page["records"]] == ["30", "45"]
    assert group.get("/v1/creditTerm", pageSize=2, pageNumber=4)["records"] == []


@pytest.mark.parametrize(
    ("path", "params", "test"),
    [
        ("/v1/supplierdocument", {"balance": "0", "balanceCondition": ">"},
         lambda r: r["balance"] > 0),
        ("/v1/supplierdocument", {"status": "Open"}, lambda r: r["status"] == "Open"),
        ("/v1/customerdocument", {"documentType": "Payment"},
         lambda r: r["documentType"] == "Payment"),
        ("/v1/customerdocument", {"financialPeriod": "202603"},
         lambda r: r["financialPeriod"] == "202603"),
        ("/v1/supplierPayment", {"paymentType": "VoidPayment"},
         lambda r: r["type"] == "VoidPayment"),
        ("/v1/customerPayment", {"status": "Open"}, lambda r: r["status"] == "Open"),
        ("/v1/purchaseorder", {"orderStatus": "Open"}, lambda r: r["status"] == "Open"),
        ("/v2/PurchaseReceipt", {"finPeriod": "202602"}, lambda r: r["postPeriod"] == "022026"),
        ("/v2/currencyrate", {"fromDate": "2026-06-01", "fromCurrency": "EUR"},
         lambda r: r["effectiveDate"] >= "2026-06-01" and r["fromCurrencyId"] == "EUR"),
        ("/v1/fixedAssetTransaction", {"transactionType": "PurchasingPlus"},
         lambda r: r["transactionType"] == "PurchasingPlus"),
        ("/v1/projectbudget", {"project": "PR001"}, lambda r: r["projectID"] == "PR001"),
        ("/v2/generalLedgerBalance", {"periodId": "202513"},
         lambda r: r["financialPeriod"] == "202513"),
        ("/v1/GeneralLedgerTransactions",
         {"ledger": "ACTUAL", "fromPeriod": "202511", "toPeriod": "202601", "account": "6300"},
         lambda r: "202511" <= r["period"] <= "202601" and r["account"]["number"] == "6300"),
    ],
)  # fmt: skip
def test_filters_of_the_group(path: str, params: dict[str, str], test: Any, group: Sandbox) -> None:
    group.control("PUT", "/settings", {"max_page_size": 9999})
    with sqlite3.connect(group.books) as db:
        rows = db.execute(
            "SELECT body FROM records WHERE tenant_id = ? AND resource = ? ORDER BY seq",
            (group.tenant, path),
        ).fetchall()
    db.close()
    told = [body for (text,) in rows if test(body := json.loads(text))]
    assert 0 < len(told) < len(rows)
    assert len(group.get(path, **params)) == len(told)


def test_serve_makes_the_group(tmp_path: Path) -> None:
    path = tmp_path / "group.sqlite"
    with serving(path, "--group", "--seed", "5") as sandbox:
        assert len(sandbox.tenants) == 3
        assert sandbox.get("/v1/supplierPayment")
    assert [each.name for each in tmp_path.iterdir()] == ["group.sqlite"]


def test_generate_leaves_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "group.sqlite"
    run = CliRunner().invoke
    assert run(main, ["generate", "--books", str(path)]).exit_code == 0
    before = path.read_bytes()
    result = run(main, ["generate", "--books", str(path)])
    assert (result.exit_code, path.read_bytes()) == (1, before)
    assert "left as it is" in result.output
    result = run(main, ["serve", "--books", str(path), "--group", "--saft", str(path)])
    assert result.exit_code == 1
    assert "exclude each other" in result.output
