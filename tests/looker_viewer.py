"""Somebody who looks at dashboards: asks the Looker stand-in as the utility does."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import requests

from visma_looker_sandbox.looker import Explores, LookerStandIn, install, load
from visma_looker_sandbox.testing import Served

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from typing_extensions import Self

_SECONDS = 60
#: Of the stand-in.
KEY = {"client_id": "looker-sandbox-client", "client_secret": "looker-sandbox-secret"}


class Viewer:
    """A Looker that serves a project, and one who looks at it; a context manager.

    Args:
        lookml: Directory of the project.
        warehouse: Address of the warehouse.
        clock: Looker's time in epoch seconds.
    """

    def __init__(self, lookml: Path, warehouse: str, clock: Callable[[], float]) -> None:
        self.stand_in = LookerStandIn(clock=clock)
        self.world = self.stand_in.world
        install(self.world, Explores(load(lookml), warehouse))
        self._served = Served(self.stand_in.app, "looker")

    def __enter__(self) -> Self:
        self._served.__enter__()
        self.url = self._served.url
        login = requests.post(f"{self.url}/api/4.0/login", data=KEY, timeout=_SECONDS).json()
        self._headers = {"Authorization": f"Bearer {login['access_token']}"}
        return self

    def __exit__(self, *_: object) -> None:
        self._served.__exit__()

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        """Call the API; numbers of answers are decimals."""
        response = requests.request(
            method,
            f"{self.url}/api/4.0{path}",
            headers=self._headers,
            timeout=_SECONDS,
            **arguments,
        )
        assert response.ok, response.text
        return response.json(parse_float=Decimal)

    def ask(self, query: Mapping[str, Any], *, cache: bool = False) -> list[dict[str, Any]]:
        """Run a query at once, in the result format `json`."""
        where = f"/queries/run/json?cache={str(cache).lower()}"
        rows: list[dict[str, Any]] = self.call("POST", where, json=dict(query))
        return rows

    def look(self, query: Mapping[str, Any]) -> dict[str, Any]:
        """Run a query as a tile does: in a task, whose result is kept."""
        query_id = self.call("POST", "/queries", json=dict(query))["id"]
        task = {"query_id": query_id, "result_format": "json_detail"}
        task_id = self.call("POST", "/query_tasks", json=task)["id"]
        # The stand-in answers at the first question.
        (answer,) = self.call(
            "GET", f"/query_tasks/multi_results?query_task_ids={task_id}"
        ).values()
        assert answer["status"] == "complete", answer
        data: dict[str, Any] = answer["data"]
        return data

    def question(self, dashboard: str, title: str, **chosen: str) -> dict[str, Any]:
        """The query of a tile of a dashboard.

        Args:
            dashboard: As `model::name`.
            title: The tile's title.
            chosen: Values of the dashboard's filters, `_` for a space; others stay as they are.
        """
        shown = self.call("GET", f"/dashboards/{dashboard}")
        values = {one["name"]: one["default_value"] or "" for one in shown["dashboard_filters"]}
        wanted = {name.replace("_", " "): value for name, value in chosen.items()}
        assert wanted.keys() <= values.keys(), values
        values |= wanted
        (element,) = (one for one in shown["dashboard_elements"] if one["title"] == title)
        query = element["result_maker"]["query"]
        listens = element["result_maker"]["filterables"][0]["listen"]
        heard = {one["field"]: values[one["dashboard_filter_name"]] for one in listens}
        body = {name: value for name, value in query.items() if name not in ("id", "slug", "can")}
        return {**body, "filters": {**query.get("filters", {}), **heard}}

    def tile(self, dashboard: str, title: str, **chosen: str) -> dict[str, Any]:
        """Look at a tile; as `question`."""
        return self.look(self.question(dashboard, title, **chosen))

    def rows(self, dashboard: str, title: str, **chosen: str) -> list[list[Any]]:
        """As `tile`: the values of each row, in the order of its fields."""
        data = self.tile(dashboard, title, **chosen)
        assert data["errors"] == []
        return [
            [
                cell["value"]
                if "value" in cell
                else {name: one["value"] for name, one in cell.items()}
                for cell in row.values()
            ]
            for row in data["data"]
        ]
