"""Child processes that end with their owner."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import threading
import time
from collections import deque
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import IO

# What the pipeline and libpq read from the environment: only what is asked for may reach a child.
_OWN = (
    "TAP_VISMA_", "TARGET_POSTGRES_", "DBT_", "UTILITY_LOOKER_REFRESH_", "MELTANO_", "LOOKERSDK_",
    "PG",
)  # fmt: skip
_LOG_LINES = 15
_LOOK_SECONDS = 0.02


class Failed(Exception):  # noqa: N818 - it reads as a sentence: the first load failed
    """A step failed.

    Args:
        reason: One sentence: what happened.
        log: The file that holds the details; its end becomes part of the message.
    """

    def __init__(self, reason: str, log: Path) -> None:
        with log.open(errors="replace") as lines:
            end = "".join(f"  {line.rstrip()}\n" for line in deque(lines, _LOG_LINES))
        super().__init__(f"{reason} The end of {log}:\n{end}".rstrip())


def environment(**extra: str) -> dict[str, str]:
    """Return the caller's environment without settings of the pipeline, and with `extra`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OWN)}
    # Many images set it. Compiling all imports anew doubles the time of each of many starts.
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | extra


@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    stdin: IO[bytes] | int | None = subprocess.DEVNULL,
    stdout: IO[bytes] | int = subprocess.PIPE,
    stderr: IO[bytes] | int = subprocess.STDOUT,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process in a group of its own, and end it together with its children.

    Args:
        command: Program and arguments.
        cwd: Directory that it works in.
        env: Its environment; that of `environment` when None.
        stdin: What it reads; nothing by default.
        stdout: Where its output goes; into a pipe by default.
        stderr: Where its errors go; beside the output by default, as on a terminal.
    """
    process = subprocess.Popen(  # noqa: S603 - commands are the demo's own
        [str(word) for word in command],
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        env=environment() if env is None else dict(env),
        cwd=cwd,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        end(process)
        if process.stdout:
            process.stdout.close()


@contextmanager
def serving(
    name: str,
    command: Sequence[str | Path],
    *,
    cwd: Path,
    log: Path,
    ready: str = "",
    seconds: float = 60,
) -> Iterator[str]:
    """Run a server, once it says that it is ready.

    Args:
        name: What it is called when it does not start.
        command: Program and arguments.
        cwd: Directory that it works in.
        log: File that its errors are written to.
        ready: How the line begins that it prints once it answers; its first line when empty.
        seconds: How long that may take.

    Yields:
        That line.

    Raises:
        Failed: It ended without having printed that line, or was ended since it took too long.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as errors, running(command, cwd=cwd, stderr=errors) as process:
        with killed_after(seconds, process):
            line = next((line for line in lines(process) if line.startswith(ready)), None)
        if not line:
            raise Failed(f"{name} did not start.", log)
        yield line


def lines(process: subprocess.Popen[bytes]) -> Iterator[str]:
    """Lines as a process prints them, until its end."""
    for line in process.stdout or ():
        yield line.decode(errors="replace").rstrip()
    has_ended(process, math.inf)


@contextmanager
def killed_after(seconds: float, process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Kill a process and its children when a `with` takes too long: it hangs."""
    timer = threading.Timer(seconds, kill_group, [process, signal.SIGKILL])
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def has_ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait for the end of a process, and leave its number to it: it is not reaped.

    Args:
        process: Of `running`.
        seconds: How long to wait.
    """
    until = time.monotonic() + seconds
    while process.returncode is None and not _is_zombie(process):
        if time.monotonic() > until:
            return False
        time.sleep(_LOOK_SECONDS)
    return True


def _is_zombie(process: subprocess.Popen[bytes]) -> bool:
    if not hasattr(os, "waitid"):  # macOS before Python 3.13
        return process.poll() is not None
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def end(process: subprocess.Popen[bytes], *, seconds: float = 15) -> int:
    """End a process and its children: politely first, then for good.

    Args:
        process: Of `running`; may have ended already.
        seconds: How long to wait for a clean end.

    Returns:
        Its exit code.
    """
    # Once it is reaped, its number and that of its group may be another's.
    if process.returncode is None:
        kill_group(process, signal.SIGTERM)
        has_ended(process, seconds)
        # It, or children that outlived it.
        kill_group(process, signal.SIGKILL)
    return process.wait()


def kill_group(process: subprocess.Popen[bytes], signum: signal.Signals) -> None:
    """Send a signal to a process that is not reaped yet, and to its children."""
    # Where nothing but a zombie is left, some systems say so.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signum)
