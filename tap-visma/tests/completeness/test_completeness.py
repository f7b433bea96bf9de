"""Whatever happens to the books and to the tap, the warehouse holds what the books held.

Each test lives through many lives (see `machine.py`), drawn at random; a failure prints the
shortest life found that shows it, and a line with which to live it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .machine import Change, Completeness, Kill, Meanwhile, Plan, live

if TYPE_CHECKING:
    from .world import Server


@pytest.mark.parametrize("order", ["number", "oldest", "newest"])
@pytest.mark.parametrize("paging", ["lines", "batches"])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Oslo"])
def test_every_life_ends_with_the_whole_books(
    server: Server, zone: str, paging: str, order: str
) -> None:
    unknowns = {"server_zone": zone, "journal_paging": paging, "order": order}

    class Life(Completeness):
        pinned = unknowns

    live(Life, server)


@settings(max_examples=9, deadline=None)
@given(nth=st.integers(3, 11))
def test_a_row_that_only_a_killed_run_has_read_is_no_news(server: Server, nth: int) -> None:
    """It is deleted while the next run reads, before its page: nobody is to be told of it."""

    class Life(Completeness):
        pass

    Life.server = server
    life = Life()
    life.begin(
        {
            "companies": 1, "streams": ["suppliers"], "rows": 12, "seed": 2, "hours_between": 0,
            "page_size": 3, "payments_touch": False, "hours_before_summer_time_ends": 30,
            "small_limits": False, "interrupted": False,
        },
        {
            "server_zone": "UTC", "journal_paging": "lines", "order": "number",
            "default_condition": ">=", "unexpanded": "absent", "max_page_size": 1000,
        },
    )  # fmt: skip
    life.run(Plan(kill=Kill(before=13, written=1.0, saved=0.0)))  # behind the rows
    assert len(life.target.tables["suppliers"]) == 12
    deletion = Change("delete", company=0, kind=0, nth=nth)
    life.run(Plan(meanwhile=(Meanwhile(page=2, changes=(deletion,)),)))
    assert life.target.runs[-1]["rows_new"] == 11
