"""Children of the demo and the tests end with their owner, and nobody else does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil
import pytest

from demo import processes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_WAIT = "import time; print('ready', flush=True); time.sleep(600)"
_FOR_GOOD = f"import signal; signal.signal(15, signal.SIG_IGN); {_WAIT}"


@contextmanager
def _running(directory: Path, program: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", program]
    with processes.running(command, cwd=directory, stderr=subprocess.DEVNULL) as process:
        yield process


def _left_in(directory: Path) -> list[psutil.Process]:
    found = [p for p in psutil.process_iter(["cwd"]) if p.info["cwd"] == str(directory)]
    return [process for process in found if process.status() != psutil.STATUS_ZOMBIE]


def test_a_child_that_outlives_its_parent_is_ended(tmp_path: Path) -> None:
    parent = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {_WAIT!r}])"
    with _running(tmp_path, parent) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"  # of the child
        assert processes.has_ended(process, 60)
        assert len(_left_in(tmp_path)) == 1
        assert processes.end(process) == 0
        # The child was the last to hold the other end.
        assert process.stdout.read() == b""


def test_a_number_that_may_be_anothers_gets_no_signal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _running(tmp_path, "raise SystemExit(3)") as process:
        process.wait()
        sent: list[tuple[int, int]] = []
        monkeypatch.setattr(os, "killpg", lambda *signal: sent.append(signal))
        assert processes.end(process) == 3
    assert sent == []


def test_what_does_not_end_politely_is_ended_for_good(tmp_path: Path) -> None:
    with _running(tmp_path, _FOR_GOOD) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        assert processes.end(process, seconds=0.1) == -9


def test_nothing_is_left_of_a_block_that_fails(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="to be seen"), _running(tmp_path, _WAIT) as process:
        assert not _left_in(tmp_path), "to be seen"
    assert process.returncode == -signal.SIGTERM
    assert process.stdout
    assert process.stdout.closed
    assert _left_in(tmp_path) == []


def test_what_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_FOR_GOOD!r}])"
    with _running(tmp_path, parent) as process:
        lines = processes.lines(process)
        assert next(lines) == "ready"  # of the child
        with processes.killed_after(0.01, process):
            assert list(lines) == []
    assert process.returncode == -signal.SIGKILL
    assert _left_in(tmp_path) == []


def test_what_is_done_in_time_is_not_killed_later(tmp_path: Path) -> None:
    waiting = threading.active_count()
    with _running(tmp_path, _WAIT) as process, processes.killed_after(600, process):
        pass
    assert process.returncode == -signal.SIGTERM
    assert threading.active_count() == waiting


def test_a_process_has_its_time_after_the_last_line(tmp_path: Path) -> None:
    program = (
        "import os, time; print('ready', flush=True); os.close(1); time.sleep(0.2); os._exit(3)"
    )
    with _running(tmp_path, program) as process:
        assert list(processes.lines(process)) == ["ready"]
    assert process.returncode == 3


def _serve(home: Path, program: str, ready: str = "ready", seconds: float = 60) -> None:
    log = home / "logs" / "shop.log"
    with processes.serving(
        "The shop", [sys.executable, "-c", program], cwd=home, log=log, ready=ready, seconds=seconds
    ) as line:
        assert line == "ready at noon"
        assert len(_left_in(home)) == 1
    assert _left_in(home) == []


@pytest.mark.parametrize("ready", ["ready", ""])
def test_a_server_is_waited_for(tmp_path: Path, ready: str) -> None:
    before = "" if not ready else "print('not yet'); "
    _serve(tmp_path, f"import time; {before}print('ready at noon', flush=True); time.sleep(600)")


def test_a_server_that_ends_tells_why(tmp_path: Path) -> None:
    program = "import sys; print('not yet'); sys.exit('the shop is closed')"
    with pytest.raises(processes.Failed) as failure:
        _serve(tmp_path, program)
    log = tmp_path / "logs" / "shop.log"
    assert str(failure.value) == (
        f"The shop did not start. The end of {log}:\n  the shop is closed"
    )


def test_a_server_that_hangs_is_ended(tmp_path: Path) -> None:
    with pytest.raises(processes.Failed, match="The shop did not start"):
        _serve(tmp_path, _FOR_GOOD, ready="never", seconds=0.01)
    assert _left_in(tmp_path) == []
