"""What is behind the headlines of the dashboards adds up to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.test_looker_dashboards import looker
from visma_looker_sandbox.preview.links import drill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.looker_viewer import Viewer
    from tests.models import Warehouse
    from visma_looker_sandbox.looker.lookml import Field, Project

__all__ = ["looker"]  # a fixture

pytestmark = [pytest.mark.xdist_group("group"), pytest.mark.timeout(900)]

#: How many fields of a drill tell apart what a figure counts.
APART = {
    "rpt_reconciliation.checks_failed": 2,
    "fct_supplier_invoice_line.count_documents": 4,
}
RESULT, CLOSING = "rpt_trial_balance.total_result", "rpt_trial_balance.total_closing"


def headlines(
    looker: Viewer, project: Project, company_id: str
) -> Iterator[tuple[dict[str, Any], Field, Any]]:
    """Each measure of a tile of one row: the tile's query, the measure, and what it shows."""
    for name, dashboard in looker.world.content.dashboards.items():
        for tile in dashboard.tiles:
            query = looker.question(name, tile.title, Company=company_id)
            rows = looker.ask(query)
            for field in query["fields"] if len(rows) == 1 else ():
                view, _, own = field.partition(".")
                measure = project.views[view].fields[own]
                if measure.measure and rows[0][field] is not None:
                    yield query, measure, rows[0][field]


def added(measure: Field, names: list[str], rows: list[dict[str, Any]]) -> Any:
    """What the rows behind a measure come to; None where they do not have it."""
    name = measure.full_name
    if name in names:
        return sum(row[name] or 0 for row in rows)
    if name == RESULT:
        return -sum(row[CLOSING] for row in rows)
    if name in APART:
        return len({tuple(row[key] for key in names[: APART[name]]) for row in rows})
    return len(rows) if measure.type == "count" else None


def test_what_is_behind_a_figure_adds_up_to_it(looker: Viewer, built: Warehouse) -> None:
    explores = looker.world.explores
    assert explores
    # One with differences, and one of the group.
    ((differing, _),) = built.query(
        "select company_id, count(*) from finance.rpt_reconciliation "
        "where row_type = 'detail' and status = 'difference' group by 1 order by 2 desc limit 1"
    )
    compared = set()
    for company_id in (built.companies[0].company_id, differing):
        for query, measure, shown in headlines(looker, explores.project, company_id):
            url = drill(explores.project, query, measure, {})
            if url is None:
                continue
            told = dict(parse_qsl(urlsplit(url).query))
            names = told["fields"].split(",")
            where = {name[2:-1]: value for name, value in told.items() if name.startswith("f[")}
            asked = {"model": "finance", "view": query["view"], "fields": names}
            rows = looker.ask({**asked, "filters": where, "limit": "-1"})
            found = added(measure, names, rows)
            if found is not None:
                assert found == shown, (company_id, measure.full_name, where)
                compared.add(measure.full_name)
    assert compared >= {*APART, RESULT, "fct_ap_open_item.total_balance"}
