"""Every mart says what the books say, to the cent.

What the books say is worked out in Python (`tests/figures.py`) and held against the books' own
ledger first.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests import figures
from tests.figures_ageing import bucket, open_items
from tests.figures_group import GroupRates, cost_in_group, spend_in_group
from tests.models import AS_OF, GROUP_CURRENCY, RATE_COMPANY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.figures import Company
    from tests.models import Warehouse

pytestmark = [pytest.mark.xdist_group("group"), pytest.mark.timeout(900)]

# A month in the past, the last month of a financial year, and the newest month that is over.
MONTH_ENDS = [dt.date(2025, 6, 30), dt.date(2025, 12, 31), dt.date(2026, 10, 31)]
SIDES = pytest.mark.parametrize("sold", [False, True], ids=["payables", "receivables"])
CONTROL = {False: ("2400", -1), True: ("1500", 1)}


def different(expected: dict[Any, Any], told: dict[Any, Any]) -> dict[Any, Any]:
    """What differs: by key what is expected and what is told."""
    return {
        key: (expected.get(key), told.get(key))
        for key in expected.keys() | told.keys()
        if expected.get(key) != told.get(key)
    }


def by_company(built: Warehouse, statement: str) -> dict[str, dict[Any, tuple[Any, ...]]]:
    """Rows by company; the statement tells company, an array of the key, and what is asked."""
    found: dict[str, dict[Any, tuple[Any, ...]]] = defaultdict(dict)
    for company_id, key, *values in built.query(statement):
        assert tuple(key) not in found[company_id]
        found[company_id][tuple(key)] = tuple(values)
    return found


def sums(built: Warehouse, statement: str) -> dict[str, dict[Any, Decimal]]:
    """As `by_company` with one amount each, without what is nothing."""
    return {
        company_id: {key: amount for key, (amount,) in rows.items() if amount}
        for company_id, rows in by_company(built, statement).items()
    }


def _month_ends(company: Company) -> Iterator[tuple[str, dt.date]]:
    for period, (first, last) in sorted(company.periods().items()):
        if last < AS_OF and first != last:
            yield period, last


# --- how amounts are called

#: Numbers that are no amounts, and the figures of checks, which may be counts.
NO_AMOUNTS = {
    *("exchange_rate", "quantity", "variance_share", "hours_since_success"),
    *("expected", "actual", "difference", "tolerance"),
}


def test_the_ending_of_every_amount_names_a_column_that_tells_its_currency(
    built: Warehouse,
) -> None:
    columns: dict[str, dict[str, str]] = defaultdict(dict)
    for mart, column, kind in built.query(
        """
        select table_name, column_name, data_type from information_schema.columns
        where table_schema = 'finance' and table_name <> 'published_marts'
        """
    ):
        columns[mart][column] = kind
    assert len(columns) > 20
    told_by = {"base": "base_currency", "currency": "currency", "group": "group_currency"}
    untold = [
        f"{mart}.{column}"
        for mart, kinds in columns.items()
        for column, kind in kinds.items()
        if kind == "numeric"
        and column not in NO_AMOUNTS
        and told_by.get(column.rpartition("_")[2]) not in kinds
    ]
    assert untold == []


# --- the figures themselves


@SIDES
def test_what_was_open_is_what_the_control_account_said_at_every_months_end(
    built: Warehouse, sold: bool
) -> None:
    """The yardstick is measured: documents and payments here, journals there."""
    account, sign = CONTROL[sold]
    for company in built.companies:
        ledger = figures.trial_balance(company)
        ends = list(_month_ends(company))
        assert len(ends) > 20
        for period, last in ends:
            owed = prepaid = Decimal(0)
            for (kind, _), item in open_items(company, last, sold=sold).items():
                if kind == "Prepayment":
                    prepaid -= item.balance
                else:
                    owed += item.balance
            closing = ledger["ACTUAL", period, account].closing
            assert owed == sign * closing, (company.company_id, period)
            advances = ledger.get(("ACTUAL", period, "1480"), figures.TrialBalance())
            assert sold or prepaid == advances.closing, (company.company_id, period)


def test_the_trial_balance_nets_to_zero_and_is_the_erps(built: Warehouse) -> None:
    for company in built.companies:
        told: dict[figures.Key, Decimal] = {}
        net: dict[str, Decimal] = defaultdict(Decimal)
        balances: dict[figures.Key, Decimal] = defaultdict(Decimal)
        for (ledger, period, account), row in figures.trial_balance(company).items():
            if ledger == "ACTUAL":
                net[period] += row.closing
                told[period, account] = row.debit - row.credit
        assert set(net.values()) == {0}
        for body in company.all("/v2/generalLedgerBalance"):
            if body["ledger"]["id"] == "ACTUAL":
                key = (body["financialPeriod"], body["account"]["number"])
                balances[key] += body["periodToDateDebit"] - body["periodToDateCredit"]
        moved = {key: amount for key, amount in told.items() if amount}
        assert different({k: v for k, v in balances.items() if v}, moved) == {}


# --- spend and cost


@pytest.mark.parametrize(
    "mart", ["rpt_spend_account_cost_centre_period", "fct_supplier_invoice_line"]
)
def test_invoiced_spend_by_period_account_cost_centre_and_supplier(
    built: Warehouse, mart: str
) -> None:
    told = sums(
        built,
        f"""
        select company_id, array[financial_period, account_number, cost_centre, supplier_number],
            sum(spend_base)
        from finance.{mart} group by 1, 2
        """,
    )
    for company in built.companies:
        expected = figures.spend(company)
        assert len(expected) > 100
        assert different(expected, told[company.company_id]) == {}


def test_spend_by_invoice(built: Warehouse) -> None:
    told = sums(
        built,
        """
        select company_id, array[document_type, reference_number], sum(spend_base)
        from finance.fct_supplier_invoice group by 1, 2
        """,
    )
    for company in built.companies:
        expected = {
            (body["documentType"], body["referenceNumber"]): (
                figures.SPEND_SIGNS[body["documentType"]] * body["detailTotal"]
            )
            for body in company.all("/v1/supplierInvoice")
            if body["status"] not in figures.DRAFTS
        }
        assert different(expected, told[company.company_id]) == {}


def test_sales_by_period_account_and_customer(built: Warehouse) -> None:
    told = sums(
        built,
        """
        select company_id, array[financial_period, account_number, customer_number], sum(sales_base)
        from finance.fct_customer_invoice_line group by 1, 2
        """,
    )
    for company in built.companies:
        expected = figures.sales(company)
        assert expected
        assert different(expected, told[company.company_id]) == {}


@pytest.mark.parametrize(
    ("mart", "amount"),
    [("fct_gl_line", "amount_dr_cr_base"), ("fct_gl_balance", "debit_base - credit_base")],
)
def test_booked_cost_by_period_account_and_cost_centre(
    built: Warehouse, mart: str, amount: str
) -> None:
    told = sums(
        built,
        f"""
        select company_id, array[financial_period, account_number, cost_centre], sum({amount})
        from finance.{mart} join finance.dim_account using (company_id, account_number)
        where dim_account.account_type = 'Expense' and ledger_type = 'Actual' group by 1, 2
        """,
    )
    for company in built.companies:
        expected = figures.booked_cost(company)
        assert len(expected) > 100
        assert different(expected, told[company.company_id]) == {}


def test_the_bridge_ends_at_booked_cost(built: Warehouse) -> None:
    told = by_company(
        built,
        """
        select company_id, array[financial_period, account_number, cost_centre],
            sum(invoiced_base), sum(booked_base)
        from finance.rpt_spend_bridge group by 1, 2
        """,
    )
    for company in built.companies:
        rows = told[company.company_id]
        booked = {key: booked for key, (_, booked) in rows.items() if booked}
        expected = figures.booked_cost(company)
        expenses = {account for _, account, _ in expected}
        assert different(expected, {k: v for k, v in booked.items() if k[1] in expenses}) == {}
        invoiced: figures.Sums = defaultdict(Decimal)
        for (period, account, centre, _), amount in figures.spend(company).items():
            invoiced[period, account, centre] += amount
        said = {key: amount for key, (amount, _) in rows.items() if amount}
        assert different({k: v for k, v in invoiced.items() if v}, said) == {}


# --- ageing


def _expected(company: Company, as_of: dt.date, *, sold: bool) -> dict[Any, Any]:
    return {
        document: (
            item.party,
            item.currency,
            item.due,
            bucket(item.due, as_of),
            item.balance,
            item.balance_currency,
        )
        for document, item in open_items(company, as_of, sold=sold).items()
    }


def _told(built: Warehouse, mart: str, day: dt.date, *, sold: bool) -> dict[str, dict[Any, Any]]:
    party = "customer_number" if sold else "supplier_number"
    return by_company(
        built,
        f"""
        select company_id, array[document_type, reference_number], {party}, currency, due_date,
            ageing_bucket, balance_base, balance_currency
        from finance.{mart} where as_of = '{day}'
        """,
    )


@SIDES
def test_ageing_today(built: Warehouse, sold: bool) -> None:
    mart = "fct_ar_open_item" if sold else "fct_ap_open_item"
    told = _told(built, mart, AS_OF, sold=sold)
    for company in built.companies:
        expected = _expected(company, AS_OF, sold=sold)
        assert expected
        assert different(expected, told[company.company_id]) == {}


@SIDES
@pytest.mark.parametrize("as_of", MONTH_ENDS, ids=str)
def test_ageing_at_a_months_end_in_the_past(built: Warehouse, as_of: dt.date, sold: bool) -> None:
    mart = "fct_ar_open_item_month_end" if sold else "fct_ap_open_item_month_end"
    told = _told(built, mart, as_of, sold=sold)
    for company in built.companies:
        expected = _expected(company, as_of, sold=sold)
        assert len({row[3] for row in expected.values()}) > 1, "more than one bucket"
        assert different(expected, told[company.company_id]) == {}


# --- ledger and budget


def test_the_trial_balance_of_every_ledger_and_period(built: Warehouse) -> None:
    told = by_company(
        built,
        """
        select company_id, array[ledger_id, financial_period, account_number],
            opening_base, debit_base, credit_base, closing_base
        from finance.rpt_trial_balance
        where (opening_base, debit_base, credit_base, closing_base) <> (0, 0, 0, 0)
        """,
    )
    for company in built.companies:
        today = max(p for p, (first, _) in company.periods().items() if first <= AS_OF)
        expected = {
            key: (row.opening, row.debit, row.credit, row.closing)
            for key, row in figures.trial_balance(company).items()
        }
        # How long a budget is carried on is nobody's business.
        of_today = {k: v for k, v in expected.items() if k[1] <= today}
        said = {k: v for k, v in told[company.company_id].items() if k[1] <= today}
        assert len(of_today) > 500
        assert different(of_today, said) == {}


@pytest.mark.parametrize("ledger", ["BUDGET", "FORECAST"])
def test_budget_by_branch_account_and_cost_centre(built: Warehouse, ledger: str) -> None:
    told = by_company(
        built,
        f"""
        select company_id, array[branch_number, financial_period, account_number, cost_centre],
            budget_base, actual_base, budget_ytd_base, actual_ytd_base, full_year_budget_base,
            full_year_budget_base - actual_ytd_base - remaining_base,
            actual_base - budget_base - variance_base,
            actual_ytd_base - budget_ytd_base - case account_type
                when 'Income' then variance_favourable_ytd_base else -variance_favourable_ytd_base
            end,
            year_has_budget
        from finance.rpt_budget_vs_actual
        where budget_ledger_id = '{ledger}' and account_type in ('Income', 'Expense')
        """,
    )
    for company in built.companies:
        lines = figures.budget_against_actual(company, ledger)
        budgeted = {key[1][:4] for key, row in lines.items() if row.budget}
        expected = {
            key: (
                row.budget,
                row.actual,
                row.budget_ytd,
                row.actual_ytd,
                row.full_year_budget,
                0,
                0,
                0,
                key[1][:4] in budgeted,
            )
            for key, row in lines.items()
        }
        assert len(expected) > 1000
        assert different(expected, told[company.company_id]) == {}


# --- group currency


@pytest.mark.parametrize(
    ("statement", "figure"),
    [
        (
            """select company_id, array[financial_period],
                case when not bool_or(is_missing_rate) then sum(spend_group) end
            from finance.rpt_spend_account_cost_centre_period group by 1, 2""",
            spend_in_group,
        ),
        (
            """select company_id, array[financial_period],
                case when not bool_or(fct_gl_line.is_missing_rate) then sum(amount_dr_cr_group) end
            from finance.fct_gl_line join finance.dim_account using (company_id, account_number)
            where dim_account.account_type = 'Expense' and ledger_type = 'Actual'
            group by 1, 2""",
            cost_in_group,
        ),
    ],
    ids=["spend", "cost"],
)
def test_totals_in_the_groups_currency(built: Warehouse, statement: str, figure: Any) -> None:
    told = by_company(built, statement)
    teller = next(c for c in built.companies if c.company_id == RATE_COMPANY)
    rates = GroupRates(teller, GROUP_CURRENCY)
    missing = 0
    for company in built.companies:
        expected = figure(company, rates)
        rows = {period: amount for (period,), (amount,) in told[company.company_id].items()}
        assert rows.keys() == expected.keys()
        for period, amount in expected.items():
            where = (company.company_id, period)
            missing += amount is None
            assert rows[period] == amount, where
    assert missing, "the books have months before the first rate"


# --- how fresh it is


def test_sync_status_tells_the_last_success_of_every_stream(built: Warehouse) -> None:
    """A stream that is read in parts is as fresh as the part that was read longest ago."""
    runs = built.query(
        "select company_id, stream, partition, outcome, finished_at from visma.sync_runs"
    )
    parts: dict[tuple[str, str], dict[str, dt.datetime]] = defaultdict(dict)
    for company, stream, part, outcome, finished in runs:
        assert outcome == "success"
        parts[company, stream][part] = max(finished, parts[company, stream].get(part, finished))
    told = built.query(
        "select company_id, stream, last_success_at, last_outcome from finance.rpt_sync_status"
    )
    expected = {key: (min(times.values()), "success") for key, times in parts.items()}
    assert len(expected) > 100
    assert max(len(times) for times in parts.values()) > 1
    assert different(expected, {(c, s): (at, outcome) for c, s, at, outcome in told}) == {}


# --- what was compared


def test_what_was_not_checked_has_no_amounts(built: Warehouse) -> None:
    told = built.query(
        """
        select distinct status = 'not_checked', expected is null, actual is null, difference is null
        from finance.rpt_reconciliation
        """
    )
    assert sorted(told) == [(False,) * 4, (True,) * 4]
