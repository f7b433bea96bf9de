"""Stopped or killed under Meltano: Looker hears nothing, and the next run mends it."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil
import pytest

from demo.pipeline import CHAIN, LOAD
from tests.books import TABLES, differences

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from tests.conftest import World


@contextmanager
def _held(world: World, call: int) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, int]]]:
    """A run of the whole chain that hangs in a call of the API, and who takes part, by pid."""
    world.sandbox.control("POST", "/faults", {"kind": "hold", "path": "^/v", "after": call - 1})
    try:
        with world.meltano.running("run", *CHAIN) as meltano:
            world.sandbox.control("GET", "/held")
            children = psutil.Process(meltano.pid).children()
            names = ("tap-visma", "target-postgres")
            plugins = {
                name: child.pid
                for child in children
                for name in names
                if any(word.endswith(f"/{name}") for word in child.cmdline())
            }
            assert plugins.keys() == set(names)
            yield meltano, {"meltano": meltano.pid, **plugins}
    finally:
        world.sandbox.control("DELETE", "/faults")


def _told(world: World) -> int:
    return int(world.sandbox.control("GET", "/looker")["cache_resets"])


def _is_mended(world: World, *options: str) -> None:
    """The next run makes the warehouse equal to the books."""
    result = world.run(*options, *LOAD)
    assert result.code == 0, result.output
    for table in TABLES:
        assert differences(world, table) == []


def test_a_tap_that_is_told_to_stop_stops_the_pipeline(world: World) -> None:
    before = _told(world)
    with _held(world, 8) as (meltano, pids):
        psutil.Process(pids["tap-visma"]).terminate()
        output, _ = meltano.communicate()  # the call is still held: nobody waits for its answer
    assert meltano.returncode == 1
    assert b"The run was stopped by SIGTERM; the state saved so far stands." in output
    assert b"Extractor failed" in output
    assert _told(world) == before
    _is_mended(world)


@pytest.mark.deep
def test_ctrl_c_stops_the_pipeline(world: World) -> None:
    before = _told(world)
    with _held(world, 8) as (meltano, _):
        os.killpg(meltano.pid, signal.SIGINT)
        meltano.communicate()
    assert meltano.returncode not in {0, None}
    assert _told(world) == before
    _is_mended(world)


@pytest.mark.deep
def test_a_meltano_that_is_told_to_stop_stops_the_pipeline(world: World) -> None:
    before = _told(world)
    with _held(world, 8) as (meltano, _):
        meltano.terminate()
        meltano.communicate()
    assert meltano.returncode not in {0, None}
    assert _told(world) == before
    _is_mended(world)


@pytest.mark.parametrize(
    ("victim", "call"),
    [
        ("meltano", 8),
        *(
            pytest.param(victim, call, marks=pytest.mark.deep)
            for victim in ("meltano", "tap-visma", "target-postgres")
            for call in (1, 4, 12)
        ),
    ],
)
def test_whoever_is_killed_the_next_run_mends_it(world: World, victim: str, call: int) -> None:
    before = _told(world)
    with _held(world, call) as (meltano, pids):
        others = [psutil.Process(pid) for name, pid in pids.items() if name != victim]
        psutil.Process(pids[victim]).kill()
        world.sandbox.control("DELETE", "/faults")
        meltano.communicate()
        psutil.wait_procs(others)  # each ends by itself
    assert meltano.returncode not in {0, None}
    assert _told(world) == before
    # A Meltano that was killed leaves its lock behind, for some minutes.
    _is_mended(world, *(["--force"] if victim == "meltano" else []))
