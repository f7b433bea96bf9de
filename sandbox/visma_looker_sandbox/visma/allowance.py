"""The allowance: so many calls per company, client and fixed window."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from visma_looker_sandbox.settings import Settings


@dataclass
class _Window:
    ends: float
    used: int = 0


@dataclass(frozen=True)
class Share:
    """What is left to one company and client."""

    limit: int
    remaining: int
    reset: int
    granted: bool

    @property
    def headers(self) -> dict[str, str]:
        """The four headers that every answer carries."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset),
            "X-RateLimit-Policy": "4-fixed-window",
        }


class Allowance:
    """Counts calls in memory; a restart begins new windows.

    Args:
        settings: Tells `rate_limit` and `rate_window`, asked anew for each call.
        clock: Seconds of a clock that only goes forward.
    """

    def __init__(self, settings: Settings, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._windows: dict[tuple[str, str], _Window] = {}

    def take(self, tenant_id: str, client_id: str) -> Share:
        """Count one call; a refused one costs nothing."""
        now = self._clock()
        window = self._windows.get((tenant_id, client_id))
        if window is None or now >= window.ends:
            window = _Window(now + self._settings.rate_window)
            self._windows[tenant_id, client_id] = window
        granted = window.used < self._settings.rate_limit
        window.used += granted
        return self._share(window, granted=granted)

    def _share(self, window: _Window, *, granted: bool) -> Share:
        limit = self._settings.rate_limit
        return Share(
            limit=limit,
            remaining=max(0, limit - window.used),
            reset=max(0, math.ceil(window.ends - self._clock())),
            granted=granted,
        )

    def unasked(self) -> Share:
        """What callers without a valid token are told: a full allowance that nobody uses."""
        limit = self._settings.rate_limit
        return Share(limit, limit, self._settings.rate_window, granted=True)

    def all(self) -> list[dict[str, object]]:
        """The windows that are open, for the control API."""
        return [
            {
                "tenant_id": tenant,
                "client_id": client,
                "limit": self._settings.rate_limit,
                "used": window.used,
                "remaining": max(0, self._settings.rate_limit - window.used),
                "reset": max(0, math.ceil(window.ends - self._clock())),
            }
            for (tenant, client), window in self._windows.items()
            if self._clock() < window.ends
        ]

    def clear(self) -> None:
        """Begin new windows."""
        self._windows.clear()
