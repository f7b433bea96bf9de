"""Query tasks of the Looker stand-in, and the cache that they alone fill."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LIVE = ("added", "running")
_FILLING = ("json_detail", "json_fe")
_UNSEEN = ("client_id", "filter_config", "vis_config", "visible_ui_sections")


@dataclass
class Task:
    """A query that runs in the background; times are epoch seconds by Looker's clock."""

    id: str
    query_id: str
    query: dict[str, Any]
    result_format: str
    cache: bool
    cache_only: bool
    dashboard_id: str | None
    user: str
    status: str = "added"
    ends: float | None = None
    result_source: str | None = None
    data: Any = None

    def as_json(self) -> dict[str, Any]:
        """Return a `QueryTask`."""
        return {
            "can": {"show": True},
            "id": self.id,
            "query_id": self.query_id,
            "status": self.status,
            "cache": self.cache,
            "cache_only": self.cache_only,
            "result_source": self.result_source,
            "result_format": self.result_format,
            "dashboard_id": self.dashboard_id,
            "runtime": None,
        }


def cache_key(query: Mapping[str, Any]) -> str:
    """Return what must be the same for a hit: fields, filters and the row limit among it."""
    seen = {k: v for k, v in query.items() if k not in _UNSEEN and v not in (None, {}, [], "")}
    return json.dumps(seen, sort_keys=True)


@dataclass
class Tasks:
    """The tasks and the cache.

    Attributes:
        now: Looker's time.
        run: Answers a query: rows, or a text that says why not.
        stale_before: Time before which a cached result of a query is stale.
        parallel: How many tasks run at once.
        sql: What the cache knows a query by that is made into SQL; None where none is.
        seconds: How long a query runs.
        outcomes: How tasks of a saved query end, where not well: `error`, `expired`, `killed`.
        max_age: Seconds that a result is kept.
        tasks: By id.
        cache: By key, when and what.
        kills: Ids of the tasks that were killed.
        row_security: Models with row security (an access filter): the SQL differs from user to
            user, so a result serves only the one whose query it was.
    """

    now: Callable[[], float]
    run: Callable[[dict[str, Any]], list[dict[str, Any]] | str]
    stale_before: Callable[[dict[str, Any]], float]
    parallel: Callable[[], int]
    sql: Callable[[dict[str, Any]], str | None]
    seconds: float = 2.0
    outcomes: dict[str, str] = field(default_factory=dict)
    max_age: float = 3600.0
    tasks: dict[str, Task] = field(default_factory=dict)
    cache: dict[str, tuple[float, Any]] = field(default_factory=dict)
    kills: list[str] = field(default_factory=list)
    row_security: set[str] = field(default_factory=set)
    _at: float = 0.0

    def cached(self, query: dict[str, Any], user: str) -> list[dict[str, Any]] | None:
        """Return a cached result that is still good for a user."""
        at, rows = self.cache.get(self._key(query, user), (0.0, None))
        fresh = at >= self.stale_before(query) and at + self.max_age > self.now()
        return rows if fresh else None

    def _key(self, query: dict[str, Any], user: str) -> str:
        # Whose SQL differs, through an access filter or the day, shares no result.
        if sql := self.sql(query):
            return sql
        key = cache_key(query)
        return f"{user} {key}" if query["model"] in self.row_security else key

    def begin(self, task: Task) -> Task:
        """Queue a task; one that the cache answers is done at once."""
        self.tasks[task.id] = task
        rows = self.cached(task.query, task.user) if task.cache or task.cache_only else None
        if rows is not None:
            task.status, task.result_source, task.data = "complete", "cache", rows
        elif task.cache_only:
            task.status, task.data = "error", "not in the cache"
        return task

    def kill(self, task: Task) -> bool:
        """End a task; False if it has ended."""
        if task.status not in _LIVE:
            return False
        task.status = "killed"
        self.kills.append(task.id)
        return True

    def catch_up(self) -> None:
        """Let tasks run and end up to now."""
        now = self.now()
        while True:
            running = [t for t in self.tasks.values() if t.status == "running"]
            for task in self.tasks.values():
                if task.status == "added" and len(running) < self.parallel():
                    task.status, task.ends = "running", self._at + self.seconds
                    running.append(task)
            ending = [t for t in running if (t.ends or 0) <= now]
            if not ending:
                break
            task = min(ending, key=lambda t: t.ends or 0)
            self._at = task.ends or 0
            self._end(task)
        self._at = now

    def _end(self, task: Task) -> None:
        outcome = self.outcomes.get(task.query_id, "complete")
        rows = self.run(task.query)
        if outcome != "complete":
            task.status, task.data = outcome, "the database closed the connection"
            return
        # A query that the database refuses is a task that is complete, with an error inside.
        task.status, task.result_source, task.data = "complete", "query", rows
        if task.result_format in _FILLING and not isinstance(rows, str):
            self.cache[self._key(task.query, task.user)] = (self._at, rows)

    def results(self, task: Task) -> Any:
        """Return the data of a task that has ended, in its result format."""
        failed = isinstance(task.data, str)
        if task.result_format not in _FILLING:
            return [{"looker_error": task.data}] if failed else task.data
        return {
            "data": []
            if failed
            else [{name: _cell(value) for name, value in row.items()} for row in task.data or []],
            "errors": [{"message": "Query failed", "message_details": task.data}] if failed else [],
            "from_cache": task.result_source == "cache",
        }


def _cell(value: Any) -> dict[str, Any]:
    """A value of a row in detail; under a pivot, one per value of the pivot."""
    if isinstance(value, dict):
        (columns,) = value.values()
        return {name: {"value": one} for name, one in columns.items()}
    return {"value": value}
