"""Each safeguard of the tap, and how to switch it off while a test runs."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
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

from .machine import CHANGES, PLANS, QUIET, Change, Kill, Meanwhile, Plan, Trouble, changes
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


@dataclass(frozen=True)
class Switch:
    """A safeguard that can be switched off.

    Attributes:
        off: Switches it off, as long as a test runs.
        pinned: What a life begins with, so that it shows soon that it is off.
        plans: How runs go, likewise; then none goes otherwise, but for the last of a life.
        changes: What people do between two runs, likewise.
    """

    off: Callable[[pytest.MonkeyPatch], None]
    pinned: dict[str, Any] = field(default_factory=dict)
    plans: st.SearchStrategy[Plan] = PLANS
    changes: st.SearchStrategy[Change] = CHANGES


def meanwhile(*changes_in_turn: st.SearchStrategy[Change]) -> st.SearchStrategy[Plan]:
    """Runs that read a list of four pages or more, and changes before one of the last three."""
    happening = st.builds(
        Meanwhile, page=st.sampled_from((2, 3, 4)), changes=st.tuples(*changes_in_turn)
    )
    return st.builds(Plan, meanwhile=st.tuples(happening))


OSLO = {"server_zone": "Europe/Oslo"}
ONE_LIST = {"streams": ["suppliers"], "companies": 1}
MANY_PAGES = ONE_LIST | {"page_size": 3, "rows": 12}
JOURNALS = {"streams": ["journal_transactions"], "journal_paging": "lines", "page_size": 4}
IN_ONE_PIECE = {"small_limits": False, "companies": 1, "rows": 12}
DOCUMENTS = IN_ONE_PIECE | {
    "streams": ["supplier_documents"],
    "payments_touch": False,
    "hours_between": 5,
}
LONG = MANY_PAGES | {
    "small_limits": True,
    "interrupted": True,
    "streams": ["supplier_invoices"],
    "seed": 2,
    "rows": 18,
}

TEN_HOURS = st.just(Change("time", company=0, kind=0, nth=5))

SAFEGUARDS: dict[str, Switch] = {
    "overlap": Switch(no_overlap, OSLO | ONE_LIST),
    # A row that has been read is changed, then, hours later, one that has not: its time is seen.
    "reading time": Switch(
        no_reading_time,
        MANY_PAGES | {"order": "number", "server_zone": "UTC"},
        plans=meanwhile(changes("touch"), TEN_HOURS, changes("touch")),
    ),
    # A row that has been read goes to the end of the list: all others move up, none is gone.
    "total": Switch(
        no_total_check, MANY_PAGES | {"order": "oldest"}, plans=meanwhile(changes("touch"))
    ),
    "shrinking": Switch(no_shrink_check, MANY_PAGES, plans=meanwhile(changes("delete"))),
    "fragments": Switch(no_merge_of_fragments, JOURNALS),
    # The batch that the end of a page cuts is among those that are changed.
    "headers": Switch(
        no_look_at_headers,
        JOURNALS | IN_ONE_PIECE | {"order": "number"},
        plans=meanwhile(changes("touch all")),
    ),
    # Some pages come, then none; the SDK's markers are such that the tap refuses its own state.
    "markers": Switch(
        markers_of_the_sdk,
        MANY_PAGES,
        plans=st.builds(
            Plan, trouble=st.builds(Trouble, st.just("status"), st.integers(2, 7), st.none())
        ),
    ),
    "deletes": Switch(no_rule_of_deletes),
    # They are older than the overlap, and a payment changes or closes them without a trace.
    "open documents": Switch(
        no_reading_of_open_documents, DOCUMENTS, plans=st.just(QUIET), changes=changes("pay")
    ),
    "closed documents": Switch(
        no_search_for_closed_documents, DOCUMENTS, plans=st.just(QUIET), changes=changes("pay")
    ),
    "total of periods": Switch(no_total_of_periods, LONG | {"seed": 3}),
    "reading after a first load": Switch(no_reading_after_a_first_load, LONG),
    "resumed": Switch(resumed_is_whole, LONG | {"hours_between": 5}),
    "errors": Switch(errors_end_lists),
    # The state of the list is saved, and the rows of `sync_runs` are not written any more.
    "news": Switch(
        no_news_of_killed_runs,
        ONE_LIST | {"rows": 3},
        plans=st.builds(Plan, kill=st.builds(Kill, st.integers(4, 8), st.just(1.0), st.just(1.0))),
    ),
    "clock": Switch(clock_as_it_stands),
}
"""What is switched off, and what is drawn so that it shows soon."""
