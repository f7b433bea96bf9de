"""`make demo`, as a process: what it leaves in its summary, and that it leaves nothing running."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import psutil
import pytest

from demo.pipeline import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

_STREAMS = 40  # all that are selected; some have several combinations


_COUNT = "select count(distinct (run_id, stream)) from sync_runs where outcome = 'success'"


def _demo(output: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "demo", "--output", output, *arguments],
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _left_behind(output: Path) -> list[str]:
    """Processes that know the directory of a demo: servers, Meltano, its plugins."""
    found = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        about = [*(process.info["cmdline"] or ()), process.info["cwd"] or ""]
        if process.pid != os.getpid() and any(str(output) in text for text in about):
            found.append(" ".join(about))
    return found


@pytest.mark.timeout(900)
def test_the_demo_does_what_it_says(plugins: None, open_directory: Path) -> None:
    output = open_directory / "demo"
    with _demo(output, "--keep") as process:
        assert process.stdout
        printed = ""
        for line in process.stdout:
            printed += line
            if line.startswith("The warehouse: "):
                psql = shlex.split(line.removeprefix("The warehouse: "))
            if line.startswith("Everything keeps running"):
                asked = subprocess.run(
                    [*psql, "-Atc", _COUNT],
                    check=True,
                    capture_output=True,
                    text=True,
                )
                process.send_signal(signal.SIGINT)
    assert process.returncode == 0, printed
    assert asked.stdout.strip() == str(2 * _STREAMS)
    assert _left_behind(output) == []

    summary = json.loads((output / "summary.json").read_text())
    assert summary["ok"] is True
    first, incremental = summary["runs"]
    assert (first["kind"], incremental["kind"]) == ("first", "incremental")
    for run in (first, incremental):
        assert run["seconds"] > 0
        assert run["calls"] > 0
        assert len(run["streams"]) == _STREAMS
        for stream in run["streams"].values():
            assert stream["read"] == stream["written"]
    assert incremental["streams"]["journal_transactions"]["read"] > 0
    assert (
        incremental["streams"]["journal_transactions"]["read"]
        < first["streams"]["journal_transactions"]["read"]
    )
    table = printed.partition("What went from Visma to Postgres")[2]
    for name, stream in first["streams"].items():
        assert (f" {name} " in table) == (stream["read"] > 0), name
    assert "as in the books" in printed
    marts = summary["marts"]
    assert marts["fct_gl_line"]["rows"] > marts["fct_gl_line"]["changed"] > 0
    for name in marts:
        assert f" {name} " in printed.partition("What finance finds")[2], name
    looker = summary["looker"]
    assert looker["report"]["outcome"] == "refreshed"
    assert looker["stand_in"]["cache_resets"] == len(summary["runs"])


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_demo_leaves_nothing_running(
    plugins: None, open_directory: Path, signum: signal.Signals
) -> None:
    output = open_directory / "demo"
    with _demo(output) as process:
        assert process.stdout
        printed = ""
        for line in process.stdout:
            if "rows read" in line and "rows read" not in printed:
                assert [command for command in _left_behind(output) if "meltano" in command]
                process.send_signal(signum)
            printed += line
    assert process.returncode == 1
    assert "First load: interrupted. Everything was stopped." in printed
    assert _left_behind(output) == []
    assert json.loads((output / "summary.json").read_text())["ok"] is False
