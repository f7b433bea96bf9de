"""The ways in which the ERP stand-in refuses a call."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response


class Refusal(Exception):  # noqa: N818 - an answer, not a fault of the program
    """A call that is answered with an error.

    Attributes:
        status: HTTP status.
        message: Text of the ERP's usual error body; None for an empty body.
        headers: Headers of the answer.
    """

    def __init__(
        self, status: int, message: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message or str(status))
        self.status = status
        self.message = message
        self.headers = headers or {}

    def response(self) -> Response:
        """The answer."""
        if self.message is None:
            return Response(status_code=self.status, headers=self.headers)
        return JSONResponse({"message": self.message}, self.status, self.headers)


def bad_request(message: str) -> Refusal:
    """A parameter is missing or cannot be read."""
    return Refusal(400, message)


def unauthorized() -> Refusal:
    """No token, or one that is expired, revoked or of a customer instead of a company."""
    return Refusal(401, headers={"WWW-Authenticate": "Bearer"})


def quota_exceeded(seconds: int) -> Refusal:
    """The window's calls are used up."""
    return Refusal(429, "API calls quota exceeded.", {"Retry-After": str(seconds)})
