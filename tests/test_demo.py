"""`make demo`, as a process: what it leaves in its summary, and that it leaves nothing running."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import psutil
import pytest
import requests

from demo import processes
from demo.pipeline import CHAIN, LOAD, PROJECT

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

_STREAMS = 40  # all that are selected; some have several combinations
_SAID = re.compile(r"\S+Z \[(?P<level>\w+) *\] (?P<who>\S+) +(?P<what>.*)")
_INVITED = ("The dashboards", "The warehouse", "Another load", "Another day of business")
_COUNT = "select count(distinct (run_id, stream)) from sync_runs where outcome = 'success'"


def _demo(output: Path, *arguments: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
    command: list[str | Path] = [sys.executable, "-m", "demo", "--output", output, *arguments]
    return processes.running(command, cwd=PROJECT, env=os.environ)


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
        printed = ""
        invited: dict[str, list[str]] = {}
        for line in processes.lines(process):
            printed += f"{line}\n"
            name, colon, said = line.partition(": ")
            if colon:
                invited[name] = shlex.split(said) if name in _INVITED else []
            if line.startswith("Everything keeps running"):
                page = requests.get(*invited["The dashboards"], timeout=60)
                another = invited["Another load"]
                # As the demo has just run it twice; what it is told is the same for every block.
                assert another[-len(CHAIN) :] == list(CHAIN)
                load = another[: -len(CHAIN)] + list(LOAD)
                for again in (invited["Another day of business"], load):
                    subprocess.run(
                        again,
                        cwd=PROJECT,
                        env=processes.environment(),
                        check=True,
                        capture_output=True,
                    )
                asked = subprocess.run(
                    [*invited["The warehouse"], "-Atc", _COUNT],
                    check=True,
                    capture_output=True,
                    text=True,
                )
                process.send_signal(signal.SIGINT)
    assert process.returncode == 0, printed
    assert asked.stdout.strip() == str(3 * _STREAMS)
    assert page.ok
    assert "Supplier spend" in page.text or "Leverandør" in page.text
    assert _left_behind(output) == []
    for step in ("reading Visma", "building and testing the models", "telling Looker"):
        assert printed.count(step) == 2  # loads
    assert "KEEP=1" not in printed

    summary = json.loads((output / "summary.json").read_text())
    assert summary["ok"] is True
    first, incremental = summary["runs"]
    assert (first["kind"], incremental["kind"]) == ("first", "incremental")
    for run in (first, incremental):
        assert sum(run["steps"].values()) <= run["seconds"]
        assert list(run["steps"]) == ["load", "models", "Looker"]
        assert run["calls"] > 0
        assert len(run["streams"]) == _STREAMS
        for stream in run["streams"].values():
            assert stream["read"] == stream["written"]
    assert incremental["streams"]["journal_transactions"]["read"] > 0
    for name in ("supplier_payments", "customer_payments"):
        what = f"payments of {name.partition('_')[0]} invoices"
        assert incremental["streams"][name]["new"] == int(printed.partition(what)[2].split()[0]) > 0
    assert (
        incremental["streams"]["journal_transactions"]["read"]
        < first["streams"]["journal_transactions"]["read"]
    )
    table = printed.partition("What went from Visma to Postgres")[2].partition("What finance")[0]
    for name, stream in first["streams"].items():
        assert (f" {name} " in table) == (stream["read"] > 0), name
    assert "as in the books" in printed
    marts = summary["marts"]
    assert marts["fct_gl_line"]["rows"] > marts["fct_gl_line"]["changed"] > 0
    for name in marts:
        assert f" {name} " in printed.partition("What finance finds")[2], name
    _assert_readable((output / "first.log").read_text())
    looker = summary["looker"]
    assert looker["report"]["outcome"] == "refreshed"
    assert looker["stand_in"]["cache_resets"] == len(summary["runs"])
    _assert_shown(looker["report"], printed)


def _assert_shown(report: dict[str, Any], printed: str) -> None:
    """Looker has read the load from the warehouse: in every Explore, and in every tile."""
    dashboards = report["dashboards"]
    assert {one["action"] for one in dashboards} == {"warmed"}
    queries = sum(one["tiles"] for one in dashboards)
    assert f"{len(dashboards)} dashboards were warmed: their {queries} queries" in printed
    assert len(dashboards) >= 8
    assert report["explores"]
    for explore in report["explores"]:
        assert explore["after"] == report["newest_load"]


def _assert_readable(log: str) -> None:
    """What an operator reads of a run that went well: no SQL, no metrics, no raw lines."""
    lines = [_SAID.fullmatch(line) for line in log.splitlines()]
    assert all(lines), log
    said = [(line["level"], line["who"], line["what"]) for line in lines if line]
    assert {level for level, *_ in said} == {"info", "warning"}
    assert [what for level, _, what in said if level == "warning"] == [
        "No state was found, complete import."
    ]
    assert "target-postgres" not in {who for _, who, _ in said}
    assert not [what for *_, what in said if what.startswith("METRIC")]


@pytest.mark.parametrize(
    ("signum", "step"),
    [(signal.SIGINT, "reading Visma"), (signal.SIGTERM, "building and testing the models")],
)
def test_an_interrupted_demo_leaves_nothing_running(
    plugins: None, open_directory: Path, signum: signal.Signals, step: str
) -> None:
    output = open_directory / "demo"
    with _demo(output) as process:
        printed = ""
        for line in processes.lines(process):
            if step in line and step not in printed:
                assert [command for command in _left_behind(output) if "meltano" in command]
                process.send_signal(signum)
            printed += f"{line}\n"
    assert process.returncode == 1
    assert "First load: interrupted. Everything was stopped." in printed
    assert _left_behind(output) == []
    assert json.loads((output / "summary.json").read_text())["ok"] is False
