"""Warming: a dashboard's queries run before its viewers come.

Only query tasks with the result format `json_detail` fill Looker's cache, and a viewer's query
hits it only if it is the same: so each tile runs with the dashboard's default filters and with
its own row limit.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from looker_sdk.sdk.api40.models import (
    DelimSequence,
    ResultFormat,
    WriteCreateQueryTask,
    WriteQuery,
)

from utility_looker_refresh.errors import ApiError, ConfigurationError, RefreshError, TimeOutError
from utility_looker_refresh.report import DashboardResult

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looker_sdk.sdk.api40.models import DashboardElement, Query

    from utility_looker_refresh.session import Looker
    from utility_looker_refresh.settings import Settings
    from utility_looker_refresh.state import State

LOGGER = logging.getLogger(__name__)
_FIELDS = "id,title,dashboard_elements,dashboard_filters"
_QUERY_ID = "id,model,view"  # the SDK insists on the last two
_KEPT = (
    *("model", "view", "fields", "pivots", "fill_fields", "filter_expression", "sorts", "limit"),
    *("column_limit", "total", "row_total", "subtotals", "dynamic_fields", "query_timezone"),
    *("vis_config", "visible_ui_sections"),
)
_LIVE = ("added", "running")
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 15.0
_KILL_TIMEOUT = 10


@dataclass
class Prepared:
    """A dashboard with its queries.

    Attributes:
        result: Its row in the report.
        queries: Title of a tile by the id of its query.
    """

    result: DashboardResult
    queries: dict[str, str] = field(default_factory=dict)


class Warmer:
    """Finds and warms dashboards.

    Args:
        looker: The open session.
        settings: Which dashboards, and how many queries at once.
        state: Remembers how many queries a dashboard has.
        deadline: When waiting ends, by the session's monotonic clock.
    """

    def __init__(self, looker: Looker, settings: Settings, state: State, deadline: float) -> None:
        self._looker = looker
        self._settings = settings
        self._state = state
        self._deadline = deadline
        self._tasks: dict[str, tuple[Prepared, str]] = {}
        self.prepared: list[Prepared] = []

    def find(self, *, queries: bool = True) -> None:
        """Read the dashboards.

        Args:
            queries: Prepare their queries, too.

        Raises:
            ConfigurationError: A dashboard is not there, or the key may not see it.
        """
        for given in self._settings.dashboards:
            found = [self._prepare(one, queries=queries) for one in self._resolve(given)]
            known = {p.result.id for p in self.prepared}
            self.prepared += [p for p in found if p.result.id not in known]
            if queries:
                self._state.queries[given] = sum(len(p.queries) for p in found)

    def _resolve(self, given: str) -> list[str]:
        kind, _, name = given.partition(":")
        try:
            if kind == "slug":
                found = self._looker.api.search_dashboards(slug=name, fields="id")
            elif kind == "folder":
                found = self._looker.api.folder_dashboards(name, fields="id")
            else:
                return [given]
        except ApiError as error:
            raise _explain(error, given) from None
        if not found:
            raise ConfigurationError(
                f"Looker shows no dashboard for {given}.",
                "Check the setting dashboards, and that the key's user may see it.",
            )
        return [str(dashboard.id) for dashboard in found]

    def _prepare(self, dashboard_id: str, *, queries: bool) -> Prepared:
        try:
            dashboard = self._looker.api.dashboard(dashboard_id, fields=_FIELDS)
        except ApiError as error:
            raise _explain(error, dashboard_id) from None
        prepared = Prepared(DashboardResult(str(dashboard.id), dashboard.title or "", "left"))
        defaults = {
            f.name: f.default_value or "" for f in dashboard.dashboard_filters or () if f.name
        }
        for tile in dashboard.dashboard_elements or ():
            for explore in _explores(tile):
                if explore not in prepared.result.explores:
                    prepared.result.explores.append(explore)
            if queries:
                for query_id in self._queries(tile, defaults):
                    prepared.queries.setdefault(query_id, tile.title or f"tile {tile.id}")
        prepared.result.tiles = len(prepared.queries)
        return prepared

    def _queries(self, tile: DashboardElement, defaults: dict[str, str]) -> Iterator[str]:
        """Yield the ids of the queries that a tile's viewers run."""
        maker = tile.result_maker
        merge_id = tile.merge_result_id or (maker.merge_result_id if maker else None)
        if merge_id:
            for number, source in enumerate(
                self._looker.api.merge_query(merge_id).source_queries or ()
            ):
                if source.query_id:
                    yield self._filtered(source.query_id, None, tile, number, defaults)
            return
        query = _base(tile)
        query_id = (
            (query.id if query else None)
            or (maker.query_id if maker else None)
            or tile.query_id
            or (tile.look.query_id if tile.look else None)
        )
        if query_id:  # else a text
            yield self._filtered(query_id, query, tile, 0, defaults)

    def _filtered(
        self,
        query_id: str,
        query: Query | None,
        tile: DashboardElement,
        number: int,
        defaults: dict[str, str],
    ) -> str:
        """Return the id of a query with the dashboard's default filters put in."""
        filterables = (tile.result_maker.filterables if tile.result_maker else None) or ()
        listens = filterables[number].listen if number < len(filterables) else ()
        wanted = {
            str(listen.field): defaults[listen.dashboard_filter_name]
            for listen in listens or ()
            if listen.field and listen.dashboard_filter_name in defaults
        }
        if not wanted:
            return query_id
        base = query or self._looker.api.query(query_id)
        filters: dict[str, Any] = dict(base.filters or {})
        # An empty default is any value: it lifts a filter of the tile and adds none.
        changed = {f: v for f, v in wanted.items() if v != filters.get(f, "")}
        if not changed:
            return query_id
        # Without filter_config, which would win over filters, and without client_id.
        body = WriteQuery(**{name: getattr(base, name) for name in _KEPT})
        body.filters = {**filters, **changed}
        return str(self._looker.api.create_query(body, fields=_QUERY_ID).id)

    def warm(self, prepared: Prepared) -> None:
        """Run the queries of a dashboard and wait for them; a tile that fails is noted.

        Raises:
            TimeOutError: `wait_timeout` is over; what ran was cancelled.
            RefreshError: Looker cannot be asked any more.
        """
        waiting = list(prepared.queries)
        pause = _FIRST_PAUSE
        try:
            while waiting or self._tasks:
                while waiting and len(self._tasks) < self._settings.max_concurrent_queries:
                    self._ask(prepared, waiting.pop(0))
                if self._tasks:
                    self._looker.sleep(min(pause, self._left(prepared)))
                    pause = _FIRST_PAUSE if self._collect() else min(_LONGEST_PAUSE, pause * 1.5)
        except BaseException:
            self._cancel()
            raise
        result = prepared.result
        result.action = "failed" if result.failed else "warmed"
        LOGGER.info("%s %s %s: %d queries", result.action, result.id, result.title, result.tiles)

    def _left(self, prepared: Prepared) -> float:
        """Return the seconds until the deadline."""
        left = self._deadline - self._looker.monotonic()
        if left <= 0:
            raise TimeOutError(
                f"wait_timeout, {self._settings.wait_timeout} s, is over while dashboard "
                f"{prepared.result.id} is warmed.",
                "Its queries were cancelled; the next viewer runs them. Raise wait_timeout, or "
                "name fewer dashboards.",
            )
        return left

    def _ask(self, prepared: Prepared, query_id: str) -> None:
        body = WriteCreateQueryTask(
            query_id=query_id,
            # Of the formats, only this one fills the cache.
            result_format=ResultFormat.json_detail,
            dashboard_id=prepared.result.id,
        )
        try:
            task = self._looker.api.create_query_task(body, cache=True, fields="id")
        except ApiError as error:
            prepared.result.failed.append(f"{prepared.queries[query_id]}: {error.what}")
            return
        self._tasks[str(task.id)] = prepared, query_id

    def _collect(self) -> bool:
        """Ask for all tasks at once; return whether one has ended."""
        answers = self._looker.api.query_task_multi_results(DelimSequence(list(self._tasks)))
        ended = False
        for task_id in list(self._tasks):
            answer = answers.get(task_id)
            status = str(answer.get("status")) if isinstance(answer, dict) else "missing"
            if status in _LIVE:
                continue
            ended = True
            prepared, query_id = self._tasks.pop(task_id)
            data = answer.get("data") if isinstance(answer, dict) else None
            problem = _problem(data) if status in ("complete", "error") else ""
            if status == "complete" and not problem:
                prepared.result.from_cache += isinstance(data, dict) and bool(
                    data.get("from_cache")
                )
                continue
            said = self._looker.transport.clean(problem or f"its query is {status}")
            prepared.result.failed.append(f"{prepared.queries[query_id]}: {said}")
        return ended

    def _cancel(self) -> None:
        """Cancel what was asked for and still runs, best effort."""
        for task_id in list(self._tasks):
            del self._tasks[task_id]
            try:
                self._looker.api.kill_query(task_id, transport_options={"timeout": _KILL_TIMEOUT})
            except RefreshError as error:
                if not (isinstance(error, ApiError) and error.status == HTTPStatus.NOT_FOUND):
                    LOGGER.warning("Could not cancel a query: %s", error.what)


def _base(tile: DashboardElement) -> Query | None:
    maker = tile.result_maker
    return (
        (maker.query if maker else None) or tile.query or (tile.look.query if tile.look else None)
    )


def _explores(tile: DashboardElement) -> list[str]:
    query = _base(tile)
    maker = tile.result_maker
    found = [f"{query.model}::{query.view}"] if query else []
    return found + [
        f"{f.model}::{f.view}" for f in (maker.filterables if maker else None) or () if f.view
    ]


def _problem(data: Any) -> str:
    """Return what is wrong in the data of a task; Looker has several forms for it."""
    if isinstance(data, dict):
        errors = data.get("errors")
        if isinstance(errors, list) and errors:
            first = errors[0] if isinstance(errors[0], dict) else {"message": errors[0]}
            return str(first.get("message_details") or first.get("message") or "failed")
        if data.get("error"):
            return str(data["error"])
        rows = data.get("rows")
    else:
        rows = data
    if isinstance(rows, list) and rows and isinstance(rows[0], dict):
        return str(rows[0].get("looker_error") or "")
    return "" if isinstance(data, (dict, list)) else str(data or "failed without a word")


def _explain(error: ApiError, name: str) -> RefreshError:
    if error.status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
        return ConfigurationError(
            f"Looker does not show this key the dashboard {name} (HTTP {error.status}).",
            "Check the setting dashboards; the key's role needs see_user_dashboards or "
            "see_lookml_dashboards, and its user access to the folder.",
        )
    return error
