"""Stands in for Visma Connect: hands out tokens for one company each."""

from __future__ import annotations

import base64
import hmac
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote_plus

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from visma_looker_sandbox.http import encode_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from visma_looker_sandbox.http import Tokens
    from visma_looker_sandbox.settings import Settings

SCOPE = "vismanet_erp_service_api:read"
#: Tenant id of the customer as a whole: it gets a token that no API call accepts.
CUSTOMER_TENANT = "c0570000-0000-4000-8000-000000000001"

_SIGNING_KEY = secrets.token_bytes(32)


@dataclass(frozen=True)
class Grant:
    """What a token allows."""

    tenant_id: str
    client_id: str


def new_token(grant: Grant, seconds: int) -> str:
    """Make a token that looks like the real ones, a signed JWT."""

    def part(data: bytes) -> bytes:
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    now = int(time.time())
    head = part(encode_json({"alg": "HS256", "typ": "JWT"}))
    claims = {
        "iss": "https://connect.visma.com",
        "client_id": grant.client_id,
        "tenant_id": grant.tenant_id,
        "scope": [SCOPE],
        "iat": now,
        "exp": now + seconds,
        "jti": secrets.token_hex(16),
    }
    signed = head + b"." + part(encode_json(claims))
    signature = hmac.digest(_SIGNING_KEY, signed, "sha256")
    return (signed + b"." + part(signature)).decode()


def connect_app(
    *,
    client_id: str,
    client_secret: str,
    tenants: Callable[[], set[str]],
    tokens: Tokens[Grant],
    settings: Settings,
) -> Starlette:
    """Make the token server.

    Args:
        client_id: The only client known.
        client_secret: Its secret.
        tenants: The company tenants that the client is connected to.
        tokens: Where tokens are kept.
        settings: Tells how long they live.
    """

    def refuse(error: str, description: str) -> JSONResponse:
        return JSONResponse({"error": error, "error_description": description}, 400)

    async def token(request: Request) -> JSONResponse:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            return refuse("invalid_request", "The request must be form-urlencoded.")
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        who, secret = _basic(request.headers.get("authorization", ""))
        who, secret = form.get("client_id", who), form.get("client_secret", secret)
        if who != client_id or not hmac.compare_digest(secret.encode(), client_secret.encode()):
            return refuse("invalid_client", "Client authentication failed.")
        if form.get("grant_type") != "client_credentials":
            return refuse("unsupported_grant_type", "Only client_credentials is supported.")
        # Without a scope, the client's granted ones apply.
        if set(form.get("scope", SCOPE).split()) - {SCOPE}:
            return refuse("invalid_scope", f"The client may only ask for {SCOPE}.")
        tenant = form.get("tenant_id", "")
        if tenant not in {*tenants(), CUSTOMER_TENANT}:
            return refuse("invalid_tenant", "The application is not connected to this tenant.")
        seconds = settings.token_seconds
        access = tokens.issue(Grant(tenant, client_id), seconds=seconds)
        answer = {
            "access_token": access,
            "expires_in": seconds,
            "token_type": "Bearer",
            "scope": SCOPE,
        }
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    return Starlette(routes=[Route("/connect/token", token, methods=["POST"])])


def _basic(header: str) -> tuple[str, str]:
    """Client id and secret of a Basic header; empty without one."""
    kind, _, encoded = header.partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except ValueError:
        return "", ""
    user, _, password = text.partition(":")
    return unquote_plus(user), unquote_plus(password)
