"""Runs a pipe of processes and says what it took."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from demo import processes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OUTPUT = "output.jsonl"
_MEGABYTE = 1e6
_SAMPLE_SECONDS = 0.05


class RunError(Exception):
    """A measured run failed: its figures would mean nothing."""


@dataclass(frozen=True)
class Cost:
    """What one run took.

    Attributes:
        seconds: Wall clock, from the start of the first process to the end of the last.
        cpu: CPU seconds of each process with its children, in the order of the pipe.
        peaks: The largest resident memory of each process, in MB.
        peak: The most that all processes held at one time, children included, in MB.
        server_cpu: CPU seconds of the database server.
    """

    seconds: float
    cpu: tuple[float, ...]
    peaks: tuple[float, ...]
    peak: float
    server_cpu: float


@dataclass
class Command:
    """One process of a pipe.

    Attributes:
        words: Program and arguments.
        env: Added to the environment.
        cwd: Working directory, where it is not that of the run.
    """

    words: Sequence[str | Path]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None


def run(pipe: Sequence[Command], *, home: Path, server_pid: int | None = None) -> Cost:
    """Run a pipe to its end.

    Args:
        pipe: The output of each goes into the next; that of the last into `OUTPUT`, for a chain
            prints its state, or is thrown away where it is one process.
        home: Working directory; gets `0.log`, `1.log`, ... with what was said on standard error.
        server_pid: The database server.

    Raises:
        RunError: A process ended with another exit code than 0.
    """
    home.mkdir(parents=True, exist_ok=True)
    before = _server_cpu(server_pid)
    began = time.perf_counter()
    started: list[subprocess.Popen[bytes]] = []
    source: int | None = subprocess.DEVNULL
    for number, command in enumerate(pipe):
        last = number == len(pipe) - 1
        printed = home / OUTPUT if last and number else Path(os.devnull)
        with (home / f"{number}.log").open("wb") as log, printed.open("wb") as output:
            process = subprocess.Popen(
                [str(word) for word in command.words],
                stdin=source,
                stdout=output if last else subprocess.PIPE,
                stderr=log,
                env=processes.environment(**command.env),
                cwd=command.cwd or home,
            )
        if started and started[-1].stdout:
            started[-1].stdout.close()  # the pipe belongs to its ends
        started.append(process)
        source = process.stdout.fileno() if process.stdout else None
    memory = _Memory([process.pid for process in started])
    costs = []
    for process in started:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        costs.append(usage)
    seconds = time.perf_counter() - began
    memory.stop()
    for number, process in enumerate(started):
        if process.returncode:
            said = home / f"{number}.log"
            raise RunError(
                f"{pipe[number].words[0]} ended with {process.returncode}, see {said}:\n"
                + "\n".join(said.read_text(errors="replace").splitlines()[-20:])
            )
    return Cost(
        seconds=seconds,
        cpu=tuple(usage.ru_utime + usage.ru_stime for usage in costs),
        peaks=memory.peaks,
        peak=memory.peak,
        server_cpu=_server_cpu(server_pid) - before,
    )


def _server_cpu(pid: int | None) -> float:
    """CPU seconds of a server and its children, those that ended included."""
    if pid is None:
        return 0.0
    total = 0.0
    server = psutil.Process(pid)
    times = server.cpu_times()
    total += times.user + times.system + times.children_user + times.children_system
    for child in server.children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


class _Memory:
    """Looks, over and over, at how much memory some processes and their children hold."""

    def __init__(self, pids: Sequence[int]) -> None:
        self._roots = [psutil.Process(pid) for pid in pids]
        self._most = [0] * len(pids)
        self._most_at_once = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    @property
    def peaks(self) -> tuple[float, ...]:
        """Of each process, in MB."""
        return tuple(most / _MEGABYTE for most in self._most)

    @property
    def peak(self) -> float:
        """Of all together, in MB."""
        return self._most_at_once / _MEGABYTE

    def stop(self) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(_SAMPLE_SECONDS):
            held = [self._held(root) for root in self._roots]
            self._most = [max(most, now) for most, now in zip(self._most, held, strict=True)]
            self._most_at_once = max(self._most_at_once, sum(held))

    def _held(self, root: psutil.Process) -> int:
        held = 0
        try:
            for process in (root, *root.children(recursive=True)):
                held += process.memory_info().rss
        except psutil.NoSuchProcess:
            pass
        return held
