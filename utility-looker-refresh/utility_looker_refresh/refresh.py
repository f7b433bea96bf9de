"""The command `refresh`: find out what is due, act on it, remember it, prove it."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from utility_looker_refresh.dashboards import Warmer
from utility_looker_refresh.datagroups import (
    find_datagroups,
    full_name,
    missing_permission,
    stamp_datagroup,
)
from utility_looker_refresh.derived_tables import Builder
from utility_looker_refresh.errors import (
    ApiError,
    CallCapError,
    ConfigurationError,
    NotGrantedError,
    PartialError,
    RefreshError,
    TimeOutError,
    WorkFailedError,
)
from utility_looker_refresh.freshness import newest_load
from utility_looker_refresh.report import DatagroupResult, ExploreResult, iso
from utility_looker_refresh.schedules import run_plans
from utility_looker_refresh.state import RunNote

if TYPE_CHECKING:
    from looker_sdk.sdk.api40.models import Datagroup

    from utility_looker_refresh.report import Report
    from utility_looker_refresh.session import Looker
    from utility_looker_refresh.settings import Settings
    from utility_looker_refresh.state import State

LOGGER = logging.getLogger(__name__)
_DONE = {"reset": "reset", "trigger": "triggered", "build": "reset"}
_LATER = {
    "reset": "what was cached before is out of date, and the next viewer asks the database.",
    "trigger": "Looker rebuilds and delivers at the next tick of its maintenance schedule.",
    "build": "its tables are built, and what was cached before is out of date.",
}


class Refresh:
    """One run.

    Args:
        looker: The open session.
        settings: What to refresh and how.
        state: What earlier runs have learned.
        report: Filled in as the run goes, so that it is right whenever the run ends.
    """

    def __init__(self, looker: Looker, settings: Settings, state: State, report: Report) -> None:
        self._looker = looker
        self._settings = settings
        self._state = state
        self._report = report
        self._listed: dict[str, Datagroup] = {}
        self._run = RunNote(0, settings.strategy)
        deadline = looker.monotonic() + settings.wait_timeout
        self._builder = Builder(looker, settings, state, deadline)
        self._warmer = Warmer(looker, settings, state, deadline)

    def run(self) -> None:
        """Refresh what is due.

        Raises:
            PartialError: Some of it was done, other parts not.
            WorkFailedError: A build or a tile failed.
            CallCapError: A cap was reached; the message says what is left.
            RefreshError: Nothing was refreshed.
        """
        settings = self._settings
        self._state.hold()
        results = {name: DatagroupResult(name, "left") for name in settings.datagroups}
        self._report.datagroups = list(results.values())
        newest = self._newest()
        resumed = self._resumes(newest)
        due = self._due(newest)
        for name, datagroup in self._listed.items():
            results[name].stale_before = datagroup.stale_before
            results[name].triggered_at = datagroup.triggered_at
        if not due and not resumed:
            for result in results.values():
                result.action = "none"
            self._report.outcome = "nothing_to_do"
            self._report.reason = (
                "Nothing to do: Looker shows no load yet."
                if newest is None
                else f"Nothing to do: no load has ended since {iso(newest)}."
            )
            return
        for name, result in results.items():
            if name not in due:
                result.action = "none"
        self._look_up(due)
        self._prove("before")
        if not resumed:
            self._open(newest)
        self._stamp_all([results[name] for name in due], newest)
        try:
            self._work(results, newest)
        except CallCapError as error:
            raise CallCapError(error.what + self._left(), error.fix) from None

    def _newest(self) -> int | None:
        if self._settings.freshness is None:
            LOGGER.info("No freshness field is set: every run refreshes")
            return None
        newest = self._report.newest_load = newest_load(self._looker, self._settings.freshness)
        LOGGER.info("Looker shows a newest load of %s", iso(newest) or "never")
        return newest

    def _look_up(self, due: list[str]) -> None:
        """Find everything: what is wrong in the settings is told before anything is changed."""
        if any(self._state.of(name).id is None for name in due) and not self._listed:
            self._list()
        if self._settings.strategy == "build":
            self._builder.find()
            self._report.derived_tables = list(self._builder.results.values())
        if self._settings.dashboards:
            self._warmer.find()
            self._report.dashboards = [p.result for p in self._warmer.prepared]

    def _resumes(self, newest: int | None) -> bool:
        """Take up the last run if it was cut off and this one is about the same load."""
        last = self._state.run
        if (
            last is None
            or last.finished
            or newest is None
            or (last.load, last.strategy) != (newest, self._settings.strategy)
        ):
            return False
        LOGGER.info("The last run for this load was cut off: going on where it ended")
        self._run = last
        return True

    def _open(self, newest: int | None) -> None:
        """Begin the note of a new run; builds for an older load are of no use any more."""
        last = self._state.run
        run = RunNote(newest or 0, self._settings.strategy)
        if last and newest is not None and last.load == newest:
            # Another strategy or another datagroup, and yet the same load: what was built and
            # mailed for it stays so.
            run.builds, run.plans = last.builds, last.plans
        elif last and not last.finished and self._settings.strategy == "build":
            self._builder.stop_leftovers(last)
        self._state.run = self._run = run

    def _due(self, newest: int | None) -> list[str]:
        """Return the names that a load has made stale, in the order of the setting."""
        names = self._settings.datagroups
        strategy = self._settings.strategy
        if not self._settings.freshness:
            return list(names)
        if newest is None:
            return []
        names = tuple(name for name in names if name not in self._run.stamped)
        # A trigger whose answer was lost must not be repeated: Looker's own stamp tells.
        uncertain = strategy == "trigger" and any(name in self._run.stamps for name in names)
        unknown = any(self._state.of(name).seen(strategy) is None for name in names)
        if uncertain or (unknown and strategy != "build"):
            self._list()
        return [
            name
            for name in names
            if not self._triggered(name)
            and is_due(self._state, self._listed, name, strategy, newest)
        ]

    def _triggered(self, name: str) -> bool:
        asked, datagroup = self._run.stamps.get(name), self._listed.get(name)
        if self._settings.strategy != "trigger" or asked is None or datagroup is None:
            return False
        return (datagroup.triggered_at or 0) >= asked

    def _list(self) -> None:
        self._listed = find_datagroups(self._looker, self._settings.datagroups)
        for name, datagroup in self._listed.items():
            self._state.of(name).id = datagroup.id

    def _stamp_all(self, due: list[DatagroupResult], newest: int | None) -> None:
        failures: list[RefreshError] = []
        try:
            for result in due:
                if not self._try(result, newest, failures):
                    break
        finally:
            self._state.save()
        if failures:
            done = [r.name for r in due if r.action == _DONE[self._settings.strategy]]
            raise _summary(failures, due, done)

    def _try(
        self, result: DatagroupResult, newest: int | None, failures: list[RefreshError]
    ) -> bool:
        """Refresh one datagroup, note a failure, and return whether to go on with the next."""
        try:
            self._refresh(result, newest)
        except (ApiError, ConfigurationError, NotGrantedError) as error:
            failures.append(error)
            result.action = "failed"
            result.reason = error.what
        except RefreshError as error:
            # What stops one stops all: a cap, a refused key, a Looker that is down.
            failures.append(error)
            result.reason = error.what
            return False
        return True

    def _refresh(self, result: DatagroupResult, newest: int | None) -> None:
        strategy = self._settings.strategy
        memory = self._state.of(result.name)
        remembered = not self._listed
        try:
            after = self._stamp(result.name)
        except ApiError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise
            before = memory.id
            if remembered:
                self._list()
            if memory.id == before:
                # It is listed and yet not found: Looker hides what the key may not change.
                raise missing_permission(result.name, error.status) from None
            after = self._stamp(result.name)
        if full_name(after) != result.name:
            LOGGER.warning(
                "The remembered id of %s now belongs to %s, which was refreshed instead; "
                "looking it up again",
                result.name,
                full_name(after),
            )
            self._list()
            after = self._stamp(result.name)
        memory.stamp = after.stale_before
        if newest is not None and strategy != "build":
            memory.saw(strategy, newest)
        if result.name not in self._run.stamped:
            self._run.stamped.append(result.name)
        self._state.save()
        result.action = _DONE[strategy]
        result.stale_before, result.triggered_at = after.stale_before, after.triggered_at
        LOGGER.info("%s %s as of %s", result.action, result.name, iso(after.stale_before))

    def _stamp(self, name: str) -> Datagroup:
        memory = self._state.of(name)
        listed = self._listed.get(name)
        known = [memory.stamp]
        if listed:
            known += [listed.stale_before, listed.triggered_at]
        floor = max((stamp for stamp in known if stamp), default=0)
        if self._settings.strategy == "trigger":
            self._run.stamps[name] = max(self._looker.now(), floor)
            self._state.save()
        return stamp_datagroup(self._looker, name, str(memory.id), self._settings.strategy, floor)

    def _work(self, results: dict[str, DatagroupResult], newest: int | None) -> None:
        """Do what comes behind the stamps: builds, warming, proof, deliveries."""
        settings, report = self._settings, self._report
        if settings.strategy == "build" and not self._run.settled:
            self._build(list(results.values()))
        for prepared in self._warmer.prepared:
            if prepared.result.id in self._run.dashboards:
                prepared.result.action = "none"
                continue
            self._warmer.warm(prepared)
            self._run.dashboards.append(prepared.result.id)
            self._state.save()
        self._prove("after")
        behind = [
            e.explore
            for e in report.explores
            if newest is not None and (e.after is None or e.after < newest)
        ]
        if behind:
            raise PartialError(
                f"Looker was refreshed and still shows rows older than the load of {iso(newest)} "
                f"in {', '.join(behind)}; nothing was delivered.",
                "See whether these Explores are on the datagroups named, and whether their tables "
                "are among those that are built.",
            )
        if settings.scheduled_plans:
            run_plans(self._looker, settings, self._state, self._run, report.scheduled_plans)
        self._finish(newest)

    def _build(self, results: list[DatagroupResult]) -> None:
        """Build, and reset once more: what was cached since the first reset is old."""
        try:
            self._builder.build(self._run)
        except (WorkFailedError, TimeOutError):
            if self._builder.built:
                try:
                    self._reset_again(results)
                except RefreshError as error:
                    LOGGER.warning("The second reset failed: %s", error.what)
            raise
        self._reset_again(results)
        self._run.settled = True
        self._state.save()

    def _reset_again(self, results: list[DatagroupResult]) -> None:
        for result in results:
            self._refresh(result, None)

    def _left(self) -> str:
        """Say what a run that was stopped has not come to."""
        report = self._report
        left = [f"table {t.name}" for t in report.derived_tables if t.action != "built"]
        left += [f"dashboard {d.id}" for d in report.dashboards if d.action == "left"]
        left += [
            f"scheduled plan {plan}"
            for plan in self._settings.scheduled_plans
            if plan not in self._run.plans
        ]
        return f" Left undone: {', '.join(left) or 'the proof'}."

    def _prove(self, when: str) -> None:
        """Look up the newest row of each Explore as a viewer would."""
        report = self._report
        if not report.explores:
            report.explores = [
                ExploreResult(f"{p.model}::{p.explore}", p.field) for p in self._settings.proofs
            ]
        for place, shown in zip(self._settings.proofs, report.explores, strict=True):
            setattr(shown, when, newest_load(self._looker, place, cache=True))
        newest = {e.explore: getattr(e, when) for e in report.explores}
        for dashboard in report.dashboards:
            known = [newest[e] for e in dashboard.explores if newest.get(e) is not None]
            setattr(dashboard, f"newest_{when}", min(known, default=None))

    def _finish(self, newest: int | None) -> None:
        """Close the note of the run and say how it ended."""
        settings, report = self._settings, self._report
        if newest is not None:
            for name in settings.datagroups:
                self._state.of(name).saw(settings.strategy, newest)
        self._run.finished = True
        self._state.save()
        tiles = [f"{d.id} {d.title}: {f}" for d in report.dashboards for f in d.failed]
        plans = [p for p in report.scheduled_plans if p.action != "queued"]
        done = [d.name for d in report.datagroups if d.action == _DONE[settings.strategy]]
        verb = _DONE[settings.strategy].capitalize()
        said = f"{verb} {', '.join(done or settings.datagroups)}: {_LATER[settings.strategy]}"
        if tiles:
            raise WorkFailedError(
                f"{said} Tiles failed: {'; '.join(tiles)}.", "Open the dashboards and mend them."
            )
        if plans:
            listed = "; ".join(f"{p.id} is {p.action} ({p.reason})" for p in plans)
            raise PartialError(
                f"{said} Scheduled plans not sent for certain: {listed}.",
                "See their history in Looker, and name only enabled plans of the key's own user.",
            )
        report.outcome = "refreshed"
        report.reason = said
        if report.scheduled_plans:
            report.reason += f" Plans queued: {len(report.scheduled_plans)}."


def is_due(
    state: State, listed: dict[str, Datagroup], name: str, strategy: str, newest: int
) -> bool:
    """Return whether a datagroup has not been refreshed since a load.

    The load that was acted on is compared where it is remembered: that needs no clock. Else the
    datagroup's own stamp is, which anybody may have set; of builds it tells nothing.

    Args:
        state: What earlier runs have learned.
        listed: Datagroups as Looker has them now, by name.
        name: `model::name`.
        strategy: `reset`, `trigger` or `build`.
        newest: End of the newest load in epoch seconds.
    """
    seen = state.of(name).seen(strategy)
    if seen is None and name in listed and strategy != "build":
        datagroup = listed[name]
        seen = datagroup.stale_before if strategy == "reset" else datagroup.triggered_at
    return seen is None or newest > seen


def _summary(
    failures: list[RefreshError], due: list[DatagroupResult], done: list[str]
) -> RefreshError:
    """Return one error that says what failed, what was refreshed and what was not."""
    first = failures[0]
    left = ", ".join(result.name for result in due if result.name not in done)
    what = " ".join(dict.fromkeys(error.what for error in failures))
    if done:
        what += f" Refreshed: {', '.join(done)}."
    what += f" Not refreshed: {left}."
    stopped = failures[-1]
    if isinstance(stopped, CallCapError):
        return CallCapError(what, stopped.fix)
    if done:
        return PartialError(what, first.fix)
    first.args = (f"{what} {first.fix}",)
    first.what = what
    return first
