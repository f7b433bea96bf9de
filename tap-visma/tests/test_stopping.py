"""Runs that end before they are complete: by the allowance, by a signal, by a kill."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tap_visma.tap import TapVisma

from .conftest import BIN, FEW, failed

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import CommandLine, Visma


def test_an_allowance_that_is_used_up_stops_the_run_with_its_state(
    visma: Visma, tap: CommandLine
) -> None:
    visma.switch(rate_limit=4)
    config = {**visma.config, "on_allowance_exhausted": "stop"}
    result = tap(config, select=FEW)
    failed(result, "allowance", "the next window begins in", "Run again then")
    assert [call["status"] for call in visma.calls()] == [200] * 4, "no call was wasted"
    read = {r["stream"] for r in result.rows("sync_runs") if r["outcome"] == "success"}
    assert read
    visma.switch(rate_limit=15000)
    visma.control("DELETE", "/allowance")
    again = tap(config, state=result.state, select=FEW)
    assert again.exit_code == 0
    assert again.run_of("accounts")["mode"] == "incremental"


def test_max_calls_stops_the_run(visma: Visma, tap: CommandLine) -> None:
    failed(tap({**visma.config, "max_calls": 3}, select=FEW), "max_calls")
    assert len(visma.calls()) == 3


def test_what_a_run_read_that_was_killed_is_news_of_the_next_one(
    visma: Visma, tap: CommandLine
) -> None:
    """Its rows are in the warehouse and its bookmark is saved, but nobody was told."""
    first = tap(visma.config, select={"accounts", "suppliers", "sync_runs"})
    states = [m["value"] for m in first.messages if m["type"] == "STATE"]
    killed = next(state for state in states if "accounts" in state["bookmarks"])
    second = tap(visma.config, state=killed, select={"accounts", "suppliers", "sync_runs"})
    assert second.run_of("accounts")["rows_new"] == first.run_of("accounts")["rows_new"] > 0
    third = tap(visma.config, state=second.state, select={"accounts", "sync_runs"})
    assert third.run_of("accounts")["rows_new"] == 0


def test_news_of_a_killed_run_wait_for_a_run_that_can_tell_them(
    visma: Visma, tap: CommandLine
) -> None:
    select = {"accounts", "suppliers", "sync_runs"}
    first = tap(visma.config, select=select)
    states = [m["value"] for m in first.messages if m["type"] == "STATE"]
    killed = next(state for state in states if "accounts" in state["bookmarks"])
    visma.fault("status", "/v1/account", status=403, times=None)
    failing = tap(visma.config, state=killed, select=select)
    assert failing.run_of("accounts")["outcome"] == "failed"
    visma.control("DELETE", "/faults")
    third = tap(visma.config, state=failing.state, select=select)
    assert third.run_of("accounts")["rows_new"] == len(first.rows("accounts"))


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_run_soon_and_not_as_a_success(
    visma: Visma, tap: CommandLine, tmp_path: Path, stop: signal.Signals
) -> None:
    visma.fault("latency", "/v1/supplierInvoice", seconds=60)
    written = tmp_path / "out.jsonl"
    with written.open("w") as out, subprocess.Popen(
        [BIN / "tap-visma", "--config", tap.file("config.json", visma.config)],
        stdout=out, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        for line in process.stderr:
            if "Beginning sync of 'supplier_invoices'" in line:
                break
        process.send_signal(stop)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 128 + stop
    assert "stopped by SIG" in err
    assert "Traceback" not in err
    messages = [json.loads(line) for line in written.read_text().splitlines()]
    states = [message["value"] for message in messages if message["type"] == "STATE"]
    assert states[-1]["bookmarks"]["journal_transactions"]["partitions"][0]["replication_key_value"]


def test_a_signal_ends_a_check_that_waits_for_an_answer(visma: Visma, tap: CommandLine) -> None:
    visma.fault("latency", "/v", seconds=60)
    with subprocess.Popen(
        [BIN / "tap-visma", "--check", "--config", tap.file("config.json", visma.config)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        while not visma.calls("connect"):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        said, err = process.communicate(timeout=20)
    assert process.returncode == 128 + signal.SIGINT
    assert "stopped by SIG" in err
    assert "Traceback" not in err
    assert not said


_STUCK = """
import os, signal
from tap_visma.stopping import BufferedWriter
writer = BufferedWriter()
with writer.stopped_by_signals():
    writer.is_writing = True
    signal.raise_signal(signal.SIGTERM)
    os.read(os.pipe()[0], 1)
"""


def test_a_signal_ends_a_run_that_is_stuck_in_writing() -> None:
    """The loader reads no more: the message that is being written never ends."""
    stuck = subprocess.run([sys.executable, "-c", _STUCK], check=False, timeout=30)
    assert stuck.returncode == 128 + signal.SIGTERM


def test_a_tap_leaves_the_signals_of_its_process_as_they_were() -> None:
    def handlers() -> list[object]:
        return [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]

    before = handlers()
    TapVisma(config={}, validate_config=False)
    assert handlers() == before
    with pytest.raises(ConfigValidationError):
        TapVisma.invoke()
    assert handlers() == before
