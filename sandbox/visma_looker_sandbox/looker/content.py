"""Dashboards, saved queries and scheduled plans of the Looker stand-in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_SENDING = {
    "email": "schedule_look_emails",
    "webhook": "send_outgoing_webhook",
    "s3": "send_to_s3",
    "sftp": "send_to_sftp",
}
_SUPPRESSORS = ("require_results", "require_no_results", "require_change")


@dataclass
class Tile:
    """A tile of a dashboard.

    Attributes:
        title: Its title.
        query_id: Saved query behind it; None for a text.
        merge_id: Merged results behind it, in place of a query.
        listens: Dashboard filter to field, by the query's name for merged results.
        form: Where the query stands: `result_maker`, `query` or `look`.
    """

    title: str
    query_id: str | None = None
    merge_id: str | None = None
    listens: dict[str, str] = field(default_factory=dict)
    form: str = "result_maker"


@dataclass
class Dashboard:
    """A dashboard; LookML dashboards have an id such as `model::name`."""

    id: str
    title: str
    tiles: list[Tile] = field(default_factory=list)
    filters: dict[str, str | None] = field(default_factory=dict)
    slug: str | None = None
    folder_id: str | None = None


@dataclass
class Plan:
    """A scheduled plan.

    Attributes:
        destinations: Where it goes, each as Looker's `ScheduledPlanDestination`: `type`, and for
            `email` `looker_recipient`.
    """

    id: str
    name: str
    user_id: str = "7"
    dashboard_id: str | None = None
    enabled: bool = True
    crontab: str | None = None
    datagroup: str | None = None
    require_results: bool = False
    require_no_results: bool = False
    require_change: bool = False
    run_once: bool = False
    destinations: list[dict[str, Any]] = field(default_factory=list)

    @property
    def permissions(self) -> set[str]:
        """What its owner must be permitted for it to go out."""
        needed = set()
        for destination in self.destinations:
            kind = destination["type"]
            needed.add(_SENDING.get(kind, "send_to_integration"))
            if kind == "email" and not destination.get("looker_recipient", True):
                needed.add("schedule_external_look_emails")
        return needed


@dataclass
class Content:
    """What people have made in this Looker.

    Attributes:
        queries: Bodies of saved queries, by id; a query with the same content has the same id.
        dashboards: By id.
        merges: Ids of the queries of merged results, by id.
        plans: By id.
        deliveries: What was sent: plan, time and what for, oldest first.
    """

    queries: dict[str, dict[str, Any]] = field(default_factory=dict)
    dashboards: dict[str, Dashboard] = field(default_factory=dict)
    merges: dict[str, list[str]] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    deliveries: list[dict[str, Any]] = field(default_factory=list)

    def save_query(self, body: dict[str, Any]) -> str:
        """Keep a query and return its id."""
        kept = {name: value for name, value in body.items() if value is not None}
        for query_id, known in self.queries.items():
            if known == kept:
                return query_id
        query_id = str(len(self.queries) + 501)
        self.queries[query_id] = kept
        return query_id

    def query_json(self, query_id: str) -> dict[str, Any]:
        """Return a `Query`."""
        body = self.queries[query_id]
        return {**body, "id": query_id, "slug": f"q{query_id}", "can": {"show": True}}

    def dashboard_json(self, dashboard: Dashboard) -> dict[str, Any]:
        """Return a `Dashboard`."""
        return {
            "can": {"show": True},
            "id": dashboard.id,
            "title": dashboard.title,
            "slug": dashboard.slug,
            "folder": {"name": "Reports", "id": dashboard.folder_id}
            if dashboard.folder_id
            else {"name": "LookML"},
            "deleted": False,
            "dashboard_filters": [
                {
                    "id": str(number),
                    "dashboard_id": dashboard.id,
                    "name": name,
                    "title": name,
                    "type": "field_filter",
                    "default_value": value,
                    "field": {"name": "any"},
                }
                for number, (name, value) in enumerate(dashboard.filters.items(), 1)
            ],
            "dashboard_elements": [
                self._tile_json(dashboard, tile, str(number))
                for number, tile in enumerate(dashboard.tiles, 1)
            ],
        }

    def _tile_json(self, dashboard: Dashboard, tile: Tile, tile_id: str) -> dict[str, Any]:
        data: dict[str, Any] = {
            "can": {"show": True},
            "id": tile_id,
            "dashboard_id": dashboard.id,
            "title": tile.title,
            "type": "vis" if tile.query_id or tile.merge_id else "text",
            "query_id": None,
            "look_id": None,
            "merge_result_id": tile.merge_id,
        }
        if data["type"] == "text":
            return {**data, "body_text": "A note"}
        ids = [tile.query_id] if tile.query_id else self.merges[tile.merge_id or ""]
        filterables = [
            {
                "model": self.queries[query_id]["model"],
                "view": self.queries[query_id]["view"],
                "name": f"q{number}" if tile.merge_id else None,
                "listen": [
                    {"dashboard_filter_name": name, "field": field_name}
                    for name, field_name in tile.listens.items()
                ],
            }
            for number, query_id in enumerate(ids, 1)
            if query_id
        ]
        maker: dict[str, Any] = {
            "id": f"r{tile_id}",
            "filterables": filterables,
            "merge_result_id": tile.merge_id,
            "query_id": tile.query_id,
        }
        if tile.query_id:
            query = self.query_json(tile.query_id)
            if tile.form == "look":
                data.update(look_id="9", look={"id": "9", "query_id": tile.query_id})
                data["look"]["query"] = query
            elif tile.form == "query":
                data.update(query_id=tile.query_id, query=query)
            else:
                maker["query"] = query
        return {**data, "result_maker": maker}

    def merge_json(self, merge_id: str) -> dict[str, Any]:
        """Return a `MergeQuery`."""
        sources = [
            {"name": f"q{number}", "query_id": query_id, "merge_fields": []}
            for number, query_id in enumerate(self.merges[merge_id], 1)
        ]
        return {"can": {"show": True}, "id": merge_id, "source_queries": sources}

    def plan_json(self, plan: Plan) -> dict[str, Any]:
        """Return a `ScheduledPlan`."""
        return {
            "can": {"show": True},
            "id": plan.id,
            "name": plan.name,
            "title": plan.name,
            "user_id": plan.user_id,
            "dashboard_id": plan.dashboard_id,
            "enabled": plan.enabled,
            "crontab": plan.crontab,
            "datagroup": plan.datagroup,
            "run_once": plan.run_once,
            "next_run_at": None,
            "scheduled_plan_destination": [
                {"id": str(number), "scheduled_plan_id": plan.id, **destination}
                for number, destination in enumerate(plan.destinations, 1)
            ],
            **{name: getattr(plan, name) for name in _SUPPRESSORS},
        }

    def deliver(self, plan: Plan, at: int, why: str) -> None:
        """Send what a plan sends."""
        self.deliveries.append({"plan": plan.id, "at": at, "why": why})
