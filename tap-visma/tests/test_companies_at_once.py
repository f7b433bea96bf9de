"""Companies at once: none waits for another."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from visma_looker_sandbox.testing import Served

from .conftest import BIN, catalog

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from .conftest import CommandLine

COMPANIES = ["A", "B", "C"]


class Visma:
    """A Visma.net of one list with one row, whose token is the name of the tenant.

    Args:
        meet: Companies whose calls are answered when all of them have called.
        closed: A company whose allowance is used up.
    """

    def __init__(self, *, meet: int = 1, closed: str = "") -> None:
        self._meet = meet
        self._closed = closed
        self._called: set[str] = set()
        self._all_called = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: list[tuple[bytes, bytes]] = [(b"content-type", b"application/json")]
        status, body = 200, ""
        if scope["method"] == "POST":
            form = parse_qs((await receive())["body"].decode())
            body = json.dumps({"access_token": form["tenant_id"][0], "expires_in": 3600})
        else:
            company = dict(scope["headers"])[b"authorization"].decode().removeprefix("Bearer ")
            self._called.add(company)
            if len(self._called) >= self._meet:
                self._all_called.set()
            await self._all_called.wait()
            body = json.dumps([{"departmentId": company}])
            if company == self._closed:
                status, body = 429, "{}"
                headers.append((b"retry-after", b"3000"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body.encode()})


def config(url: str, **more: Any) -> dict[str, Any]:
    return {
        "client_id": "id",
        "client_secret": "secret",
        "companies": [{"tenant_id": company} for company in COMPANIES],
        "api_url": url,
        "token_url": f"{url}/connect/token",
        **more,
    }


def test_the_companies_call_at_once(tap: CommandLine) -> None:
    with Served(Visma(meet=3), "api") as visma:
        result = tap(
            config(visma.url, max_concurrent_requests=3, request_timeout=20),
            select={"departments", "sync_runs"},
        )
    assert result.exit_code == 0, result.log
    assert sorted(row["departmentId"] for row in result.rows("departments")) == COMPANIES
    assert [row["rows_read"] for row in result.rows("sync_runs")] == [1, 1, 1]
    assert len(visma.log.all()) == 2 * 3


def test_a_company_that_has_to_wait_long_lets_the_others_pass(tap: CommandLine) -> None:
    with Served(Visma(closed="A"), "api") as visma:
        settings = config(visma.url, max_concurrent_requests=1)
        with subprocess.Popen(
            [
                BIN / "tap-visma", "--config", tap.file("config.json", settings),
                "--catalog", tap.file("catalog.json", catalog({"departments"})),
            ],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            assert process.stderr is not None
            log = ""
            for line in process.stderr:
                log += line
                if "departments of C: 1 rows read" in line:
                    break
            process.send_signal(signal.SIGTERM)
            written, _ = process.communicate(timeout=20)
    assert process.returncode == 128 + signal.SIGTERM
    assert "departments of B: 1 rows read" in log
    assert "The allowance of company A is used up" in log
    messages = [json.loads(line) for line in written.splitlines()]
    rows = [message["record"]["departmentId"] for message in messages if "record" in message]
    assert rows == ["B", "C"]
