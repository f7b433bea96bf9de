"""Break it on purpose: what goes wrong on the way to the marts is seen, and where is told.

All faults are put into one copy of the warehouse, each into documents of its own, and the models
are built without stopping at the first failed test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.models import GHOST

if TYPE_CHECKING:
    from tests.models import Warehouse

pytestmark = [pytest.mark.xdist_group("group"), pytest.mark.timeout(900)]

_LINES = '"journalTransactionLines"'
Row = dict[str, Any]


@dataclass(frozen=True)
class Broken:
    """The copy, and what its tests said.

    Attributes:
        warehouse: The copy; its marts are in `finance_build`.
        outcomes: How each of dbt's tests ended.
        where: The documents that each fault was put into.
    """

    warehouse: Warehouse
    outcomes: dict[str, str]
    where: dict[str, Row]

    def differences(self, check: str, company: str) -> list[Row]:
        """What a check of the reconciliation lists."""
        return _reconciliation(self.warehouse, "finance_build", check, company)

    def rows(self, test: str) -> list[Row]:
        """What one of dbt's tests returns."""
        ((path),) = self.warehouse.dbt.target.glob(f"compiled/**/{test}.sql")
        return _dicts(self.warehouse, path.read_text())


def _dicts(warehouse: Warehouse, statement: str) -> list[Row]:
    """Rows of a query, or of a change that returns some."""
    found = warehouse.query(f"with row as ({statement}) select to_jsonb(row) from row")
    return [row for (row,) in found]


def _reconciliation(warehouse: Warehouse, schema: str, check: str, company: str) -> list[Row]:
    return _dicts(
        warehouse,
        f"select * from {schema}.rpt_reconciliation where check_id = '{check}' "
        f"and company_id = '{company}' and row_type = 'detail' and status = 'difference'",
    )


def _lose_a_page_of_a_journal(warehouse: Warehouse) -> Row:
    """The end of a batch came on the next page and was not merged."""
    (row,) = _dicts(
        warehouse,
        f"""
        select "batchNumber", module, "financialPeriod" from visma.journal_transactions
        where company_id = 'fjordhammer' and module = 'ModuleGL' and status = 'Posted'
            and jsonb_array_length({_LINES}) > 8 order by 1 limit 1
        """,
    )
    warehouse.query(
        f"""
        update visma.journal_transactions set {_LINES} = (
            select jsonb_agg(line order by nth)
            from jsonb_array_elements({_LINES}) with ordinality as l (line, nth) where nth <= 3
        ) where company_id = 'fjordhammer' and module = 'ModuleGL'
            and "batchNumber" = '{row["batchNumber"]}'
        """
    )
    return row


def _double_a_payment_line(warehouse: Warehouse) -> Row:
    """A payment names the same invoice once more, with the same amount."""
    lines = '"paymentLines"'
    (row,) = _dicts(
        warehouse,
        f"""
        select "refNbr", {lines} #>> '{{0,invoiceRefNbr}}' as invoice
        from visma.supplier_payments
        where company_id = 'granskog' and type = 'Payment' and status = 'Closed'
            and jsonb_array_length({lines}) = 1 and {lines} #>> '{{0,docType}}' = 'Invoice'
        order by 1 limit 1
        """,
    )
    warehouse.query(
        f"""
        update visma.supplier_payments set {lines} = {lines} || {lines}
        where company_id = 'granskog' and type = 'Payment' and "refNbr" = '{row["refNbr"]}'
        """
    )
    return row


def _shift_a_period(warehouse: Warehouse) -> Row:
    """A batch of May counts in June."""
    (row,) = _dicts(
        warehouse,
        f"""
        update visma.journal_transactions set "financialPeriod" = '202506'
        where company_id = 'koivuranta' and module = 'ModuleGL' and "batchNumber" = (
            select min("batchNumber") from visma.journal_transactions
            where company_id = 'koivuranta' and module = 'ModuleGL' and description = 'Rent'
                and "financialPeriod" = '202505'
        ) returning "batchNumber", {_LINES} #>> '{{0,accountNumber}}' as account
        """,
    )
    return row


def _flip_a_sign(warehouse: Warehouse) -> Row:
    """Credit notes to customers are said to raise what is owed."""
    warehouse.query(
        "update finance_build.visma_document_signs set on_balance = 1, on_spend = 1 "
        "where ledger = 'AR' and document_type = 'CreditNote'"
    )
    rows = _dicts(
        warehouse,
        """
        select company_id, customer ->> 'number' as customer, sum(2 * balance) as wrong
        from visma.customer_documents
        where "documentType" = 'CreditNote' and status = 'Open' group by 1, 2 order by 1, 2
        """,
    )
    company = rows[0]["company_id"]
    wrong = {row["customer"]: row["wrong"] for row in rows if row["company_id"] == company}
    return {"company_id": company, "wrong": wrong}


def _mix_two_companies(warehouse: Warehouse) -> Row:
    """A document of one company counts in another one."""
    (row,) = _dicts(
        warehouse,
        """
        select "referenceNumber", supplier ->> 'number' as supplier, balance
        from visma.supplier_documents as mine
        where company_id = 'fjordhammer' and "documentType" = 'Invoice' and status = 'Open'
            and balance = "balanceInCurrency" and not exists (
                select from visma.supplier_documents as theirs
                where theirs.company_id = 'koivuranta'
                    and theirs."documentType" = mine."documentType"
                    and theirs."referenceNumber" = mine."referenceNumber")
        order by 1 limit 1
        """,
    )
    for table in ("supplier_documents", "supplier_invoices"):
        warehouse.query(
            f"""
            update visma.{table} set company_id = 'koivuranta'
            where company_id = 'fjordhammer' and "documentType" = 'Invoice'
                and "referenceNumber" = '{row["referenceNumber"]}'
            """
        )
    return row


def _ignore_a_delete(warehouse: Warehouse) -> Row:
    """What is gone in Visma is taken for what was read last."""
    for table, number in (
        ("supplier_documents", "referenceNumber"),
        ("supplier_invoices", "referenceNumber"),
        ("journal_transactions", "batchNumber"),
    ):
        warehouse.query(
            f"""
            update visma.{table} set _sdc_extracted_at = (
                select max(_sdc_extracted_at) from visma.{table} where company_id = 'granskog')
            where "{number}" = '{GHOST}'
            """
        )
    (row,) = _dicts(
        warehouse,
        f"""
        select supplier ->> 'number' as supplier, balance from visma.supplier_documents
        where "referenceNumber" = '{GHOST}'
        """,
    )
    return row


def _number_an_account_as_what_it_is_not(warehouse: Warehouse) -> Row:
    """Two new accounts: one of type Income among the costs, and one where it belongs."""
    rent = "company_id = 'fjordhammer' and \"accountCD\" = '6300'"
    for account, number, kind in ((990001, "6999", "Income"), (990002, "6998", "Expense")):
        warehouse.duplicate("accounts", rent, accountID=account, accountCD=number, type=kind)
    return {"account": "6999"}


_FAULTS = (
    _lose_a_page_of_a_journal,
    _double_a_payment_line,
    _shift_a_period,
    _flip_a_sign,
    _mix_two_companies,
    _ignore_a_delete,
    _number_an_account_as_what_it_is_not,
)


@pytest.fixture(scope="module")
def broken(built: Warehouse) -> Broken:
    """A copy with all faults at once, built as far as it goes."""
    copy = built.copy("broken")
    where = {fault.__name__: fault(copy) for fault in _FAULTS}
    # Staging is views, which the copy has; what the faults break are identities, not keys.
    copy.dbt.succeed("run", "--exclude", "tag:staging", **copy.variables)
    copy.dbt("test", "--select", "test_type:singular", **copy.variables)
    return Broken(copy, copy.dbt.results(), where)


def test_before_anything_is_broken_only_the_deletes_are_told(built: Warehouse) -> None:
    told = built.query(
        """
        select company_id, check_id, coalesce(reference_number, batch_number)
        from finance.rpt_reconciliation where row_type = 'detail' and status = 'difference'
            and company_id in ('fjordhammer', 'granskog', 'koivuranta')
        """
    )
    assert sorted(told) == [
        ("granskog", "ap_deleted_documents", GHOST),
        ("granskog", "gl_deleted_batches", GHOST),
    ]


def test_a_lost_page_of_a_journal(broken: Broken) -> None:
    where = broken.where["_lose_a_page_of_a_journal"]
    for check in ("gl_batch_balanced", "gl_batch_lines_debit", "gl_batch_lines_credit"):
        told = broken.differences(check, "fjordhammer")
        if check != "gl_batch_lines_debit":
            assert [row["batch_number"] for row in told] == [where["batchNumber"]], check
    (row,) = broken.differences("gl_batch_lines_credit", "fjordhammer")
    assert "cut between two pages" in row["explanation"]
    assert broken.differences("gl_lines_vs_balances_credit", "fjordhammer")
    assert broken.outcomes["gl_batch_balances"] == "fail"
    assert broken.outcomes["gl_batch_is_its_lines"] == "fail"


def test_a_doubled_payment_line(broken: Broken) -> None:
    where = broken.where["_double_a_payment_line"]
    assert broken.outcomes["rebuilt_balances_equal_visma_today"] == "warn"
    rows = broken.rows("rebuilt_balances_equal_visma_today")
    assert where["invoice"] in {row["reference_number"] for row in rows}


def test_a_shifted_period(broken: Broken) -> None:
    where = broken.where["_shift_a_period"]
    told = broken.differences("gl_lines_vs_balances_debit", "koivuranta")
    off = {(row["financial_period"], row["account_number"]) for row in told}
    assert {("202505", where["account"]), ("202506", where["account"])} <= off
    assert sum(row["difference"] for row in told) == 0, "nothing is lost, it is in another month"
    assert broken.outcomes["documents_are_dated_in_their_period"] == "warn"
    assert broken.outcomes["reconciliation_has_no_difference"] == "warn"


def test_a_flipped_sign(broken: Broken) -> None:
    where = broken.where["_flip_a_sign"]
    told = broken.differences("ar_customer_balance", where["company_id"])
    assert {row["customer_number"]: row["difference"] for row in told} == where["wrong"]
    assert broken.differences("ar_control_account", where["company_id"])
    assert broken.outcomes["ageing_equals_party_balances"] == "warn"


def test_two_companies_that_were_mixed(broken: Broken) -> None:
    where = broken.where["_mix_two_companies"]
    for company, sign in (("koivuranta", 1), ("fjordhammer", -1)):
        told = broken.differences("ap_supplier_balance", company)
        assert {row["supplier_number"]: row["difference"] for row in told} == {
            where["supplier"]: sign * where["balance"]
        }, company
        (row,) = broken.differences("ap_control_account", company)[:1]
        assert row["difference"] == sign * where["balance"]
    assert broken.outcomes["ageing_equals_party_balances"] == "warn"


def test_an_ignored_delete(broken: Broken) -> None:
    where = broken.where["_ignore_a_delete"]
    told = broken.differences("ap_supplier_balance", "granskog")
    assert {row["supplier_number"]: row["difference"] for row in told} == {
        where["supplier"]: where["balance"]
    }
    (row,) = broken.differences("gl_journals_vs_transactions_debit", "granskog")
    assert row["batch_number"] == GHOST


def test_an_account_with_a_number_of_another_type(broken: Broken) -> None:
    where = broken.where["_number_an_account_as_what_it_is_not"]
    assert broken.outcomes["accounts_stand_on_lines_of_their_type"] == "warn"
    told = broken.rows("accounts_stand_on_lines_of_their_type")
    assert [(row["account_number"], row["statement_line"]) for row in told] == [
        (where["account"], "Income")
    ]
