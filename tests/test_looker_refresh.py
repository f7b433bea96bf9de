"""A refresh of the shipped Looker project: dashboards are stale until it, and fresh after it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from demo.processes import environment
from tests.looker_viewer import KEY, Viewer
from tests.test_looker_dashboards import LOOKML, address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.models import Warehouse

pytestmark = [pytest.mark.xdist_group("group"), pytest.mark.timeout(900)]

DASHBOARD = "finance::ap_ageing"
FRESHNESS = {
    "model": "finance",
    "explore": "sync_status",
    "field": "rpt_sync_status.newest_load_epoch",
}
#: A proof: that very Explore of the dashboard shows the load.
PROOF = {"model": "finance", "explore": "ap_ageing", "field": "fct_ap_open_item.newest_load_epoch"}


class Utility:
    """utility-looker-refresh as a process, set as the README of the project says.

    Args:
        home: Directory of its files.
        url: Looker's address.
        changed: Other settings.
    """

    def __init__(self, home: Path, url: str, **changed: str) -> None:
        self._report = home / "report.json"
        settings = {
            "BASE_URL": url,
            "CLIENT_ID": KEY["client_id"],
            "CLIENT_SECRET": KEY["client_secret"],
            "DATAGROUPS": '["finance::visma_load"]',
            "FRESHNESS": json.dumps(FRESHNESS),
            "PROOF": json.dumps([PROOF]),
            "DASHBOARDS": json.dumps([DASHBOARD]),
            "MAX_CONCURRENT_QUERIES": "15",
            "STATE_PATH": str(home / "state.json"),
            "REPORT_PATH": str(self._report),
        }
        self._settings = {f"UTILITY_LOOKER_REFRESH_{n}": v for n, v in (settings | changed).items()}

    def refresh(self) -> tuple[int, dict[str, Any], str]:
        """Run it; return its exit code, its report and its log."""
        done = subprocess.run(
            [sys.executable, "-m", "utility_looker_refresh", "refresh"],
            env=environment(**self._settings),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, json.loads(self._report.read_text()), done.stderr


@pytest.fixture(scope="module")
def warehouse(built: Warehouse) -> Warehouse:
    """A warehouse of one's own, with news."""
    own = built.copy("refreshed")
    publish(own, "select 1")
    return own


def publish(warehouse: Warehouse, change: str) -> None:
    """Change the marts as a load with news does."""
    warehouse.query(f"{change}; update finance.rpt_sync_status set last_news_at = now()")


@pytest.fixture
def looker(warehouse: Warehouse) -> Iterator[Viewer]:
    with Viewer(LOOKML, address(warehouse), time.time) as viewer:
        yield viewer


def test_a_dashboard_is_stale_until_the_refresh(
    warehouse: Warehouse, looker: Viewer, tmp_path: Path
) -> None:
    utility = Utility(tmp_path, looker.url)

    def shown() -> tuple[int, bool]:
        data = looker.tile(DASHBOARD, "Number of documents")
        (row,) = data["data"]
        return row["fct_ap_open_item.count"]["value"], data["from_cache"]

    code, report, log = utility.refresh()
    assert (code, report["outcome"]) == (0, "refreshed"), log
    (warmed,) = report["dashboards"]
    assert (warmed["action"], warmed["tiles"], warmed["failed"]) == ("warmed", 10, [])
    first = report["newest_load"]
    before, from_cache = shown()
    assert from_cache, "a viewer's query is the one that was warmed"

    code, report, log = utility.refresh()
    assert (code, report["outcome"]) == (0, "nothing_to_do"), log

    one = "delete from finance.fct_ap_open_item where ctid = "
    publish(warehouse, f"{one}(select min(ctid) from finance.fct_ap_open_item)")
    assert shown() == (before, True), "as if nothing had happened"
    looker.world.skew += 2  # stamps are whole seconds
    code, report, log = utility.refresh()
    assert (code, report["outcome"]) == (0, "refreshed"), log
    (proved,) = report["explores"]
    assert proved["after"] == report["newest_load"] > first
    assert shown() == (before - 1, True)


def test_a_wrong_column_fails_the_refresh_with_the_words_of_postgres(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    copy = tmp_path / "lookml"
    shutil.copytree(LOOKML, copy)
    file = copy / "views" / "core" / "ageing_rfn.view.lkml"
    text = file.read_text()
    assert "${balance_base} end" in text
    file.write_text(text.replace("${balance_base} end", "${TABLE}.balance end"))
    with Viewer(copy, address(warehouse), time.time) as looker:
        code, report, log = Utility(tmp_path, looker.url).refresh()
    assert code == 4, log
    (dashboard,) = report["dashboards"]
    assert dashboard["action"] == "failed"
    wrong = "column fct_ap_open_item.balance does not exist"
    assert {line.partition(": ")[0] for line in dashboard["failed"] if wrong in line} == {
        "Share overdue",
    }
    assert wrong in log


def test_a_field_that_is_not_there_is_a_mistake_in_the_settings(
    looker: Viewer, tmp_path: Path
) -> None:
    wrong = json.dumps(FRESHNESS | {"field": "rpt_sync_status.newest_load"})
    code, _, log = Utility(tmp_path, looker.url, FRESHNESS=wrong).refresh()
    assert code == 2, log
    assert 'Unknown or inaccessible field "rpt_sync_status.newest_load"' in log
    assert looker.stand_in.snapshot()["cache_resets"] == 0
