"""What is behind the headlines of the dashboards adds up to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.models import AS_OF
from tests.test_looker_dashboards import looker
from visma_looker_sandbox.preview.links import drill, links

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


@pytest.mark.parametrize("explore", ["ap_ageing", "ar_ageing"])
def test_an_open_document_leads_to_its_postings(
    looker: Viewer, built: Warehouse, explore: str
) -> None:
    explores = looker.world.explores
    assert explores
    view = explores.project.explores[explore].view
    number, amount = f"{view}.reference_number", f"{view}.total_balance"
    for company_id in (built.companies[0].company_id, *built.audit_files):
        query = {
            "view": explore,
            "fields": [number, amount],
            "filters": {"dim_company.company_id": company_id},
            "limit": "-1",
        }
        found = 0
        for row in explores.linked(query, {"company_id": "%"}, AS_OF):
            (link,) = (
                one
                for one in links(
                    explores.project, explores.project.views[view].fields["reference_number"],
                    row, {},
                )
                if one.label == "Journal lines of the document"
            )  # fmt: skip
            if row[number].startswith("OB-"):
                continue  # what was owed before an audit file begins: its voucher is not in it
            told = dict(parse_qsl(urlsplit(link.url).query))
            where = {name[2:-1]: value for name, value in told.items() if name.startswith("f[")}
            sides = ["fct_gl_line.total_debit", "fct_gl_line.total_credit"]
            asked = {"model": "finance", "view": "general_ledger", "fields": sides}
            ((debit, credit),) = (
                one.values() for one in looker.ask({**asked, "filters": where, "limit": "-1"})
            )
            assert max(debit, credit) > 0, (company_id, row[number])
            # What one voucher posts for several parties names none of them.
            assert debit == credit or "-" in row[number], (company_id, row[number])
            found += 1
        assert found, company_id
