"""What happens on which day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable

Event = Callable[[dt.date], None]


class Calendar:
    """Events by day; one may enter others for the same day or later.

    Args:
        last: The last day; what would happen later does not happen.
    """

    def __init__(self, last: dt.date) -> None:
        self.last = last
        self._events: dict[dt.date, list[Event]] = defaultdict(list)

    def at(self, day: dt.date, event: Event) -> None:
        """Enter an event."""
        if day <= self.last:
            self._events[day].append(event)

    def run(self, day: dt.date) -> None:
        """Let everything of a day happen."""
        while events := self._events.pop(day, None):
            for event in events:
                event(day)
