"""The command `plan`: which calls a refresh makes and what they cost; it makes none itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from utility_looker_refresh.calls import OPERATIONS, Activity
from utility_looker_refresh.report import Scenario

if TYPE_CHECKING:
    from utility_looker_refresh.settings import Settings
    from utility_looker_refresh.state import State

DAYS = 30
SMALLEST_QUOTA = 1000
"""Calls per month and class of Looker's Standard edition, by its published licence terms."""


def plan(settings: Settings, state: State, runs_per_day: int) -> list[Scenario]:
    """Return the courses that the next refresh can take.

    Args:
        settings: What to refresh and how.
        state: What earlier runs have learned: it saves calls.
        runs_per_day: For the monthly projection.
    """
    names = settings.datagroups
    patches = ["update_datagroup"] * len(names)
    ids_unknown = any(state.of(name).id is None for name in names)
    if not settings.freshness:
        listing = ["all_datagroups"] if ids_unknown else []
        return [_scenario("every run", [*listing, *patches], runs_per_day)]
    loads_unknown = any(state.of(name).seen(settings.strategy) is None for name in names)
    gate = ["run_inline_query"]
    listing = ["all_datagroups"] if loads_unknown or ids_unknown else []
    return [
        _scenario(
            "nothing new", [*gate, *(["all_datagroups"] if loads_unknown else [])], runs_per_day
        ),
        _scenario("a new load", [*gate, *listing, *patches], runs_per_day),
    ]


def quota_warning(scenarios: list[Scenario]) -> str | None:
    """Return a sentence where the dearest course exceeds the smallest edition's quota."""
    query = max(scenario.query_per_month for scenario in scenarios)
    admin = max(scenario.admin_per_month for scenario in scenarios)
    if max(query, admin) <= SMALLEST_QUOTA:
        return None
    return (
        f"Up to {query} query-based and {admin} administrative calls a month; the Standard "
        f"edition includes {SMALLEST_QUOTA} of each: run less often, name fewer datagroups, or "
        "set freshness and state_path."
    )


def _scenario(name: str, between: list[str], runs_per_day: int) -> Scenario:
    calls = ["login", *between, "logout"]
    query, admin = (
        sum(OPERATIONS[call].activity is activity for call in calls)
        for activity in (Activity.QUERY, Activity.ADMIN)
    )
    monthly = runs_per_day * DAYS
    return Scenario(name, calls, query, admin, query * monthly, admin * monthly)
