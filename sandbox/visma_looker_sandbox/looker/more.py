"""Calls on persistent tables, dashboards, query tasks and scheduled plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from visma_looker_sandbox.looker.content import Plan
from visma_looker_sandbox.looker.shapes import (
    QUERY_FIELDS,
    QUERY_READ_ONLY,
    Refusal,
    answer,
    error,
    flag,
    invalid,
    only,
    read_body,
    text,
)
from visma_looker_sandbox.looker.tasks import Task

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from visma_looker_sandbox.looker.content import Dashboard
    from visma_looker_sandbox.looker.derived import Build
    from visma_looker_sandbox.looker.world import LookerWorld

_TASK_FIELDS = {
    **dict.fromkeys(("query_id", "result_format", "source", "look_id", "dashboard_id"), text),
    "deferred": flag,
}
_FORMATS = ("inline_json", "json", "json_detail", "json_fe", "json_bi", "csv", "html", "md", "txt")


class MoreCalls:
    """What a refresh needs beyond datagroups.

    Args:
        world: What the stand-in knows.
    """

    def __init__(self, world: LookerWorld) -> None:
        self._world = world

    def table(self) -> list[tuple[str, str, str, Callable[[Request], Awaitable[Response]]]]:
        """Return method, path, activity class and answer of each call."""
        admin, query = "non_query", "db_query"
        return [
            ("GET", "/lookml_models/{name}", admin, self._model),
            ("GET", "/derived_table/graph/model/{model}", admin, self._graph),
            ("GET", "/derived_table/{model}/{view}/start", admin, self._start),
            ("GET", "/derived_table/{id}/status", admin, self._status),
            ("GET", "/derived_table/{id}/stop", admin, self._stop),
            ("GET", "/dashboards/search", admin, self._search),
            ("GET", "/dashboards/{id}", admin, self._dashboard),
            ("GET", "/folders/{id}/dashboards", admin, self._folder),
            ("GET", "/merge_queries/{id}", query, self._merge),
            ("POST", "/queries", query, self._create_query),
            ("GET", "/queries/{id}", query, self._query),
            ("POST", "/query_tasks", query, self._create_task),
            ("GET", "/query_tasks/multi_results", query, self._multi_results),
            ("GET", "/query_tasks/{id}", query, self._task),
            ("GET", "/query_tasks/{id}/results", query, self._results),
            ("DELETE", "/running_queries/{id}", query, self._kill),
            ("GET", "/scheduled_plans", query, self._plans),
            ("POST", "/scheduled_plans/{id}/run_once", query, self._run_once),
        ]

    async def _model(self, request: Request) -> Response:
        name = request.path_params["name"]
        known = {key[0] for key in self._world.answers}
        known |= {group.model for group in self._world.datagroups.values()}
        if name not in known or not self._world.may("access_data", name):
            raise error(404, "Not found", "get/lookml_models/:lookml_model_name")
        tables = [t for t in self._world.derived.tables.values() if t.model == name]
        names = {t.connection for t in tables} or set(self._world.connections)
        if project := self._world.project(name):
            names = {project.project.connection}
        data = {
            "name": name,
            "project_name": name,
            "label": name.title(),
            "allowed_db_connection_names": sorted(names),
            "has_content": True,
        }
        return answer(only(data, request.query_params.get("fields")))

    def _developer(self, model: str, operation: str) -> None:
        if not self._world.may("develop", model):
            raise error(self._world.denied_status, "Not found", operation)

    async def _graph(self, request: Request) -> Response:
        model = request.path_params["model"]
        self._developer(model, "get/derived_table/graph/model/:model")
        return answer({"graph_text": self._world.derived.graph(model)})

    async def _start(self, request: Request) -> Response:
        model, view = request.path_params["model"], request.path_params["view"]
        operation = "get/derived_table/:model_name/:view_name/start"
        self._developer(model, operation)
        table = self._world.derived.tables.get(f"{model}::{view}")
        if table is None:
            raise error(404, "Not found", operation)
        self._controlled(table.connection, operation)
        forced = request.query_params.get("force_rebuild") == "true"
        build = self._world.derived.begin(table.full_name, by_api=True, dependencies=forced)
        return answer(self._world.derived.answer(build))

    def _controlled(self, connection: str, operation: str) -> None:
        if not self._world.connections[connection].pdt_api_control_enabled:
            raise error(400, "PDT API control is not enabled for this connection", operation)

    def _build(self, request: Request, operation: str) -> Build:
        build = self._world.derived.build(request.path_params["id"])
        if build is None:
            raise error(404, "Not found", operation)
        table = self._world.derived.tables[build.table]
        self._developer(table.model, operation)
        self._controlled(table.connection, operation)
        return build

    async def _status(self, request: Request) -> Response:
        build = self._build(request, "get/derived_table/:materialization_id/status")
        return answer(self._world.derived.answer(build))

    async def _stop(self, request: Request) -> Response:
        build = self._build(request, "get/derived_table/:materialization_id/stop")
        self._world.derived.stop(build)
        return answer(self._world.derived.answer(build))

    def _see_dashboards(self, operation: str) -> None:
        if not self._world.may("see_user_dashboards"):
            raise error(404, "Not found", operation)

    def _listed(self, dashboards: list[Dashboard], request: Request) -> Response:
        fields = request.query_params.get("fields")
        shown = [self._world.content.dashboard_json(dashboard) for dashboard in dashboards]
        return answer([only(data, fields) for data in shown])

    async def _search(self, request: Request) -> Response:
        self._see_dashboards("get/dashboards/search")
        slug = request.query_params.get("slug")
        return self._listed(
            [d for d in self._world.content.dashboards.values() if slug in (None, d.slug)], request
        )

    async def _folder(self, request: Request) -> Response:
        folder = request.path_params["id"]
        self._see_dashboards("get/folders/:folder_id/dashboards")
        found = [d for d in self._world.content.dashboards.values() if d.folder_id == folder]
        if not found:
            raise error(404, "Not found", "get/folders/:folder_id/dashboards")
        return self._listed(found, request)

    async def _dashboard(self, request: Request) -> Response:
        model, joint, _ = request.path_params["id"].partition("::")
        if not joint:
            self._see_dashboards("get/dashboards/:dashboard_id")
        elif not self._world.may("see_lookml_dashboards", model):
            raise error(404, "Not found", "get/dashboards/:dashboard_id")
        dashboard = self._world.content.dashboards.get(request.path_params["id"])
        if dashboard is None:
            raise error(404, "Not found", "get/dashboards/:dashboard_id")
        data = self._world.content.dashboard_json(dashboard)
        return answer(only(data, request.query_params.get("fields")))

    async def _merge(self, request: Request) -> Response:
        if request.path_params["id"] not in self._world.content.merges:
            raise error(404, "Not found", "get/merge_queries/:merge_query_id")
        return answer(self._world.content.merge_json(request.path_params["id"]))

    async def _create_query(self, request: Request) -> Response:
        body = await read_body(request, "post/queries", QUERY_FIELDS, QUERY_READ_ONLY)
        missing = {
            name: ("missing_field", f"{name} is required")
            for name in ("model", "view")
            if not body.get(name)
        }
        if missing:
            raise invalid("post/queries", missing)
        self._queryable(body, "post/queries")
        query_id = self._world.content.save_query(body)
        data = self._world.content.query_json(query_id)
        return answer(only(data, request.query_params.get("fields")))

    def _queryable(self, query: dict[str, Any], operation: str) -> None:
        model = query["model"]
        if not (self._world.may("access_data", model) and self._world.may("explore", model)):
            raise error(self._world.denied_status, "Not found", operation)

    async def _query(self, request: Request) -> Response:
        query_id = request.path_params["id"]
        if query_id not in self._world.content.queries:
            raise error(404, "Not found", "get/queries/:query_id")
        data = self._world.content.query_json(query_id)
        return answer(only(data, request.query_params.get("fields")))

    async def _create_task(self, request: Request) -> Response:
        operation = "post/query_tasks"
        body = await read_body(request, operation, _TASK_FIELDS, frozenset({"can"}))
        if body.get("result_format") not in _FORMATS:
            raise invalid(operation, {"result_format": ("invalid", "result_format is unknown")})
        query = self._world.content.queries.get(body.get("query_id") or "")
        if query is None:
            raise error(404, "Not found", operation)
        self._queryable(query, operation)
        options = request.query_params
        query = {**query, **({"limit": options["limit"]} if "limit" in options else {})}
        task = Task(
            f"t{len(self._world.tasks.tasks) + 1}",
            body["query_id"],
            query,
            body["result_format"],
            cache=options.get("cache") != "false",
            cache_only=options.get("cache_only") == "true",
            dashboard_id=body.get("dashboard_id"),
            user=request.state.user,
        )
        self._world.tasks.begin(task)
        return answer(task.as_json())

    async def _multi_results(self, request: Request) -> Response:
        results: dict[str, Any] = {}
        ids = ",".join(request.query_params.getlist("query_task_ids")).split(",")
        for task_id in ids:
            task = self._world.tasks.tasks.get(task_id)
            status = task.status if task else "missing"
            results[task_id] = {"status": status}
            if task and status == "complete":
                results[task_id]["data"] = self._world.tasks.results(task)
            elif task and status == "error":
                results[task_id]["data"] = {"error": task.data}
        return answer(results)

    def _found(self, request: Request, operation: str) -> Task:
        task = self._world.tasks.tasks.get(request.path_params["id"])
        if task is None or task.status == "expired":
            raise error(404, "Not found", operation)
        return task

    async def _task(self, request: Request) -> Response:
        return answer(self._found(request, "get/query_tasks/:query_task_id").as_json())

    async def _results(self, request: Request) -> Response:
        task = self._found(request, "get/query_tasks/:query_task_id/results")
        if task.status in ("added", "running"):
            return Response(status_code=self._world.unfinished_status)
        return answer(self._world.tasks.results(task))

    async def _kill(self, request: Request) -> Response:
        task = self._found(request, "delete/running_queries/:query_task_id")
        if not self._world.tasks.kill(task):
            raise error(404, "Not found", "delete/running_queries/:query_task_id")
        return Response(status_code=204)

    async def _plans(self, request: Request) -> Response:
        world = self._world
        everybody = request.query_params.get("all_users") == "true" and world.may("see_schedules")
        return answer(
            [
                only(world.content.plan_json(plan), request.query_params.get("fields"))
                for plan in world.content.plans.values()
                if everybody or plan.user_id == world.user_id
            ]
        )

    async def _run_once(self, request: Request) -> Response:
        operation = "post/scheduled_plans/:scheduled_plan_id/run_once"
        world, content = self._world, self._world.content
        if world.too_fast():
            refusal = error(429, "Too many requests", operation)
            raise Refusal(429, refusal.body, 1 if world.sends_retry_after else None)
        plan = content.plans.get(request.path_params["id"])
        if plan is None or (plan.user_id != world.user_id and not world.may("administer")):
            raise error(404, "Not found", operation)
        if not all(world.may(permission) for permission in plan.permissions):
            raise error(world.denied_status, "Not found", operation)
        copied = {**vars(plan), "id": f"{plan.id}-{len(content.deliveries) + 1}"}
        copy = Plan(**{**copied, "run_once": True, "crontab": None, "datagroup": None})
        content.deliver(plan, int(world.now()), "run_once")
        return answer(content.plan_json(copy))
