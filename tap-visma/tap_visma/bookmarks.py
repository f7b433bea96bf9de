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

from tap_visma.distinct import DistinctNumbers, DistinctRows
from tap_visma.errors import StateError
from tap_visma.records import encode, wall_clock

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from tap_visma.records import Record

REPLICATION_KEY = "lastModifiedDateTime"

LEAST_OVERLAP_MINUTES = 65
"""Covers the hour that comes twice when summer time ends, and rows that Visma commits late."""

_MOST_LISTED = 2000
_PRUNE_AT_LEAST = 10_000
_LONGEST_READING_SECONDS = 24 * 3600.0
"""Rows older than the overlap and this are not seen again, however long an attempt takes."""


def earlier(time: str, seconds: float) -> str:
    """A time some seconds before another, in the tap's format."""
    moment = dt.datetime.fromisoformat(time)
    try:
        return (moment - dt.timedelta(seconds=seconds)).isoformat(timespec="milliseconds")
    except OverflowError:  # a few seconds after the year 1 began
        return time


_PUNCTUATION = str.maketrans("", "", "-T:.")


def _ordinal(time: str) -> int:
    """A number that sorts as the time does, in eight bytes; 0 where there is none."""
    return int(time.translate(_PUNCTUATION) or 0)


def fingerprint(value: object) -> int:
    """A row, or the key of one, in 64 bits."""
    return int.from_bytes(blake2b(encode(value), digest_size=8).digest(), "little")


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
    def of(cls, numbers: Iterable[int], *, highest: str = "") -> Fingerprints:
        """The fingerprints of rows; a row read twice counts once."""
        distinct = DistinctNumbers("Q")
        for number in numbers:
            distinct.add(number)
        count = len(distinct)
        return cls(
            count=count,
            total=sum(distinct.each()) % 2**64,
            highest=highest,
            each=frozenset(distinct.each()) if count <= _MOST_LISTED else None,
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

    def same_as(self, other: Fingerprints) -> bool:
        """Whether both are of the same rows."""
        return (self.count, self.total) == (other.count, other.total)

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
        horizon: No time later than this is believed: one row dated a century ahead would have
            the next readings skip all others.
        highest: The highest time that an earlier attempt of the same reading saw.
        lasted: Seconds since that attempt began; the bookmark will be so much earlier.

    Attributes:
        highest: The highest time seen.
        odd_times: Rows of an incremental list without a time, or with one in the future. They
            are written, and changes to them are seen by a full pass.
    """

    def __init__(
        self,
        before: Bookmark,
        *,
        incremental: bool,
        overlap_minutes: int,
        horizon: str = "9999",
        highest: str = "",
        lasted: float = 0.0,
    ) -> None:
        if (before.value or "") > horizon:
            raise StateError(
                f"The saved bookmark {before.value} lies in the future.",
                "Check this machine's clock; if it is right, clear the stream's part of the state "
                "with `meltano state`, to have the stream read from the beginning.",
            )
        self._before = before
        self._horizon = horizon
        self.odd_times = 0
        self._incremental = incremental
        self._overlap = overlap_minutes * 60.0
        self._lasted = lasted
        self.highest = highest
        self._not_kept = self._far_before(highest) if highest else ""
        self._window = self.since(None) or ""
        self._times = array("q")  # of the rows in `_numbers`
        self._numbers = array("Q")
        self._older = array("Q")
        self._rows = DistinctRows()
        self._news = DistinctRows()
        self._prune_at = _PRUNE_AT_LEAST

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
        return earlier(self._before.value, self._overlap)

    def saw(self, key: Hashable, record: Record, *, known: bool | None = None) -> None:
        """Notes a record that is written.

        Args:
            key: What identifies it.
            record: The record.
            known: Whether it was there, and so, at the last reading; None where only the
                bookmark's fingerprints may tell, which are those of the rows since the overlap.
        """
        self._rows.note(key)
        modified = self._modified(record)
        if known is not None and modified < self._window:
            if not known:
                self._news.note(key)
            return
        if modified > self.highest:
            self.highest = modified
            self._not_kept = self._far_before(modified)
        before = self._before.rows
        perhaps_known = before is not None and modified <= before.highest
        if not perhaps_known:
            self._news.note(key)
        if not perhaps_known and modified < self._not_kept:
            return
        number = fingerprint(record)
        if before is not None and perhaps_known:
            self._older.append(number)
            if before.each is not None and number not in before.each:
                self._news.note(key)
        if modified >= self._not_kept:
            self._remember(modified, number)

    def _remember(self, modified: str, number: int) -> None:
        self._numbers.append(number)
        if self._incremental:
            self._times.append(_ordinal(modified))
            if len(self._times) >= self._prune_at:
                self._prune(self._not_kept)
                self._prune_at = max(_PRUNE_AT_LEAST, 2 * len(self._times))

    def _modified(self, record: Record) -> str:
        modified = str(record.get(REPLICATION_KEY) or "")
        if self._incremental and not "" < modified <= self._horizon:
            self.odd_times += 1
            return ""
        return modified if self._incremental else ""

    def rows_new(self) -> int:
        """How many of the rows read were not there, or not so, at the last reading.

        Exact as long as the rows seen again are at most 2,000; beyond, zero is exact and a
        larger number may be too large, never too small.
        """
        known = self._before.rows
        if (
            known is not None
            and known.each is None
            and not Fingerprints.of(self._older).same_as(known)
        ):
            return self.rows_read
        return len(self._news)

    def after(self, seconds: float) -> Bookmark:
        """The bookmark after a complete reading that took so many seconds."""
        if not self._incremental:
            return Bookmark(rows=Fingerprints.of(self._numbers))
        value = self._before.value
        if self.highest:
            value = max(value or "", earlier(self.highest, seconds))
        if value is None:
            return Bookmark()
        self._prune(earlier(value, self._overlap))
        return Bookmark(value, Fingerprints.of(self._numbers, highest=self.highest))

    def following(self, seconds: float) -> Progress:
        """Watches a second reading in the same run, from the bookmark of this one on.

        What this one has counted stays counted, each row once.
        """
        after = Progress(
            self.after(seconds),
            incremental=self._incremental,
            overlap_minutes=int(self._overlap / 60),
            horizon=self._horizon,
        )
        after._rows, after._news, after.odd_times = self._rows, self._news, self.odd_times
        return after

    def _far_before(self, time: str) -> str:
        return earlier(time, self._overlap + self._lasted + _LONGEST_READING_SECONDS)

    def _prune(self, before: str) -> None:
        oldest, kept = _ordinal(before), 0
        for time, number in zip(self._times, self._numbers, strict=True):
            if time >= oldest:
                self._times[kept], self._numbers[kept] = time, number
                kept += 1
        del self._times[kept:], self._numbers[kept:]
