"""Dashboards as their files say: filters, tiles, and the queries of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from visma_looker_sandbox.looker.lookml import LookMLError, tiles
from visma_looker_sandbox.preview.charts import CHARTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import QueryParams

    from visma_looker_sandbox.looker.lookml import Node, Project

_TABLES = ("looker_grid", "table", "looker_single_record", "single_value")
_MOST_CHOICES = 300


@dataclass(frozen=True)
class Filter:
    """A filter of a dashboard.

    Attributes:
        name: Its name, which is its parameter in the address, too.
        node: As in the file.
    """

    name: str
    node: Node

    @property
    def field(self) -> str:
        """The field that it filters."""
        return str(self.node["field"])

    @property
    def takes_several(self) -> bool:
        """Whether several values may be chosen."""
        return bool(self.node.get("allow_multiple_values", True))

    def chosen(self, asked: QueryParams) -> str:
        """The filter expression of an address; its default where the address says nothing."""
        if self.name not in asked:
            return str(self.node.get("default_value") or "")
        values = [value for value in asked.getlist(self.name) if value.strip()]
        return ",".join(values if self.takes_several else values[-1:])

    def choices(self) -> dict[str, Any]:
        """The query for the values that there are."""
        return {
            "view": self.node["explore"],
            "fields": [self.field],
            "sorts": [self.field],
            "limit": str(_MOST_CHOICES),
        }


@dataclass(frozen=True)
class Tile:
    """A tile.

    Attributes:
        node: As in the file.
        query: Its query as the API has it; None for a text.
    """

    node: Node
    query: dict[str, Any] | None

    @property
    def name(self) -> str:
        """Its name within the dashboard."""
        return str(self.node["name"])

    def heard(self, chosen: Mapping[str, str]) -> dict[str, Any]:
        """Its query, with the dashboard's filters that it listens to.

        Args:
            chosen: Filter expressions by the filter's name.
        """
        query = dict(self.query or {})
        listens = self.node.get("listen", {})
        query["filters"] = {
            **query.get("filters", {}),
            **{field: chosen[name] for name, field in listens.items() if name in chosen},
        }
        return query


@dataclass(frozen=True)
class Dashboard:
    """A dashboard.

    Attributes:
        id: Its name with its model, as Looker's addresses have it.
        node: As in the file.
        filters: In order.
        tiles: By name, from top left to bottom right.
    """

    id: str
    node: Node
    filters: list[Filter]
    tiles: dict[str, Tile]

    def chosen(self, asked: QueryParams) -> dict[str, str]:
        """Filter expressions of an address by the filter's name."""
        return {one.name: one.chosen(asked) for one in self.filters}


def dashboards(project: Project) -> dict[str, Dashboard]:
    """The dashboards of a project by id.

    Raises:
        LookMLError: One has something that cannot be shown.
    """
    return {
        dashboard.id: dashboard
        for dashboard in (_dashboard(project.name, node) for node in project.dashboards)
    }


def _dashboard(model: str, node: Node) -> Dashboard:
    shown = [Tile(element, query) for element, query in tiles(node)]
    for tile in shown:
        kind = tile.node.get("type")
        if tile.query is not None and kind not in (*CHARTS, *_TABLES):
            raise LookMLError(
                f"dashboard {node['dashboard']}, {tile.name}: the preview cannot draw {kind}."
            )
    shown.sort(key=lambda tile: (tile.node.get("row", 0), tile.node.get("col", 0)))
    return Dashboard(
        f"{model}::{node['dashboard']}",
        node,
        [Filter(str(one["name"]), one) for one in node.get("filters", ())],
        {tile.name: tile for tile in shown},
    )
