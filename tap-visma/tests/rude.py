"""A server that answers with exactly the bytes it is told to, or does worse."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
from typing import TYPE_CHECKING

from typing_extensions import Self, override

from tap_visma.clock import Clock

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from typing import TypeAlias

    Behaviour: TypeAlias = bytes | Callable[[socket.socket], None]

TOKEN = b'{"access_token": "t0ken", "expires_in": 3600}'


def http(
    status: int, body: bytes | str = b"", kind: str = "application/json", **headers: object
) -> bytes:
    """An answer; names of headers with `_` for `-`."""
    raw = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if "Content_Length" not in headers:
        lines.append(f"Content-Length: {len(raw)}")
    return "\r\n".join([*lines, "", ""]).encode() + raw


def reset(connection: socket.socket) -> None:
    """Drops the connection with RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def stuck(connection: socket.socket) -> None:
    """Begins to answer and says no more."""
    connection.sendall(http(200, "[", Content_Length=9))
    silent(connection)


def silent(connection: socket.socket) -> None:
    """Says nothing until the other side gives up."""
    while connection.recv(65536):
        pass


class Rude:
    """Listens on loopback; a context manager.

    Args:
        answer: What each call of the API gets: bytes, or what to do with the connection.
        token: The same for the token endpoint.
        tls: Context of a server that speaks TLS.
    """

    def __init__(
        self,
        answer: Behaviour = b"",
        token: Behaviour | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.answer = answer
        self.token = http(200, TOKEN) if token is None else token
        self.asked: list[str] = []
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://localhost:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._listen)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), connection:
                if self._tls is None:
                    self._serve(connection)
                else:
                    with self._tls.wrap_socket(connection, server_side=True) as wrapped:
                        self._serve(wrapped)

    def _serve(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += (received := connection.recv(65536))
            if not received:
                return
            if not head[:1].isupper():  # TLS where none is spoken
                connection.sendall(http(400))
                return
        head, _, body = head.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        while len(body) < int(length[1] if length else 0):
            body += connection.recv(65536)
        target = head.split(b" ", 2)[1].decode()
        self.asked.append(target)
        behaviour = self.token if target.startswith("/token") else self.answer
        if callable(behaviour):
            behaviour(connection)
        else:
            connection.sendall(behaviour)


class Impatient(Clock):
    """A clock that jumps instead of waiting."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    @override
    def monotonic(self) -> float:
        return super().monotonic() + sum(self.waited)

    @override
    def wait(self, stopping: threading.Event, seconds: float) -> bool:
        self.waited.append(seconds)
        return stopping.is_set()
