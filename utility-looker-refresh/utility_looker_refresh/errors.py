"""What can go wrong, and the exit code that tells a scheduler about it."""

from __future__ import annotations

from enum import IntEnum
from http import HTTPStatus


class ExitCode(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    DEFECT = 1
    CONFIGURATION = 2
    ACCESS = 3
    FAILED = 4
    NO_ANSWER = 5
    PARTIAL = 6
    CALL_CAP = 7


class RefreshError(Exception):
    """An error that a person can act on.

    Args:
        what: What happened, one sentence.
        fix: What to do next, one sentence.
    """

    exit_code = ExitCode.DEFECT

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(f"{what} {fix}")
        self.what = what
        self.fix = fix


class ConfigurationError(RefreshError):
    """A setting is missing or wrong, or names something that Looker does not have."""

    exit_code = ExitCode.CONFIGURATION


class AccessError(RefreshError):
    """Looker knows neither the key nor grants it what is needed."""

    exit_code = ExitCode.ACCESS


class NotGrantedError(AccessError):
    """Looker knows the key but does not let it change one datagroup; others may be open to it."""


class NoAnswerError(RefreshError):
    """Looker could not be reached, took too long, or kept refusing after all tries."""

    exit_code = ExitCode.NO_ANSWER


class NotDoneError(NoAnswerError):
    """Looker was not reached or refused for now: the call has surely not been carried out."""


class WorkFailedError(RefreshError):
    """A build or a tile failed."""

    exit_code = ExitCode.FAILED


class TimeOutError(RefreshError):
    """`build_timeout` or `wait_timeout` is over."""

    exit_code = ExitCode.NO_ANSWER


class CallCapError(RefreshError):
    """The next call would exceed `max_query_calls` or `max_admin_calls`; it was not made."""

    exit_code = ExitCode.CALL_CAP


class PartialError(RefreshError):
    """Some datagroups were refreshed, others were not."""

    exit_code = ExitCode.PARTIAL


class AnswerError(RefreshError):
    """Looker, or something in its place, answered in a form that cannot be understood."""


class ApiError(RefreshError):
    """Looker refused a call.

    Args:
        operation: Looker's name of the operation, such as `update_datagroup`.
        status: HTTP status.
        message: Looker's own words, cleaned and trimmed.
        from_looker: Whether the body had the form of Looker's errors (not a proxy's page).
    """

    def __init__(self, operation: str, status: int, message: str, *, from_looker: bool) -> None:
        super().__init__(
            f"Looker refused {operation} with HTTP {status}: {message}.",
            "Run `utility-looker-refresh doctor` to see what the key may do.",
        )
        self.status = status
        if status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
            self.exit_code = ExitCode.ACCESS
        self.from_looker = from_looker


class Interrupted(BaseException):
    """A signal asked the process to end.

    Args:
        signum: The signal's number; the process exits with 128 plus it.
    """

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum
