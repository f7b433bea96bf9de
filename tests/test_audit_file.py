"""An audit file (SAF-T) goes in, its accounts come out of the warehouse: to the cent."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import visma_looker_sandbox
from demo.pipeline import LOAD

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import World


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


def _assert_arrived(world: World, path: Path) -> None:
    file = ET.parse(path).getroot()
    expected = _movements(file)
    assert expected
    loaded = world.query(
        """
        select line ->> 'accountNumber',
            sum((line ->> 'debitAmount')::numeric - (line ->> 'creditAmount')::numeric)
        from visma.journal_transactions,
            jsonb_array_elements("journalTransactionLines") as l (line)
        group by 1
        """
    )
    assert dict(loaded) == expected
    for kind, table in (("Supplier", "suppliers"), ("Customer", "customers")):
        numbers = [number for (number,) in world.query(f"select number from visma.{table}")]
        assert sorted(numbers) == _parties(file, kind)
    values = {
        value for (value,) in world.query('select "valueId" from visma.dimension_segment_values')
    }
    used = {value for _, value in _values(file)}
    assert used
    assert used <= values


def test_the_public_audit_file(make_world: Callable[..., World], audit_file: Path) -> None:
    world = make_world("--saft", audit_file)
    world.succeed(*LOAD)
    _assert_arrived(world, audit_file)


def test_the_stand_ins_own_audit_file(world: World) -> None:
    (path,) = Path(visma_looker_sandbox.__path__[0], "data").glob("*.xml")
    world.succeed(*LOAD)
    _assert_arrived(world, path)
