"""The vendor's own SDK, as it is, gets along with the Looker stand-in."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import looker_sdk
import pytest
from looker_sdk import error, models40
from looker_sdk.rtl.api_settings import ApiSettings, SettingsConfig
from typing_extensions import override

from visma_looker_sandbox.looker import LookerStandIn
from visma_looker_sandbox.testing import Served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looker_sdk.sdk.api40.methods import Looker40SDK


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
def served() -> Iterator[Served]:
    with Served(LookerStandIn().app, "looker") as served:
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
