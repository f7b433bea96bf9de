"""One reading of one list: what is asked for, and what the state says afterwards."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any, Final

from tap_visma.bookmarks import REPLICATION_KEY, Bookmark, Progress
from tap_visma.clock import Stopwatch
from tap_visma.first_load import FIRST_LOAD, FirstLoad, most_pages_in_one_piece
from tap_visma.open_documents import IS_OPEN, OPEN, OpenDocuments
from tap_visma.paging import LongListError, Part
from tap_visma.records import wall_clock

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from tap_visma.audit import Run
    from tap_visma.client import CompanyClient
    from tap_visma.paging import Row
    from tap_visma.stream import VismaStream

logger = logging.getLogger("tap-visma")

UNTOLD = "rows_new_untold"
"""In the state: news that `sync_runs` does not tell of yet."""

READ_AT = "read_at"
"""In the state: when it was written, UTC."""

_TENANT = "tenant_id"
MOST_AHEAD: Final = dt.timedelta(hours=26)
"""The most a wall clock can be ahead of UTC, and some."""


class Reading:
    """Reads a list for one company and combination of parameters, and keeps its state.

    Args:
        stream: Of the list.
        client: Of the company.
        combination: Columns that the list is asked for by.
        run: Gets the figures.
        state: Of the company in this stream, as the SDK keeps it; changed in place.

    Raises:
        StateError: The state was not written by this tap, or was changed.
    """

    def __init__(
        self,
        stream: VismaStream,
        client: CompanyClient,
        combination: Mapping[str, str],
        run: Run,
        state: dict[str, Any],
    ) -> None:
        self._stream, self._client, self._run = stream, client, run
        self._combination = combination
        self._state = state
        config, incremental = stream.config, stream.is_incremental
        kept = state.get("parts", {}).get(run.partition, {}) if combination else state
        tenant_id = client.company.tenant_id
        if kept.get(_TENANT, tenant_id) != tenant_id:
            kept = {}  # of another company that had the name before
        before = Bookmark.load(kept)
        first = before == Bookmark()
        # Which documents were open is not known where the setting was off, or the tap older.
        blind = stream.refreshes_open and not first and OPEN not in kept
        self._whole = config["detect_deletes"] or not incremental or blind
        start_date = config.get("start_date")
        self._start = wall_clock(start_date) if start_date else None
        self._load = None
        if first and stream.period and not self._whole:
            self._load = FirstLoad.load(kept, self._start, client.clock)
        resumed = self._load is not None and bool(self._load.periods)
        self._documents = None
        if stream.refreshes_open:
            known = not self._whole and (resumed or not first)
            self._documents = OpenDocuments(kept.get(OPEN) if known else None)
        self._progress = Progress(
            before,
            incremental=incremental,
            overlap_minutes=config["overlap_minutes"],
            horizon=(client.clock.utc_now() + MOST_AHEAD).isoformat(timespec="milliseconds"),
            highest=self._load.highest if self._load else "",
            lasted=self._load.seconds if self._load else 0.0,
        )
        self._untold = kept.get(UNTOLD, 0)
        self._since = None if self._whole else self._progress.since(start_date)
        self._first = first
        run.begin(
            mode="resumed"
            if resumed
            else "first"
            if first
            else "full"
            if self._whole
            else "incremental",
            window_from=self._since,
        )
        self._stopwatch = Stopwatch(client.clock, self._load.seconds if self._load else 0.0)

    def rows(self) -> Iterator[Row]:
        """All rows that are to be written.

        Raises:
            VismaError: The list was not read completely; the bookmark stays.
        """
        if self._load is not None:
            yield from self._first_load(self._load)
        elif self._first or self._whole:
            yield from self._read(Part(self._since))
        else:
            yield from self._changes()

    def finish(self) -> dict[str, Any]:
        """Takes the figures, and moves the bookmark: all rows are written.

        Returns:
            The part of the state that is this list's.
        """
        run, progress, documents = self._run, self._progress, self._documents
        run.rows_read = progress.rows_read
        # News of a run that ended before it could tell of them in `sync_runs` are told now.
        run.rows_new = progress.rows_new() + self._untold
        if documents is not None:
            run.rows_new += documents.rows_new()
        name, company_id = self._stream.name, self._client.company.company_id
        if progress.odd_times:
            logger.warning(
                "%s of %s: %d rows have no `%s`, or one in the future. They are loaded; changes "
                "to them are seen by a full pass only.",
                name, company_id, progress.odd_times, REPLICATION_KEY,
            )  # fmt: skip
        if run.oddities.unknown_fields:
            logger.warning(
                "%s: fields that this version does not know were left out: %s. Update the tap "
                "to load them.", name, ", ".join(sorted(run.oddities.unknown_fields)),
            )  # fmt: skip
        return self._keep(
            {**progress.after(self._stopwatch.seconds()).dump(), UNTOLD: run.rows_new}
        )

    def _asked(self, part: Part) -> Iterator[tuple[Hashable, Row]]:
        """The rows of a part of the list, with what identifies each."""
        run = self._run
        for row in self._stream.rows(self._client, self._combination, part, run):
            row.record["company_id"] = self._client.company.company_id
            row.record.update(self._combination)
            yield self._stream.key(row.record), row

    def _noted(self, key: Hashable, row: Row, *, known: bool | None = None) -> Row:
        self._run.saw(row.received_at)
        self._progress.saw(key, row.record, known=known)
        return row

    def _read(self, part: Part) -> Iterator[Row]:
        for key, row in self._asked(part):
            if self._documents is not None:
                self._documents.saw(key, row.record)
            yield self._noted(key, row)

    def _changes(self) -> Iterator[Row]:
        """What was modified since the bookmark, and what is open."""
        yield from self._read(Part(self._progress.since(self._start)))
        if self._documents is not None:
            total = self._run.total_count
            yield from self._open_documents(self._documents)
            self._run.total_count = total

    def _open_documents(self, documents: OpenDocuments) -> Iterator[Row]:
        for key, row in self._asked(Part(self._start, IS_OPEN)):
            yield self._noted(key, row, known=documents.saw_listed(key, row.record))
        # What is not open any more, though it did not change, has to be looked for.
        for period, among in documents.unlisted().items():
            in_period = self._stream.in_period(period) if period else {}
            for key, row in self._asked(Part(self._start, in_period)):
                if documents.saw_again(key, row.record, among):
                    yield self._noted(key, row, known=False)
        if lost := documents.unlisted():  # it is in another period, or deleted
            anywhere = {number for numbers in lost.values() for number in numbers or ()}
            for key, row in self._asked(Part(self._start)):
                if documents.saw_again(key, row.record, anywhere):
                    yield self._noted(key, row, known=False)
            documents.forget_unlisted()

    def _first_load(self, load: FirstLoad) -> Iterator[Row]:
        """All rows, in one piece where the list is short, otherwise by financial period."""
        stream, client, run = self._stream, self._client, self._run
        if not load.periods:
            most = most_pages_in_one_piece(stream.config)
            try:
                yield from self._read(Part(load.since, most_pages=most))
            except LongListError as found:
                load.total = found.total
            else:
                return
        periods = stream.periods(client, run)
        for period in periods:
            if period not in load.periods:
                yield from self._read(Part(load.since, stream.in_period(period)))
                load.done(period, run.total_count or 0)
                load.highest = self._progress.highest
                load.seconds, load.saved_at = self._stopwatch.seconds(), client.clock.utc_now()
                # All its rows are written by now, so a STATE message may speak of them.
                self._keep(
                    {FIRST_LOAD: load.dump(), UNTOLD: self._untold + self._progress.rows_new()}
                )
                stream.save_state()

        def total_of(period: str | None) -> int:
            filters = {} if period is None else stream.in_period(period)
            return stream.total_of(client, self._combination, Part(load.since, filters), run)

        if load.adds_up(total_of, periods):
            # What has changed or moved meanwhile may be in a period that was done before.
            self._progress = self._progress.following(self._stopwatch.seconds())
            self._stopwatch = Stopwatch(client.clock)
            yield from self._changes()
            run.total_count = load.total
            return
        logger.warning(
            "%s of %s: not every row is in a financial period; the list is read in one piece.",
            stream.name, client.company.company_id,
        )  # fmt: skip
        yield from self._read(Part(load.since))

    def _keep(self, kept: dict[str, Any]) -> dict[str, Any]:
        """Writes this list's part of the state, in place of what it was."""
        kept[_TENANT] = self._client.company.tenant_id
        kept[READ_AT] = self._client.clock.utc_now().isoformat(timespec="microseconds")
        if self._documents is not None:
            kept[OPEN] = self._documents.dump()
        place = self._state
        if self._combination:
            place = place.setdefault("parts", {}).setdefault(self._run.partition, {})
        for name in {*place} - {*kept, "context", "parts"}:
            del place[name]
        place.update(kept)
        return place
