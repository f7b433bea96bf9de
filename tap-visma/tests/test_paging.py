"""Paging: the list is complete, or it is said that it is not."""

from __future__ import annotations

import datetime as dt
import gc
import json
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw
from typing_extensions import override

from tap_visma import journals
from tap_visma.ahead import Room
from tap_visma.at_once import Task, at_once
from tap_visma.audit import Run
from tap_visma.client import Answer
from tap_visma.errors import IncompleteError, RecordError, VismaError
from tap_visma.journals import LINES, Batch, BatchAssembler
from tap_visma.paging import AsTheyCome, PagedList
from tap_visma.records import Oddities, RecordReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_visma.records import Record

NOW = dt.datetime(2026, 1, 1)  # noqa: DTZ001
MAX_PAGE = 3
JOURNAL: dict[str, dict[str, Any]] = {
    "batchNumber": {"type": "string"},
    "description": {"type": ["string", "null"]},
    LINES: {"type": ["array", "null"]},
}


def read_with(properties: dict[str, dict[str, Any]], key: str) -> RecordReader:
    return RecordReader(properties, key_names=[key], lifted={}, oddities=Oddities())


def answered(fetch: Callable[[int], Answer], number: int) -> Future[Answer]:
    """A call that is answered at once."""
    future: Future[Answer] = Future()
    try:
        future.set_result(fetch(number))
    except VismaError as error:
        future.set_exception(error)
    return future


class Source:
    """A list that may change before each call; `changes` maps the call's number to what happens."""

    def __init__(
        self, rows: list[int], changes: dict[int, Callable[[list[int]], None]] | None = None
    ) -> None:
        self.rows = rows
        self.changes = changes or {}
        self.calls = 0
        self.told = True
        self.room = Room()

    def fetch(self, number: int) -> Answer:
        self.calls += 1
        if change := self.changes.get(self.calls):
            change(self.rows)
        page = self.rows[(number - 1) * MAX_PAGE : number * MAX_PAGE]
        metadata = {"totalCount": len(self.rows), "maxPageSize": MAX_PAGE}
        body = [{"number": n, **({"metadata": metadata} if self.told else {})} for n in page]
        return Answer(json.dumps(body).encode(), NOW)

    def pages(self, at_once: int = 1) -> PagedList:
        return PagedList(
            "GET /v1/list",
            ask=lambda number: answered(self.fetch, number),
            read=read_with({"number": {"type": "integer"}}, "number").read,
            countings=(lambda record: (record["number"],),),
            assembler=AsTheyCome,
            page_size=1000,
            at_once=at_once,
            room=self.room,
        )

    def read(self, at_once: int = 1) -> list[int]:
        return [row.record["number"] for row in self.pages(at_once).rows()]


@pytest.mark.parametrize(("rows", "calls"), [(0, 1), (1, 1), (3, 1), (4, 2), (6, 2), (7, 3)])
def test_as_few_calls_as_there_are_pages(rows: int, calls: int) -> None:
    source = Source(list(range(rows)))
    assert source.read() == list(range(rows))
    assert source.calls == calls


def test_pages_fetched_at_once_come_in_order() -> None:
    assert Source(list(range(50))).read(at_once=4) == list(range(50))


class _Later(Future[Answer]):
    """A call that is answered when it is waited for."""

    def __init__(self, answer: Callable[[], Answer]) -> None:
        super().__init__()
        self._answer = answer

    @override
    def done(self) -> bool:
        return True

    @override
    def result(self, timeout: float | None = None) -> Answer:
        return self._answer()


class Held:
    """A list of pages of one size, asked for ahead and answered when they are waited for."""

    def __init__(self, room: Room, pages: int) -> None:
        self.room = room
        self.pages = pages
        self.under_way: set[int] = set()
        self.most_under_way = 0
        self.threads: ThreadPoolExecutor | None = None

    def ask(self, number: int) -> Future[Answer]:
        self.under_way.add(number)
        self.most_under_way = max(self.most_under_way, len(self.under_way))
        later = _Later(lambda: self._answer(number))
        return later if self.threads is None else self.threads.submit(later.result)

    def _answer(self, number: int) -> Answer:
        self.under_way.discard(number)
        metadata = {"totalCount": self.pages, "maxPageSize": 1}
        body = json.dumps([{"number": number, "metadata": metadata}])
        return Answer(body.ljust(1000).encode(), NOW)

    def rows(self, at_once: int) -> Iterator[int]:
        pages = PagedList(
            "GET /v1/list",
            ask=self.ask,
            read=read_with(
                {"number": {"type": "integer"}, "lines": {"type": ["array", "null"]}}, "number"
            ).read,
            countings=(lambda record: (record["number"],),),
            assembler=AsTheyCome,
            page_size=1000,
            at_once=at_once,
            room=self.room,
        )
        for row in pages.rows():
            yield row.record["number"]


@pytest.mark.parametrize(
    ("most", "under_way"), [(100_000, 4), (4000, 4), (3000, 3), (1500, 1), (10, 1)]
)
def test_pages_are_asked_for_ahead_as_far_as_there_is_room(most: int, under_way: int) -> None:
    held = Held(Room(most), pages=40)
    assert list(held.rows(at_once=4)) == list(range(1, 41))
    assert held.most_under_way == under_way
    assert held.room.peak <= max(most, 1000), "a page at least is held"
    assert held.room.held == 0


def test_lists_read_at_once_share_the_room() -> None:
    room = Room(6000)
    lists = [Held(room, pages=20) for _ in range(3)]
    with ThreadPoolExecutor() as threads:
        for held in lists:
            held.threads = threads
        rows = list(at_once([Task(held.rows(at_once=4), bool) for held in lists], most=3))
    assert sorted(rows) == sorted([*range(1, 21)] * 3)
    assert 4000 <= room.peak <= 6000, "also while the first pages are under way"
    assert room.held == 0


def test_a_list_that_is_given_up_leaves_its_room() -> None:
    held = Held(Room(), pages=20)
    rows = held.rows(at_once=4)
    assert [next(rows), next(rows)] == [1, 2]
    assert held.room.held == 5000
    rows.close()  # type: ignore[attr-defined]
    assert held.room.held == 0


def test_a_page_is_let_go_before_the_next_is_waited_for() -> None:
    gone = []

    class Page(bytes):
        def __del__(self) -> None:
            gone.append(self)

    def ask(number: int) -> Future[Answer]:
        if number > 1:
            gc.collect()
            assert len(gone) == number - 1, "the page before is still held"
        metadata = {"totalCount": 5, "maxPageSize": 1}
        body = json.dumps([{"number": number, "lines": [], "metadata": metadata}]).encode()
        return answered(lambda _: Answer(Page(body), NOW), number)

    held = Held(Room(), pages=5)
    held.ask = ask  # type: ignore[method-assign]
    assert list(held.rows(at_once=1)) == [1, 2, 3, 4, 5]


def test_without_a_total_pages_are_read_until_one_is_empty() -> None:
    source = Source(list(range(7)))
    source.told = False
    assert set(source.read()) == set(range(7))
    assert source.calls == 2 * 4, "a second reading stands in for the total"


def test_without_a_total_one_page_is_believed() -> None:
    source = Source([1, 2, 3])
    source.told = False
    assert source.read() == [1, 2, 3]
    assert source.calls == 2


def test_without_a_total_a_row_that_slips_to_an_earlier_page_is_found() -> None:
    source = Source(list(range(7)), {2: lambda rows: rows.remove(0)})
    source.told = False
    assert set(source.read()) >= set(range(1, 7))


def test_a_list_that_ignores_the_page_number_does_not_loop() -> None:
    source = Source([1, 2, 3])
    source.told = False
    pages = source.pages()
    pages._ask = lambda _number: answered(source.fetch, 1)
    assert [row.record["number"] for row in pages.rows()] == [1, 2, 3]


def test_a_row_that_vanishes_between_two_pages_makes_the_list_be_read_again() -> None:
    source = Source(list(range(7)), {2: lambda rows: rows.remove(0)})
    assert set(source.read()) >= set(range(1, 7)), "3 had slipped to the first page"
    assert source.calls == 2 + 2


def test_a_row_that_moves_to_the_end_makes_the_list_be_read_again() -> None:
    def touch(rows: list[int]) -> None:
        rows.append(rows.pop(0))

    assert set(Source(list(range(7)), {2: touch}).read()) == set(range(7))


def test_rows_that_appear_are_read_too() -> None:
    source = Source(list(range(7)), {2: lambda rows: rows.extend([7, 8, 9])})
    assert source.read() == list(range(10))


def test_a_list_that_never_rests_fails() -> None:
    def vanish(rows: list[int]) -> None:
        rows.pop(0)

    with pytest.raises(IncompleteError, match="could not be read completely"):
        Source(list(range(90)), dict.fromkeys(range(2, 90), vanish)).read()


@settings(max_examples=300, deadline=None)
@given(
    rows=st.integers(0, 20),
    changes=st.dictionaries(
        st.integers(2, 8),
        st.tuples(st.sampled_from(["insert", "delete", "touch"]), st.integers(0, 30)),
        max_size=2,
    ),
    at_once=st.integers(1, 3),
)
def test_every_row_that_stayed_is_read_or_the_reading_fails(
    rows: int, changes: dict[int, tuple[str, int]], at_once: int
) -> None:
    """One exception, which no single pass can see: a delete masked by an insert."""
    new = iter(range(100, 200))

    def change(kind: str, place: int) -> Callable[[list[int]], None]:
        def act(present: list[int]) -> None:
            if kind == "insert":
                present.insert(min(place, len(present)), next(new))
            elif present:
                moved = present.pop(place % len(present))
                if kind == "touch":
                    present.append(moved)

        return act

    masked = {"insert", "delete"} <= {kind for kind, _ in changes.values()}
    source = Source(list(range(rows)), {at: change(*what) for at, what in changes.items()})
    try:
        read = set(source.read(at_once))
    except IncompleteError:
        return
    stayed = {number for number in source.rows if number < 100}
    assert masked or stayed <= read


# --- journals: counted by lines or by batches ---

Batches = list[tuple[str, int]]


def journal_pages(batches: Batches, *, by_lines: bool, size: int) -> list[list[dict[str, Any]]]:
    """The pages as an API would cut them that counts lines, or batches."""
    if by_lines:
        lines = [(name, number) for name, count in batches for number in range(1, count + 1)]
        cut = [lines[i : i + size] for i in range(0, len(lines), size)]
        pages = []
        for page in cut:
            names = list(dict.fromkeys(name for name, _ in page))
            pages.append([(name, [n for other, n in page if other == name]) for name in names])
        total = len(lines)
    else:
        whole = [(name, list(range(1, count + 1))) for name, count in batches]
        pages = [whole[i : i + size] for i in range(0, len(whole), size)]
        total = len(batches)
    return [
        [
            {
                "batchNumber": name,
                LINES: [
                    {"lineNumber": n, "debitAmount": 1 if n == 1 else 0, "creditAmount": 0}
                    for n in numbers
                ],
                "metadata": {"totalCount": total, "maxPageSize": size},
            }
            for name, numbers in page
        ]
        for page in pages
    ]


def read_journals(pages: list[list[dict[str, Any]]]) -> tuple[dict[str, list[int]], Run, int]:
    calls = 0

    def fetch(number: int) -> Answer:
        nonlocal calls
        calls += 1
        page = pages[number - 1] if number <= len(pages) else []
        return Answer(json.dumps(page).encode(), NOW)

    def key(record: Record) -> str:
        return str(record["batchNumber"])

    def lines(record: Record) -> list[tuple[str, int]]:
        return [(key(record), line["lineNumber"]) for line in json.loads(bytes(record[LINES]))]

    run = Run.__new__(Run)
    found: dict[str, list[int]] = {}
    paged = PagedList(
        "GET /v2/journaltransaction",
        ask=lambda number: answered(fetch, number),
        read=read_with(JOURNAL, "batchNumber").read,
        countings=(lines, lambda record: (key(record),)),
        assembler=lambda: BatchAssembler(key, run),
        page_size=1000,
        at_once=2,
        room=Room(),
    )
    for row in paged.rows():
        found[key(row.record)] = [n for _, n in lines(row.record)]
    return found, run, calls


@settings(max_examples=300, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 7), max_size=12),
    by_lines=st.booleans(),
    size=st.integers(1, 8),
)
def test_batches_arrive_whole_however_they_are_counted(
    sizes: list[int], by_lines: bool, size: int
) -> None:
    batches = [(f"B{i}", count) for i, count in enumerate(sizes)]
    pages = journal_pages(batches, by_lines=by_lines, size=size)
    found, run, calls = read_journals(pages)
    assert found == {name: list(range(1, count + 1)) for name, count in batches}
    assert run.unbalanced_batches == len(batches)
    assert calls <= max(1, len(pages)) + 1


def test_a_part_that_comes_again_behind_others_does_not_overwrite_the_whole() -> None:
    """Rows inserted before shift the pages: lines are seen again on the next one."""
    pages = journal_pages([("A", 2), ("B", 2), ("C", 2)], by_lines=True, size=3)
    last = json.loads(json.dumps(pages[1]))
    shifted = [pages[0], [pages[0][0], *pages[1]], [*last]]
    found, _, _ = read_journals(shifted)
    assert found == {"A": [1, 2], "B": [1, 2], "C": [1, 2]}


def test_a_batch_that_is_changed_between_its_parts_is_not_pieced_together() -> None:
    """Old lines with new ones, as many as there should be, are nothing that ever was."""
    pages = journal_pages([("A", 2), ("B", 2)], by_lines=True, size=3)
    pages[1][0]["description"] = "changed"
    with pytest.raises(IncompleteError):
        read_journals(pages)


def test_a_lost_page_of_lines_is_noticed() -> None:
    pages = journal_pages([("A", 4), ("B", 4)], by_lines=True, size=3)
    pages[1] = []
    with pytest.raises(IncompleteError):
        read_journals(pages)


@pytest.mark.parametrize("bound", ["_MOST_RECENT", "_MOST_RECENT_BYTES"])
def test_a_part_that_comes_too_long_after_the_rest_makes_the_list_be_read_again(
    monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    """Written alone, it would overwrite the whole batch; and no more can be kept in memory."""
    monkeypatch.setattr(journals, bound, 1)
    pages = journal_pages([("A", 2), ("B", 2), ("C", 2)], by_lines=True, size=3)
    late = [pages[0], [*pages[1], {**pages[0][0], LINES: pages[0][0][LINES][:1]}]]
    with pytest.raises(IncompleteError):
        read_journals(late)


def test_a_lost_batch_is_noticed_though_lines_make_up_for_it() -> None:
    """Of one line each on the first page, lines and batches agree; then they part."""
    pages = journal_pages(
        [("A", 1), ("B", 1), ("C", 1), ("D", 3), ("E", 3)], by_lines=False, size=2
    )
    del pages[1][0]
    with pytest.raises(IncompleteError):
        read_journals(pages)


def test_batches_without_lines_do_not_end_a_list_that_tells_no_total() -> None:
    pages = journal_pages([("A", 1), ("B", 0), ("C", 1)], by_lines=False, size=1)
    for page in pages:
        for record in page:
            del record["metadata"]
    found, _, _ = read_journals(pages)
    assert set(found) == {"A", "B", "C"}


@pytest.mark.parametrize("number", ['"7"', "7.0", "null"])
def test_a_line_number_of_another_kind_is_a_line_all_the_same(number: str) -> None:
    lines = f'[{{"lineNumber":{number},"debitAmount":1}},{{"debitAmount":1}}]'
    batch = Batch({"batchNumber": "A", LINES: Raw(lines.encode())})
    assert len(batch.line_numbers) == 2


def test_a_line_of_another_form_is_refused() -> None:
    with pytest.raises(RecordError, match="does not have the form"):
        Batch({"batchNumber": "A", LINES: Raw(b'[{"debitAmount":"SECRET"}]')})
