"""The command `refresh`: find out what is due, act on it, remember it."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from utility_looker_refresh.datagroups import (
    find_datagroups,
    full_name,
    missing_permission,
    stamp_datagroup,
)
from utility_looker_refresh.errors import (
    ApiError,
    CallCapError,
    ConfigurationError,
    NotGrantedError,
    PartialError,
    RefreshError,
)
from utility_looker_refresh.freshness import newest_load
from utility_looker_refresh.report import DatagroupResult, iso

if TYPE_CHECKING:
    from looker_sdk.sdk.api40.models import Datagroup

    from utility_looker_refresh.report import Report
    from utility_looker_refresh.session import Looker
    from utility_looker_refresh.settings import Settings
    from utility_looker_refresh.state import State

LOGGER = logging.getLogger(__name__)
_DONE = {"reset": "reset", "trigger": "triggered"}


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

    def run(self) -> None:
        """Refresh what is due.

        Raises:
            PartialError: Some datagroups were refreshed, others not.
            CallCapError: A cap was reached; the message says what is left.
            RefreshError: Nothing was refreshed.
        """
        settings = self._settings
        results = {name: DatagroupResult(name, "left") for name in settings.datagroups}
        self._report.datagroups = list(results.values())
        if settings.freshness:
            newest = self._report.newest_load = newest_load(self._looker, settings.freshness)
            LOGGER.info("Looker shows a newest load of %s", iso(newest) or "never")
        else:
            newest = None
            LOGGER.info("No freshness field is set: every run refreshes")
        due = self._due(newest)
        for name, datagroup in self._listed.items():
            results[name].stale_before = datagroup.stale_before
            results[name].triggered_at = datagroup.triggered_at
        for name, result in results.items():
            if name not in due:
                result.action = "none"
        if not due:
            self._report.outcome = "nothing_to_do"
            self._report.reason = (
                "Nothing to do: Looker shows no load yet."
                if newest is None
                else f"Nothing to do: no load has ended since {iso(newest)}."
            )
            return
        self._act([results[name] for name in due], newest)

    def _due(self, newest: int | None) -> list[str]:
        """Return the names that a load has made stale, in the order of the setting."""
        names = self._settings.datagroups
        strategy = self._settings.strategy
        if not self._settings.freshness:
            return list(names)
        if newest is None:
            return []
        if any(self._state.of(name).seen(strategy) is None for name in names):
            self._list()
        return [name for name in names if is_due(self._state, self._listed, name, strategy, newest)]

    def _list(self) -> None:
        self._listed = find_datagroups(self._looker, self._settings.datagroups)
        for name, datagroup in self._listed.items():
            self._state.of(name).id = datagroup.id

    def _act(self, due: list[DatagroupResult], newest: int | None) -> None:
        if any(self._state.of(result.name).id is None for result in due) and not self._listed:
            self._list()  # before anything is changed, so that a wrong name changes nothing
        failures: list[RefreshError] = []
        try:
            for result in due:
                if not self._try(result, newest, failures):
                    break
        finally:
            self._state.save()
        done = [result.name for result in due if result.action == _DONE[self._settings.strategy]]
        if failures:
            raise _summary(failures, due, done)
        self._report.outcome = "refreshed"
        later = {
            "reset": "results cached before are stale.",
            "trigger": "Looker rebuilds and delivers at the next tick of its maintenance schedule.",
        }
        verb = _DONE[self._settings.strategy].capitalize()
        self._report.reason = f"{verb} {', '.join(done)}: {later[self._settings.strategy]}"

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
        if newest is not None:
            memory.saw(strategy, newest)
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
        return stamp_datagroup(self._looker, name, str(memory.id), self._settings.strategy, floor)


def is_due(
    state: State, listed: dict[str, Datagroup], name: str, strategy: str, newest: int
) -> bool:
    """Return whether a datagroup has not been refreshed since a load.

    The load that was acted on is compared where it is remembered: that needs no clock. Else the
    datagroup's own stamp is, which anybody may have set.

    Args:
        state: What earlier runs have learned.
        listed: Datagroups as Looker has them now, by name.
        name: `model::name`.
        strategy: `reset` or `trigger`.
        newest: End of the newest load in epoch seconds.
    """
    seen = state.of(name).seen(strategy)
    if seen is None and name in listed:
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
