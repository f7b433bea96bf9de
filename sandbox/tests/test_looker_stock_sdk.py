"""The vendor's own SDK, as it is, gets along with the Looker stand-in."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import looker_sdk
import pytest
from looker_sdk import error, models40
from looker_sdk.rtl.api_settings import ApiSettings, SettingsConfig
from typing_extensions import override

from visma_looker_sandbox.looker import LookerStandIn
from visma_looker_sandbox.looker.content import Dashboard, Plan, Tile
from visma_looker_sandbox.looker.derived import DerivedTable
from visma_looker_sandbox.testing import Served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looker_sdk.sdk.api40.methods import Looker40SDK


FIELD = "sync_runs.newest_load_epoch"


class Own(ApiSettings):
    """Settings from nowhere but here."""

    def __init__(self, url: str, secret: str) -> None:
        self._config: SettingsConfig = {
            "base_url": url,
            "client_id": "looker-sandbox-client",
            "client_secret": secret,
        }
        super().__init__()

    @override
    def read_config(self) -> SettingsConfig:
        return self._config


@pytest.fixture
def stand_in() -> LookerStandIn:
    return LookerStandIn()


@pytest.fixture
def served(stand_in: LookerStandIn) -> Iterator[Served]:
    with Served(stand_in.app, "looker") as served:
        yield served


@pytest.fixture
def sdk(served: Served) -> Iterator[Looker40SDK]:
    sdk = looker_sdk.init40(config_settings=Own(served.url, "looker-sandbox-secret"))
    yield sdk
    requests_session = getattr(sdk.transport, "session")  # noqa: B009 - not declared by the SDK
    requests_session.close()


def test_it_logs_in_reads_and_logs_out(sdk: Looker40SDK, served: Served) -> None:
    with sdk:
        assert sdk.versions().looker_release_version
        me = sdk.me()
        (role,) = sdk.user_roles(str(me.id))
        assert role.permission_set
        assert "see_datagroups" in (role.permission_set.permissions or ())
        assert role.model_set
        assert role.model_set.models == ["finance"]
        assert sdk.session().workspace_id == "production"
        assert sdk.connection("warehouse").maintenance_cron == "*/5 * * * *"
    assert served.paths()[0] == "POST /api/4.0/login"
    assert served.paths()[-1] == "DELETE /api/logout"
    assert {call["status"] for call in served.log.all()} == {200, 204}


def test_it_resets_and_triggers_datagroups(sdk: Looker40SDK) -> None:
    datagroup = sdk.all_datagroups()[0]
    assert (datagroup.model_name, datagroup.stale_before) == ("finance", None)
    now = int(time.time())
    changed = sdk.update_datagroup(
        str(datagroup.id), models40.WriteDatagroup(stale_before=now, triggered_at=now - 1)
    )
    assert (changed.stale_before, changed.triggered_at) == (now, now - 1)
    assert sdk.datagroup("11").triggered_at == now - 1


def test_it_runs_queries(sdk: Looker40SDK) -> None:
    query = models40.WriteQuery(
        model="finance",
        view="sync_runs",
        fields=["sync_runs.newest_load_epoch"],
        sorts=["sync_runs.newest_load_epoch desc"],
        limit="1",
    )
    answer = sdk.run_inline_query("json", query, cache=False)
    assert answer == '[{"sync_runs.newest_load_epoch":null}]'


def test_it_builds_tables_warms_and_delivers(sdk: Looker40SDK, stand_in: LookerStandIn) -> None:
    world = stand_in.world
    world.connections["warehouse"].pdt_api_control_enabled = True
    world.roles[0].permissions += ["develop", "see_user_dashboards"]
    table = DerivedTable("finance", "balances", sources=["visma.journals"], seconds=0)
    world.derived.add(table)
    world.content.plans["17"] = Plan("17", "Monthly")
    assert "finance/balances" in (sdk.graph_derived_tables_for_model("finance").graph_text or "")
    assert sdk.connection("warehouse").pdt_api_control_enabled
    started = sdk.start_pdt_build("finance", "balances")
    answer = json.loads(sdk.check_pdt_build(str(started.materialization_id)).resp_text or "")
    assert answer == {"status": "complete"}
    sdk.stop_pdt_build(str(started.materialization_id))
    assert (table.starts, table.builds) == (1, 1)

    query = sdk.create_query(
        models40.WriteQuery(model="finance", view="sync_runs", fields=[FIELD], limit="7")
    )
    world.content.dashboards["12"] = Dashboard("12", "All", [Tile("One", query.id)], slug="all")
    (found,) = sdk.search_dashboards(slug="all")
    (tile,) = sdk.dashboard(str(found.id)).dashboard_elements or ()
    assert tile.result_maker
    body = models40.WriteCreateQueryTask(
        query_id=str(tile.result_maker.query_id), result_format=models40.ResultFormat.json_detail
    )
    world.tasks.seconds = 0
    task = sdk.create_query_task(body)
    results = sdk.query_task_multi_results(models40.DelimSequence([str(task.id), "t99"]))
    assert [results[name]["status"] for name in (str(task.id), "t99")] == ["complete", "missing"]
    assert sdk.create_query_task(body, cache_only=True).result_source == "cache"

    (plan,) = sdk.all_scheduled_plans()
    copy = sdk.scheduled_plan_run_once_by_id(str(plan.id))
    assert (copy.run_once, copy.id != plan.id) == (True, True)
    assert len(world.content.deliveries) == 1


def test_it_understands_a_wrong_key_and_a_revoked_token(sdk: Looker40SDK, served: Served) -> None:
    wrong = looker_sdk.init40(config_settings=Own(served.url, "wrong"))
    with pytest.raises(error.SDKError, match="Not found"):
        wrong.me()
    sdk.me()
    sdk.auth.logout()
    sdk.auth.token.access_token = "dead"
    sdk.auth.token.expires_at = sdk.auth.token.expires_at.replace(year=9999)
    with pytest.raises(error.SDKError, match="Requires authentication"):
        sdk.me()
