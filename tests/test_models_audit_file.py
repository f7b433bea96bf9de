"""An audit file (SAF-T) states its closing balances: the marts come to them, or say where not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.models import Warehouse

pytestmark = [pytest.mark.xdist_group("group"), pytest.mark.timeout(900)]

#: Accounts of the public file whose closing balance is not opening balance plus its transactions.
OFF = {"shipped": set[str](), "public": {"1920", "2711", "2740"}}
RETAINED = "2050"


@dataclass
class Stated:
    """What a file states of one account, supplier or customer; debit minus credit."""

    opening: Decimal = Decimal(0)
    closing: Decimal = Decimal(0)
    moved: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    @property
    def unexplained(self) -> Decimal:
        """What the closing balance is beyond opening balance and transactions."""
        return self.closing - self.opening - sum(self.moved.values(), Decimal(0))


@dataclass
class AuditFile:
    """A file, read without the stand-ins; `last` is its newest period, as `YYYYPP`."""

    company_id: str
    accounts: dict[str, Stated]
    suppliers: dict[str, Stated]
    customers: dict[str, Stated]
    last: str


def _amount(node: ET.Element, name: str) -> Decimal:
    return Decimal(node.findtext(f".//{{*}}{name}") or 0)


def _stated(root: ET.Element, element: str, key: str) -> dict[str, Stated]:
    def balance(node: ET.Element, which: str) -> Decimal:
        return _amount(node, f"{which}DebitBalance") - _amount(node, f"{which}CreditBalance")

    return {
        node.findtext(f"{{*}}{key}") or "": Stated(
            balance(node, "Opening"), balance(node, "Closing")
        )
        for node in root.iterfind(f".//{{*}}{element}")
    }


def _read(path: Path, company_id: str) -> AuditFile:
    root = ET.parse(path).getroot()
    file = AuditFile(
        company_id,
        _stated(root, "Account", "AccountID"),
        _stated(root, "Supplier", "SupplierID"),
        _stated(root, "Customer", "CustomerID"),
        "",
    )
    for transaction in root.iterfind(".//{*}Transaction"):
        year = int(transaction.findtext("{*}PeriodYear") or 0)
        period = int(transaction.findtext("{*}Period") or 0)
        file.last = max(file.last, f"{year}{period:02}")
        for line in transaction.iterfind("{*}Line"):
            amount = Decimal(line.findtext("{*}DebitAmount/{*}Amount") or 0)
            amount -= Decimal(line.findtext("{*}CreditAmount/{*}Amount") or 0)
            for where, key in (
                (file.accounts, "AccountID"),
                (file.suppliers, "SupplierID"),
                (file.customers, "CustomerID"),
            ):
                if number := line.findtext(f"{{*}}{key}"):
                    where[number].moved[year] += amount
    return file


@pytest.fixture(params=["shipped", "public"])
def name(request: pytest.FixtureRequest) -> str:
    if request.param == "public":
        request.getfixturevalue("audit_file")
    return str(request.param)


@pytest.fixture
def file(built: Warehouse, name: str) -> AuditFile:
    paths = {
        "shipped" if "visma_looker_sandbox" in path.parts else "public": (path, company_id)
        for company_id, path in built.audit_files.items()
    }
    return _read(*paths[name])


def test_accounts_begin_and_move_as_the_file_says(built: Warehouse, file: AuditFile) -> None:
    rows = built.query(
        f"""
        select account_number,
            coalesce(sum(opening_base) filter (where financial_period = (
                select min(financial_period) from finance.rpt_trial_balance
                where company_id = '{file.company_id}')), 0),
            sum(debit_base - credit_base)
        from finance.rpt_trial_balance
        where company_id = '{file.company_id}' group by account_number
        """
    )
    told = {account: (opening, moved) for account, opening, moved in rows if opening or moved}
    expected = {
        number: (account.opening, sum(account.moved.values(), Decimal(0)))
        for number, account in file.accounts.items()
        if account.opening or any(account.moved.values())
    }
    assert told == expected


def test_accounts_end_as_the_file_states_unless_the_reconciliation_says_so(
    built: Warehouse, file: AuditFile, name: str
) -> None:
    closing = dict(
        built.query(
            f"""
            select account_number, closing_base from finance.rpt_trial_balance
            where company_id = '{file.company_id}' and financial_period = '{file.last}'
            """
        )
    )
    types = dict(
        built.query(
            "select account_number, account_type from finance.dim_account "
            f"where company_id = '{file.company_id}'"
        )
    )
    last_year = int(file.last[:4])
    result = Decimal(0)
    for number, account in file.accounts.items():
        if types[number] in {"Income", "Expense"}:
            # A file of several years states them in one sum; the ledger begins anew each year.
            earlier = sum((m for y, m in account.moved.items() if y < last_year), Decimal(0))
            result += earlier
            account.closing -= earlier
    file.accounts.get(RETAINED, Stated()).closing += result
    off = {
        number: closing.get(number, Decimal(0)) - account.closing
        for number, account in file.accounts.items()
        if closing.get(number, Decimal(0)) != account.closing
    }
    assert off.keys() == OFF[name]
    said = built.query(
        f"""
        select account_number, difference from finance.rpt_reconciliation
        where company_id = '{file.company_id}' and check_id = 'gl_roll_forward'
            and row_type = 'detail' and status = 'difference'
        """
    )
    assert dict(said) == off


@pytest.mark.parametrize(
    ("party", "mart", "sign"),
    [("supplier", "fct_ap_open_item", -1), ("customer", "fct_ar_open_item", 1)],
)
def test_parties_end_as_the_file_states(
    built: Warehouse, file: AuditFile, party: str, mart: str, sign: int
) -> None:
    stated = file.suppliers if party == "supplier" else file.customers
    assert all(each.unexplained == 0 for each in stated.values())
    told = built.query(
        f"""
        select {party}_number, {sign} * sum(balance_base) from finance.{mart}
        where company_id = '{file.company_id}' group by 1
        """
    )
    owed = {number: each.closing for number, each in stated.items() if each.closing}
    assert dict(told) == owed
    assert len(owed) >= 3
    assert built.query(
        f"""
        select distinct status from finance.rpt_reconciliation
        where company_id = '{file.company_id}' and check_id like '%{party}_balance'
        """
    ) == [("ok",)]


def test_a_ledger_that_does_not_open_in_balance_is_told(built: Warehouse, file: AuditFile) -> None:
    opening = sum((account.opening for account in file.accounts.values()), Decimal(0))
    said = built.query(
        f"""
        select distinct difference from finance.rpt_reconciliation
        where company_id = '{file.company_id}' and check_id = 'gl_trial_balance'
            and row_type = 'detail'
        """
    )
    assert said == ([(opening,)] if opening else [])
