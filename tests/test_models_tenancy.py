"""What a company sees does not depend on who else is in the warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.models import RATE_COMPANY

if TYPE_CHECKING:
    from tests.models import Warehouse

pytestmark = [pytest.mark.xdist_group("group"), pytest.mark.timeout(900)]

#: It shares branch and ledger numbers with another one, too.
COMPANY = "koivuranta"
#: Calendar, currencies and the list of marts are nobody's.
OF_ALL = {"dim_currency", "dim_date", "published_marts"}
#: When it was built, and what is counted from there.
OF_THE_BUILD = ("built_at", "hours_since_success", "is_stale")


@pytest.fixture(scope="module")
def alone(built: Warehouse) -> Warehouse:
    """The same warehouse, had nobody but one company ever been loaded."""
    alone = built.copy("alone")
    for (table,) in alone.query("select tablename from pg_tables where schemaname = 'visma'"):
        # Rates of exchange are one company's for all, as the variables say.
        rates = RATE_COMPANY if table == "currency_rates" else COMPANY
        alone.query(f"delete from visma.{table} where company_id not in ('{COMPANY}', '{rates}')")
    # Staging is views, which the copy has, and one table.
    alone.query(f"delete from finance_build.stg_visma__full_passes where company_id <> '{COMPANY}'")
    alone.dbt.succeed("run", "--exclude", "tag:staging", **alone.variables)
    return alone


def _rows(warehouse: Warehouse, schema: str, mart: str) -> list[tuple[object, ...]]:
    ignored = "".join(f" - '{column}'" for column in OF_THE_BUILD)
    return warehouse.query(
        f"select (to_jsonb(mart){ignored})::text from {schema}.{mart} as mart "
        f"where company_id = '{COMPANY}' order by 1"
    )


def test_companies_share_their_numbers(built: Warehouse) -> None:
    """Else nothing could be mixed up, and the next test would prove nothing."""
    for table, number in (
        ("supplier_documents", '"documentType", "referenceNumber"'),
        ("customer_documents", '"documentType", "referenceNumber"'),
        ("journal_transactions", 'module, "batchNumber"'),
        ("suppliers", "number"),
        ("branches", "number"),
        ("ledgers", "number"),
        ("accounts", '"accountCD"'),
        ("subaccounts", '"subaccountId"'),
        ("financial_periods", "period"),
    ):
        ((shared, own),) = built.query(
            f"""
            select count(*) filter (where companies > 1), count(*) filter (where mine)
            from (
                select count(*) as companies, bool_or(company_id = '{COMPANY}') as mine
                from visma.{table} group by {number}
            ) as numbers where mine
            """
        )
        assert shared > own * 0.7, table


def test_every_mart_of_a_company_is_the_same_without_the_others(
    built: Warehouse, alone: Warehouse
) -> None:
    marts = built.query("select tablename from pg_tables where schemaname = 'finance'")
    assert len(marts) > 20
    for (mart,) in marts:
        if mart in OF_ALL:
            continue
        rows = _rows(built, "finance", mart)
        assert rows, mart
        others = alone.query(f"select 1 from finance_build.{mart} where company_id <> '{COMPANY}'")
        assert others == [], mart
        assert _rows(alone, "finance_build", mart) == rows, mart
