"""Child processes that end with their owner."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
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


def end(process: subprocess.Popen[bytes], *, seconds: float = 15) -> int:
    """End a process and its children: politely first, then for good.

    Args:
        process: What `start` returned; may have ended already.
        seconds: How long to wait for a clean end.

    Returns:
        Its exit code.
    """
    for signum in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, signum)
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
    # Children that outlived it, whatever it did about them.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait()
