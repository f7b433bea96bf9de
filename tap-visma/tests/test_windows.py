"""A first load that needs more calls than an hour grants, with the hour made short."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .conftest import CommandLine, Visma

PAGED = {
    "/v1/customerinvoice": "customer_invoices",
    "/v1/supplier": "suppliers",
    "/v1/supplierInvoice": "supplier_invoices",
    "/v1/supplierPayment": "supplier_payments",
}
LIMIT, RESERVE = 20, 5
PAGE = 9


def pages_needed(visma: Visma) -> dict[tuple[str, str], int]:
    """Pages of each company's lists."""
    with sqlite3.connect(visma.books) as books:
        query = "select tenant_id, resource, count(*) from records group by 1, 2"
        counts = {(tenant, resource): rows for tenant, resource, rows in books.execute(query)}
    books.close()
    return {
        (company["company_id"], stream): -(-counts[company["tenant_id"], resource] // PAGE)
        for company in visma.group["companies"]
        for resource, stream in PAGED.items()
    }


def test_a_group_is_loaded_over_several_windows_without_a_wasted_call(
    visma: Visma, tap: CommandLine
) -> None:
    """500 calls an hour, made 20 in two seconds: each company needs several windows."""
    needed = pages_needed(visma)
    for company in visma.group["companies"]:
        calls = sum(pages for (owner, _), pages in needed.items() if owner == company["company_id"])
        assert calls > 2 * (LIMIT - RESERVE), "three windows at least"
    visma.switch(rate_limit=LIMIT, rate_window=2, max_page_size=PAGE)
    config = {**visma.group, "allowance_reserve": RESERVE}
    result = tap(config, select={*PAGED.values(), "sync_runs"})
    assert result.exit_code == 0, result.log
    runs = result.rows("sync_runs")
    assert {(run["company_id"], run["stream"]): run["calls"] for run in runs} == needed
    assert {call["status"] for call in visma.calls()} == {200}, "Visma never had to refuse"
    assert len(visma.calls()) == sum(needed.values())
    assert min(run["allowance_left"] for run in runs) >= RESERVE
    assert {run["retries"] for run in runs} == {0}
