"""Child processes that end with their owner."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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


def start(
    command: Sequence[str | Path],
    *,
    stdout: IO[bytes] | int,
    stderr: IO[bytes] | int,
    env: Mapping[str, str],
    cwd: Path,
) -> subprocess.Popen[bytes]:
    """Start a process in a group of its own, so that it can be ended together with its children."""
    return subprocess.Popen(  # noqa: S603 - commands are the demo's own
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        env=dict(env),
        cwd=cwd,
        start_new_session=True,
    )


def has_ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait for the end of a process, and leave its number to it: it is not reaped.

    Args:
        process: What `start` returned.
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
        process: What `start` returned; may have ended already.
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
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signum)
