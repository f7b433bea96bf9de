"""What the Looker stand-in knows: datagroups, roles, what queries answer, and its clock."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

#: How far apart the ticks of the regenerator are: Looker's default maintenance schedule.
TICK_SECONDS = 300


@dataclass
class Datagroup:
    """A datagroup of a model; times are epoch seconds.

    Attributes:
        id: Looker's id.
        model: LookML model that declares it.
        name: Its name, unique within the model.
        created_at: When Looker first saw it.
        stale_before: What was cached before is stale; None before the first reset.
        triggered_at: When it was last triggered; None before.
        trigger_check_at: When the regenerator last looked at it.
        trigger_value: What its own `sql_trigger` answered.
        trigger_error: Why its own `sql_trigger` failed.
        rebuilt_at: When its persistent tables were last rebuilt; not part of Looker's API.
    """

    id: str
    model: str
    name: str
    created_at: int
    stale_before: int | None = None
    triggered_at: int | None = None
    trigger_check_at: int | None = None
    trigger_value: str | None = None
    trigger_error: str | None = None
    rebuilt_at: int | None = None

    @property
    def full_name(self) -> str:
        """`model::name`."""
        return f"{self.model}::{self.name}"


@dataclass
class Role:
    """What a user may do, and on which models.

    Attributes:
        id: Looker's id.
        name: Its name.
        permissions: Names of permissions.
        models: Names of models.
        all_permissions: Whether it grants every permission.
        all_models: Whether it covers every model.
    """

    id: str
    name: str
    permissions: list[str]
    models: list[str]
    all_permissions: bool = False
    all_models: bool = False

    def grants(self, permission: str, model: str | None) -> bool:
        """Say whether the role grants a permission, on a model if one is given."""
        return (self.all_permissions or permission in self.permissions) and (
            model is None or self.all_models or model in self.models
        )


@dataclass
class Connection:
    """A database connection, as far as a refresh is concerned."""

    name: str = "warehouse"
    dialect_name: str = "postgres"
    pdts_enabled: bool = True
    pdt_api_control_enabled: bool = False
    pdt_concurrency: int = 1
    max_queries: int = 30
    max_queries_per_user: int = 15
    maintenance_cron: str | None = "*/5 * * * *"
    last_regen_at: str | None = None
    always_retry_failed_builds: bool = False


def _datagroups() -> dict[str, Datagroup]:
    created = 1_700_000_000
    datagroups = [
        Datagroup("11", "finance", "visma_load", created),
        Datagroup("12", "finance", "month_end", created),
        # Of a model that the key's role does not cover: the API does not show it.
        Datagroup("13", "logistics", "stock_load", created),
    ]
    return {datagroup.id: datagroup for datagroup in datagroups}


def _roles() -> list[Role]:
    permissions = ["access_data", "explore", "see_datagroups", "update_datagroups"]
    return [Role("4", "Pipeline", permissions, ["finance"])]


def _answers() -> dict[tuple[str, str, str], Any]:
    return {("finance", "sync_runs", "sync_runs.newest_load_epoch"): None}


@dataclass
class LookerWorld:
    """Everything that a test or the control may look at and change.

    Attributes:
        clock: This machine's time in epoch seconds.
        skew: Seconds that Looker's clock is ahead of it.
        version: Release that Looker tells.
        denied_status: What a missing permission is answered with; 403 or 404.
        user_id: The user that the key belongs to.
        roles: The roles of that user.
        datagroups: By id.
        connections: By name.
        answers: By model, Explore and field, what an inline query answers.
        calls: Calls answered, by `x-looker-activity-type`.
        writes: Every accepted change of a datagroup, oldest first.
        sends_date: Whether answers have a `Date` header.
    """

    clock: Callable[[], float] = time.time
    skew: float = 0.0
    version: str = "26.12.4"
    denied_status: int = 403
    user_id: str = "7"
    roles: list[Role] = field(default_factory=_roles)
    datagroups: dict[str, Datagroup] = field(default_factory=_datagroups)
    connections: dict[str, Connection] = field(default_factory=lambda: {"warehouse": Connection()})
    answers: dict[tuple[str, str, str], Any] = field(default_factory=_answers)
    calls: dict[str, int] = field(
        default_factory=lambda: {"none": 0, "non_query": 0, "db_query": 0}
    )
    writes: list[dict[str, Any]] = field(default_factory=list)
    sends_date: bool = True
    _ticked_at: int = 0

    def now(self) -> float:
        """Epoch seconds by Looker's clock."""
        return self.clock() + self.skew

    def may(self, permission: str, model: str | None = None) -> bool:
        """Say whether any role grants a permission."""
        return any(role.grants(permission, model) for role in self.roles)

    def datagroup(self, full_name: str) -> Datagroup:
        """Find a datagroup by `model::name`."""
        return next(group for group in self.datagroups.values() if group.full_name == full_name)

    def answer(self, model: str, explore: str, field_name: str, value: Any) -> None:
        """Set what an inline query of one field answers; None stands for no row with a value."""
        self.answers[model, explore, field_name] = value

    def write(self, datagroup: Datagroup, stamps: dict[str, int]) -> None:
        """Change the stamps of a datagroup and note it."""
        self.writes.append({"datagroup": datagroup.full_name, "at": int(self.now()), **stamps})
        datagroup.stale_before = stamps.get("stale_before", datagroup.stale_before)
        datagroup.triggered_at = stamps.get("triggered_at", datagroup.triggered_at)

    def catch_up(self) -> None:
        """Let the regenerator tick if its schedule has come since the last look."""
        tick = int(self.now() // TICK_SECONDS)
        if tick > self._ticked_at:
            if self._ticked_at:
                self.tick()
            self._ticked_at = tick

    def tick(self) -> None:
        """Let the regenerator look at all datagroups and rebuild those that were triggered."""
        now = int(self.now())
        for datagroup in self.datagroups.values():
            datagroup.trigger_check_at = now
            if datagroup.triggered_at is not None and (
                datagroup.rebuilt_at is None or datagroup.rebuilt_at < datagroup.triggered_at
            ):
                datagroup.rebuilt_at = now
        stamp = datetime.fromtimestamp(now, tz=timezone.utc).strftime("%Y-%m-%d %H:%M:%S +0000")
        for connection in self.connections.values():
            connection.last_regen_at = stamp
