"""Each safeguard of the tap, and how to switch it off while a test runs."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from singer_sdk import Stream

from tap_visma import bookmarks, paging
from tap_visma.audit import Run
from tap_visma.clock import Stopwatch
from tap_visma.errors import VismaError
from tap_visma.first_load import FirstLoad
from tap_visma.journals import Batch, BatchAssembler
from tap_visma.open_documents import OpenDocuments
from tap_visma.reading import Reading
from tap_visma.stream import VismaStream
from tap_visma.tap import TapVisma

from .target import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest


def no_overlap(patch: pytest.MonkeyPatch) -> None:
    """Reads on exactly where the last run stopped."""
    progress = bookmarks.Progress.__init__

    def without(self: bookmarks.Progress, *args: Any, **kwargs: Any) -> None:
        progress(self, *args, **{**kwargs, "overlap_minutes": 0})

    patch.setattr(bookmarks.Progress, "__init__", without)


def no_reading_time(patch: pytest.MonkeyPatch) -> None:
    """Bookmarks the highest time seen, however long the reading took."""
    patch.setattr(Stopwatch, "seconds", lambda _self: 0.0)


def no_total_check(patch: pytest.MonkeyPatch) -> None:
    """Believes a list of fewer rows than it has, if it did not shrink."""
    patch.setattr(paging._Reading, "agrees_with", lambda self, _before: not self._shrank)


def no_shrink_check(patch: pytest.MonkeyPatch) -> None:
    """Believes a list that became shorter while it was read."""
    agrees = paging._Reading.agrees_with

    def without(self: paging._Reading, before: int | None) -> bool:
        self._shrank = False
        return agrees(self, before)

    patch.setattr(paging._Reading, "agrees_with", without)


def no_merge_of_fragments(patch: pytest.MonkeyPatch) -> None:
    """Writes each part of a batch as if it were all of it."""
    patch.setattr(BatchAssembler, "add", lambda _self, record: iter((record,)))
    patch.setattr(BatchAssembler, "finish", lambda _self: iter(()))


def no_look_at_headers(patch: pytest.MonkeyPatch) -> None:
    """Pieces a batch together of parts from before and after a change."""
    patch.setattr(Batch, "fits", lambda _self, _fragment: True)


def markers_of_the_sdk(patch: pytest.MonkeyPatch) -> None:
    """Lets the SDK keep bookmarks: it promotes them after a failure, too."""
    for name in ("_increment_stream_state", "_write_starting_replication_value"):
        patch.setattr(VismaStream, name, getattr(Stream, name))


def no_rule_of_deletes(patch: pytest.MonkeyPatch) -> None:
    """Shows rows that the last full pass did not find."""
    patch.setattr(Target, "last_full_pass", lambda _self, _part: "")


def no_reading_of_open_documents(patch: pytest.MonkeyPatch) -> None:
    """Takes a document's time of change for all there is to know of it."""
    patch.setattr(VismaStream, "refreshes_open", False)


def no_search_for_closed_documents(patch: pytest.MonkeyPatch) -> None:
    """Forgets what is not open any more."""
    patch.setattr(OpenDocuments, "unlisted", lambda _self: {})


def no_total_of_periods(patch: pytest.MonkeyPatch) -> None:
    """Believes that every row is in one of the financial periods."""
    patch.setattr(FirstLoad, "adds_up", lambda _self, _total_of, _periods: True)


def no_reading_after_a_first_load(patch: pytest.MonkeyPatch) -> None:
    """Takes the periods of a first load for unchanged since they were read."""
    changes = Reading._changes

    def without(self: Reading) -> Iterator[Any]:
        return changes(self) if self._load is None else iter(())

    patch.setattr(Reading, "_changes", without)


def resumed_is_whole(patch: pytest.MonkeyPatch) -> None:
    """Calls a first load that was resumed a full pass."""
    begin = Run.begin

    def told(self: Run, *, mode: Any, window_from: str | None) -> None:
        begin(self, mode="first" if mode == "resumed" else mode, window_from=window_from)

    patch.setattr(Run, "begin", told)


def errors_end_lists(patch: pytest.MonkeyPatch) -> None:
    """Takes an error for the end of the list."""
    rows = paging.PagedList.rows

    def without(self: paging.PagedList) -> Iterator[paging.Row]:
        with contextlib.suppress(VismaError):
            yield from rows(self)

    patch.setattr(paging.PagedList, "rows", without)


def no_news_of_killed_runs(patch: pytest.MonkeyPatch) -> None:
    """Tells only of what the run itself has read."""
    init = Reading.__init__

    def without(self: Reading, *args: Any) -> None:
        init(self, *args)
        self._untold = 0

    patch.setattr(Reading, "__init__", without)


def clock_as_it_stands(patch: pytest.MonkeyPatch) -> None:
    """Writes what the machine's clock tells, though it was set back."""
    patch.setattr(TapVisma, "_go_on_from", lambda _self, _last: None)


OSLO = {"server_zone": "Europe/Oslo"}
ONE_LIST = {"streams": ["suppliers"], "companies": 1}
MANY_PAGES = ONE_LIST | {"page_size": 3, "rows": 12}
JOURNALS = {"streams": ["journal_transactions"], "journal_paging": "lines", "page_size": 4}
DOCUMENTS = {"companies": 1, "streams": ["supplier_documents"], "payments_touch": False}
LONG = MANY_PAGES | {
    "small_limits": True,
    "interrupted": True,
    "streams": ["supplier_invoices"],
    "seed": 2,
    "rows": 18,
}

SAFEGUARDS: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], dict[str, Any]]] = {
    "overlap": (no_overlap, OSLO | ONE_LIST),
    "reading time": (no_reading_time, MANY_PAGES | {"order": "number"}),
    "total": (no_total_check, MANY_PAGES | {"order": "oldest"}),
    "shrinking": (no_shrink_check, MANY_PAGES),
    "fragments": (no_merge_of_fragments, JOURNALS),
    "headers": (no_look_at_headers, JOURNALS),
    "markers": (markers_of_the_sdk, {}),
    "deletes": (no_rule_of_deletes, {}),
    "open documents": (no_reading_of_open_documents, DOCUMENTS),
    "closed documents": (no_search_for_closed_documents, DOCUMENTS),
    "total of periods": (no_total_of_periods, LONG | {"seed": 3}),
    "reading after a first load": (no_reading_after_a_first_load, LONG),
    "resumed": (resumed_is_whole, LONG | {"hours_between": 5}),
    "errors": (errors_end_lists, {}),
    "news": (no_news_of_killed_runs, {}),
    "clock": (clock_as_it_stands, {}),
}
"""What is switched off, and what is pinned so that it shows soon."""
