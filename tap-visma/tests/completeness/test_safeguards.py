"""The property test bites: without any one of the tap's safeguards it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .machine import DEEP, PLANS, Completeness, live
from .safeguards import SAFEGUARDS

if TYPE_CHECKING:
    from .world import Server

SHOWN = (
    SAFEGUARDS
    if DEEP
    else ("overlap", "fragments", "open documents", "total of periods", "resumed")
)


@pytest.mark.parametrize("name", SHOWN)
def test_without_a_safeguard_the_property_does_not_hold(
    server: Server, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch = SAFEGUARDS[name]

    class Life(Completeness):
        pinned = switch.pinned
        plans = switch.plans
        by_plans_only = switch.plans is not PLANS
        changes = switch.changes

    switch.off(monkeypatch)
    with pytest.raises(AssertionError) as failure:
        live(Life, server, until_the_first_failure=True)
    print(f"without {name}: found in life {Life.lives}: {failure.value}")  # noqa: T201
