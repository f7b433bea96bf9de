"""What is told of each part of a run: one row of the stream `sync_runs`."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal

from tap_visma.client import Meter, utc_now
from tap_visma.records import Oddities

if TYPE_CHECKING:
    from tap_visma.client import CompanyClient
    from tap_visma.errors import VismaError

logger = logging.getLogger("tap-visma")

RUN_ID = str(uuid.uuid4())
"""One per process: all rows of a run share it."""

Mode = Literal["first", "incremental", "full"]


class Run:
    """The reading of one stream for one company, while it happens.

    Attributes:
        meter: Calls, retries and waits.
        oddities: Unknown fields and removed characters.
        pages: Pages read, those of a repeated reading included.
        total_count: What Visma told as the size of the list, at last.
        rows_read: Distinct rows written.
        rows_new: Those of them that were not there, or not so, at the reading before.
        unbalanced_batches: Journal batches whose debit is not their credit.
    """

    def __init__(self, stream: str, client: CompanyClient) -> None:
        self.stream = stream
        self.client = client
        self.meter = Meter()
        self.oddities = Oddities()
        self.pages = 0
        self.total_count: int | None = None
        self.rows_read = 0
        self.rows_new = 0
        self.unbalanced_batches = 0
        self._mode: Mode | None = None
        self._window_from: str | None = None
        self._started_at = utc_now()
        self._failure: VismaError | None = None

    def begin(self, *, mode: Mode, window_from: str | None) -> None:
        """Notes what is to be read."""
        self._mode = mode
        self._window_from = window_from

    def saw_answer(self, received_at: dt.datetime) -> None:
        """Notes when data arrived: an answer shared with another stream came before."""
        self._started_at = min(self._started_at, received_at)

    def failed(self, error: VismaError) -> None:
        """Notes why the reading was not completed."""
        self._failure = error

    def finished(self) -> dict[str, Any]:
        """The row of `sync_runs`; also says in one line how it went."""
        finished_at = utc_now()
        seconds = (finished_at - self._started_at).total_seconds()
        company_id = self.client.company.company_id
        if self._failure is None:
            logger.info(
                "%s of %s: %d rows read, %d new, %d pages, %d calls, %.1f s",
                self.stream, company_id, self.rows_read, self.rows_new,
                self.pages, self.meter.calls, seconds,
            )  # fmt: skip
        return {
            "run_id": RUN_ID,
            "company_id": company_id,
            "stream": self.stream,
            "partition": "",
            "tap_version": version("tap-visma"),
            "mode": self._mode,
            "window_from": self._window_from,
            "started_at": self._started_at.isoformat(timespec="microseconds"),
            "finished_at": finished_at.isoformat(timespec="microseconds"),
            "started_epoch": _epoch(self._started_at),
            "finished_epoch": _epoch(finished_at),
            "rows_read": self.rows_read,
            "rows_new": self.rows_new,
            "pages": self.pages,
            "calls": self.meter.calls,
            "retries": self.meter.retries,
            "seconds_waited": round(self.meter.seconds_waited, 3),
            "allowance_limit": self.client.allowance.limit,
            "allowance_left": self.client.allowance.left,
            "total_count": self.total_count,
            "unknown_fields": ", ".join(sorted(self.oddities.unknown_fields)) or None,
            "nuls_removed": self.oddities.nuls_removed,
            "unbalanced_batches": self.unbalanced_batches,
            "outcome": "success" if self._failure is None else "failed",
            "reason": None if self._failure is None else str(self._failure),
        }


def _epoch(moment: dt.datetime) -> int:
    return int(moment.replace(tzinfo=dt.timezone.utc).timestamp())
