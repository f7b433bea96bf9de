"""The command `doctor`: what is wrong, and how to mend it."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from utility_looker_refresh.errors import ApiError, ExitCode, RefreshError
from utility_looker_refresh.report import Finding, iso

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from looker_sdk.sdk.api40.models import Role

    from utility_looker_refresh.report import Report
    from utility_looker_refresh.session import Looker
    from utility_looker_refresh.settings import Settings

_CLOCK_TOLERANCE = 60


class Doctor:
    """One examination; the findings are put into a report.

    Args:
        settings: What is to be refreshed.
        report: Takes the findings.
    """

    def __init__(self, settings: Settings, report: Report) -> None:
        self._settings = settings
        self._report = report
        self._exit_code = ExitCode.DONE

    def examine(self, looker: Looker | None) -> ExitCode:
        """Run all checks.

        Args:
            looker: The session; None looks at the settings only.

        Returns:
            The exit code of the first error, or 0.
        """
        self._transport_safety()
        if looker is None:
            for check in ("login", "version", "permissions", "datagroups", "freshness"):
                self._find(check, "not_checked", "left out by --offline")
            return self._exit_code
        if self._attempt("login", lambda: self._login(looker)):
            self._attempt("version", lambda: self._version(looker))
            self._attempt("permissions", lambda: self._permissions(looker))
            self._attempt("datagroups", lambda: self._datagroups(looker))
            self._attempt("freshness", lambda: self._freshness(looker))
            self._clock(looker)
        else:
            for check in ("version", "permissions", "datagroups", "freshness"):
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

    def _login(self, looker: Looker) -> None:
        looker.log_in()
        self._find("login", "ok", f"{self._settings.base_url} answers and accepts the key")

    def _version(self, looker: Looker) -> None:
        version = looker.api.versions(fields="looker_release_version").looker_release_version
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
                "see in Looker (Admin, Users) that they hold see_datagroups and update_datagroups",
            )
            return
        needed: dict[str, set[str]] = {}
        for name in self._settings.datagroups:
            model = name.partition("::")[0]
            needed[model] = {"see_datagroups", "update_datagroups"}
        if self._settings.freshness:
            needed.setdefault(self._settings.freshness.model, set()).update(
                {"access_data", "explore"}
            )
        for model, permissions in needed.items():
            lacking = sorted(permissions - _granted(roles, model))
            if lacking:
                self._exit_code = self._exit_code or ExitCode.ACCESS
                self._find(
                    "permissions",
                    "error",
                    f"the key's roles lack {', '.join(lacking)} for the model {model}",
                    "grant them in Looker (Admin, Roles) through a role whose model set has it",
                )
            else:
                self._find("permissions", "ok", f"{', '.join(sorted(permissions))} for {model}")

    def _datagroups(self, looker: Looker) -> None:
        from utility_looker_refresh.datagroups import find_datagroups  # noqa: PLC0415 - slow

        for name, datagroup in find_datagroups(looker, self._settings.datagroups).items():
            if datagroup.trigger_error:
                self._find(
                    "datagroups",
                    "warning",
                    f"{name}: its own trigger fails: {datagroup.trigger_error}",
                    "mend or remove its sql_trigger in LookML; a pipeline needs only max_cache_age",
                )
            else:
                self._find("datagroups", "ok", f"{name} exists")

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


def _granted(roles: Sequence[Role], model: str) -> set[str]:
    """Return the permissions that roles grant for a model."""
    granted: set[str] = set()
    for role in roles:
        models, permissions = role.model_set, role.permission_set
        if models and permissions and (models.all_access or model in (models.models or ())):
            if permissions.all_access:
                return {"see_datagroups", "update_datagroups", "access_data", "explore"}
            granted.update(permissions.permissions or ())
    return granted


def sends_key_in_clear(base_url: str) -> bool:
    """Return whether a URL is unencrypted and leaves this machine."""
    parts = urlsplit(base_url)
    if parts.scheme == "https":
        return False
    try:
        return not ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname != "localhost"
