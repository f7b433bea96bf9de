"""What every stand-in shares: the call log, faults on demand, and tokens that expire.

All of it lives in memory and in the event loop's thread, so nothing here takes a lock.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import parse_qsl

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

#: Query parameters that are never written down (Looker's login accepts them in the query).
SECRET_PARAMETERS = frozenset({"client_secret", "client_id", "access_token", "token"})

GrantT = TypeVar("GrantT")

#: JSON with numbers in exact decimal text, both ways.
decode_json = msgspec.json.Decoder(float_hook=Decimal).decode
encode_json = msgspec.json.Encoder(decimal_format="number").encode


class Tokens(Generic[GrantT]):
    """Bearer tokens that were handed out, with what each of them allows.

    Args:
        clock: Seconds of a clock that only goes forward.
        new: Makes the text of a token from what it allows and its lifetime in seconds.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        new: Callable[[GrantT, int], str] | None = None,
    ) -> None:
        self._clock = clock
        self._new = new or (lambda _grant, _seconds: secrets.token_urlsafe(32))
        self._grants: dict[str, tuple[GrantT, float]] = {}

    def issue(self, grant: GrantT, *, seconds: int) -> str:
        """Hand out a token that is good for this many seconds."""
        token = self._new(grant, seconds)
        self._grants[token] = (grant, self._clock() + seconds)
        return token

    def find(self, token: str) -> GrantT | None:
        """Say what a token allows; None if it is unknown, revoked or expired."""
        grant, expires = self._grants.get(token, (None, 0.0))
        return grant if self._clock() < expires else None

    def bearer(self, header: str | None) -> GrantT | None:
        """Say what an `Authorization` header allows (`Bearer …`, or Looker's `token …`)."""
        kind, _, token = (header or "").partition(" ")
        return self.find(token.strip()) if kind.lower() in {"bearer", "token"} else None

    def revoke(self, token: str) -> None:
        """Forget one token."""
        self._grants.pop(token, None)

    def revoke_all(self) -> None:
        """Forget every token: the next call with any of them gets 401."""
        self._grants.clear()


class CallLog:
    """The calls that the stand-ins answered, oldest first, without anything secret."""

    def __init__(self, *, keep: int = 100_000) -> None:
        self._calls: deque[dict[str, object]] = deque(maxlen=keep)

    def add(
        self,
        *,
        service: str,
        method: str,
        path: str,
        query: bytes,
        tenant: str | None,
        status: int,
    ) -> None:
        """Write one call down; repeated query parameters become a list."""
        params: dict[str, str | list[str]] = {}
        for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
            shown = "***" if name.lower() in SECRET_PARAMETERS else value
            seen = params.get(name)
            if seen is None:
                params[name] = shown
            else:
                params[name] = [*([seen] if isinstance(seen, str) else seen), shown]
        self._calls.append(
            {
                "service": service,
                "method": method,
                "path": path,
                "query": params,
                "tenant": tenant,
                "status": status,
                "at": datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
            }
        )

    def all(self) -> list[dict[str, object]]:
        """Every call kept."""
        return list(self._calls)

    def clear(self) -> None:
        """Forget them."""
        self._calls.clear()


#: What can be made to go wrong; the README's table says what each kind does.
FAULT_KINDS = frozenset(
    {"latency", "status", "429", "html", "not_json", "truncated", "cut", "slow"}
    | {"hold", "revoke", "rewrite", "vanish", "touch"}
)


@dataclass
class Fault:
    """One thing that goes wrong, where, and how often.

    Attributes:
        kind: One of `FAULT_KINDS`.
        service: `connect`, `api` or `looker`.
        path: Regular expression, searched in the path (without the query), case-insensitive.
        method: Only calls of this method; any if None.
        query: Regular expression, searched in the raw query string; any if None.
        tenant: Only calls with a token of this company; any if None.
        times: How many matching calls are hit; None for all from then on.
        after: How many matching calls pass before.
        status: Status of kinds `status` (default 500), `html` (502), `not_json` (200).
        body: Text of kinds `status`, `html` and `not_json`.
        retry_after: Seconds told in `Retry-After` by kind `429`; None leaves the header out.
        seconds: Delay of `latency`; time that the body of `slow` takes.
        field: Dotted path that `rewrite` changes, e.g. `name` or `invoiceLines.0.cost`.
        value: What `rewrite` writes there.
        remove: `rewrite` takes the field out.
        row: Which record of an array `rewrite` changes; None for every record.
        key: Key of the record that `vanish` or `touch` hits; None for the first on the page.
        hits: Matching calls so far, hit or not.
        holding: A call waits for `hold` to be disarmed.
    """

    kind: str
    service: str = "api"
    path: str = ""
    method: str | None = None
    query: str | None = None
    tenant: str | None = None
    times: int | None = 1
    after: int = 0
    status: int | None = None
    body: str | None = None
    retry_after: int | None = None
    seconds: float = 0.0
    field: str | None = None
    value: Any = None
    remove: bool = False
    row: int | None = None
    key: str | None = None
    hits: int = 0
    holding: bool = False

    def __post_init__(self) -> None:
        """Refuse what would never do anything."""
        if self.kind not in FAULT_KINDS:
            raise ValueError(f"Unknown fault kind {self.kind!r}; known: {sorted(FAULT_KINDS)}.")
        if self.kind == "rewrite" and not self.field:
            raise ValueError("A fault of kind 'rewrite' needs 'field'.")
        if self.tenant is not None and self.service != "api":
            raise ValueError("Only calls of the service 'api' have a 'tenant'.")
        self.seconds = float(self.seconds)
        try:
            re.compile(self.path)
            re.compile(self.query or "")
        except re.error as error:
            raise ValueError(f"Not a regular expression: {error}.") from error

    def strikes(
        self, service: str, method: str, path: str, query: str, tenant: str | None = None
    ) -> bool:
        """Count a call; True if it is one of those to be hit."""
        if (
            service != self.service
            or (self.method is not None and method != self.method.upper())
            or not re.search(self.path, path, re.IGNORECASE)
            or (self.query is not None and not re.search(self.query, query))
            or self.tenant not in {None, tenant}
        ):
            return False
        self.hits += 1
        return self.hits > self.after and (
            self.times is None or self.hits <= self.after + self.times
        )


@dataclass
class Faults:
    """The faults that are armed, in the order in which they were asked for.

    Attributes:
        revoke: Per service, what `revoke` calls.
        on_rows: Called for `vanish` and `touch` with the fault, the call and its decoded answer.
    """

    armed: list[Fault] = field(default_factory=list)
    revoke: dict[str, Callable[[], None]] = field(default_factory=dict)
    on_rows: Callable[[Fault, Scope, Any], None] | None = None
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def hold(self, fault: Fault) -> None:
        """Keep a call waiting until its fault is disarmed."""
        async with self._changed:
            fault.holding = True
            self._changed.notify_all()
            await self._changed.wait_for(lambda: all(other is not fault for other in self.armed))

    async def held(self) -> None:
        """Wait until a call is kept waiting."""
        async with self._changed:
            await self._changed.wait_for(lambda: any(fault.holding for fault in self.armed))

    async def disarm(self) -> None:
        """Let nothing go wrong any more."""
        async with self._changed:
            self.armed.clear()
            self._changed.notify_all()

    def striking(
        self, service: str, method: str, path: str, query: str, tenant: str | None
    ) -> list[Fault]:
        """The faults that hit this call."""
        return [
            fault for fault in self.armed if fault.strikes(service, method, path, query, tenant)
        ]


@dataclass
class _Answer:
    """One buffered answer of the application."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    @classmethod
    async def of(cls, app: ASGIApp, scope: Scope, receive: Receive) -> _Answer:
        """Run the application and keep what it says."""
        answer = cls(500, [], b"")
        chunks: list[bytes] = []

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = list(message.get("headers", []))
            else:
                chunks.append(message.get("body", b""))

        await app(scope, receive, keep)
        answer.body = b"".join(chunks)
        return answer

    def says(self, status: int, content_type: str, body: str) -> None:
        """Replace status and body; other headers (the allowance) stay."""
        self.status = status
        self.body = body.encode()
        self.headers = [h for h in self.headers if h[0].lower() != b"content-type"]
        self.headers.append((b"content-type", content_type.encode()))


class Instrumented:
    """An ASGI application that logs its calls and lets faults strike.

    Args:
        app: The stand-in.
        service: Its name in log and faults.
        log: Where its calls are written.
        faults: What may strike.
        latency: Seconds that every answer is delayed, asked anew for each call.
        tenant: Says whose token an `Authorization` header holds, where calls have one.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        service: str,
        log: CallLog,
        faults: Faults,
        latency: Callable[[], float] = lambda: 0.0,
        tenant: Callable[[str], str | None] = lambda _header: None,
    ) -> None:
        self._app = app
        self._service = service
        self._log = log
        self._faults = faults
        self._latency = latency
        self._tenant = tenant

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path, method, query = scope["path"], scope["method"], scope["query_string"]
        header = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        tenant = self._tenant(header)
        status = 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                # Written before the client can know it: who has the answer finds the call.
                self._log.add(
                    service=self._service,
                    method=method,
                    path=path,
                    query=query,
                    tenant=tenant,
                    status=status,
                )
            await send(message)

        if (delay := self._latency()) > 0:
            await asyncio.sleep(delay)
        striking = self._faults.striking(
            self._service, method, path, query.decode("latin-1"), tenant
        )
        if not striking:
            await self._app(scope, receive, watch)
            return
        log.info("%s %s: %s", method, path, ", ".join(fault.kind for fault in striking))
        await self._struck(striking, scope, receive, watch)

    async def _struck(
        self, faults: Iterable[Fault], scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer a call that one or more faults hit."""
        faults = list(faults)
        for fault in faults:
            if fault.kind == "latency":
                await asyncio.sleep(fault.seconds)
            elif fault.kind == "hold":
                await self._faults.hold(fault)
            elif fault.kind == "revoke":
                self._faults.revoke[self._service]()
        answer = await _Answer.of(self._app, scope, receive)
        for fault in faults:
            self._spoil(fault, answer, scope)
        kinds = {fault.kind: fault for fault in faults}
        headers = [h for h in answer.headers if h[0].lower() != b"content-length"]
        headers.append((b"content-length", str(len(answer.body)).encode()))
        await send(
            {"type": "http.response.start", "status": answer.status, "headers": headers},
        )
        if "cut" in kinds:
            # Less than promised and no end: uvicorn then closes the connection.
            half = answer.body[: len(answer.body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            return
        if "slow" in kinds:
            await _drip(answer.body, kinds["slow"].seconds, send)
            return
        await send({"type": "http.response.body", "body": answer.body})

    def _spoil(self, fault: Fault, answer: _Answer, scope: Scope) -> None:
        """Change an answer as a fault says."""
        if fault.kind == "status":
            answer.says(fault.status or 500, "application/json", fault.body or "")
        elif fault.kind == "429":
            answer.says(429, "application/json", fault.body or "")
            answer.headers = [h for h in answer.headers if h[0].lower() != b"retry-after"]
            if fault.retry_after is not None:
                answer.headers.append((b"retry-after", str(fault.retry_after).encode()))
        elif fault.kind == "html":
            page = "<html><head><title>502 Bad Gateway</title></head><body></body></html>"
            answer.says(fault.status or 502, "text/html", fault.body or page)
        elif fault.kind == "not_json":
            answer.says(fault.status or 200, "text/plain", fault.body or "OK")
        elif fault.kind == "truncated":
            answer.body = answer.body[: len(answer.body) * 2 // 3]
        elif fault.kind == "rewrite":
            answer.body = _rewritten(fault, answer.body)
        elif fault.kind in {"vanish", "touch"} and self._faults.on_rows:
            self._faults.on_rows(fault, scope, decode_json(answer.body))


async def _drip(body: bytes, seconds: float, send: Send, *, drops: int = 20) -> None:
    """Send a body in small pieces, spread over some seconds."""
    size = max(1, -(-len(body) // drops))
    for start in range(0, len(body), size):
        await asyncio.sleep(seconds / drops)
        piece = body[start : start + size]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _rewritten(fault: Fault, body: bytes) -> bytes:
    """Write or remove one field in one or all records of a JSON answer."""
    data = decode_json(body)
    rows = data if isinstance(data, list) else [data]
    *parents, last = (fault.field or "").split(".")
    for row in rows if fault.row is None else rows[fault.row : fault.row + 1]:
        at = row
        for name in parents:
            at = at[int(name)] if isinstance(at, list) else at[name]
        if fault.remove:
            at.pop(last, None)
        else:
            at[last] = fault.value
    return encode_json(data)
