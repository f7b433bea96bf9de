"""Serves a stand-in in a thread, so that tests talk real HTTP to it and look inside."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import uvicorn
from typing_extensions import Self

from visma_looker_sandbox.http import CallLog, Faults, Instrumented

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

_HOST = "127.0.0.1"


class Served:
    """A stand-in on a free port of loopback; a context manager that ends it.

    Args:
        app: The stand-in.
        service: Its name in the call log and for faults.
        certificate: PEM file with key and certificate; None serves plain HTTP.

    Attributes:
        app: The stand-in; another one may take its place.
        url: Its address.
        log: The calls that it answered.
        faults: What goes wrong.

    A call belongs to whom it has reached: one that is answered late, long after its client was
    killed, is not seen by the stand-in that has come since.
    """

    def __init__(self, app: ASGIApp, service: str, certificate: Path | None = None) -> None:
        self._service = service
        self.serve(app)
        self._socket = socket.create_server((_HOST, 0))
        # asyncio does it only for sockets made with a protocol number; else answers take 40 ms.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        scheme = "https" if certificate else "http"
        self.url = f"{scheme}://{_HOST}:{self._socket.getsockname()[1]}"
        self._server = uvicorn.Server(
            uvicorn.Config(
                self._answer,
                interface="asgi3",  # which is not seen of a method
                log_config=None,
                log_level="critical",
                lifespan="off",
                access_log=False,
                date_header=False,
                timeout_graceful_shutdown=1,
                ssl_certfile=certificate,
            )
        )
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.005)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    @property
    def app(self) -> ASGIApp:
        """The stand-in; another one that takes its place shares log and faults."""
        return self._app

    @app.setter
    def app(self, app: ASGIApp) -> None:
        self._app = app
        self._instrumented = Instrumented(
            app, service=self._service, log=self.log, faults=self.faults
        )

    def serve(self, app: ASGIApp) -> None:
        """Put another stand-in in the place, with a log and faults of its own."""
        self.log = CallLog()
        self.faults = Faults()
        self.app = app

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._instrumented(scope, receive, send)

    def paths(self) -> list[str]:
        """Return the calls answered, as `METHOD /path`."""
        return [f"{call['method']} {call['path']}" for call in self.log.all()]
