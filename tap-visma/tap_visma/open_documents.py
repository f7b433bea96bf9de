"""Documents that are open, read again by every run: ageing must not rot.

It is not known whether a payment sets a document's `lastModifiedDateTime`. So a run reads what
changed, then the list of open documents. One that was open before and is in neither has closed
without a word; its financial period is read again, and if it is not there the whole list.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from tap_visma.bookmarks import Fingerprints, fingerprint
from tap_visma.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from tap_visma.records import Record

IS_OPEN = {"status": "Open"}
"""How the API is asked for open documents, and how they are known."""

OPEN = "open"
"""In the state: the documents that are open."""

_PERIOD = "financialPeriod"


def is_open(record: Record) -> bool:
    """Whether a document is one that the list of open documents has."""
    return all(str(record.get(name)).lower() == value.lower() for name, value in IS_OPEN.items())


class OpenDocuments:
    """Which documents are open, by all that was read up to now.

    The state knows them by financial period, each by the fingerprint of its key (of a period
    with more than 2,000 only number and sum), and what all of them said by fingerprints, too.

    Args:
        before: What `dump` wrote; None to begin without any.
    """

    def __init__(self, before: Mapping[str, Any] | None = None) -> None:
        self._period: dict[int, str] = {}
        self._content: dict[int, int] = {}
        self._listed: set[int] = set()
        self._crowded: dict[str, Fingerprints] = {}
        self._contents_before = Fingerprints.of(())
        self._untold = 0
        if before is None:
            return
        try:
            self._contents_before = Fingerprints.load(before["contents"])
            for period, dumped in before["periods"].items():
                keys = Fingerprints.load(dumped)
                if keys.each is None:
                    self._crowded[period] = keys
                else:
                    self._period.update(dict.fromkeys(keys.each, period))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise StateError(
                "The saved state holds no open documents that this tap understands.",
                "Look at it with `meltano state get`; clear the stream's part of it to have the "
                "stream read from the beginning.",
            ) from error

    def saw(self, key: Hashable, record: Record) -> None:
        """Notes a document of any reading."""
        number = fingerprint(key)
        if is_open(record):
            self._period[number] = str(record.get(_PERIOD) or "")
            self._content[number] = fingerprint(record)
        else:
            self._period.pop(number, None)
            self._content.pop(number, None)

    def saw_listed(self, key: Hashable, record: Record) -> bool:
        """Notes a document of the list of open ones.

        Returns:
            Whether it was open and said the same at the last run. Where there were more than
            2,000, that is found out in the end, see `rows_new`.
        """
        self.saw(key, record)
        self._listed.add(fingerprint(key))
        if self._contents_before.each is None:
            self._untold += 1
            return True
        return self._content.get(fingerprint(key)) in self._contents_before.each

    def unlisted(self) -> dict[str, set[int] | None]:
        """What must be read again, after the list of open documents.

        Returns:
            Fingerprints of keys by financial period; None for all documents of a period.
        """
        unlisted: defaultdict[str, set[int]] = defaultdict(set)
        for number in self._period.keys() - self._listed:
            unlisted[self._period[number]].add(number)
        now = self._by_period()
        crowded = {
            period
            for period, before in self._crowded.items()
            if not Fingerprints.of(now.get(period, ())).same_as(before)
        }
        self._crowded = {}
        return {**unlisted, **dict.fromkeys(crowded)}

    def saw_again(self, key: Hashable, record: Record, among: set[int] | None) -> bool:
        """Notes a document of those read again.

        Returns:
            Whether it is one that the list of open documents should have had.
        """
        number = fingerprint(key)
        if number in self._listed if among is None else number not in among:
            return False
        self.saw(key, record)
        self._listed.add(number)
        return True

    def forget_unlisted(self) -> None:
        """What was not found anywhere is not there any more."""
        for number in self._period.keys() - self._listed:
            del self._period[number]
            self._content.pop(number, None)

    def rows_new(self) -> int:
        """News among the open documents that `saw_listed` could not tell.

        Zero is exact; a larger number may be too large, never too small.
        """
        if self._contents_before.each is not None:
            return 0
        same = Fingerprints.of(self._content.values()).same_as(self._contents_before)
        return 0 if same else self._untold

    def dump(self) -> dict[str, Any]:
        """For the state."""
        periods = {
            period: Fingerprints.of(numbers).dump() for period, numbers in self._by_period().items()
        }
        periods |= {period: keys.dump() for period, keys in self._crowded.items()}
        return {
            "contents": Fingerprints.of(self._content.values()).dump(),
            "periods": dict(sorted(periods.items())),
        }

    def _by_period(self) -> dict[str, list[int]]:
        found = defaultdict(list)
        for number, period in self._period.items():
            found[period].append(number)
        return found
