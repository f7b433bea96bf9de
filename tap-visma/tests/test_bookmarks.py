"""Bookmarks: nothing is skipped, nothing is called new that is not."""

from __future__ import annotations

from typing import Any

import pytest

from tap_visma import bookmarks
from tap_visma.bookmarks import Bookmark, Progress
from tap_visma.errors import StateError

OVERLAP = 65


def row(number: int, modified: str | None, **fields: Any) -> dict[str, Any]:
    return {"number": number, "lastModifiedDateTime": modified, **fields}


def reading(
    before: Bookmark,
    rows: list[dict[str, Any]],
    *,
    seconds: float = 0,
    incremental: bool = True,
) -> tuple[Bookmark, Progress]:
    progress = Progress(before, incremental=incremental, overlap_minutes=OVERLAP)
    for record in rows:
        progress.saw(record["number"], record)
    after = progress.after(seconds)
    # what the state holds is all that the next run knows
    return Bookmark.load(after.dump()), progress


def since(bookmark: Bookmark, start_date: str | None = None) -> str | None:
    return Progress(bookmark, incremental=True, overlap_minutes=OVERLAP).since(start_date)


def test_a_first_reading_takes_all_or_what_came_since_the_start_date() -> None:
    assert since(Bookmark()) is None
    assert since(Bookmark(), "2024-01-01") == "2024-01-01T00:00:00.000"


def test_the_next_reading_begins_an_overlap_and_a_reading_time_before_the_newest_row() -> None:
    after, _ = reading(
        Bookmark(),
        [row(1, "2026-01-01T10:00:00.000"), row(2, "2026-01-02T12:00:00.500")],
        seconds=90,
    )
    assert after.value == "2026-01-02T11:58:30.500"
    assert since(after) == "2026-01-02T10:53:30.500"


def test_a_bookmark_never_moves_backwards() -> None:
    first, _ = reading(Bookmark(), [row(1, "2026-01-02T12:00:00.000")], seconds=1)
    again, _ = reading(first, [row(1, "2026-01-02T12:00:00.000")], seconds=3000)
    assert again.value == first.value


def test_rows_without_a_time_move_nothing() -> None:
    after, progress = reading(Bookmark(), [row(1, None)])
    assert after.value is None
    assert progress.rows_read == 1


def test_a_start_date_narrows_the_first_reading_only() -> None:
    """Later it would skip what was modified between the bookmark and itself, for good."""
    after, _ = reading(Bookmark(), [row(1, "2026-01-02T12:00:00.000")])
    assert since(after, "2026-06-01") == since(after)


def test_rows_seen_again_are_not_new() -> None:
    rows = [row(n, f"2026-01-02T12:00:0{n}.000") for n in range(5)]
    after, first = reading(Bookmark(), rows)
    assert (first.rows_read, first.rows_new()) == (5, 5)
    _, second = reading(after, rows)
    assert (second.rows_read, second.rows_new()) == (5, 0)


def test_a_row_committed_late_with_an_old_time_is_new() -> None:
    after, _ = reading(Bookmark(), [row(1, "2026-01-02T12:00:00.000")])
    _, second = reading(
        after, [row(1, "2026-01-02T12:00:00.000"), row(2, "2026-01-02T11:30:00.000")]
    )
    assert second.rows_new() == 1


def test_a_row_whose_content_changed_under_the_same_time_is_new() -> None:
    after, _ = reading(Bookmark(), [row(1, "2026-01-02T12:00:00.000", balance=1)])
    _, second = reading(after, [row(1, "2026-01-02T12:00:00.000", balance=2)])
    assert second.rows_new() == 1


def test_a_row_read_twice_within_a_reading_counts_once() -> None:
    _, progress = reading(Bookmark(), [row(1, "2026-01-02T12:00:00.000")] * 2)
    assert (progress.rows_read, progress.rows_new()) == (1, 1)


def test_old_rows_seen_again_long_after_are_not_new() -> None:
    """The rows around the bookmark are known again even if the newest row is a week younger."""
    after, _ = reading(Bookmark(), [row(1, "2026-01-02T12:00:00.000")])
    _, second = reading(
        after, [row(2, "2026-01-09T12:00:00.000"), row(1, "2026-01-02T12:00:00.000")]
    )
    assert second.rows_new() == 1


def test_of_too_many_rows_to_list_it_is_still_known_that_none_is_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bookmarks, "_MOST_LISTED", 3)
    rows = [row(n, f"2026-01-02T12:00:0{n}.000") for n in range(5)]
    after, _ = reading(Bookmark(), rows)
    assert after.rows is not None
    assert after.rows.each is None
    _, unchanged = reading(after, rows)
    assert unchanged.rows_new() == 0
    _, grown = reading(after, [*rows, row(9, "2026-01-02T12:30:00.000")])
    assert grown.rows_new() == 1
    _, changed = reading(after, [*rows[:4], row(4, "2026-01-02T12:00:04.000", balance=2)])
    assert changed.rows_new() >= 1


def test_lists_without_times_are_known_by_their_contents() -> None:
    rows = [{"number": n, "name": "x"} for n in range(3)]
    after, first = reading(Bookmark(), rows, incremental=False)
    assert first.rows_new() == 3
    assert after.value is None
    _, second = reading(after, [*rows[:2], {"number": 2, "name": "y"}], incremental=False)
    assert (second.rows_read, second.rows_new()) == (3, 1)


def test_memory_holds_only_rows_that_can_be_seen_again() -> None:
    rows = [row(n, f"20{n % 100:02}-01-02T12:00:00.000") for n in range(200)]
    after, progress = reading(Bookmark(), rows)
    assert after.rows is not None
    assert after.rows.count == 2, "of all years only the last one is near the bookmark"
    assert progress.rows_read == 200


@pytest.mark.parametrize(
    "state",
    [
        {"replication_key_value": "soon"},
        {"replication_key_value": 5},
        {"replication_key_value": "2026-01-01", "rows": {"count": "x"}},
        {"rows": "x"},
    ],
)
def test_a_state_of_another_making_is_refused(state: dict[str, Any]) -> None:
    with pytest.raises(StateError, match="no bookmark"):
        Bookmark.load(state)


def test_a_row_that_changes_while_it_is_read_is_new() -> None:
    after, _ = reading(Bookmark(), [row(1, "2026-01-02T12:00:00.000", v=1)])
    _, second = reading(
        after, [row(1, "2026-01-02T12:00:00.000", v=1), row(1, "2026-01-02T12:10:00.000", v=2)]
    )
    assert second.rows_new() == 1


def test_what_a_reading_saw_that_went_on_after_days_is_no_news_in_the_next_one() -> None:
    old, new = row(1, "2026-01-02T12:00:00.000"), row(2, "2026-01-05T12:00:00.000")
    seconds = 3 * 24 * 3600.0
    progress = Progress(
        Bookmark(),
        incremental=True,
        overlap_minutes=OVERLAP,
        highest="2026-01-02T12:00:00.000",
        lasted=seconds,
    )
    progress.saw(2, new)
    progress.saw(1, old)
    # What changed meanwhile is read again, and with it the old row.
    _, following = reading(progress.after(seconds), [new, old])
    assert (following.rows_read, following.rows_new()) == (2, 0)


def test_a_row_dated_in_the_future_does_not_lead_the_next_reading_past_the_others() -> None:
    progress = Progress(
        Bookmark(), incremental=True, overlap_minutes=OVERLAP, horizon="2026-06-01T00:00:00.000"
    )
    progress.saw(1, row(1, "2099-01-01T00:00:00.000"))
    progress.saw(2, row(2, "2026-01-02T12:00:00.000"))
    progress.saw(3, row(3, None))
    assert progress.after(0).value == "2026-01-02T12:00:00.000"
    assert (progress.rows_read, progress.rows_new(), progress.odd_times) == (3, 3, 2)


def test_a_bookmark_in_the_future_is_refused() -> None:
    with pytest.raises(StateError, match="in the future"):
        Progress(
            Bookmark("2099-01-01T00:00:00.000"),
            incremental=True,
            overlap_minutes=OVERLAP,
            horizon="2026-06-01T00:00:00.000",
        )
