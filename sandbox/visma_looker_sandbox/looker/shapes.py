"""The forms of Looker's answers and errors, and the strict reading of bodies."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import Response

from visma_looker_sandbox.http import encode_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from visma_looker_sandbox.looker.world import Connection, Datagroup, Role

_DOCS = "https://cloud.google.com/looker/docs/"


class Refusal(Exception):  # noqa: N818 - an answer, not a fault of the program
    """An error answer.

    Args:
        status: HTTP status.
        body: Its JSON.
        retry_after: Seconds told in `Retry-After`; None leaves the header out.
    """

    def __init__(self, status: int, body: dict[str, Any], retry_after: int | None = None) -> None:
        super().__init__(status)
        self.retry_after = retry_after
        self.status = status
        self.body = body


def answer(data: Any, status: int = 200) -> Response:
    """Return JSON."""
    return Response(encode_json(data), status, media_type="application/json")


def error(status: int, message: str, operation: str) -> Refusal:
    """Return an `Error`.

    Args:
        status: HTTP status.
        message: Looker's words.
        operation: Method and path as in the error's documentation, such as `post/login`.
    """
    url = f"{_DOCS}r/err/4.0/{status}/{operation}"
    return Refusal(status, {"message": message, "documentation_url": url})


def unauthorized() -> Refusal:
    """Return the error for a token that is missing, unknown, revoked or expired."""
    return Refusal(401, {"message": "Requires authentication.", "documentation_url": _DOCS})


def invalid(operation: str, problems: Mapping[str, tuple[str, str]]) -> Refusal:
    """Return a `ValidationError`.

    Args:
        operation: As for `error`.
        problems: By field, code and message.
    """
    url = f"{_DOCS}r/err/4.0/422/{operation}"
    details = [
        {"field": name, "code": code, "message": message, "documentation_url": url}
        for name, (code, message) in problems.items()
    ]
    return Refusal(
        422, {"message": "Validation Failed", "errors": details, "documentation_url": url}
    )


async def read_body(
    request: Request,
    operation: str,
    writable: Mapping[str, Callable[[Any], bool]],
    read_only: frozenset[str],
) -> dict[str, Any]:
    """Read a JSON object as strictly as Looker does.

    Args:
        request: The request.
        operation: As for `error`.
        writable: By field, whether a value fits.
        read_only: Fields that Looker tells and does not take.

    Raises:
        Refusal: Another content type, no JSON object, unknown or read-only fields, wrong types.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise error(400, f"Content-Type must be application/json, not {kind or 'none'}", operation)
    try:
        body = msgspec.json.decode(await request.body())
    except msgspec.DecodeError:
        raise error(400, "Body is not JSON", operation) from None
    if not isinstance(body, dict):
        raise error(400, "Body must be an object", operation)
    problems = {}
    for name, value in body.items():
        if name in read_only:
            problems[name] = ("read_only", f"{name} is read-only")
        elif name not in writable:
            problems[name] = ("unknown", f"{name} is not a field of this object")
        elif not writable[name](value):
            problems[name] = ("invalid", f"{name} has the wrong type")
    if problems:
        raise invalid(operation, problems)
    return body


def whole_number(value: Any) -> bool:
    """Say whether a value is an integer; in JSON neither 1.0 nor true is one."""
    return type(value) is int


def text(value: Any) -> bool:
    """Say whether a value is a string or null."""
    return value is None or isinstance(value, str)


def texts(value: Any) -> bool:
    """Say whether a value is an array of strings or null."""
    return value is None or (isinstance(value, list) and all(isinstance(v, str) for v in value))


def flag(value: Any) -> bool:
    """Say whether a value is a boolean or null."""
    return value is None or isinstance(value, bool)


def mapping(value: Any) -> bool:
    """Say whether a value is an object or null."""
    return value is None or isinstance(value, dict)


QUERY_FIELDS = {
    **dict.fromkeys(
        ("model", "view", "filter_expression", "limit", "column_limit", "row_total"), text
    ),
    **dict.fromkeys(("visible_ui_sections", "dynamic_fields", "client_id", "query_timezone"), text),
    **dict.fromkeys(("fields", "pivots", "fill_fields", "sorts", "subtotals"), texts),
    "total": flag,
    **dict.fromkeys(("filters", "vis_config", "filter_config"), mapping),
}
QUERY_READ_ONLY = frozenset(
    {"can", "id", "slug", "share_url", "expanded_share_url", "url", "has_table_calculations"}
)


def datagroup_json(datagroup: Datagroup, *, may_update: bool) -> dict[str, Any]:
    """Return a `Datagroup`."""
    data = asdict(datagroup)
    for own in ("rebuilt_at", "sql_value", "rebuilding"):
        del data[own]
    data["model_name"] = data.pop("model")
    data["can"] = {"index": True, "show": True, "update": may_update}
    return data


def role_json(role: Role) -> dict[str, Any]:
    """Return a `Role` with its permission set and model set."""
    sets = {"can": {"show": True}, "built_in": False, "id": role.id, "url": None}
    return {
        "can": {"show": True},
        "id": role.id,
        "name": role.name,
        "permission_set": {
            **sets,
            "name": role.name,
            "all_access": role.all_permissions,
            "permissions": role.permissions,
        },
        "permission_set_id": role.id,
        "model_set": {
            **sets,
            "name": role.name,
            "all_access": role.all_models,
            "models": role.models,
        },
        "model_set_id": role.id,
        "internal": False,
        "url": None,
        "users_url": None,
    }


def connection_json(connection: Connection) -> dict[str, Any]:
    """Return the part of a `DBConnection` that a refresh is concerned with."""
    return {"can": {"show": True}, **asdict(connection)}


def only(data: dict[str, Any], fields: str | None) -> dict[str, Any]:
    """Return the fields asked for with the parameter `fields`, separated by commas."""
    if not fields:
        return data
    wanted = {name.strip().partition("(")[0] for name in fields.split(",")}
    return {name: value for name, value in data.items() if name in wanted}
