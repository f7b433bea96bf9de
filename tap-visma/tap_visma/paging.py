"""Reading a whole list page by page, though the source moves meanwhile.

Pages are counted from 1 and cut by offset: a row that vanishes shifts those behind it to an
earlier page, where they are no longer seen. So nothing is believed before the end: the distinct
rows read must reach the total that the last page tells, and no page may tell a smaller total
than one before. Otherwise the list is read once more.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol

from tap_visma.ahead import Ahead, Room
from tap_visma.distinct import DistinctRows
from tap_visma.errors import IncompleteError, RecordError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import (
        Callable,
        Collection,
        Hashable,
        Iterable,
        Iterator,
        Mapping,
        Sequence,
    )
    from concurrent.futures import Future

    from tap_visma.client import Answer
    from tap_visma.records import PageRecords, Record

logger = logging.getLogger("tap-visma")

LARGEST_PAGE = 5000
"""Asked for where the setting `page_size` is not given: more than any endpoint is known to send.
Visma lowers it to what the endpoint allows and tells that in `metadata.maxPageSize`."""

READINGS = 3


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
        ask: Begins the call for a page.
        read: Gets the records out of an answer's body.
        countings: The ways in which Visma may count the list. Where there is one, it counts
            each record once; of several, those that do not agree with the pages are dropped as
            the pages come.
        assembler: Makes the assembler of a reading.
        page_size: The page size asked for; Visma may lower it.
        at_once: The most calls in flight.
        room: What pages may be held at once, shared with other lists.
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
        ask: Callable[[int], Future[Answer]],
        read: Callable[[bytes | bytearray], PageRecords],
        countings: Sequence[Counting],
        assembler: Callable[[], Assembler],
        page_size: int,
        at_once: int,
        room: Room,
        most_pages: int | None = None,
    ) -> None:
        self._name = name
        self._ask = ask
        self._read = read
        self._countings = countings
        self._assembler = assembler
        self._page_size = page_size
        self._at_once = at_once
        self._room = room
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
            with Ahead(self._ask, self._at_once, self._room) as ahead:
                for page in self._pages(reading.tallies, ahead):
                    received_at = page.received_at
                    reading.note(page)
                    for record in page.records():
                        reading.count(record)
                        for whole in assembler.add(record):
                            yield Row(whole, received_at)
                    page.drop()
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

    def _pages(self, tallies: Sequence[_Tally], ahead: Ahead) -> Iterator[_Page]:
        first = self._page(ahead, number=1, last=1)
        if not len(first):
            yield first
            return
        size = min(self._page_size, first.page_size or self._page_size)
        if (total := first.total) is not None:
            if self._most_pages is not None and total > self._most_pages * size:
                raise LongListError(total)
            for tally in tallies:
                tally.check(self._count(tally, first), min(size, total))
        agreeing = [tally for tally in tallies if tally.agrees]
        if total is None or (len(tallies) > 1 and not agreeing):
            yield from self._pages_to_the_end(first, ahead)
            return
        if not agreeing:  # Visma lowered the page size to something it does not tell
            size = len(first)
        ahead.ask(last=-(-total // size))
        yield first
        yield from self._counted_pages(total, size, agreeing, ahead)

    def _counted_pages(
        self, total: int, size: int, tallies: Sequence[_Tally], ahead: Ahead
    ) -> Iterator[_Page]:
        """The pages from the second on, as many as the total makes."""
        number = 2
        while number <= (last := -(-total // size)):
            page = self._page(ahead, number, last)
            before = [tally.counted for tally in tallies]
            yield page
            if not len(page):
                return
            total = total if page.total is None else page.total
            if number < last:
                for tally, counted in zip(tallies, before, strict=True):
                    tally.check(tally.counted - counted, size)
            number += 1

    def _pages_to_the_end(self, first: _Page, ahead: Ahead) -> Iterator[_Page]:
        """Where the number of pages is untold: on until one is empty or is the last one again."""
        previous = self._keys(first)
        yield first
        number = 2
        while True:
            page = self._page(ahead, number, last=number)
            current = self._keys(page)
            if not current or current == previous:
                return
            yield page
            previous = current
            number += 1

    def _keys(self, page: _Page) -> list[Hashable]:
        return [tuple(count(record)) for record in page.records() for count in self._countings]

    def _count(self, tally: _Tally, page: _Page) -> int:
        """How many the page has; with one way of counting, that is its records."""
        if len(self._countings) == 1:
            return len(page)
        return sum(tally.count(record) for record in page.records())

    def _page(self, ahead: Ahead, number: int, last: int) -> _Page:
        answer = ahead.get(last)
        self.pages += 1
        return _Page(f"{self._name}, page {number}", self._read, answer)


class _Page:
    """A page of a list, whose records are decoded as they are asked for.

    Args:
        name: Of list and page, for messages.
        read: Gets the records out of the answer's body.
        answer: The page as it came.

    Attributes:
        total: All rows of the list as the page tells it; None where it tells nothing.
        page_size: The most rows a page of this list holds, likewise.
        received_at: When it had arrived.
    """

    def __init__(
        self, name: str, read: Callable[[bytes | bytearray], PageRecords], answer: Answer
    ) -> None:
        self._name = name
        self.received_at = answer.received_at
        with self._named():
            page = read(answer.body)
        self.total = page.total
        self.page_size = page.page_size
        self._records: Collection[Record] = page.records
        self._length = len(page.records)

    def __len__(self) -> int:
        return self._length

    def records(self) -> Iterator[Record]:
        """The records, decoded anew."""
        with self._named():
            yield from self._records

    def drop(self) -> None:
        """Its records are no longer needed: whoever still knows the page does not keep them."""
        self._records = ()

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except RecordError as error:
            raise RecordError(f"{self._name}: {error.what}", error.todo) from error


class _Tally:
    """One way of counting a list, and whether the pages agree with it.

    Attributes:
        distinct: What was counted, once.
        counted: What was counted, as often as it came.
        agrees: Whether the pages have as many as they should.
    """

    def __init__(self, counting: Counting) -> None:
        self._counting = counting
        self.distinct = DistinctRows()
        self.counted = 0
        self.agrees = True

    def add(self, record: Record) -> None:
        for key in self._counting(record):
            self.distinct.note(key)
            self.counted += 1

    def count(self, record: Record) -> int:
        return sum(1 for _ in self._counting(record))

    def check(self, found: int, expected: int) -> None:
        self.agrees = self.agrees and found == expected


class _Reading:
    """What one reading of a list found, and whether it can be believed."""

    def __init__(self, tallies: Sequence[_Tally]) -> None:
        self.tallies = tallies
        self.total: int | None = None
        self._pages = 0
        self._shrank = False

    def note(self, page: _Page) -> None:
        self._pages += 1
        if page.total is not None:
            self._shrank |= page.total < (self.total or 0)
            self.total = page.total

    def count(self, record: Record) -> None:
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
