"""Which calls are made, in which of Looker's activity classes, and how many are allowed.

Looker's contracts count query-based and administrative calls per month. Every operation of
its OpenAPI document carries `x-looker-activity-type`; `db_query` is read as query-based,
`non_query` as administrative, `none` as free.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from enum import Enum

from utility_looker_refresh.errors import CallCapError


class Activity(str, Enum):
    """Activity class of a call."""

    QUERY = "query"
    ADMIN = "admin"
    FREE = "free"


@dataclass(frozen=True)
class Operation:
    """One operation of the Looker API 4.0.

    Attributes:
        name: Looker's operation id.
        method: HTTP method.
        path: Path template below `/api/4.0`.
        activity: Class in which Looker counts it.
        repeatable: Whether a second one does no harm. What is not (it builds, stops or mails) is
            sent again only when Looker surely did not act on the first.
    """

    name: str
    method: str
    path: str
    activity: Activity
    repeatable: bool = True


OPERATIONS = {
    operation.name: operation
    for operation in (
        Operation("login", "POST", "/login", Activity.FREE),
        Operation("logout", "DELETE", "/logout", Activity.FREE),
        Operation("versions", "GET", "/versions", Activity.FREE),
        Operation("me", "GET", "/user", Activity.ADMIN),
        Operation("user_roles", "GET", "/users/{user_id}/roles", Activity.ADMIN),
        Operation("all_datagroups", "GET", "/datagroups", Activity.ADMIN),
        Operation("update_datagroup", "PATCH", "/datagroups/{datagroup_id}", Activity.ADMIN),
        Operation("run_inline_query", "POST", "/queries/run/{result_format}", Activity.QUERY),
        Operation("lookml_model", "GET", "/lookml_models/{lookml_model_name}", Activity.ADMIN),
        Operation("connection", "GET", "/connections/{connection_name}", Activity.ADMIN),
        Operation(
            "graph_derived_tables_for_model",
            "GET",
            "/derived_table/graph/model/{model}",
            Activity.ADMIN,
        ),
        # GETs by name, but they begin and end builds.
        Operation(
            "start_pdt_build",
            "GET",
            "/derived_table/{model_name}/{view_name}/start",
            Activity.ADMIN,
            repeatable=False,
        ),
        Operation(
            "check_pdt_build",
            "GET",
            "/derived_table/{materialization_id}/status",
            Activity.ADMIN,
        ),
        Operation(
            "stop_pdt_build",
            "GET",
            "/derived_table/{materialization_id}/stop",
            Activity.ADMIN,
            repeatable=False,
        ),
        Operation("search_dashboards", "GET", "/dashboards/search", Activity.ADMIN),
        Operation("dashboard", "GET", "/dashboards/{dashboard_id}", Activity.ADMIN),
        Operation("folder_dashboards", "GET", "/folders/{folder_id}/dashboards", Activity.ADMIN),
        Operation("merge_query", "GET", "/merge_queries/{merge_query_id}", Activity.QUERY),
        Operation("query", "GET", "/queries/{query_id}", Activity.QUERY),
        Operation("create_query", "POST", "/queries", Activity.QUERY),
        Operation("create_query_task", "POST", "/query_tasks", Activity.QUERY),
        Operation("query_task_multi_results", "GET", "/query_tasks/multi_results", Activity.QUERY),
        Operation("kill_query", "DELETE", "/running_queries/{query_task_id}", Activity.QUERY),
        Operation("all_scheduled_plans", "GET", "/scheduled_plans", Activity.QUERY),
        Operation(
            "scheduled_plan_run_once_by_id",
            "POST",
            "/scheduled_plans/{scheduled_plan_id}/run_once",
            Activity.QUERY,
            repeatable=False,
        ),
    )
}

_PATTERNS = {
    name: re.compile("/api/4.0" + re.sub(r"\{\w+\}", "[^/]+", operation.path))
    for name, operation in OPERATIONS.items()
}


def find_operation(method: str, path: str) -> Operation:
    """Return the operation that a request is.

    Args:
        method: HTTP method.
        path: Path of the URL, with `/api/4.0`.

    Raises:
        LookupError: The package makes a call that it does not list.
    """
    for name, pattern in _PATTERNS.items():
        if OPERATIONS[name].method == method and pattern.fullmatch(path):
            return OPERATIONS[name]
    raise LookupError(f"{method} {path} is not listed in OPERATIONS")


class CallMeter:
    """Counts every request sent, tries included, and stops before a cap is exceeded.

    Args:
        max_query_calls: Most query-based calls of a run, or None.
        max_admin_calls: Most administrative calls of a run, or None.
    """

    def __init__(
        self, max_query_calls: int | None = None, max_admin_calls: int | None = None
    ) -> None:
        self.counts = dict.fromkeys(Activity, 0)
        self._caps = {Activity.QUERY: max_query_calls, Activity.ADMIN: max_admin_calls}
        self._lock = threading.Lock()

    def count(self, operation: Operation) -> None:
        """Count a call that is about to be sent.

        Raises:
            CallCapError: It would exceed the cap of its class.
        """
        activity = operation.activity
        cap = self._caps.get(activity)
        with self._lock:
            if cap is not None and self.counts[activity] >= cap:
                setting = f"max_{activity.value}_calls"
                raise CallCapError(
                    f"Stopped before {operation.name}: {setting} allows {cap} calls a run.",
                    f"Raise {setting}, or see with `utility-looker-refresh plan` what a run needs.",
                )
            self.counts[activity] += 1
