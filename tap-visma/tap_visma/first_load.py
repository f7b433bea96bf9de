"""First loads of long lists: period by period, so that one that is interrupted can go on.

A list of few pages is read whole: to repeat it costs less than the calls that the periods would
cost. A longer one is asked for by financial period; the state remembers which are done. In the
end the periods must add up to the whole list, since there may be rows without a period; and what
changed or moved meanwhile is read by an incremental reading.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # msgspec reads the annotations
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from tap_visma.errors import StateError
from tap_visma.paging import READINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tap_visma.clock import Clock

logger = logging.getLogger("tap-visma")

MOST_PAGES_IN_ONE_PIECE = 100
"""A first load that is interrupted repeats at most so many calls of a list."""

FIRST_LOAD = "first_load"


def most_pages_in_one_piece(config: Mapping[str, Any]) -> int:
    """The most pages of a list that a first load reads in one piece.

    A list of more pages than a run may make calls would begin anew in each run.
    """
    return min(MOST_PAGES_IN_ONE_PIECE, config.get("max_calls") or MOST_PAGES_IN_ONE_PIECE)


@dataclass
class FirstLoad:
    """How far the first load of a list has come, over all its attempts.

    Attributes:
        since: Rows modified since are read; None for all.
        periods: Financial periods that are done.
        rows: Rows of these periods, as Visma counts them.
        total: Rows of the list when the load began, likewise.
        highest: The highest `lastModifiedDateTime` seen.
        seconds: Since the first request of the first attempt, pauses included.
        saved_at: When `seconds` was taken, UTC.
    """

    since: str | None
    periods: list[str] = field(default_factory=list)
    rows: int = 0
    total: int = 0
    highest: str = ""
    seconds: float = 0.0
    saved_at: dt.datetime | None = None

    @classmethod
    def load(cls, state: Mapping[str, Any], since: str | None, clock: Clock) -> FirstLoad:
        """The load that the state speaks of; a new one where that cannot be gone on with.

        Raises:
            StateError: The state was not written by this tap, or was changed.
        """
        dumped = state.get(FIRST_LOAD)
        if dumped is None:
            return cls(since)
        try:
            load = msgspec.convert(dumped, cls)
        except msgspec.ValidationError as error:
            raise StateError(
                "The saved state holds a first load that this tap does not understand.",
                "Look at it with `meltano state get`; clear the stream's part of it to have the "
                "stream read from the beginning.",
            ) from error
        now = clock.utc_now()
        pause = (now - (load.saved_at or now)).total_seconds()
        load.seconds += pause
        if load.since != since:
            logger.warning("The first load begins anew, since `start_date` was changed.")
            return cls(since)
        if clock.was_set_back or pause < 0:
            # How long it has lasted, and so from when on changes must be read again, is not known.
            logger.warning("The first load begins anew, since this machine's clock was set back.")
            return cls(since)
        return load

    def done(self, period: str, rows: int) -> None:
        """Notes a period of which all rows are written."""
        self.periods.append(period)
        self.rows += rows

    def dump(self) -> dict[str, Any]:
        """For the state."""
        dumped: dict[str, Any] = msgspec.to_builtins(self)
        return dumped

    def adds_up(self, total_of: Callable[[str | None], int], periods: Iterable[str]) -> bool:
        """Whether every row of the list is in one of the periods.

        Where the list is as long as in the beginning, and the periods were as long together,
        nothing more is asked. Otherwise the periods are counted anew, until the list has not
        changed meanwhile. `total` is then the list's length.

        Args:
            total_of: Asks for the number of rows of a period, or of the list for None.
            periods: All periods.
        """
        before = total_of(None)
        if before == self.total == self.rows:
            return True
        for _ in range(READINGS):
            rows = sum(total_of(period) for period in periods)
            after = total_of(None)
            self.total = after
            if rows == before == after:
                return True
            if before == after:
                break
            before = after
        return False
