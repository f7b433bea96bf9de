"""Reading a whole list page by page, though the source moves meanwhile.

Pages are counted from 1 and cut by offset: a row that vanishes shifts those behind it to an
earlier page, where they are no longer seen. So nothing is believed before the end: the distinct
rows read must reach the total that the last page tells, and no page may tell a smaller total
than one before. Otherwise the list is read once more.
"""

from __future__ import annotations

import logging
from array import array
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol

from tap_visma.errors import IncompleteError, RecordError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from typing_extensions import Self

    from tap_visma.client import Answer
    from tap_visma.records import PageRecords, Record

logger = logging.getLogger("tap-visma")

LARGEST_PAGE = 5000
"""Asked for where the setting `page_size` is not given: more than any endpoint is known to send.
Visma lowers it to what the endpoint allows and tells that in `metadata.maxPageSize`."""

READINGS = 3
_MOST_BYTES_AHEAD = 32 * 1024 * 1024
_SHELVES = 64


class Part(NamedTuple):
    """Which rows of a list are asked for.

    Attributes:
        since: Those modified since; None for all.
        filters: Parameters that narrow the list.
        most_pages: A list of more pages raises `LongListError`; None for no limit.
    """

    since: str | None = None
    filters: Mapping[str, str] = MappingProxyType({})
    most_pages: int | None = None


class LongListError(Exception):
    """A list has more pages than are wanted in one piece.

    Attributes:
        total: Its rows, as Visma tells.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        super().__init__(total)


class Row(NamedTuple):
    """A record with the time at which its page had arrived (UTC, without a zone)."""

    record: Record
    received_at: dt.datetime


class DistinctRows:
    """Counts distinct keys in eight bytes a row, so that memory hardly grows with the table."""

    def __init__(self) -> None:
        self._shelves = [array("q") for _ in range(_SHELVES)]

    def add(self, key: Hashable) -> None:
        """Notes a key."""
        number = hash(repr(key))  # hash(-1) is hash(-2)
        self._shelves[number % _SHELVES].append(number)

    def __len__(self) -> int:
        return sum(len(set(shelf)) for shelf in self._shelves)


if TYPE_CHECKING:
    Counting = Callable[[Record], Iterable[Hashable]]
"""What a record counts as in a list's total: mostly its key, once."""


class Assembler(Protocol):
    """Puts records together that the API may cut over two pages.

    Attributes:
        torn: A part came that could not be put together with the rest.
    """

    torn: bool

    def add(self, record: Record) -> Iterable[Record]:
        """Takes a record or a part of one; gives those that are whole."""

    def finish(self) -> Iterable[Record]:
        """Gives what is left at the end of the list."""


class AsTheyCome:
    """The assembler of lists whose records are never cut."""

    torn = False

    def add(self, record: Record) -> Iterable[Record]:
        """The record itself."""
        return (record,)

    def finish(self) -> Iterable[Record]:
        """Nothing is left."""
        return ()


class PagedList:
    """Reads a paged list completely.

    Args:
        name: Of the list, for messages.
        fetch: Gets the answer to a page number; called by several threads at once.
        read: Gets the records out of an answer's body.
        countings: The ways in which Visma may count the list. Where there are several, those
            that do not agree with the pages are dropped as the pages come.
        assembler: Makes the assembler of a reading.
        page_size: The page size asked for; Visma may lower it.
        at_once: The most calls in flight.
        most_pages: A list of more pages raises `LongListError` before its first row; None for
            no limit.

    Attributes:
        pages: Pages read, those of a repeated reading included.
        total: What Visma told as the size of the list, at last.
    """

    def __init__(
        self,
        name: str,
        *,
        fetch: Callable[[int], Answer],
        read: Callable[[bytes], PageRecords],
        countings: Sequence[Counting],
        assembler: Callable[[], Assembler],
        page_size: int,
        at_once: int,
        most_pages: int | None = None,
    ) -> None:
        self._name = name
        self._fetch = fetch
        self._read = read
        self._countings = countings
        self._assembler = assembler
        self._page_size = page_size
        self._at_once = at_once
        self._most_pages = most_pages
        self.pages = 0
        self.total: int | None = None

    def rows(self) -> Iterator[Row]:
        """All rows, in page order. What was read before a second reading comes again.

        Raises:
            IncompleteError: The list moved under every reading.
            LongListError: It has more pages than `most_pages`.
            VismaError: A call failed, or a page could not be read.
        """
        before: int | None = None
        for number in range(1, READINGS + 1):
            reading = _Reading([_Tally(counting) for counting in self._countings])
            assembler = self._assembler()
            received_at = None
            for page, received_at in self._pages(reading.tallies):
                reading.note(page)
                for record in page.records:
                    for whole in assembler.add(record):
                        yield Row(whole, received_at)
            if received_at is not None:
                for whole in assembler.finish():
                    yield Row(whole, received_at)
            self.total = reading.total
            if reading.agrees_with(before) and not assembler.torn:
                return
            before = reading.found
            logger.log(
                logging.INFO if self.total is None else logging.WARNING,
                "%s: %d of %s rows; it is read again, since it may have moved (%d of %d).",
                self._name, before, self.total, number, READINGS,
            )  # fmt: skip
        raise IncompleteError(
            f"{self._name} could not be read completely: {before} of {self.total} rows after "
            f"{READINGS} readings: rows vanished or appeared meanwhile, or several share a key.",
            "Run again when fewer people work in Visma.net; if it stays so, report it.",
        )

    def _pages(self, tallies: Sequence[_Tally]) -> Iterator[tuple[PageRecords, dt.datetime]]:
        first, answer = self._page(1, self._fetch(1))
        size = min(self._page_size, first.page_size or self._page_size)
        if self._most_pages is not None and (first.total or 0) > self._most_pages * size:
            raise LongListError(first.total or 0)
        yield first, answer.received_at
        if not first.records:
            return
        if first.total is not None:
            for tally in tallies:
                tally.check(first, min(size, first.total))
        agreeing = [tally for tally in tallies if tally.agrees]
        if first.total is None or (len(tallies) > 1 and not agreeing):
            yield from self._pages_to_the_end(first)
            return
        if not agreeing:  # Visma lowered the page size to something it does not tell
            size = max(1, tallies[0].count(first))
        at_once = max(1, min(self._at_once, _MOST_BYTES_AHEAD // max(1, len(answer.body))))
        with _Ahead(at_once, self._fetch) as ahead:
            yield from self._counted_pages(first.total, size, agreeing, ahead)

    def _counted_pages(
        self, total: int, size: int, tallies: Sequence[_Tally], ahead: _Ahead
    ) -> Iterator[tuple[PageRecords, dt.datetime]]:
        """The pages from the second on, as many as the total makes."""
        number = 2
        while number <= (last := -(-total // size)):
            page, answer = self._page(number, ahead.get(number, last=last))
            yield page, answer.received_at
            if not page.records:
                return
            total = total if page.total is None else page.total
            if number < last:
                for tally in tallies:
                    tally.check(page, size)
            number += 1

    def _pages_to_the_end(self, first: PageRecords) -> Iterator[tuple[PageRecords, dt.datetime]]:
        """Where the number of pages is untold: on until one is empty or is the last one again."""
        previous = self._keys(first)
        number = 2
        while True:
            page, answer = self._page(number, self._fetch(number))
            current = self._keys(page)
            if not current or current == previous:
                return
            yield page, answer.received_at
            previous = current
            number += 1

    def _keys(self, page: PageRecords) -> list[Hashable]:
        return [tuple(count(record)) for record in page.records for count in self._countings]

    def _page(self, number: int, answer: Answer) -> tuple[PageRecords, Answer]:
        self.pages += 1
        try:
            return self._read(answer.body), answer
        except RecordError as error:
            raise RecordError(f"{self._name}, page {number}: {error.what}", error.todo) from error


class _Tally:
    """One way of counting a list, and whether the pages agree with it."""

    def __init__(self, counting: Counting) -> None:
        self._counting = counting
        self.distinct = DistinctRows()
        self.agrees = True

    def add(self, record: Record) -> None:
        for key in self._counting(record):
            self.distinct.add(key)

    def count(self, page: PageRecords) -> int:
        return sum(len(tuple(self._counting(record))) for record in page.records)

    def check(self, page: PageRecords, expected: int) -> None:
        self.agrees = self.agrees and self.count(page) == expected


class _Reading:
    """What one reading of a list found, and whether it can be believed."""

    def __init__(self, tallies: Sequence[_Tally]) -> None:
        self.tallies = tallies
        self.total: int | None = None
        self._pages = 0
        self._shrank = False

    def note(self, page: PageRecords) -> None:
        self._pages += 1
        if page.total is not None:
            self._shrank |= page.total < (self.total or 0)
            self.total = page.total
        for record in page.records:
            for tally in self.tallies:
                tally.add(record)

    @property
    def found(self) -> int:
        return max(self._counts())

    def agrees_with(self, before: int | None) -> bool:
        """Whether all was found; `before` is what the reading before found."""
        if self._shrank:
            return False
        if self.total is None:  # nothing to check several pages against but a second reading
            return self._pages <= 1 or self.found == before
        counts = self._counts()
        if len(counts) == 1:
            return counts[0] >= self.total
        # In which way Visma counts is open to the end: then only an exact match will do.
        return self.total in counts

    def _counts(self) -> list[int]:
        agreeing = [tally for tally in self.tallies if tally.agrees] or self.tallies
        return [len(tally.distinct) for tally in agreeing]


class _Ahead:
    """Fetches the next pages in threads, a bounded number at once."""

    def __init__(self, at_once: int, fetch: Callable[[int], Answer]) -> None:
        self._fetch = fetch
        self._at_once = at_once
        self._executor = ThreadPoolExecutor(at_once, thread_name_prefix="page")
        self._waiting: deque[Future[Answer]] = deque()
        self._next = 2

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)

    def get(self, number: int, *, last: int) -> Answer:
        """The answer to page `number`, having asked for those behind it, up to `last`."""
        while self._next <= min(last, number + self._at_once - 1):
            self._waiting.append(self._executor.submit(self._fetch, self._next))
            self._next += 1
        return self._waiting.popleft().result()
