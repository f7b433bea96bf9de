"""Calls to Visma.net: how long one may take."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tap_visma.client import Company, CompanyClient, Meter
from tap_visma.errors import VismaError
from tap_visma.tap import TapVisma
from visma_looker_sandbox.testing import Served

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from .conftest import Visma


def client_of(visma: Visma, timeout: float) -> CompanyClient:
    tap = TapVisma(config=visma.config)
    settings = {**tap.config, "request_timeout": timeout}
    return CompanyClient(Company(visma.config["tenant_id"], "ACME"), settings, tap.clock)


def test_an_answer_that_drips_is_given_up_and_asked_for_again(visma: Visma) -> None:
    """It never stops coming: no single wait for it is as long as `request_timeout`."""
    visma.fault("slow", "/v1/account", seconds=8)
    client, meter = client_of(visma, timeout=1.0), Meter()
    answer = client.get("/v1/account", {}, meter)
    assert (meter.calls, meter.retries) == (2, 1)
    assert answer.body.startswith(b"[{")


def test_an_answer_that_always_drips_fails_with_a_sentence(visma: Visma) -> None:
    visma.fault("slow", "/v1/account", seconds=8, times=None)
    client, meter = client_of(visma, timeout=0.5), Meter()
    client._tries = 1
    with pytest.raises(VismaError, match=r"GET /v1/account: .* after 1 s .* `request_timeout`"):
        client.get("/v1/account", {}, meter)


@pytest.mark.parametrize("kind", ["cut", "truncated"])
def test_half_an_answer_is_asked_for_again(visma: Visma, kind: str) -> None:
    visma.fault(kind, "/v1/account")
    client, meter = client_of(visma, timeout=30), Meter()
    assert client.get("/v1/account", {}, meter).body.endswith(b"]")
    assert meter.retries == 1


def test_a_call_without_an_answer_is_no_longer_under_way(visma: Visma) -> None:
    """Others would wait for what it tells, at the end of a window."""
    client, meter = client_of(visma, timeout=5), Meter()
    client._api_url, client._tries = "http://127.0.0.1:9", 1
    with pytest.raises(VismaError, match="cannot be reached"):
        client.get("/v1/account", {}, meter)
    assert (client.allowance.calls, client.allowance._untold) == (1, 0)


_AT_ONCE = 16  # the most that the setting allows


class Meeting:
    """A Visma.net that answers when as many calls have come as may be made at once."""

    def __init__(self) -> None:
        self._come = 0
        self._all = asyncio.Event()

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        body = b'{"access_token": "token", "expires_in": 3600}'
        if scope["method"] == "GET":
            self._come += 1
            body = b"[]"
            if self._come == _AT_ONCE:
                self._all.set()
            await self._all.wait()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def test_the_connections_of_calls_at_once_are_kept(caplog: pytest.LogCaptureFixture) -> None:
    with Served(Meeting(), "api") as visma:
        config = {
            "client_id": "id", "client_secret": "secret", "tenant_id": "one",
            "api_url": visma.url, "token_url": f"{visma.url}/connect/token",
            "max_concurrent_requests": _AT_ONCE,
        }  # fmt: skip
        tap = TapVisma(config=config)
        client = CompanyClient(Company("one", "ACME"), tap.config, tap.clock)
        calls = [client.ask("/v1/account", {}, Meter()) for _ in range(_AT_ONCE)]
        assert [call.result(60).body for call in calls] == [b"[]"] * _AT_ONCE
    assert not [r for r in caplog.records if "pool is full" in r.getMessage()]
