"""How a run ends at a signal: between two messages, and not as a success."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

from singer_sdk.contrib.msgspec import MsgSpecWriter
from singer_sdk.singerlib import RecordMessage
from typing_extensions import override

from tap_visma.errors import Terminated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from singer_sdk.singerlib.encoding.simple import Message

_LAST_SECONDS = 3.0


class BufferedWriter(MsgSpecWriter):
    """Writes records as the pipe takes them; flushes where others wait for the message."""

    def __init__(self) -> None:
        super().__init__()
        self.is_writing = False
        self._interrupted_by: Terminated | None = None

    @override
    def write_message(self, message: Message) -> None:
        self.is_writing = True
        sys.stdout.buffer.write(self.format_message(message))
        if not isinstance(message, RecordMessage):
            sys.stdout.flush()
        self.is_writing = False
        if self._interrupted_by is not None:  # a line that is cut would fail the target
            raise self._interrupted_by

    @contextlib.contextmanager
    def stopped_by_signals(self) -> Iterator[None]:
        """Lets SIGINT and SIGTERM raise `Terminated`, when no message is being written."""
        signals = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self._stop) for number in signals}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, signum: int, _frame: FrameType | None) -> None:
        stopped = Terminated(signum)
        # The target may have stopped reading, and threads may wait for answers that nobody
        # needs: neither may keep the process.
        last = threading.Timer(_LAST_SECONDS, os._exit, [stopped.exit_code])
        last.daemon = True
        last.start()
        if not self.is_writing:
            raise stopped
        self._interrupted_by = stopped
