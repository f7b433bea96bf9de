"""What the Looker stand-in knows: datagroups, roles, what queries answer, and its clock."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from typing import TYPE_CHECKING, Any

from visma_looker_sandbox.looker.compiler import Refused
from visma_looker_sandbox.looker.content import Content
from visma_looker_sandbox.looker.derived import Derived
from visma_looker_sandbox.looker.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Callable

    from visma_looker_sandbox.looker.explores import Explores

#: How far apart the ticks of the regenerator are: Looker's default maintenance schedule.
TICK_SECONDS = 300
_RUN_ONCE_PER_SECOND = 10


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
        sql_value: What its `sql_trigger` would answer now; not part of Looker's API. None: it has
            none. A value other than `trigger_value` triggers it at the next tick.
        rebuilding: Ids of the builds that its trigger began; not part of Looker's API.
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
    sql_value: str | None = None
    rebuilding: list[str] | None = None

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
        sends_retry_after: Whether a 429 says how long to wait.
        denied: Operations that the key may not carry out, as `METHOD /path/template`.
        quotas: Most calls of a month, by `x-looker-activity-type`; beyond, each gets 429.
        unfinished_status: Status for the results of a task that still runs: 202, of old 204.
        backed: By model and Explore, the persistent table (`model::view`) that it reads.
        governed: By model and Explore, the datagroup of its cache; default: the model's first.
        derived: The persistent tables.
        content: Dashboards, queries and plans.
        tasks: Query tasks and the cache.
        explores: A LookML project on a warehouse, which answers the queries of its model.
        user_attributes: Those of the key's user, for access filters.
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
    sends_retry_after: bool = True
    denied: set[str] = field(default_factory=set)
    quotas: dict[str, int] = field(default_factory=dict)
    unfinished_status: int = 202
    backed: dict[tuple[str, str], str] = field(default_factory=dict)
    governed: dict[tuple[str, str], str] = field(default_factory=dict)
    derived: Derived = field(init=False)
    content: Content = field(default_factory=Content)
    tasks: Tasks = field(init=False)
    explores: Explores | None = None
    user_attributes: dict[str, str] = field(default_factory=dict)
    _ticked_at: int = 0
    _month: str = ""
    _run_once_at: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Join the parts."""
        self.derived = Derived(
            self.now, lambda name: self.connections[name].pdt_concurrency, self.answers
        )
        self.tasks = Tasks(
            self.now,
            self.run,
            self._stale_before,
            lambda: min(c.max_queries_per_user for c in self.connections.values()),
            self.sql,
        )

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

    def project(self, model: str) -> Explores | None:
        """The LookML project of a model, if there is one."""
        return self.explores if self.explores and self.explores.project.name == model else None

    def knows(self, model: str, explore: str) -> bool:
        """Say whether there is such an Explore."""
        if project := self.project(model):
            return explore in project.project.explores
        return any(key[:2] == (model, explore) for key in self.answers)

    def sql(self, query: dict[str, Any]) -> str | None:
        """What a query is known by where there is a project that can make SQL of it."""
        project = self.project(query["model"])
        try:
            if project:
                return project.statement(query, self.user_attributes, self._today()).key
        except Refused:
            pass  # whoever runs it is told
        return None

    def _today(self) -> date:
        return datetime.fromtimestamp(self.now(), tz=timezone.utc).date()

    def run(self, query: dict[str, Any]) -> list[dict[str, Any]] | str:
        """Answer a query: from the warehouse, or with one row; or say why it fails."""
        model, explore = query["model"], query["view"]
        if project := self.project(model):
            try:
                return project.rows(query, self.user_attributes, self._today())
            except Refused as refusal:
                return str(refusal)
        table = self.derived.tables.get(self.backed.get((model, explore), ""))
        row = {}
        for name in query.get("fields") or ():
            key = (model, explore, name)
            if key not in self.answers:
                return f'Unknown or inaccessible field "{name}" in explore {explore}'
            row[name] = table.holds.get(key) if table else self.answers[key]
        return [row]

    def _stale_before(self, query: dict[str, Any]) -> float:
        model = query["model"]
        name = self.governed.get((model, query["view"]))
        group = next(
            (g for g in self.datagroups.values() if g.model == model and name in (None, g.name)),
            None,
        )
        return 0.0 if group is None else float(group.stale_before or 0)

    def over_quota(self, activity: str) -> bool:
        """Count a call; say whether the month's quota of its class is used up."""
        month = datetime.fromtimestamp(self.now(), tz=timezone.utc).strftime("%Y-%m")
        if month != self._month:
            self._month, self.calls = month, dict.fromkeys(self.calls, 0)
        self.calls[activity] += 1
        quota = self.quotas.get(activity)
        return quota is not None and self.calls[activity] > quota

    def too_fast(self) -> bool:
        """Count a run-once; say whether it is the eleventh within a second."""
        now = self.now()
        self._run_once_at = [at for at in self._run_once_at if at > now - 1] + [now]
        return len(self._run_once_at) > _RUN_ONCE_PER_SECOND

    def catch_up(self) -> None:
        """Let builds and tasks go on, and the regenerator tick if its schedule has come."""
        tick = int(self.now() // TICK_SECONDS)
        if tick > self._ticked_at:
            if self._ticked_at:
                self.tick()
            self._ticked_at = tick
        self.derived.catch_up()
        self.tasks.catch_up()
        self._ready()

    def tick(self) -> None:
        """Let the regenerator look at all datagroups and rebuild those that were triggered."""
        now = int(self.now())
        self.derived.catch_up()
        for datagroup in self.datagroups.values():
            datagroup.trigger_check_at = now
            if datagroup.sql_value != datagroup.trigger_value:
                datagroup.trigger_value, datagroup.triggered_at = datagroup.sql_value, now
            if (
                datagroup.triggered_at is not None
                and datagroup.rebuilding is None
                and (datagroup.rebuilt_at is None or datagroup.rebuilt_at < datagroup.triggered_at)
            ):
                tables = [
                    table.full_name
                    for table in self.derived.tables.values()
                    if table.datagroup == datagroup.full_name
                ]
                datagroup.rebuilding = [
                    self.derived.begin(name, by_api=False).id for name in tables
                ]
        self.derived.catch_up()
        self._ready()
        stamp = datetime.fromtimestamp(now, tz=timezone.utc).strftime("%Y-%m-%d %H:%M:%S +0000")
        for connection in self.connections.values():
            connection.last_regen_at = stamp

    def _ready(self) -> None:
        """Finish the datagroups whose tables are built: only then their plans are delivered."""
        live = {build.id for build in self.derived.builds if build.live}
        for datagroup in self.datagroups.values():
            if datagroup.rebuilding is None or live.intersection(datagroup.rebuilding):
                continue
            datagroup.rebuilding, datagroup.rebuilt_at = None, int(self.now())
            for plan in self.content.plans.values():
                if plan.enabled and plan.datagroup in (datagroup.name, datagroup.full_name):
                    self.content.deliver(plan, int(self.now()), "datagroup")
