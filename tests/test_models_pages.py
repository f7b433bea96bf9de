"""What dbt tells of the models beside their marts: unit tests, its page, freshness of sources."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.models import Warehouse

pytestmark = [pytest.mark.xdist_group("group"), pytest.mark.timeout(900)]


def test_the_models_do_to_examples_what_they_say(built: Warehouse) -> None:
    built.dbt.succeed("test", "--select", "test_type:unit")
    outcomes = built.dbt.results()
    assert len(outcomes) > 15
    assert set(outcomes.values()) == {"pass", "success"}  # tests, and what runs before them


def test_the_documentation_is_one_page(built: Warehouse) -> None:
    built.dbt.succeed("docs", "generate", "--static")
    page = (built.dbt.target / "static_index.html").read_text()
    for (mart,) in built.query("select mart from finance.published_marts"):
        assert f'"finance_build"."{mart}"' in page.replace('\\"', '"'), mart
    assert "https://hub.getdbt.com" not in page


def test_freshness_follows_what_the_tap_says_of_its_runs(built: Warehouse) -> None:
    late = built.copy("late")
    late.query(
        "update visma.sync_runs set finished_at = finished_at - interval '10 days' "
        "where company_id = (select min(company_id) from visma.sync_runs) and stream = 'suppliers'"
    )
    told = late.dbt("source", "freshness")
    assert told.code == 1
    results = json.loads((late.dbt.target / "sources.json").read_text())["results"]
    found = {result["unique_id"].split(".")[-1]: result["status"] for result in results}
    assert len(found) == 42
    assert {name for name, status in found.items() if status != "pass"} == {"suppliers"}
