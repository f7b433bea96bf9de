"""Several tasks at once in one thread: while one waits for an answer, another goes on.

Each task is an ordinary generator with a stack of its own (a greenlet). It is left where it
waits for a call (`wait_for`) and where it gives an item, nowhere else. So only calls happen in
other threads; items come one by one, and what a task does after an item (such as moving a
bookmark) happens when that item has been dealt with.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, wait
from threading import Event
from typing import TYPE_CHECKING, Generic, TypeVar

from greenlet import getcurrent, greenlet
from typing_extensions import NamedTuple  # that of Python 3.10 cannot be generic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")

# No wait is long: a signal that comes just before it begins is seen only after it. And that a task
# is put off is told by no answer.
_LOOK_AGAIN_SECONDS = 1.0


class Task(NamedTuple, Generic[T]):
    """Something that gives items.

    Attributes:
        items: A generator that waits by `wait_for`.
        is_put_off: Whether it will have to wait for long, so that another may take its place.
    """

    items: Iterator[T]
    is_put_off: Callable[[], bool]


def wait_for(future: Future[T]) -> T:
    """The result of a call; within `at_once`, other tasks go on until it is there.

    Raises:
        Exception: What the call raised.
    """
    scheduler = getcurrent().parent
    if scheduler is not None and not future.done():
        scheduler.switch(future)
    while not future.done():
        wait((future,), _LOOK_AGAIN_SECONDS)
    return future.result()


def at_once(tasks: Iterable[Task[T]], most: int) -> Iterator[T]:
    """The items of all tasks, each task's in its order.

    Tasks begin in the order given, so that their first calls are under way together; then the
    first of them whose answer is there goes on until it waits again.

    Args:
        tasks: What is to be done.
        most: Tasks at once, those not counted that are put off.
    """
    waiting_to_begin = deque(tasks)
    begun: list[_Turn[T]] = []
    answered = Event()
    try:
        while waiting_to_begin or begun:
            answered.clear()
            if waiting_to_begin and sum(not turn.is_put_off() for turn in begun) < most:
                begun.append(_Turn(waiting_to_begin.popleft()))
                turn = begun[-1]
            elif (ready := next((turn for turn in begun if turn.is_ready), None)) is not None:
                turn = ready
            else:
                answered.wait(_LOOK_AGAIN_SECONDS)
                continue
            yield from turn.go_on()
            if turn.waits_for is None:
                begun.remove(turn)
            else:
                turn.waits_for.add_done_callback(lambda _: answered.set())
    finally:
        for turn in begun:
            turn.stop()


class _Turn(Generic[T]):
    """A task that has begun.

    Attributes:
        waits_for: The call whose answer it needs to go on; None once it has ended.
    """

    def __init__(self, task: Task[T]) -> None:
        self._items = task.items
        self._greenlet = greenlet(self._run)
        self.is_put_off = task.is_put_off
        self.waits_for: Future[object] | None = None

    @property
    def is_ready(self) -> bool:
        return self.waits_for is not None and self.waits_for.done()

    def go_on(self) -> Iterator[T]:
        """The items up to the next call that it has to wait for."""
        self.waits_for = None
        while not self._greenlet.dead:
            given = self._greenlet.switch()
            if isinstance(given, Future):
                self.waits_for = given
                return
            if not self._greenlet.dead:
                yield given

    def stop(self) -> None:
        """Ends it where it is."""
        self._greenlet.throw()

    def _run(self) -> None:
        scheduler = getcurrent().parent
        assert scheduler is not None  # noqa: S101  # it is the one that began this task
        for item in self._items:
            scheduler.switch(item)
