"""Where a run begins, where the next one will, and which of the rows read are news.

All times are Visma's own: text in one fixed format (`wall_clock`), compared as text. No clock of
this machine and no time zone takes part, since it is not known which zone Visma's times are in.
"""

from __future__ import annotations

import base64
import datetime as dt
from array import array
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from tap_visma.errors import StateError
from tap_visma.paging import DistinctRows
from tap_visma.records import encode, wall_clock

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from tap_visma.records import Record

REPLICATION_KEY = "lastModifiedDateTime"

LEAST_OVERLAP_MINUTES = 65
"""Covers the hour that comes twice when summer time ends, and rows that Visma commits late."""

_MOST_LISTED = 2000
_PRUNE_EVERY = 10_000
_LONGEST_READING_SECONDS = 24 * 3600.0
"""Rows older than the overlap and this are not seen again, however long the reading takes."""


def earlier(time: str, seconds: float) -> str:
    """A time some seconds before another, in the tap's format."""
    moment = dt.datetime.fromisoformat(time)
    try:
        return (moment - dt.timedelta(seconds=seconds)).isoformat(timespec="milliseconds")
    except OverflowError:  # a few seconds after the year 1 began
        return time


@dataclass(frozen=True)
class Bookmark:
    """How far a list has been read; kept in the state per company and parameters.

    Attributes:
        value: All that was modified up to here has been read; None before the first reading.
        rows: Fingerprints of the rows that the next reading will see again.
    """

    value: str | None = None
    rows: Fingerprints | None = None

    @classmethod
    def load(cls, state: Mapping[str, Any]) -> Bookmark:
        """Reads a bookmark out of the state of a partition.

        Raises:
            StateError: The state was not written by this tap, or was changed.
        """
        value = state.get("replication_key_value")
        try:
            return cls(
                value=None if value is None else wall_clock(value),
                rows=Fingerprints.load(state["rows"]) if state.get("rows") else None,
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise StateError(
                "The saved state holds no bookmark that this tap understands.",
                "Look at it with `meltano state get`; clear the stream's part of it to have the "
                "stream read from the beginning.",
            ) from error

    def dump(self) -> dict[str, Any]:
        """The bookmark as it goes into the state."""
        dumped: dict[str, Any] = {}
        if self.value is not None:
            dumped["replication_key"] = REPLICATION_KEY
            dumped["replication_key_value"] = self.value
        if self.rows is not None:
            dumped["rows"] = self.rows.dump()
        return dumped


@dataclass(frozen=True)
class Fingerprints:
    """A set of rows with their contents, in a few bytes.

    Up to 2,000 rows are known one by one; of more only their number and the sum of their
    fingerprints are, which tells whether anything at all is new.

    Attributes:
        count: Number of distinct rows.
        total: Sum of their fingerprints modulo 2**64.
        highest: The highest `lastModifiedDateTime` among them.
        each: Their fingerprints; None where they are too many.
    """

    count: int
    total: int
    highest: str
    each: frozenset[int] | None

    @classmethod
    def of(cls, numbers: array[int], *, highest: str) -> Fingerprints:
        """The fingerprints of rows; a row read twice counts once."""
        distinct = frozenset(numbers)
        return cls(
            count=len(distinct),
            total=sum(distinct) % 2**64,
            highest=highest,
            each=distinct if len(distinct) <= _MOST_LISTED else None,
        )

    @classmethod
    def load(cls, dumped: Mapping[str, Any]) -> Fingerprints:
        """Reads what `dump` wrote."""
        each = None
        if dumped.get("each") is not None:
            numbers = array("Q")
            numbers.frombytes(base64.b64decode(dumped["each"], validate=True))
            each = frozenset(numbers)
        return cls(
            count=int(dumped["count"]),
            total=int(dumped["total"], 16),
            highest=str(dumped["highest"]),
            each=each,
        )

    def dump(self) -> dict[str, Any]:
        """For the state: JSON without large numbers."""
        dumped: dict[str, Any] = {
            "count": self.count,
            "total": f"{self.total:x}",
            "highest": self.highest,
        }
        if self.each is not None:
            dumped["each"] = base64.b64encode(array("Q", sorted(self.each)).tobytes()).decode()
        return dumped


class Progress:
    """Watches one reading of a list.

    Bookmark = the highest `lastModifiedDateTime` seen minus the time the reading took: what was
    modified before the reading began had been committed when it began, and has been seen. It
    never moves backwards.

    Args:
        before: The bookmark of the last reading.
        incremental: Whether the list has `lastModifiedDateTime`; without, all of it is read.
        overlap_minutes: How far before the bookmark the next reading begins.

    Attributes:
        rows_read: Distinct rows seen.
    """

    def __init__(self, before: Bookmark, *, incremental: bool, overlap_minutes: int) -> None:
        self._before = before
        self._incremental = incremental
        self._overlap = overlap_minutes * 60.0
        self._highest = ""
        self._not_kept = ""
        self._times: list[str] = []
        self._numbers = array("Q")
        self._older = array("Q")
        self._rows = DistinctRows()

    @property
    def rows_read(self) -> int:
        """Distinct rows seen so far."""
        return len(self._rows)

    def since(self, start_date: str | None) -> str | None:
        """From when on the list is to be read; None for all of it."""
        if not self._incremental:
            return None
        start = wall_clock(start_date) if start_date else None
        if self._before.value is None:
            return start
        since = earlier(self._before.value, self._overlap)
        return max(since, start) if start else since

    def saw(self, key: Hashable, record: Record) -> None:
        """Notes a record that is written."""
        self._rows.add(key)
        modified = (record.get(REPLICATION_KEY) or "") if self._incremental else ""
        if modified > self._highest:
            self._highest = modified
            self._not_kept = earlier(modified, self._overlap + _LONGEST_READING_SECONDS)
        perhaps_known = self._before.rows is not None and modified <= self._before.rows.highest
        if modified < self._not_kept and not perhaps_known:
            return
        number = int.from_bytes(blake2b(encode(record), digest_size=8).digest(), "little")
        if perhaps_known:
            self._older.append(number)
        if modified >= self._not_kept:
            self._times.append(modified)
            self._numbers.append(number)
            if len(self._times) % _PRUNE_EVERY == 0:
                self._prune(self._not_kept)

    def rows_new(self) -> int:
        """How many of the rows read were not there, or not so, at the last reading.

        Exact as long as the rows seen again are at most 2,000; beyond, zero is exact and a
        larger number may be too large, never too small.
        """
        known = self._before.rows
        if known is None:
            return self.rows_read
        if known.each is not None:
            return self.rows_read - len(known.each.intersection(self._older))
        older = Fingerprints.of(self._older, highest=known.highest)
        unchanged = (older.count, older.total) == (known.count, known.total)
        return self.rows_read - (older.count if unchanged else 0)

    def after(self, seconds: float) -> Bookmark:
        """The bookmark after a complete reading that took so many seconds."""
        if not self._incremental:
            return Bookmark(rows=Fingerprints.of(self._numbers, highest=""))
        value = self._before.value
        if self._highest:
            value = max(value or "", earlier(self._highest, seconds))
        if value is None:
            return Bookmark()
        self._prune(earlier(value, self._overlap))
        return Bookmark(value, Fingerprints.of(self._numbers, highest=self._highest))

    def _prune(self, before: str) -> None:
        kept = [
            (time, number)
            for time, number in zip(self._times, self._numbers, strict=True)
            if time >= before
        ]
        self._times = [time for time, _ in kept]
        self._numbers = array("Q", [number for _, number in kept])
