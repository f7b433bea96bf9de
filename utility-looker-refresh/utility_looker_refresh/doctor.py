"""The command `doctor`: what is wrong, and how to mend it."""

from __future__ import annotations

import functools
import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from utility_looker_refresh.errors import ApiError, ExitCode, RefreshError
from utility_looker_refresh.permissions import (
    SEE_OTHERS,
    of_dashboards,
    of_destinations,
    of_settings,
)
from utility_looker_refresh.plan import plan, quota
from utility_looker_refresh.report import Finding, iso

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from looker_sdk.sdk.api40.models import Role

    from utility_looker_refresh.permissions import Need
    from utility_looker_refresh.report import Report
    from utility_looker_refresh.session import Looker
    from utility_looker_refresh.settings import Settings
    from utility_looker_refresh.state import State

_CLOCK_TOLERANCE = 60
_BUILDS_SINCE = (22, 2)


class Doctor:
    """One examination; the findings are put into a report.

    Args:
        settings: What is to be refreshed.
        state: What earlier runs have learned.
        report: Takes the findings.
        runs_per_day: How often a refresh is meant to run.
    """

    def __init__(self, settings: Settings, state: State, report: Report, runs_per_day: int) -> None:
        self._settings = settings
        self._runs_per_day = runs_per_day
        self._state = state
        self._report = report
        self._exit_code = ExitCode.DONE
        self._roles: list[Role] | None = None
        self._looked_up: set[tuple[str, str | None]] = set()

    def examine(self, looker: Looker | None) -> ExitCode:
        """Run all checks.

        Args:
            looker: The session; None looks at the settings only.

        Returns:
            The exit code of the first error, or 0.
        """
        self._transport_safety()
        self._quota()
        checks = {
            "version": self._version,
            "permissions": self._permissions,
            "datagroups": self._datagroups,
            **({"derived tables": self._derived_tables} if self._builds else {}),
            **({"dashboards": self._dashboards} if self._settings.dashboards else {}),
            **({"scheduled plans": self._plans} if self._settings.scheduled_plans else {}),
            "freshness": self._freshness,
        }
        if looker is None:
            for check in ("login", *checks):
                self._find(check, "not_checked", "left out by --offline")
            return self._exit_code
        if self._attempt("login", lambda: self._login(looker)):
            for check, examination in checks.items():
                self._attempt(check, functools.partial(examination, looker))
            self._clock(looker)
        else:
            for check in checks:
                self._find(check, "not_checked", "needs an answer of Looker")
        return self._exit_code

    def _find(self, check: str, level: str, message: str, fix: str | None = None) -> None:
        self._report.findings.append(Finding(check, level, message, fix))

    def _attempt(self, check: str, examination: Callable[[], None]) -> bool:
        try:
            examination()
        except RefreshError as error:
            self._find(check, "error", error.what, error.fix)
            self._exit_code = self._exit_code or error.exit_code
            return False
        return True

    def _transport_safety(self) -> None:
        settings = self._settings
        self._find("settings", "ok", f"complete; strategy {settings.strategy}")
        if not settings.verify_ssl:
            self._find(
                "certificate",
                "warning",
                "it is not checked, so anybody in between can read the key",
                "set verify_ssl to true, and REQUESTS_CA_BUNDLE for a private authority",
            )
        if sends_key_in_clear(settings.base_url):
            self._find(
                "encryption",
                "warning",
                "base_url is http: key and data travel readable by all in between",
                "use https",
            )

    @property
    def _builds(self) -> bool:
        return self._settings.strategy == "build"

    def _quota(self) -> None:
        scenarios = plan(self._settings, self._state, self._runs_per_day)
        found = quota(scenarios, self._settings, self._runs_per_day)
        if found.enough:
            self._find("quota", "ok", found.text)
        else:
            self._find("quota", "warning", found.text, found.advice)

    def _login(self, looker: Looker) -> None:
        looker.log_in()
        self._find("login", "ok", f"{self._settings.base_url} answers and accepts the key")

    def _version(self, looker: Looker) -> None:
        version = looker.api.versions(fields="looker_release_version").looker_release_version
        numbers = tuple(int(n) for n in re.findall(r"\d+", version or "")[:2])
        if self._builds and numbers < _BUILDS_SINCE:
            self._find(
                "version",
                "error",
                f"Looker {version} has no API for builds",
                "use strategy trigger, or Looker 22.2 or newer",
            )
            self._exit_code = self._exit_code or ExitCode.CONFIGURATION
            return
        self._find("version", "ok", f"Looker {version}")

    def _permissions(self, looker: Looker) -> None:
        user = looker.api.me(fields="id")
        try:
            roles = looker.api.user_roles(str(user.id))
        except ApiError as error:
            if error.exit_code != ExitCode.ACCESS:
                raise
            self._find(
                "permissions",
                "warning",
                f"cannot be checked, as the key may not read its own roles (HTTP {error.status})",
                "see in Looker (Admin, Users) that they hold what the README lists",
            )
            return
        self._roles = list(roles)
        self._need(of_settings(self._settings))

    def _need(self, needs: Sequence[Need]) -> None:
        """Find what no role of the key grants; nothing where its roles cannot be read."""
        if self._roles is None:
            return
        granted: dict[str, list[str]] = {}
        for need in needs:
            if (need.permission, need.model) in self._looked_up:
                continue
            self._looked_up.add((need.permission, need.model))
            if need.granted(self._roles):
                granted.setdefault(need.place, []).append(need.permission)
                continue
            self._exit_code = self._exit_code or ExitCode.ACCESS
            self._find(
                "permissions",
                "error",
                f"the key's roles lack {need.permission}{need.place}, needed for {need.purpose}",
                need.fix,
            )
        for place, permissions in granted.items():
            self._find("permissions", "ok", f"{', '.join(permissions)}{place}")

    def _datagroups(self, looker: Looker) -> None:
        from utility_looker_refresh.datagroups import find_datagroups  # noqa: PLC0415 - slow

        for name, datagroup in find_datagroups(looker, self._settings.datagroups).items():
            if datagroup.trigger_value is not None and self._builds:
                self._find(
                    "datagroups",
                    "warning",
                    f"{name} has a trigger of its own, so Looker builds its tables, too",
                    "remove its sql_trigger in LookML, or use strategy trigger",
                )
            elif datagroup.trigger_error:
                self._find(
                    "datagroups",
                    "warning",
                    f"{name}: its own trigger fails: {datagroup.trigger_error}",
                    "mend or remove its sql_trigger in LookML; a pipeline needs only max_cache_age",
                )
            else:
                self._find("datagroups", "ok", f"{name} exists")

    def _derived_tables(self, looker: Looker) -> None:
        from utility_looker_refresh.derived_tables import Builder  # noqa: PLC0415 - slow

        builder = Builder(looker, self._settings, self._state, 0)
        builder.find()
        self._find("derived tables", "ok", f"in this order: {', '.join(builder.results)}")
        for connection in builder.connections.values():
            if connection.maintenance_cron:
                self._find(
                    "maintenance schedule",
                    "ok",
                    f"{connection.name}: Looker's own builds begin at {connection.maintenance_cron}"
                    ", those of this tool at once",
                )
            else:
                self._find(
                    "maintenance schedule",
                    "warning",
                    f"the connection {connection.name} has none, so nothing triggered is rebuilt",
                    "set it in Looker (Admin, Connections, PDT and datagroup maintenance)",
                )

    def _dashboards(self, looker: Looker) -> None:
        from utility_looker_refresh.dashboards import Warmer  # noqa: PLC0415 - slow

        warmer = Warmer(looker, self._settings, self._state, 0)
        warmer.find(queries=False)
        names = ", ".join(f"{p.result.id} {p.result.title}" for p in warmer.prepared)
        self._find("dashboards", "ok", f"can be seen: {names}")
        self._need(of_dashboards([p.result for p in warmer.prepared]))

    def _plans(self, looker: Looker) -> None:
        from utility_looker_refresh.schedules import examine, own_plans  # noqa: PLC0415 - slow

        if self._roles is not None and not SEE_OTHERS.granted(self._roles):
            self._find(
                "permissions",
                "warning",
                f"the key's roles lack {SEE_OTHERS.permission}: {SEE_OTHERS.purpose}",
                SEE_OTHERS.fix,
            )
        plans = own_plans(looker, destinations=True)
        for plan_id in self._settings.scheduled_plans:
            result = examine(plan_id, plans)
            label = f"{plan_id} {result.name or ''}".strip()
            if result.action != "left":
                self._exit_code = self._exit_code or ExitCode.CONFIGURATION
                self._find(
                    "scheduled plans",
                    "error",
                    f"{label} cannot be run: {result.reason}",
                    "enable it, or have the key's user own it",
                )
            elif result.reason:
                self._find(
                    "scheduled plans",
                    "warning",
                    f"{label}: {result.reason}",
                    "change the plan in Looker if that is not meant",
                )
            else:
                self._find("scheduled plans", "ok", label)
            if plan_id in plans:
                destinations = plans[plan_id].scheduled_plan_destination or ()
                self._need(of_destinations(plan_id, destinations))

    def _freshness(self, looker: Looker) -> None:
        from utility_looker_refresh.freshness import newest_load  # noqa: PLC0415 - slow

        if self._settings.freshness is None:
            self._find(
                "freshness",
                "warning",
                "not set: every run refreshes, whether a load brought news or not",
                "add a freshness field to LookML and name it in the setting freshness",
            )
            return
        newest = newest_load(looker, self._settings.freshness)
        if newest is not None and newest > looker.now() + _CLOCK_TOLERANCE:
            self._find(
                "freshness",
                "warning",
                f"the newest load, {iso(newest)}, lies in the future of Looker's clock",
                "correct the clock of the machine that loads, or the zone of the field",
            )
        else:
            self._find("freshness", "ok", f"newest load: {iso(newest) or 'none yet'}")

    def _clock(self, looker: Looker) -> None:
        difference = looker.transport.clock_difference
        if difference is None:
            self._find("clock", "not_checked", "Looker sends no Date header")
        elif abs(difference) > _CLOCK_TOLERANCE:
            self._find(
                "clock",
                "warning",
                f"Looker's clock differs by {difference:.0f} s from this machine's",
                "correct this machine's clock; stamps are set by Looker's in any case",
            )
        else:
            self._find("clock", "ok", "agrees with Looker's")


def sends_key_in_clear(base_url: str) -> bool:
    """Return whether a URL is unencrypted and leaves this machine."""
    parts = urlsplit(base_url)
    if parts.scheme == "https":
        return False
    try:
        return not ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname != "localhost"
