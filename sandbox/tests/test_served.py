"""A stand-in in a thread of a test."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import requests
from starlette.responses import PlainTextResponse

from visma_looker_sandbox.http import Fault
from visma_looker_sandbox.testing import Served

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


def test_a_late_answer_is_of_the_stand_in_that_was_called() -> None:
    asked = []

    async def next_one(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(scope["path"])
        await PlainTextResponse("next")(scope, receive, send)

    with Served(PlainTextResponse("first"), "looker") as served, ThreadPoolExecutor(1) as pool:
        late = Fault("latency", service="looker", seconds=0.2)
        served.faults.armed.append(late)
        before = served.log
        answer = pool.submit(requests.get, f"{served.url}/late", timeout=30)
        while not (late.hits or answer.done()):
            time.sleep(0.001)
        served.serve(next_one)
        assert answer.result().text == "first"
        assert requests.get(f"{served.url}/own", timeout=30).text == "next"
        assert asked == ["/own"]
        assert [call["path"] for call in served.log.all()] == ["/own"]
        assert [call["path"] for call in before.all()] == ["/late"]
