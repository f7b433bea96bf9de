"""Tasks at once: calls overlap; items, and what follows them, do not."""

from __future__ import annotations

import signal
import sys
import threading
import time
from concurrent.futures import Future
from threading import Condition
from typing import TYPE_CHECKING

import pytest

from tap_visma.at_once import Task, at_once, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.timeout(20)  # a task that is never gone on with would wait for ever


class World:
    """Tasks `a`, `b`, … that make calls `a1`, `a2`, … and give a row after each.

    Args:
        answers: What is answered when a call is made.
    """

    def __init__(self, **answers: str) -> None:
        self._answers = answers
        self._calls: dict[str, Future[None]] = {}
        self.away: set[str] = set()
        self.log: list[str] = []

    def task(self, name: str, *, calls: int = 1) -> Task[str]:
        return Task(self._items(name, calls), lambda: name in self.away)

    def _items(self, name: str, calls: int) -> Iterator[str]:
        try:
            for number in range(1, calls + 1):
                call = f"{name}{number}"
                self.log.append(f"{call} asked")
                future = self._calls[call] = Future()
                for answered in self._answers.get(call, "").split():
                    self._calls[answered].set_result(None)
                wait_for(future)
                yield call
                self.log.append(f"{call} written")
        finally:
            self.log.append(f"{name} ended")

    def read(self, *tasks: Task[str], most: int = 9) -> list[str]:
        items = []
        for item in at_once(tasks, most):
            self.log.append(f"{item} given")
            items.append(item)
        return items


def test_the_calls_of_all_are_under_way_before_the_first_is_answered() -> None:
    world = World(c1="a1 b1 c1")
    assert world.read(*map(world.task, "abc")) == ["c1", "a1", "b1"]
    assert world.log[:3] == ["a1 asked", "b1 asked", "c1 asked"]


def test_while_one_waits_another_goes_on() -> None:
    world = World(b1="b1", b2="a1 b2")
    assert world.read(world.task("a"), world.task("b", calls=2)) == ["b1", "b2", "a1"]


def test_what_follows_an_item_comes_after_it_was_dealt_with() -> None:
    world = World(b1="a1 b1")
    world.read(world.task("a"), world.task("b"))
    assert world.log[2:] == [
        "b1 given", "b1 written", "b ended", "a1 given", "a1 written", "a ended",
    ]  # fmt: skip


def test_no_more_than_the_most_are_begun() -> None:
    world = World(b1="a1", c1="c1 b1")
    assert world.read(*map(world.task, "abc"), most=2) == ["a1", "c1", "b1"]
    assert world.log.index("a ended") < world.log.index("c1 asked")


def test_one_that_is_put_off_leaves_its_place_and_comes_last() -> None:
    world = World(b1="b1", c1="c1 a1")
    world.away.add("a")
    assert world.read(*map(world.task, "abc"), most=1)[0] == "b1"
    assert world.log.index("a ended") > world.log.index("c1 asked")


def test_a_failure_ends_all() -> None:
    world = World(b1="b1")

    def failing() -> Iterator[str]:
        yield from world.task("b").items
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        world.read(world.task("a"), Task(failing(), bool))
    assert world.log[-1] == "a ended", "no call is left behind"


def test_a_call_that_fails_fails_in_its_task() -> None:
    def task() -> Iterator[str]:
        future: Future[None] = Future()
        future.set_exception(ValueError("refused"))
        try:
            wait_for(future)
        except ValueError as error:
            yield str(error)

    assert list(at_once([Task(task(), bool)], most=1)) == ["refused"]


def test_alone_a_call_is_simply_waited_for() -> None:
    future: Future[int] = Future()
    future.set_result(7)
    assert wait_for(future) == 7


class _SignalledError(Exception):
    pass


@pytest.mark.parametrize("beside_others", [False, True])
def test_a_signal_that_another_thread_takes_ends_the_wait(beside_others: bool) -> None:
    """It does not wake the waiting thread; nor does one that comes just before the wait begins."""
    future: Future[int] = Future()
    handled = threading.Event()

    def handle(*_: object) -> None:
        handled.set()
        raise _SignalledError

    def send() -> None:
        since = time.monotonic()
        while time.monotonic() < since + 0.1:  # longer than a thread must wait for its turn
            if sys._current_frames()[waiting].f_code is not Condition.wait.__code__:
                since = time.monotonic()
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
        in_time.append(handled.wait(10))
        future.set_result(7)

    def task() -> Iterator[int]:
        yield wait_for(future)

    in_time: list[bool] = []
    waiting = threading.get_ident()
    sender = threading.Thread(target=send)
    before = signal.signal(signal.SIGUSR1, handle)
    try:
        sender.start()
        with pytest.raises(_SignalledError):
            list(at_once([Task(task(), bool)], most=1)) if beside_others else wait_for(future)
        sender.join()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert in_time == [True]
