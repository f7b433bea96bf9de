"""What dbt tells of the models beside their marts: unit tests, its page, freshness of sources."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.models import Warehouse

pytestmark = [pytest.mark.xdist_group("group"), pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def copy(built: Warehouse) -> Warehouse:
    """A copy that a test may change: dbt reads the project once for each database."""
    return built.copy("pages")


def test_the_models_do_to_examples_what_they_say(copy: Warehouse) -> None:
    copy.dbt.succeed("test", "--select", "test_type:unit")
    outcomes = copy.dbt.results()
    assert len(outcomes) > 15
    assert set(outcomes.values()) == {"pass", "success"}  # tests, and what runs before them


def test_the_documentation_is_one_page(copy: Warehouse) -> None:
    copy.dbt.succeed("docs", "generate", "--static")
    page = (copy.dbt.target / "static_index.html").read_text()
    for (mart,) in copy.query("select mart from finance.published_marts"):
        assert f'"finance_build"."{mart}"' in page.replace('\\"', '"'), mart
    assert "https://hub.getdbt.com" not in page


def test_freshness_follows_what_the_tap_says_of_its_runs(copy: Warehouse) -> None:
    copy.query(
        "update visma.sync_runs set finished_at = finished_at - interval '10 days' "
        "where company_id = (select min(company_id) from visma.sync_runs) and stream = 'suppliers'"
    )
    told = copy.dbt("source", "freshness")
    assert told.code == 1
    results = json.loads((copy.dbt.target / "sources.json").read_text())["results"]
    found = {result["unique_id"].split(".")[-1]: result["status"] for result in results}
    assert len(found) == 42
    assert {name for name, status in found.items() if status != "pass"} == {"suppliers"}
