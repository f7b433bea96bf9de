"""What is told of each part of a run: one row of the stream `sync_runs`."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal

from tap_visma import text
from tap_visma.client import Meter
from tap_visma.records import Oddities

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_visma.client import CompanyClient
    from tap_visma.errors import VismaError

logger = logging.getLogger("tap-visma")

RUN_ID = str(uuid.uuid4())
"""One per process: all rows of a run share it."""

_SECONDS_BETWEEN_WORDS = 10.0

Mode = Literal["first", "resumed", "incremental", "full"]


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

    def __init__(
        self,
        stream: str,
        client: CompanyClient,
        combination: Mapping[str, str] | None = None,
        meter: Meter | None = None,
    ) -> None:
        self.stream = stream
        self.client = client
        self.partition = ", ".join(f"{name}={v}" for name, v in (combination or {}).items())
        self.meter = meter or Meter()
        self.oddities = Oddities()
        self.pages = 0
        self.total_count: int | None = None
        self.rows_read = 0
        self.rows_new = 0
        self.unbalanced_batches = 0
        self._mode: Mode | None = None
        self._window_from: str | None = None
        self._started_at = client.clock.utc_now()
        self._outcome: Literal["success", "failed", "skipped"] = "success"
        self._reason: VismaError | None = None
        self._rows_so_far = 0
        self._next_word_at = client.clock.monotonic() + _SECONDS_BETWEEN_WORDS

    @property
    def is_the_first_try(self) -> bool:
        """Whether nothing of the list has been read, now or before."""
        return self.pages == 0 and self._mode in {None, "first"}

    def begin(self, *, mode: Mode, window_from: str | None) -> None:
        """Notes what is to be read."""
        self._mode = mode
        self._window_from = window_from

    def saw(self, received_at: dt.datetime) -> None:
        """Notes a row; says every ten seconds how far the reading has come.

        Args:
            received_at: When the row arrived; an answer shared with another stream came before.
        """
        self._started_at = min(self._started_at, received_at)
        self._rows_so_far += 1
        now = self.client.clock.monotonic()
        if now >= self._next_word_at:
            self._next_word_at = now + _SECONDS_BETWEEN_WORDS
            logger.info("%s", self._word())

    def failed(self, error: VismaError) -> None:
        """Notes why the reading was not completed."""
        self._outcome, self._reason = "failed", error

    def skipped(self, error: VismaError) -> None:
        """Notes why there was nothing to read."""
        self._outcome, self._reason = "skipped", error
        logger.warning("%s of %s: skipped. %s", self.stream, self.client.company.company_id, error)

    def _word(self) -> str:
        rows = f"{self._rows_so_far:,}"
        expected = ""
        if self.total_count and self._rows_so_far <= self.total_count:
            rows += f" of {self.total_count:,}"
            seconds = (self.client.clock.utc_now() - self._started_at).total_seconds()
            left = seconds * (self.total_count / self._rows_so_far - 1)
            expected = f", about {dt.timedelta(seconds=round(left))} to go"
        return (
            f"{self.stream} of {self.client.company.company_id}: {rows} rows, {self.pages} pages, "
            f"{self.client.allowance.left} calls left{expected}"
        )

    def finished(self) -> dict[str, Any]:
        """The row of `sync_runs`; also says in one line how it went."""
        finished_at = self.client.clock.utc_now()
        seconds = (finished_at - self._started_at).total_seconds()
        company_id = self.client.company.company_id
        if self._outcome == "success":
            logger.info(
                "%s of %s%s: %d rows read, %d new, %d pages, %d calls, %.1f s",
                self.stream, company_id, f" ({self.partition})" if self.partition else "",
                self.rows_read, self.rows_new, self.pages, self.meter.calls, seconds,
            )  # fmt: skip
        return {
            "run_id": RUN_ID,
            "company_id": company_id,
            "stream": self.stream,
            "partition": self.partition,
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
            "outcome": self._outcome,
            "reason": None if self._reason is None else str(self._reason),
        }


def _epoch(moment: dt.datetime) -> int:
    return int(moment.replace(tzinfo=dt.timezone.utc).timestamp())


def table(runs: Sequence[Mapping[str, Any]]) -> str:
    """The runs as a table for people: one line per stream and company, and a sum."""
    header = ("stream", "company", "outcome", "read", "new", "pages", "calls", "seconds")
    lines: dict[tuple[str, str], tuple[Any, ...]] = {}
    for run in runs:
        key = (run["stream"], run["company_id"])
        before = lines.get(key, ("success", 0, 0, 0, 0, 0))
        lines[key] = (
            before[0] if run["outcome"] == "success" else run["outcome"],
            *(
                old + new
                for old, new in zip(
                    before[1:],
                    (
                        run["rows_read"], run["rows_new"], run["pages"], run["calls"],
                        run["finished_epoch"] - run["started_epoch"],
                    ),
                    strict=True,
                )
            ),
        )  # fmt: skip
    sums = [sum(line[column] for line in lines.values()) for column in range(1, 6)]
    return text.table(
        [*((*key, *line) for key, line in lines.items()), ("all", "", "", *sums)], header
    )


def failed(runs: Sequence[Mapping[str, Any]]) -> str:
    """What is missing after a run, by company: all of it, or the streams that failed."""
    said = []
    for company_id in sorted({run["company_id"] for run in runs}):
        streams: dict[str, set[str]] = {}
        for run in runs:
            if run["company_id"] == company_id:
                streams.setdefault(run["stream"], set()).add(run["outcome"])
        missing = [name for name, outcomes in streams.items() if "failed" in outcomes]
        if all("success" not in outcomes for outcomes in streams.values()):
            said.append(f"all of {company_id}")
        elif missing:
            said.append(f"{', '.join(missing)} of {company_id}")
    return "; ".join(said)
