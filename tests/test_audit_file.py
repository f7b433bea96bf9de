"""An audit file (SAF-T) goes in, its accounts come out of the warehouse: to the cent."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

if TYPE_CHECKING:
    from tests.models import Warehouse

pytestmark = [pytest.mark.xdist_group("group"), pytest.mark.timeout(900)]


def _text(node: ET.Element, *path: str) -> str:
    found = node.find("/".join(f"{{*}}{part}" for part in path))
    return found.text or "" if found is not None else ""


def _movements(file: ET.Element) -> dict[str, Decimal]:
    """Debit minus credit per account, over all transaction lines."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in file.iterfind(".//{*}Transaction/{*}Line"):
        debit = _text(line, "DebitAmount", "Amount") or "0"
        credit = _text(line, "CreditAmount", "Amount") or "0"
        sums[_text(line, "AccountID")] += Decimal(debit) - Decimal(credit)
    return dict(sums)


def _parties(file: ET.Element, kind: str) -> list[str]:
    return sorted(_text(party, f"{kind}ID") for party in file.iterfind(f".//{{*}}{kind}"))


def _values(file: ET.Element) -> set[tuple[str, str]]:
    """Analysis values that the transaction lines use."""
    return {
        (_text(analysis, "AnalysisType"), _text(analysis, "AnalysisID"))
        for analysis in file.iterfind(".//{*}Line/{*}Analysis")
    }


@pytest.fixture(params=["shipped", "public"])
def loaded(built: Warehouse, request: pytest.FixtureRequest) -> tuple[ET.Element, str]:
    """A file, and the company that it was loaded as."""
    public = request.getfixturevalue("audit_file") if request.param == "public" else None
    (found,) = (
        (ET.parse(path).getroot(), company_id)
        for company_id, path in built.audit_files.items()
        if (path == public if public else "visma_looker_sandbox" in path.parts)
    )
    return found


def test_an_audit_file_arrives(built: Warehouse, loaded: tuple[ET.Element, str]) -> None:
    file, company_id = loaded
    own = f"company_id = '{company_id}'"
    expected = _movements(file)
    assert expected
    moved = built.query(
        f"""
        select line ->> 'accountNumber',
            sum((line ->> 'debitAmount')::numeric - (line ->> 'creditAmount')::numeric)
        from visma.journal_transactions,
            jsonb_array_elements("journalTransactionLines") as l (line)
        where {own}
        group by 1
        """
    )
    assert dict(moved) == expected
    for kind, table in (("Supplier", "suppliers"), ("Customer", "customers")):
        numbers = built.query(f"select number from visma.{table} where {own}")
        assert sorted(number for (number,) in numbers) == _parties(file, kind)
    values = {
        value
        for (value,) in built.query(
            f'select "valueId" from visma.dimension_segment_values where {own}'
        )
    }
    used = {value for _, value in _values(file)}
    assert used
    assert used <= values
