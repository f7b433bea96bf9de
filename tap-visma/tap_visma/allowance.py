"""The hourly allowance of calls: learned from the answers' headers, kept before Visma says 429.

Visma counts calls per company and client in a fixed window of an hour and tells the state in the
headers `X-RateLimit-Limit`, `-Remaining` and `-Reset` (seconds to the end of the window).
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from typing import TYPE_CHECKING, Literal

from tap_visma.errors import AllowanceError, Terminated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

logger = logging.getLogger("tap-visma")

WINDOW_SECONDS = 3600.0
_LONG_WAIT_SECONDS = 60.0
_SECONDS_BETWEEN_WORDS = 300.0
_LONGEST_WAIT_SECONDS = 24 * WINDOW_SECONDS
_MARGIN_SECONDS = 1.0
"""The header counts whole seconds; one more makes sure that the new window has begun."""

OnExhausted = Literal["wait", "stop"]


class Allowance:
    """What one company's allowance still holds. Shared by the threads that call for it.

    Args:
        company_id: For the messages.
        reserve: Calls of each window that are left for others.
        max_calls: The most calls this run may make for the company; None for no cap.
        on_exhausted: `wait` for the next window, or `stop` the company's run.
        monotonic: Seconds of a clock that is never set.
        wait_for: Waits for some seconds, or until the event says that the process is to end.

    Attributes:
        limit: Calls that Visma grants in a window; None where it does not tell.
        left: Calls left in this window, as the newest answer tells.
        calls: Calls made.
    """

    def __init__(
        self,
        company_id: str,
        *,
        reserve: int = 0,
        max_calls: int | None = None,
        on_exhausted: OnExhausted = "wait",
        monotonic: Callable[[], float] = time.monotonic,
        wait_for: Callable[[threading.Event, float], bool] = threading.Event.wait,
    ) -> None:
        self._company_id = company_id
        self._reserve = reserve
        self._max_calls = max_calls
        self._on_exhausted = on_exhausted
        self._monotonic = monotonic
        self._stopping = threading.Event()
        self._wait_for = wait_for
        self._news = threading.Condition()
        self._untold = 0
        self._closed_until = 0.0
        self._resets_at = 0.0
        self._announced_until = 0.0
        self.limit: int | None = None
        self.left: int | None = None
        self.calls = 0

    @property
    def is_put_off(self) -> bool:
        """Whether the next call has to wait for more than a minute."""
        with self._news:
            return (self._seconds_to_wait() or 0.0) > _LONG_WAIT_SECONDS

    def take(self) -> float:
        """Takes one call out of the allowance, waiting for the next window where needed.

        Each call taken is followed by one `told`.

        Returns:
            Seconds waited.

        Raises:
            AllowanceError: The cap of the run is reached, or nothing is left and the setting
                `on_allowance_exhausted` is `stop`.
        """
        waited = 0.0
        while True:
            with self._news:
                self._check_the_caps()
                while (seconds := self._seconds_to_wait()) is None:
                    self._news.wait()
                    if self._stopping.is_set():
                        raise Terminated(0)
                    self._check_the_caps()
                if seconds <= 0:
                    self.calls += 1
                    self._untold += 1
                    return waited
            waited += self._wait(seconds)

    def told(self, headers: Mapping[str, str]) -> None:
        """Learns from the answer to a call that was taken.

        Args:
            headers: Of the answer; empty where there was none. What is absent or odd teaches
                nothing.
        """
        limit = _number(headers.get("X-RateLimit-Limit"))
        left = _number(headers.get("X-RateLimit-Remaining"))
        reset = _number(headers.get("X-RateLimit-Reset"))
        with self._news:
            self._untold -= 1
            self._news.notify_all()
            if limit is not None:
                self.limit = int(limit)
            if left is None or reset is None:
                return
            resets_at = self._monotonic() + reset
            # Answers of calls made at once may arrive in any order: within a window the
            # smallest number is the newest.
            if self.left is None or resets_at > self._resets_at + _MARGIN_SECONDS:
                self.left = int(left)
            else:
                self.left = min(self.left, int(left))
            self._resets_at = resets_at

    def refused(self, headers: Mapping[str, str], attempt: int) -> float:
        """Closes the allowance after a 429 for as long as the answer says.

        Without any word from Visma the wait doubles from a minute to the window's hour.

        Returns:
            Seconds until the next try.
        """
        said = _number(headers.get("Retry-After"))
        if said is None:
            said = _number(headers.get("X-RateLimit-Reset"))
        seconds = (
            min(60.0 * 2**attempt, WINDOW_SECONDS)
            if said is None
            else min(said + _MARGIN_SECONDS, _LONGEST_WAIT_SECONDS)
        )
        with self._news:
            self._closed_until = max(self._closed_until, self._monotonic() + seconds)
        return seconds

    def pause(self, seconds: float) -> float:
        """A short pause before a call is repeated.

        Returns:
            Seconds waited.
        """
        self._sleep(seconds)
        return seconds

    def stop_waiting(self) -> None:
        """Ends all waits: the process is to end."""
        self._stopping.set()
        with self._news:
            self._news.notify_all()

    def _check_the_caps(self) -> None:
        if self._max_calls is not None and self.calls >= self._max_calls:
            raise AllowanceError(
                f"The run has made the {self._max_calls} calls that `max_calls` allows.",
                "The next run goes on from the last saved bookmarks; raise `max_calls` "
                "if it never gets to the end.",
            )
        if self.limit is not None and self._reserve >= self.limit:
            raise AllowanceError(
                f"`allowance_reserve` ({self._reserve}) leaves nothing of the {self.limit} "
                "calls an hour that Visma grants.",
                "Lower it.",
            )

    def _seconds_to_wait(self) -> float | None:
        """Seconds to the next call; None until the answer to one that is under way has told."""
        now = self._monotonic()
        if now < self._closed_until:
            return self._closed_until - now
        if self.left is not None and now >= self._resets_at + _MARGIN_SECONDS:
            self.left = None  # a new window: its first answer tells what it holds
        if self.left is None:
            return None if self._untold and self.limit is not None else 0.0
        if self.left <= self._reserve:
            return self._resets_at + _MARGIN_SECONDS - now
        # Those under way may be counted in `left`, or not yet.
        return None if self.left - self._untold <= self._reserve else 0.0

    def _wait(self, seconds: float) -> float:
        """Waits, or stops the company's run where that is wanted.

        Returns:
            Seconds waited.
        """
        until = self._monotonic() + seconds
        again = dt.datetime.now().astimezone() + dt.timedelta(seconds=seconds)
        used_up = (
            f"The allowance of company {self._company_id} is used up"
            f"{f' ({self._reserve} calls are kept for others)' if self._reserve else ''}; "
            f"the next window begins in {seconds:.0f} s, at {again:%H:%M:%S}."
        )
        if self._on_exhausted == "stop":
            raise AllowanceError(
                used_up,
                "Run again then; it goes on from the last saved bookmarks. With "
                "`on_allowance_exhausted: wait` the tap waits by itself.",
            )
        with self._news:  # one of the threads that wait speaks for all
            speaks = seconds > _LONG_WAIT_SECONDS and until > self._announced_until + 1
            if speaks:
                self._announced_until = until
        if speaks:
            logger.warning("%s Waiting.", used_up)
        while (left := until - self._monotonic()) > 0:
            if speaks and left < seconds:
                logger.info(
                    "%s: %s to go until the allowance opens again, at %s.",
                    self._company_id, dt.timedelta(seconds=round(left)), f"{again:%H:%M:%S}",
                )  # fmt: skip
            self._sleep(min(left, _SECONDS_BETWEEN_WORDS))
        return seconds

    def _sleep(self, seconds: float) -> None:
        if self._wait_for(self._stopping, seconds):
            raise Terminated(0)


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text is not None else None
    except ValueError:
        return None
    return number if number is not None and number >= 0 and number != float("inf") else None
