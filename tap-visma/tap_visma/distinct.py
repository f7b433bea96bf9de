"""Counting what is distinct in little memory."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

_SHELVES = 64


class DistinctNumbers:
    """Counts distinct numbers of 64 bits in eight bytes each, so that memory hardly grows."""

    def __init__(self, kind: str = "q") -> None:
        self._shelves = [array(kind) for _ in range(_SHELVES)]

    def add(self, number: int) -> None:
        """Notes a number."""
        self._shelves[number % _SHELVES].append(number)

    def __len__(self) -> int:
        return sum(len(set(shelf)) for shelf in self._shelves)

    def each(self) -> Iterator[int]:
        """Each distinct number once."""
        for shelf in self._shelves:
            yield from set(shelf)


class DistinctRows(DistinctNumbers):
    """Counts distinct keys."""

    def note(self, key: Hashable) -> None:
        """Notes a key."""
        self.add(hash(repr(key)))  # hash(-1) is hash(-2)
