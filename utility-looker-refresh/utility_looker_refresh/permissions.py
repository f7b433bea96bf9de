"""Which of Looker's permissions the settings need, for what, and whether roles grant them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from looker_sdk.sdk.api40.models import Role, ScheduledPlanDestination

    from utility_looker_refresh.report import DashboardResult
    from utility_looker_refresh.settings import Settings

_DESTINATIONS = {
    "email": "schedule_look_emails",
    "webhook": "send_outgoing_webhook",
    "s3": "send_to_s3",
    "sftp": "send_to_sftp",
}
_OF_INTEGRATIONS = "send_to_integration"


@dataclass(frozen=True)
class Need:
    """One permission that is needed.

    Attributes:
        permission: Looker's name of it.
        model: Model that a role must grant it for; None: no certain one.
        purpose: The setting that needs it, for people.
    """

    permission: str
    model: str | None
    purpose: str

    @property
    def place(self) -> str:
        """Where it is needed, as the end of a sentence."""
        return f" for the model {self.model}" if self.model else ""

    @property
    def fix(self) -> str:
        """What to do where no role grants it."""
        of_model = f" whose model set has {self.model}" if self.model else ""
        return (
            f"in Looker (Admin, Roles) add {self.permission} to the permission set of a role"
            f"{of_model}, and give that role to the key's user"
        )

    def granted(self, roles: Iterable[Role]) -> bool:
        """Say whether one of the roles grants it."""
        for role in roles:
            models, permissions = role.model_set, role.permission_set
            if not (models and permissions):
                continue
            on_model = (
                self.model is None or models.all_access or self.model in (models.models or ())
            )
            if on_model and (
                permissions.all_access or self.permission in (permissions.permissions or ())
            ):
                return True
        return False


SEE_OTHERS = Need(
    "see_schedules",
    None,
    "a plan of another owner cannot be told from one that is not there",
)
"""Running plans does without it."""


def of_settings(settings: Settings) -> list[Need]:
    """Return what the settings need before anything is asked of Looker."""
    needs = [
        Need(permission, name.partition("::")[0], "datagroups")
        for name in settings.datagroups
        for permission in ("see_datagroups", "update_datagroups")
    ]
    if settings.freshness:
        needs += _of_query(settings.freshness.model, "freshness")
    for place in settings.proofs:
        needs += _of_query(place.model, "proof")
    if settings.strategy == "build":
        for name in settings.derived_tables or settings.datagroups:
            needs.append(Need("develop", name.partition("::")[0], "strategy build"))
    for name in settings.dashboards:
        model, joint, _ = name.partition("::")
        if joint:
            needs.append(Need("see_lookml_dashboards", model, "dashboards"))
        else:
            needs.append(Need("see_user_dashboards", None, "dashboards"))
    return _each_once(needs)


def of_dashboards(dashboards: Iterable[DashboardResult]) -> list[Need]:
    """Return what it takes to run the queries of the tiles of dashboards."""
    return _each_once(
        need
        for dashboard in dashboards
        for explore in dashboard.explores
        for need in _of_query(explore.partition("::")[0], f"dashboard {dashboard.id}")
    )


def of_destinations(plan_id: str, destinations: Sequence[ScheduledPlanDestination]) -> list[Need]:
    """Return what it takes to send a scheduled plan to where it goes."""
    needs: list[Need] = []
    for destination in destinations:
        purpose = f"scheduled plan {plan_id}, which goes to {destination.type}"
        permission = _DESTINATIONS.get(destination.type or "", _OF_INTEGRATIONS)
        needs.append(Need(permission, None, purpose))
        # Looker says of each address whether it is that of a user.
        if destination.type == "email" and destination.looker_recipient is False:
            needs.append(
                Need("schedule_external_look_emails", None, f"{purpose} of others than users")
            )
    return _each_once(needs)


def _of_query(model: str, purpose: str) -> Iterator[Need]:
    for permission in ("access_data", "explore"):
        yield Need(permission, model, purpose)


def _each_once(needs: Iterable[Need]) -> list[Need]:
    """Drop what is needed for something named before, too."""
    first: dict[tuple[str, str | None], Need] = {}
    for need in needs:
        first.setdefault((need.permission, need.model), need)
    return list(first.values())
