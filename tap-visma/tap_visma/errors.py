"""What can go wrong, each told as: what happened, what it means for the data, what to do."""

from __future__ import annotations

import signal

KEPT = "Nothing of it counts as read: its bookmark stays and the next run reads it again."


class VismaError(Exception):
    """A failure that the tap expects and explains.

    Attributes:
        what: What happened, one sentence.
        todo: What to do about it, one sentence.
        cause: What failures of several streams have in common; such are said once.
    """

    def __init__(self, what: str, todo: str, *, cause: str = "") -> None:
        self.what = what
        self.todo = todo
        self.cause = cause or what
        super().__init__(f"{what} {todo}")


class RetriableError(VismaError):
    """May pass by itself: a lost connection, a 5xx, an answer cut short.

    Attributes:
        retry_after: Seconds that the answer asks to wait before the next try; 0 if none.
    """

    def __init__(self, what: str, todo: str, *, cause: str = "", retry_after: float = 0.0) -> None:
        self.retry_after = retry_after
        super().__init__(what, todo, cause=cause)


class UnreachableError(RetriableError):
    """No connection, or none that lasted to the end of the answer."""


class ThrottledError(RetriableError):
    """429: the allowance of the hour is used up."""


class UnauthorizedError(VismaError):
    """401: the token is not (or no longer) accepted."""


class UnavailableError(VismaError):
    """403, 404 or 410: no licence for the endpoint, or it is not there."""


class AllowanceError(VismaError):
    """The run stops here to stay within the allowance or within `max_calls`."""


class RecordError(VismaError):
    """A record that cannot be loaded as it is."""


class IncompleteError(VismaError):
    """The pages of a list do not add up to the total that Visma told."""


class StateError(VismaError):
    """The saved state cannot be understood."""


class Terminated(BaseException):  # like SystemExit, it is no error
    """SIGTERM or SIGINT: raised in the main thread, so that the run ends between two records."""

    def __init__(self, signum: int) -> None:
        self.exit_code = 128 + signum
        super().__init__(f"stopped by {signal.Signals(signum).name}")
