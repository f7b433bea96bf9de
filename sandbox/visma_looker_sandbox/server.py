"""Runs the four servers on loopback, in one process and one event loop."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import signal
import socket
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn
from typing_extensions import override

from visma_looker_sandbox.books import Books, BooksError
from visma_looker_sandbox.control import Control
from visma_looker_sandbox.http import CallLog, Faults, Instrumented, Tokens
from visma_looker_sandbox.looker import LookerStandIn, install
from visma_looker_sandbox.visma.allowance import Allowance
from visma_looker_sandbox.visma.connect import Grant, connect_app, new_token
from visma_looker_sandbox.visma.erp import Erp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from starlette.types import ASGIApp

    from visma_looker_sandbox.looker import Explores
    from visma_looker_sandbox.settings import Settings

log = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
CLIENT_ID = "isv_visma_looker_sandbox"
_LOOKER_CLIENT_ID = "visma_looker_sandbox"
#: The datagroup of the shipped LookML that follows the nightly load; a project has its own.
_DATAGROUP = "finance::visma_load"


class PortError(Exception):
    """A port cannot be used."""


@dataclass(frozen=True)
class Ports:
    """Ports of the servers; 0 takes a free one."""

    connect: int = 0
    api: int = 0
    looker: int = 0
    control: int = 0


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs several of them."""

    @override
    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


class Sandbox:
    """All stand-ins over one file of books.

    Args:
        books: The file; it holds at least one company.
        settings: The switches.
        ports: Where to listen.
        explores: A LookML project on a warehouse, for Looker to answer from.
    """

    def __init__(
        self, books: Path, settings: Settings, ports: Ports, explores: Explores | None = None
    ) -> None:
        self._books = Books(books)
        companies = self._books.companies()
        if not companies:
            raise BooksError(
                f"The books {books} hold no company, so nothing can be served. "
                "Remove the file, or name another, and they are made anew."
            )
        self._books.set_meta("server_zone", settings.server_zone)
        client_secret, looker_secret = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        calls, faults, allowance = CallLog(), Faults(), Allowance(settings)
        tokens: Tokens[Grant] = Tokens(new=new_token)
        self._erp = Erp(books, tokens=tokens, allowance=allowance, settings=settings)
        looker = LookerStandIn(
            client_id=_LOOKER_CLIENT_ID,
            client_secret=looker_secret,
            token_seconds=settings.token_seconds,
        )
        datagroups = [_DATAGROUP]
        if explores is not None:
            install(looker.world, explores)
            project = explores.project
            datagroups = [f"{project.name}::{name}" for name in project.datagroups]
        faults.revoke = {
            "connect": tokens.revoke_all,
            "api": tokens.revoke_all,
            "looker": looker.revoke_tokens,
        }
        faults.on_rows = lambda *hit: self._erp.on_rows(self._books, *hit)
        connect = connect_app(
            client_id=CLIENT_ID,
            client_secret=client_secret,
            tenants=self._erp.tenants,
            tokens=tokens,
            settings=settings,
        )
        control = Control(
            log=calls,
            faults=faults,
            settings=settings,
            allowance=allowance,
            books=self._books,
            looker=looker,
        )

        def tenant(header: str) -> str | None:
            grant = tokens.bearer(header)
            return grant.tenant_id if grant else None

        def watched(service: str, app: ASGIApp) -> ASGIApp:
            def delay() -> float:
                return settings.latency_ms / 1000

            return Instrumented(
                app,
                service=service,
                log=calls,
                faults=faults,
                latency=delay,
                tenant=tenant if service == "api" else lambda _header: None,
            )

        apps: dict[str, tuple[ASGIApp, int]] = {
            "connect": (watched("connect", connect), ports.connect),
            "api": (watched("api", self._erp.app), ports.api),
            "looker": (watched("looker", looker.app), ports.looker),
            "control": (control.app(), ports.control),
        }
        self._servers: list[tuple[uvicorn.Server, socket.socket]] = []
        urls: dict[str, str] = {}
        for service, (app, port) in apps.items():
            listening = _listen(service, LOOPBACK, port)
            urls[service] = f"http://{LOOPBACK}:{listening.getsockname()[1]}"
            # Looker's stand-in sends a Date of its own: its clock can be set.
            self._servers.append((_server(app, date_header=service != "looker"), listening))
        self.environment = {
            "TAP_VISMA_API_URL": urls["api"],
            "TAP_VISMA_TOKEN_URL": f"{urls['connect']}/connect/token",
            "TAP_VISMA_CLIENT_ID": CLIENT_ID,
            "TAP_VISMA_CLIENT_SECRET": client_secret,
            **_companies(self._books, [tenant for tenant, _, _ in companies]),
            "UTILITY_LOOKER_REFRESH_BASE_URL": urls["looker"],
            "UTILITY_LOOKER_REFRESH_CLIENT_ID": _LOOKER_CLIENT_ID,
            "UTILITY_LOOKER_REFRESH_CLIENT_SECRET": looker_secret,
            "UTILITY_LOOKER_REFRESH_DATAGROUPS": json.dumps(datagroups),
            "VISMA_LOOKER_SANDBOX_CONTROL_URL": urls["control"],
        }

    def run(self, env_file: Path | None) -> None:
        """Serve until SIGINT or SIGTERM; tell the addresses once all ports accept."""
        try:
            asyncio.run(_serve(self._servers, lambda: self._tell(env_file)))
        finally:
            self._erp.close()
            self._books.close()

    def _tell(self, env_file: Path | None) -> None:
        text = "".join(f"{name}={_quoted(value)}\n" for name, value in self.environment.items())
        if env_file is not None:
            write_atomically(env_file, text)
        sys.stdout.write(text)
        sys.stdout.flush()
        kept = f" They are in {env_file}, too." if env_file else ""
        log.info(
            "These are the settings of a pipeline for Visma and Looker, new at every start.%s A "
            "database is not among them: a pipeline needs one of its own.",
            kept,
        )


async def _serve(
    servers: Sequence[tuple[uvicorn.Server, socket.socket]], tell: Callable[[], None]
) -> None:
    """Serve until SIGINT or SIGTERM; tell the addresses once all ports accept."""

    def stop() -> None:
        for server, _ in servers:
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop)
    serving = [
        asyncio.create_task(server.serve(sockets=[listening])) for server, listening in servers
    ]
    # The ports accept already: whoever comes early waits in their queues.
    tell()
    log.info("Serving until Ctrl-C or SIGTERM.")
    await asyncio.gather(*serving)
    log.info("Stopped.")


def _server(app: ASGIApp, *, date_header: bool = True) -> _Server:
    return _Server(
        uvicorn.Config(
            app,
            log_config=None,
            # Its complaint about answers that a fault cut short is no news here.
            log_level="critical",
            lifespan="off",
            access_log=False,
            date_header=date_header,
            timeout_graceful_shutdown=1,
        )
    )


def _quoted(value: str) -> str:
    """A value that shells and readers of `.env` files take alike."""
    return f"'{value}'" if value[:1] in "[{" else value


def _companies(books: Books, tenants: list[str]) -> dict[str, str]:
    """The tap's setting for one company, or for a group."""
    if len(tenants) == 1:
        return {"TAP_VISMA_TENANT_ID": tenants[0]}
    group = [{"tenant_id": each, "company_id": books.company_id(each)} for each in tenants]
    return {"TAP_VISMA_COMPANIES": json.dumps(group)}


def serve_app(app: ASGIApp, host: str, port: int) -> None:
    """Serve one application until SIGINT or SIGTERM; print its address once it accepts.

    Args:
        app: The application.
        host: Address to listen on.
        port: Where to listen; 0 takes a free port.

    Raises:
        PortError: The port cannot be used.
    """
    listening = _listen("", host, port)
    shown = f"[{host}]" if ":" in host else host

    def tell() -> None:
        sys.stdout.write(f"http://{shown}:{listening.getsockname()[1]}\n")
        sys.stdout.flush()

    asyncio.run(_serve([(_server(app), listening)], tell))


def _listen(service: str, host: str, port: int) -> socket.socket:
    """Take a port; connections are accepted into its queue from now on."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        option = f"--{service}-port" if service else "--port"
        whose = f" for {service}" if service else f" of {host}"
        raise PortError(
            f"Port {port}{whose} cannot be used: {error.strerror}. Nothing is served. "
            f"Name another {option}, or 0 for a free one."
        ) from error
    # asyncio does it only for sockets made with a protocol number; else each answer takes 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def write_atomically(path: Path, text: str) -> None:
    """Write a file that only its owner reads, never half."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    partial.replace(path)
