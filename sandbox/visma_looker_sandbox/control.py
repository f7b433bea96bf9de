"""The sandbox's own control: what was called, what shall go wrong, and the switches.

It is no part of any stand-in. All bodies are JSON.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from visma_looker_sandbox.http import Fault, decode_json, encode_json
from visma_looker_sandbox.looker.content import Dashboard, Plan, Tile
from visma_looker_sandbox.looker.derived import DerivedTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from visma_looker_sandbox.books import Books
    from visma_looker_sandbox.http import CallLog, Faults
    from visma_looker_sandbox.looker.app import LookerStandIn
    from visma_looker_sandbox.looker.world import LookerWorld
    from visma_looker_sandbox.settings import Settings
    from visma_looker_sandbox.visma.allowance import Allowance

_LOOKER_SWITCHES: dict[str, Callable[[Any], Any]] = {
    "skew": float,
    "version": str,
    "denied_status": int,
    "sends_date": bool,
    "sends_retry_after": bool,
    "unfinished_status": int,
    "denied": set,
    "quotas": dict,
    "user_attributes": dict,
}


def _add_dashboard(world: LookerWorld, wish: dict[str, Any]) -> None:
    tiles = [Tile(**tile) for tile in wish.get("tiles", [])]
    world.content.dashboards[wish["id"]] = Dashboard(**{**wish, "tiles": tiles})


def _add_plan(world: LookerWorld, wish: dict[str, Any]) -> None:
    world.content.plans[wish["id"]] = Plan(**wish)


def _add_table(world: LookerWorld, wish: dict[str, Any]) -> None:
    world.derived.add(DerivedTable(**wish))
    world.connections["warehouse"].pdt_api_control_enabled = True


#: What can be put into Looker, and how.
_LOOKER_CONTENT: dict[str, Callable[[LookerWorld, Any], object]] = {
    "permissions": lambda world, wish: world.roles[0].permissions.append(str(wish)),
    "tables": _add_table,
    "queries": lambda world, wish: world.content.save_query(dict(wish)),
    "dashboards": _add_dashboard,
    "plans": _add_plan,
    "row_security": lambda world, wish: world.tasks.row_security.add(str(wish)),
}


@dataclass(frozen=True)
class Control:
    """The control server.

    Attributes:
        log: The calls of all stand-ins.
        faults: What may strike them.
        settings: The switches.
        allowance: The windows of the API stand-in.
        books: Told of a new `server_zone`.
        looker: The Looker stand-in, to be looked at and changed.
    """

    log: CallLog
    faults: Faults
    settings: Settings
    allowance: Allowance
    books: Books
    looker: LookerStandIn

    def app(self) -> Starlette:
        """The ASGI application."""
        calls = {
            ("GET", "/calls"): self._calls,
            ("DELETE", "/calls"): self._forget_calls,
            ("GET", "/faults"): self._armed,
            ("POST", "/faults"): self._arm,
            ("DELETE", "/faults"): self._disarm,
            ("GET", "/held"): self._held,
            ("GET", "/settings"): self._settings,
            ("PUT", "/settings"): self._switch,
            ("POST", "/tokens/revoke"): self._revoke,
            ("GET", "/allowance"): self._windows,
            ("DELETE", "/allowance"): self._new_windows,
            ("GET", "/looker"): self._looker,
            ("PUT", "/looker"): self._change_looker,
        }
        return Starlette(
            routes=[Route(path, call, methods=[method]) for (method, path), call in calls.items()],
            exception_handlers={_WishError: _refused},
        )

    async def _calls(self, _request: Request) -> Response:
        return _json(self.log.all())

    async def _forget_calls(self, _request: Request) -> Response:
        self.log.clear()
        return Response(status_code=204)

    async def _armed(self, _request: Request) -> Response:
        return _json(self.faults.armed)

    async def _arm(self, request: Request) -> Response:
        wish = await _object(request)
        try:
            fault = Fault(**wish)
        except (TypeError, ValueError) as error:
            raise _WishError(str(error)) from error
        self.faults.armed.append(fault)
        return _json(fault, 201)

    async def _disarm(self, _request: Request) -> Response:
        await self.faults.disarm()
        return Response(status_code=204)

    async def _held(self, _request: Request) -> Response:
        await self.faults.held()
        return Response(status_code=204)

    async def _settings(self, _request: Request) -> Response:
        return _json(asdict(self.settings))

    async def _switch(self, request: Request) -> Response:
        wishes = await _object(request)
        try:
            self.settings.update(wishes)
        except ValueError as error:
            raise _WishError(str(error)) from error
        if "server_zone" in wishes:
            self.books.set_meta("server_zone", self.settings.server_zone)
        self.looker.token_seconds = self.settings.token_seconds
        return _json(asdict(self.settings))

    async def _revoke(self, request: Request) -> Response:
        service = (await _object(request)).get("service")
        if service not in self.faults.revoke:
            raise _WishError(f"'service' must be one of {sorted(self.faults.revoke)}.")
        self.faults.revoke[service]()
        return Response(status_code=204)

    async def _windows(self, _request: Request) -> Response:
        return _json(self.allowance.all())

    async def _new_windows(self, _request: Request) -> Response:
        self.allowance.clear()
        return Response(status_code=204)

    async def _looker(self, _request: Request) -> Response:
        return _json(self.looker.snapshot())

    async def _change_looker(self, request: Request) -> Response:
        """Change what Looker knows: switches, answers of queries, a tick of its regenerator."""
        wishes, world = await _object(request), self.looker.world
        known = {*_LOOKER_SWITCHES, "answers", "tick", *_LOOKER_CONTENT}
        if unknown := wishes.keys() - known:
            raise _WishError(f"Unknown: {sorted(unknown)}; known: {sorted(known)}.")
        try:
            for name, kind in _LOOKER_SWITCHES.items():
                if name in wishes:
                    setattr(world, name, kind(wishes[name]))
            for wish in wishes.get("answers", []):
                world.answer(wish["model"], wish["explore"], wish["field"], wish["value"])
            for name, add in _LOOKER_CONTENT.items():
                for wish in wishes.get(name, []):
                    add(world, wish)
        except (KeyError, TypeError, ValueError) as error:
            raise _WishError(f"Not understood: {error}.") from error
        if wishes.get("tick"):
            world.tick()
        return await self._looker(request)


class _WishError(Exception):
    """A request to the control that cannot be met."""


async def _refused(_request: Request, error: Exception) -> Response:
    return JSONResponse({"message": str(error)}, 400)


def _json(data: object, status: int = 200) -> Response:
    return Response(encode_json(data), status, media_type="application/json")


async def _object(request: Request) -> dict[str, Any]:
    """The JSON object that a request brings."""
    try:
        data = decode_json(await request.body())
    except msgspec.DecodeError as error:
        raise _WishError(f"The body is not JSON: {error}.") from error
    if not isinstance(data, dict):
        raise _WishError("The body must be a JSON object.")
    return data
