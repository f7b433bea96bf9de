"""Whatever happens to the books and to the tap, the warehouse holds what the books held.

Each test lives through many lives (see `machine.py`), drawn at random; a failure prints the
shortest life found that shows it, and a line with which to live it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .machine import Completeness, live

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
