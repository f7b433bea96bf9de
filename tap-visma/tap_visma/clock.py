"""The clocks of this machine, in one place: people set one of them, and tests set both."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING

from typing_extensions import override

if TYPE_CHECKING:
    import threading


class Clock:
    """Tells the time and waits.

    Attributes:
        was_set_back: It stood later before, see `ClockSetBack`.
    """

    was_set_back = False

    def utc_now(self) -> dt.datetime:
        """Now in UTC, without a zone, as all times the tap writes of itself. It may be set."""
        return dt.datetime.now(dt.timezone.utc).replace(tzinfo=None)

    def monotonic(self) -> float:
        """Seconds of a clock that is never set, but may stand still while the machine sleeps."""
        return time.monotonic()

    def wait(self, stopping: threading.Event, seconds: float) -> bool:
        """Waits for some seconds; says whether the wait was ended by the event."""
        return stopping.wait(seconds)


class ClockSetBack(Clock):
    """Goes on where the clock stood before it was set back, until it is there again.

    The rule for deletes compares the times at which rows were read with those of full passes:
    they must not run backwards from run to run, or it takes rows that are there for deleted.

    Args:
        clock: The clock.
        stood_at: What it told before, UTC.
    """

    was_set_back = True

    def __init__(self, clock: Clock, stood_at: dt.datetime) -> None:
        self._clock = clock
        self._ahead = stood_at - clock.utc_now()

    @override
    def utc_now(self) -> dt.datetime:
        return self._clock.utc_now() + self._ahead

    @override
    def monotonic(self) -> float:
        return self._clock.monotonic()

    @override
    def wait(self, stopping: threading.Event, seconds: float) -> bool:
        return self._clock.wait(stopping, seconds)


class Stopwatch:
    """Seconds since it was made, by the clock that tells more: either may stop or be set back.

    Args:
        clock: The clocks.
        already: Seconds that had passed before.
    """

    def __init__(self, clock: Clock, already: float = 0.0) -> None:
        self._clock = clock
        self._already = already
        self._wall = clock.utc_now()
        self._monotonic = clock.monotonic()

    def seconds(self) -> float:
        """Seconds so far."""
        wall = (self._clock.utc_now() - self._wall).total_seconds()
        return self._already + max(wall, self._clock.monotonic() - self._monotonic)
