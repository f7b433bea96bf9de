"""The command `status`: how Looker stands now, without changing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from utility_looker_refresh.dashboards import Warmer
from utility_looker_refresh.datagroups import find_datagroups
from utility_looker_refresh.freshness import newest_load
from utility_looker_refresh.refresh import is_due
from utility_looker_refresh.report import DatagroupResult, ExploreResult, iso

if TYPE_CHECKING:
    from utility_looker_refresh.report import Report
    from utility_looker_refresh.session import Looker
    from utility_looker_refresh.settings import Settings
    from utility_looker_refresh.state import State


def status(looker: Looker, settings: Settings, state: State, report: Report) -> None:
    """Put the datagroups, their stamps and whether they are due into the report.

    Raises:
        RefreshError: Looker could not be asked.
    """
    newest = None
    if settings.freshness:
        newest = report.newest_load = newest_load(looker, settings.freshness)
    listed = find_datagroups(looker, settings.datagroups)
    for name, datagroup in listed.items():
        due = None
        if settings.freshness:
            due = newest is not None and is_due(state, listed, name, settings.strategy, newest)
        report.datagroups.append(
            DatagroupResult(
                name,
                "seen",
                stale_before=datagroup.stale_before,
                triggered_at=datagroup.triggered_at,
                trigger_error=datagroup.trigger_error,
                due=due,
            )
        )
    if settings.dashboards:
        show_dashboards(looker, settings, state, report)
    report.outcome = "shown"
    behind = [result.name for result in report.datagroups if result.due]
    if not settings.freshness:
        report.reason = "No freshness field is set: whether Looker is up to date is not known."
    elif newest is None:
        report.reason = "Looker shows no load yet."
    elif behind:
        report.reason = f"Not refreshed since the load of {iso(newest)}: {', '.join(behind)}."
    else:
        report.reason = f"Refreshed since the newest load, of {iso(newest)}."


def show_dashboards(looker: Looker, settings: Settings, state: State, report: Report) -> None:
    """Put into the report how fresh each dashboard is now: the oldest of its Explores counts."""
    warmer = Warmer(looker, settings, state, looker.monotonic() + settings.wait_timeout)
    warmer.find(queries=False)
    report.dashboards = [prepared.result for prepared in warmer.prepared]
    places = settings.proofs or ((settings.freshness,) if settings.freshness else ())
    report.explores = [ExploreResult(f"{p.model}::{p.explore}", p.field) for p in places]
    for place, shown in zip(places, report.explores, strict=True):
        shown.before = newest_load(looker, place, cache=True)
    newest = {shown.explore: shown.before for shown in report.explores}
    for dashboard in report.dashboards:
        dashboard.action = "seen"
        known = [n for n in map(newest.get, dashboard.explores) if n is not None]
        dashboard.newest_before = min(known, default=None)
