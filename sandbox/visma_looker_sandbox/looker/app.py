"""The Looker API 4.0 as far as a refresh needs it: strict, in memory, with Looker's errors."""

from __future__ import annotations

import email.utils
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from visma_looker_sandbox.http import Tokens
from visma_looker_sandbox.looker.more import MoreCalls
from visma_looker_sandbox.looker.shapes import (
    QUERY_FIELDS,
    QUERY_READ_ONLY,
    Refusal,
    answer,
    connection_json,
    datagroup_json,
    error,
    invalid,
    only,
    read_body,
    role_json,
    unauthorized,
    whole_number,
)
from visma_looker_sandbox.looker.world import LookerWorld

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from visma_looker_sandbox.looker.world import Datagroup

    Call = Callable[[Request], Awaitable[Response]]

_BASE = "/api/4.0"
_DATAGROUP_STAMPS = {"stale_before": whole_number, "triggered_at": whole_number}
_DATAGROUP_READ_ONLY = frozenset(
    {"can", "created_at", "id", "model_name", "name"}
    | {"trigger_check_at", "trigger_error", "trigger_value"}
)


class LookerStandIn:
    """A Looker to talk to over HTTP: an ASGI application and what it knows.

    Serve it with uvicorn's own `Date` header off (`date_header=False`): it sends Looker's.

    Args:
        client_id: The API key's id.
        client_secret: The API key's secret.
        token_seconds: How long a token lives.
        clock: This machine's time in epoch seconds.
        monotonic: Seconds that only go forward; measures the life of tokens.

    Attributes:
        world: What it knows, to be looked at and changed.
        tokens: The tokens that live.
        token_seconds: How long the next token lives.
        app: The ASGI application.
    """

    def __init__(
        self,
        *,
        client_id: str = "looker-sandbox-client",
        client_secret: str = "looker-sandbox-secret",  # noqa: S107 - of a stand-in
        token_seconds: int = 3600,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.client_id = client_id
        self.client_secret = client_secret
        self.token_seconds = token_seconds
        self.world = LookerWorld(clock=clock)
        self.tokens: Tokens[str] = Tokens(clock=monotonic)
        self.app: ASGIApp = _LookerTime(self._routes(), self.world)

    @property
    def datagroups(self) -> list[str]:
        """The datagroups that the key may change, as `model::name`."""
        return [
            datagroup.full_name
            for datagroup in self.world.datagroups.values()
            if self.world.may("update_datagroups", datagroup.model)
        ]

    def revoke_tokens(self) -> None:
        """Refuse every token handed out so far."""
        self.tokens.revoke_all()

    def snapshot(self) -> dict[str, Any]:
        """Return what the control shows: datagroups, writes and calls."""
        world = self.world
        return {
            "now": int(world.now()),
            "datagroups": [
                {
                    "name": datagroup.full_name,
                    "stale_before": datagroup.stale_before,
                    "triggered_at": datagroup.triggered_at,
                    "rebuilt_at": datagroup.rebuilt_at,
                }
                for datagroup in world.datagroups.values()
            ],
            "cache_resets": sum("stale_before" in write for write in world.writes),
            "triggers": sum("triggered_at" in write for write in world.writes),
            "writes": list(world.writes),
            "calls": dict(world.calls),
            "tables": {
                name: {"starts": table.starts, "builds": table.builds, "table": table.name}
                for name, table in world.derived.tables.items()
            },
            "deliveries": list(world.content.deliveries),
            "cached_results": len(world.tasks.cache),
        }

    def _routes(self) -> Starlette:
        def route(
            method: str, path: str, activity: str, call: Call, *, public: bool = False
        ) -> Route:
            async def endpoint(request: Request) -> Response:
                exhausted = self.world.over_quota(activity)
                self.world.catch_up()
                if exhausted:
                    raise error(429, "The quota of API calls is used up", path)
                request.state.user = self.tokens.bearer(request.headers.get("authorization"))
                if not public and request.state.user is None:
                    raise unauthorized()
                if f"{method} {path.removeprefix(_BASE)}" in self.world.denied:
                    raise error(self.world.denied_status, "Not found", path)
                return await call(request)

            return Route(path, endpoint, methods=[method], name=f"{method} {path}")

        return Starlette(
            routes=[
                route("POST", f"{_BASE}/login", "none", self._login, public=True),
                route("DELETE", f"{_BASE}/logout", "none", self._logout),
                # The path without version is the one that the Python SDK calls.
                route("DELETE", "/api/logout", "none", self._logout),
                route("GET", f"{_BASE}/versions", "none", self._versions),
                route("GET", f"{_BASE}/user", "non_query", self._me),
                route("GET", f"{_BASE}/users/{{user_id}}/roles", "non_query", self._user_roles),
                route("GET", f"{_BASE}/session", "non_query", self._session),
                route("GET", f"{_BASE}/datagroups", "non_query", self._all_datagroups),
                route("GET", f"{_BASE}/datagroups/{{id}}", "non_query", self._datagroup),
                route("PATCH", f"{_BASE}/datagroups/{{id}}", "non_query", self._update_datagroup),
                route("GET", f"{_BASE}/connections/{{name}}", "non_query", self._connection),
                route("POST", f"{_BASE}/queries/run/{{format}}", "db_query", self._run_inline),
                *(
                    route(method, f"{_BASE}{path}", activity, call)
                    for method, path, activity, call in MoreCalls(self.world).table()
                ),
            ],
            exception_handlers={Refusal: _refuse, 404: _not_found, 405: _not_found},
        )

    async def _login(self, request: Request) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            raise error(400, "client_id and client_secret must be sent as a form", "post/login")
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        if (form.get("client_id"), form.get("client_secret")) != (
            [self.client_id],
            [self.client_secret],
        ):
            raise error(404, "Not found", "post/login")
        token = self.tokens.issue(self.world.user_id, seconds=self.token_seconds)
        return answer(
            {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": self.token_seconds,
                "refresh_token": None,
            }
        )

    async def _logout(self, request: Request) -> Response:
        self.tokens.revoke(request.headers["authorization"].partition(" ")[2].strip())
        return Response(status_code=204)

    async def _versions(self, request: Request) -> Response:
        address = str(request.base_url).rstrip("/")
        current = {
            "version": "4.0",
            "full_version": f"4.0.{self.world.version}",
            "status": "current",
            "swagger_url": f"{address}{_BASE}/swagger.json",
        }
        data = {
            "looker_release_version": self.world.version,
            "current_version": current,
            "supported_versions": [current],
            "api_server_url": address,
            "web_server_url": address,
        }
        return answer(only(data, request.query_params.get("fields")))

    async def _me(self, request: Request) -> Response:
        data = {
            "can": {"show": True},
            "id": self.world.user_id,
            "display_name": "Pipeline",
            "is_disabled": False,
            "is_service_account": False,
            "role_ids": [role.id for role in self.world.roles],
        }
        return answer(only(data, request.query_params.get("fields")))

    async def _user_roles(self, request: Request) -> Response:
        if request.path_params["user_id"] != self.world.user_id:
            raise error(404, "Not found", "get/users/:user_id/roles")
        fields = request.query_params.get("fields")
        return answer([only(role_json(role), fields) for role in self.world.roles])

    async def _session(self, _request: Request) -> Response:
        return answer({"can": {"show": True}, "workspace_id": "production", "sudo_user_id": None})

    async def _all_datagroups(self, _request: Request) -> Response:
        return answer(
            [
                self._shown(datagroup)
                for datagroup in self.world.datagroups.values()
                if self.world.may("see_datagroups", datagroup.model)
            ]
        )

    async def _datagroup(self, request: Request) -> Response:
        return answer(self._shown(self._visible(request, "get/datagroups/:datagroup_id")))

    async def _update_datagroup(self, request: Request) -> Response:
        operation = "patch/datagroups/:datagroup_id"
        datagroup = self._visible(request, operation)
        if not self.world.may("update_datagroups", datagroup.model):
            status = self.world.denied_status
            raise error(status, "Forbidden" if status == 403 else "Not found", operation)  # noqa: PLR2004
        stamps = await read_body(request, operation, _DATAGROUP_STAMPS, _DATAGROUP_READ_ONLY)
        now = self.world.now()
        future = {
            name: ("invalid", f"{name} cannot be in the future")
            for name, stamp in stamps.items()
            if stamp > now
        }
        if future:
            raise invalid(operation, future)
        self.world.write(datagroup, stamps)
        return answer(self._shown(datagroup))

    def _visible(self, request: Request, operation: str) -> Datagroup:
        datagroup = self.world.datagroups.get(request.path_params["id"])
        if datagroup is None or not self.world.may("see_datagroups", datagroup.model):
            raise error(404, "Not found", operation)
        return datagroup

    def _shown(self, datagroup: Datagroup) -> dict[str, Any]:
        may_update = self.world.may("update_datagroups", datagroup.model)
        return datagroup_json(datagroup, may_update=may_update)

    async def _connection(self, request: Request) -> Response:
        connection = self.world.connections.get(request.path_params["name"])
        if connection is None:
            raise error(404, "Not found", "get/connections/:connection_name")
        return answer(only(connection_json(connection), request.query_params.get("fields")))

    async def _run_inline(self, request: Request) -> Response:
        operation = "post/queries/run/:result_format"
        query = await read_body(request, operation, QUERY_FIELDS, QUERY_READ_ONLY)
        missing = {
            name: ("missing_field", f"{name} is required")
            for name in ("model", "view")
            if not query.get(name)
        }
        if missing:
            raise invalid(operation, missing)
        if request.path_params["format"] != "json":
            raise error(400, "This stand-in knows the result format json only", operation)
        model, explore = query["model"], query["view"]
        if not (self.world.may("access_data", model) and self.world.may("explore", model)):
            raise error(self.world.denied_status, "Not found", operation)
        if not self.world.knows(model, explore):
            raise error(404, "Not found", operation)
        cached = None
        if request.query_params.get("cache") != "false":
            cached = self.world.tasks.cached(query, request.state.user)
        rows = self.world.run(query) if cached is None else cached
        return answer([{"looker_error": rows}] if isinstance(rows, str) else rows)


class _LookerTime:
    """Sets the `Date` header by Looker's clock."""

    def __init__(self, app: ASGIApp, world: LookerWorld) -> None:
        self._app = app
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_date(message: Message) -> None:
            if message["type"] == "http.response.start" and self._world.sends_date:
                date = email.utils.formatdate(int(self._world.now()), usegmt=True)
                message["headers"] = [*message["headers"], (b"date", date.encode())]
            await send(message)

        await self._app(scope, receive, with_date)


async def _refuse(_request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)  # noqa: S101 - registered for this class only
    sent = answer(refusal.body, refusal.status)
    if refusal.retry_after is not None:
        sent.headers["Retry-After"] = str(refusal.retry_after)
    return sent


async def _not_found(request: Request, _error: Exception) -> Response:
    refusal = error(404, "Not found", f"{request.method.lower()}{request.url.path}")
    return answer(refusal.body, 404)
