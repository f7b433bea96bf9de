"""Killed after any call, a run is taken up by the next one: nothing is built or mailed twice.

The process is really killed (SIGKILL), by the stand-in, after it has carried out a call and before
it has answered. To start a hundred of them fast, they are forked from one that has everything
imported already.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import BALANCES, COSTS, FRESHNESS, LOAD, NAME, SUMMARY, furnish, variables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .conftest import LookerAtHand

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

FORKER = """
import json, os, sys, time
from utility_looker_refresh.cli import main
import utility_looker_refresh.refresh, utility_looker_refresh.session

class Clock:
    passed = 0.0
    monotonic = time = lambda self: {now} + self.passed
    def sleep(self, seconds):
        self.passed += seconds

for line in sys.stdin:
    environ = json.loads(line)
    child = os.fork()
    if child == 0:
        code = main([], environ, Clock())
        sys.stderr.flush()
        os._exit(code)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Runner:
    """Runs `refresh` in processes that may be killed."""

    def __init__(self, looker: LookerAtHand, log: Path) -> None:
        self._looker = looker
        self._log = log.open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-c", FORKER.replace("{now}", str(looker.clock.time()))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()
        self._log.close()

    def __call__(self, environ: dict[str, str], *, killed_at: int | None = None) -> int:
        """Run it; kill it when its n-th call has been carried out and not yet answered."""
        assert self._process.stdin
        assert self._process.stdout
        looker = self._looker
        application = looker.stand_in.app
        seen = 0
        ready: list[int] = []

        async def deadly(scope: Any, receive: Any, send: Any) -> None:
            nonlocal seen
            seen += 1
            mine = seen
            looker.clock.passed += 15  # time goes on at Looker

            async def answer(message: Any) -> None:
                if mine == killed_at:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(ready[0], signal.SIGKILL)
                    return
                await send(message)

            await application(scope, receive, answer)

        looker.served.app = deadly
        self._process.stdin.write(json.dumps(environ) + "\n")
        self._process.stdin.flush()
        ready.append(int(self._process.stdout.readline()))
        code = int(self._process.stdout.readline())
        looker.served.app = application
        return code


@pytest.fixture
def start(looker: LookerAtHand, tmp_path: Path) -> Iterator[Runner]:
    runner = Runner(looker, tmp_path / "stderr.txt")
    yield runner
    runner.close()


def environ(looker: LookerAtHand, path: Path, **values: Any) -> dict[str, str]:
    return {**looker.environ, **variables({**values, "state_path": str(path)})}


def anew(looker: LookerAtHand) -> dict[str, Any]:
    """Put everything back as it was before any run."""
    world = looker.world
    world.derived.tables.clear()
    world.derived.builds.clear()
    world.content.deliveries.clear()
    world.content.queries.clear()
    world.tasks.tasks.clear()
    world.tasks.cache.clear()
    world.writes.clear()
    for datagroup in world.datagroups.values():
        datagroup.stale_before = datagroup.triggered_at = datagroup.rebuilt_at = None
    looker.served.log.clear()
    return furnish(looker)


def test_a_build_that_is_killed_at_any_call_builds_and_mails_once(
    start: Runner, looker: LookerAtHand, tmp_path: Path
) -> None:
    values = anew(looker)
    assert start(environ(looker, tmp_path / "whole.json", **values)) == 0
    calls = len(looker.calls())
    assert calls > 20
    seen_uncertain = 0
    for number in range(1, calls + 1):
        values = anew(looker)
        env = environ(looker, tmp_path / f"{number}.json", **values)
        code = start(env, killed_at=number)
        last = looker.calls()[-1] if looker.calls() else ""
        assert code in (-signal.SIGKILL, 0), (number, last)
        again = start(env)
        # A plan that was asked for when the process died is told as uncertain.
        assert again in (0, 6), (number, last, (tmp_path / "stderr.txt").read_text()[-2000:])
        seen_uncertain += again == 6
        tables = looker.world.derived.tables
        assert {n: t.starts for n, t in tables.items()} == {BALANCES: 1, COSTS: 1, SUMMARY: 1}, (
            number,
            last,
        )
        assert [d["plan"] for d in looker.world.content.deliveries] == ["17"], (number, last)
        # What was warmed is warm: nothing was reset behind it.
        assert looker.world.tasks.cached(looker.world.content.queries["502"], "7"), (number, last)
        deliveries, starts = len(looker.world.content.deliveries), len(looker.world.derived.builds)
        assert start(env) == 0
        assert len(looker.world.content.deliveries) == deliveries
        assert len(looker.world.derived.builds) == starts
    assert seen_uncertain == 1


@pytest.mark.parametrize("remembers", [True, False])
def test_a_trigger_that_is_killed_at_any_call_triggers_once(
    start: Runner, looker: LookerAtHand, tmp_path: Path, remembers: bool
) -> None:
    for number in range(1, 5):
        anew(looker)
        looker.newest(LOAD)
        values = {"strategy": "trigger", "freshness": FRESHNESS}
        env = environ(looker, tmp_path / f"{number}.json", **values)
        if remembers:  # so that Looker's own stamps are not asked for
            assert start(env) == 0
            looker.newest(int(looker.clock.time()))
            looker.world.writes.clear()
        start(env, killed_at=number)
        assert start(env) == 0
        assert start(env) == 0
        written = [w for w in looker.world.writes if w["datagroup"] == NAME]
        assert len(written) == 1, (number, written)
