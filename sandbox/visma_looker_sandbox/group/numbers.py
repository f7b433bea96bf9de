"""Number series of one company: the same in every company, as in every installation."""

from __future__ import annotations

from collections import Counter

_STARTS = {"AP": 100_000, "AR": 200_000, "APP": 500_000, "ARP": 600_000, "PO": 0, "RC": 0}


class Numbers:
    """Counts batches per module, and documents per kind."""

    def __init__(self) -> None:
        self._last: Counter[str] = Counter()

    def batch(self, module: str) -> tuple[int, str]:
        """The next batch of a module: how many there are, and its number."""
        self._last[f"batch {module}"] += 1
        nth = self._last[f"batch {module}"]
        return nth, f"{nth:06}"

    def document(self, series: str) -> tuple[int, str]:
        """The next document of a series: how many there are, and its number."""
        self._last[series] += 1
        nth = self._last[series]
        start = _STARTS[series]
        return nth, str(start + nth) if start else f"{series}{nth:06}"

    def nth(self, what: str) -> int:
        """Count something else."""
        self._last[what] += 1
        return self._last[what]
