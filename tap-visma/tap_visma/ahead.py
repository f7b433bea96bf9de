"""Pages asked for ahead, as far as there is room for them."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from tap_visma.at_once import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from typing_extensions import Self

    from tap_visma.client import Answer

MOST_BYTES = 36 * 1024 * 1024
"""Of pages held at once, over all companies: five full pages of supplier invoices, one that is
read and four that are under way."""


class Room:
    """The bytes of pages that are held, or will be when their calls are answered.

    What is asked for ahead is asked for only where there is room. The page that a list needs
    next is always asked for: where the room is too small, a page of each list is held.

    Args:
        most: Bytes of pages to be held at most.

    Attributes:
        held: Bytes held or expected now.
        peak: The most that it has been.
        first_pages: First pages under way. How large they are is not known yet; they are
            expected to be as large as those of the other lists.
    """

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self.held = self.peak = 0
        self.first_pages = 0

    def has(self, size: int) -> bool:
        """Whether a page of so many bytes more can be held."""
        return self.held + size * (1 + self.first_pages) <= self._most

    def take(self, size: int) -> None:
        """So many bytes more are held; or less, if it is negative."""
        self.held += size
        self.peak = max(self.peak, self.held)


class Ahead:
    """The answers to the pages of a list in their order, asked for ahead where there is room."""

    def __init__(self, ask: Callable[[int], Future[Answer]], at_once: int, room: Room) -> None:
        self._ask = ask
        self._most = at_once if at_once > 1 else 0  # with one, each waits for the one before
        self._room = room
        self._asked: deque[Future[Answer]] = deque()
        self._next = 1
        self._page_bytes = 0
        self._held = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for call in self._asked:
            call.cancel()
            self._expected(-1)
        self._room.take(-self._held)

    def ask(self, last: int) -> None:
        """Asks for pages up to `last`, as many as may be under way and there is room for."""
        while (
            self._next <= last
            and len(self._asked) < self._most
            and self._room.has(self._page_bytes)
        ):
            self._ask_next()

    def get(self, last: int) -> Answer:
        """The answer to the next page, having asked for those behind it, up to `last`.

        The page before is done with: it no longer counts as held.
        """
        self._room.take(-self._held)
        self._held = 0
        if not self._asked:
            self._ask_next()
        self.ask(last)
        answer = wait_for(self._asked[0])
        self._asked.popleft()
        self._expected(-1)
        self._held = len(answer.body)
        self._room.take(self._held)
        if self._held > self._page_bytes:
            self._room.take(len(self._asked) * (self._held - self._page_bytes))
            self._page_bytes = self._held
        self.ask(last)
        return answer

    def _ask_next(self) -> None:
        self._asked.append(self._ask(self._next))
        self._expected(1)
        self._next += 1

    def _expected(self, pages: int) -> None:
        self._room.take(pages * self._page_bytes)
        if not self._page_bytes:
            self._room.first_pages += pages
