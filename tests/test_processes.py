"""Children of the demo and the tests end with their owner, and nobody else does."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import psutil

from demo import processes

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

_WAIT = "import time; print('ready', flush=True); time.sleep(600)"


def _start(directory: Path, program: str) -> subprocess.Popen[bytes]:
    return processes.start(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=processes.environment(),
        cwd=directory,
    )


def test_a_child_that_outlives_its_parent_is_ended(tmp_path: Path) -> None:
    parent = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {_WAIT!r}])"
    process = _start(tmp_path, parent)
    assert process.stdout
    with process.stdout:
        assert process.stdout.readline() == b"ready\n"  # of the child
        assert processes.has_ended(process, 60)
        left = [p for p in psutil.process_iter(["cwd"]) if p.info["cwd"] == str(tmp_path)]
        assert len([p for p in left if p.status() != psutil.STATUS_ZOMBIE]) == 1
        assert processes.end(process) == 0
        # The child was the last to hold the other end.
        assert process.stdout.read() == b""


def test_a_number_that_may_be_anothers_gets_no_signal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = _start(tmp_path, "raise SystemExit(3)")
    assert process.stdout
    process.stdout.close()
    process.wait()
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "killpg", lambda *signal: sent.append(signal))
    assert processes.end(process) == 3
    assert sent == []


def test_what_does_not_end_politely_is_ended_for_good(tmp_path: Path) -> None:
    process = _start(tmp_path, f"import signal; signal.signal(15, signal.SIG_IGN); {_WAIT}")
    assert process.stdout
    with process.stdout:
        assert process.stdout.readline() == b"ready\n"
        assert processes.end(process, seconds=0.1) == -9
