"""What it means when a call fails, and what to do about it: one sentence each, fit for a log."""

from __future__ import annotations

import json
import socket
import ssl
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

import urllib3
from requests import exceptions

from tap_visma.errors import (
    RetriableError,
    ThrottledError,
    UnauthorizedError,
    UnavailableError,
    UnreachableError,
    VismaError,
)
from tap_visma.words import code, media_type, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

    Body = bytes | bytearray

SCOPE = "vismanet_erp_service_api:read"
"""The tap reads; it never asks for more."""

_NETWORK = "Check the network, the proxy settings and the address in the settings."
_TROUBLE = "Visma has trouble of its own; run again later."
_REDIRECT = "The tap takes its token nowhere else: correct `api_url`, or look for a proxy."
_UPDATE = "The API may have changed: update the tap."
_NO_LICENCE = "The company has no licence for this endpoint or the application no right to it."

_MEANING: dict[int, tuple[type[VismaError], str]] = {
    HTTPStatus.BAD_REQUEST: (VismaError, f"A parameter is refused. {_UPDATE}"),
    HTTPStatus.UNAUTHORIZED: (
        UnauthorizedError,
        (
            "The token is refused: `tenant_id` may be the customer's instead of the company's "
            "(Visma Admin, Configuration), or the approval was withdrawn."
        ),
    ),
    HTTPStatus.FORBIDDEN: (UnavailableError, _NO_LICENCE),
    HTTPStatus.NOT_FOUND: (
        UnavailableError,
        "The endpoint is not there: check `api_url`; where others answer, update the tap.",
    ),
    HTTPStatus.GONE: (UnavailableError, "Visma has removed the endpoint: update the tap."),
    HTTPStatus.PRECONDITION_FAILED: (
        VismaError,
        "The tap sends no condition: look for a proxy that adds `If-Match`.",
    ),
    HTTPStatus.TOO_MANY_REQUESTS: (
        ThrottledError,
        "Others use this application's allowance, too: set `allowance_reserve`.",
    ),
}

_FAULTS: dict[str, tuple[type[VismaError], str]] = {
    "12002": (
        VismaError,
        "Take `ipp_company_id` out of the settings, or give it the company's own number.",
    ),
    "12027": (UnavailableError, _NO_LICENCE),
}
"""Fault codes of an `IPPException`, the form of errors of the older Visma.net API."""

_ADVICE = {
    "invalid_tenant": (
        "Approve the application for this company in Visma Admin and check `tenant_id`: the "
        "tenant id of the company, not of the customer. A fresh connection can take 15 minutes."
    ),
    "invalid_client": "Check `client_id` and `client_secret` in the Visma Developer Portal.",
    "invalid_scope": f"Give the application the scope {SCOPE} in the Visma Developer Portal.",
    "unauthorized_client": (
        "Let the application use client credentials (a service) in the Visma Developer Portal."
    ),
}
_ADVICE["unsupported_grant_type"] = _ADVICE["unauthorized_client"]
_CHECK_ALL = "Check `token_url`, `client_id`, `client_secret` and `tenant_id`."


def refusal(path: str, response: requests.Response, body: Body) -> VismaError:
    """What an answer with another status than 200 means.

    Args:
        path: Of the endpoint.
        response: The answer.
        body: Its body.
    """
    status = response.status_code
    fault, said = _words(response, body)
    what = f"GET {path} answered {status}{said}."
    if _may_pass(status):
        return RetriableError(what, _TROUBLE, retry_after=retry_after(response))
    if fault in _FAULTS:
        kind, todo = _FAULTS[fault]
    elif status // 100 == 3:  # noqa: PLR2004  # redirects
        kind, todo = VismaError, _REDIRECT
    else:
        kind, todo = _MEANING.get(status, (VismaError, _UPDATE))
    return kind(what, todo)


def no_json(path: str, response: requests.Response, body: Body) -> RetriableError:
    """An answer that is no JSON: a proxy's page, or one cut short."""
    kind = media_type(response.headers.get("Content-Type"))
    return RetriableError(
        f"GET {path} answered with something that is not JSON ({kind}, {len(body)} bytes).",
        "If it stays so, look for a proxy that changes answers.",
    )


def no_token(response: requests.Response) -> VismaError:
    """What an answer of Visma Connect without a token means."""
    answer = json_object(response.content)
    error = code(answer.get("error"))
    said = quote(str(answer.get("error_description") or ""))
    status = f"HTTP {response.status_code}{f', {error}' if error else ''}"
    what = f"Visma Connect gave no token ({status}){f': {said}' if said else ''}."
    if _may_pass(response.status_code) or response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        todo = "Visma Connect has trouble of its own; run again later."
        return RetriableError(what, todo, retry_after=retry_after(response))
    return VismaError(what, _ADVICE.get(error, _CHECK_ALL))


_BROKEN = (
    exceptions.ChunkedEncodingError,
    exceptions.ContentDecodingError,
    BrokenPipeError,
    ConnectionAbortedError,
    ConnectionResetError,
    HTTPException,
    urllib3.exceptions.DecodeError,
    urllib3.exceptions.ProtocolError,
)


def no_answer(url: str, error: Exception, *, path: str = "") -> VismaError:
    """What it means that no answer came, or none to its end.

    Args:
        url: Where the call went.
        error: What `requests` raised.
        path: Of the endpoint; empty for a token.
    """
    call, server = f"GET {path}: " if path else "", host(url)
    causes = tuple(_chain(error))

    def among(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    if among(ssl.SSLCertVerificationError):
        return VismaError(
            f"{call}The certificate of {server} is not trusted, so nothing was sent.",
            "If a proxy of your own stands in between, name its certificate authority in "
            "REQUESTS_CA_BUNDLE.",
        )
    if isinstance(error, ValueError):  # a kind of it: UnicodeError, InvalidURL, InvalidHeader
        return VismaError(
            f"{call}The call cannot be made: the address or a header is not well-formed.",
            "Check `api_url`, `token_url`, `user_agent` and `ipp_company_id`.",
        )
    if among(socket.gaierror):
        what = "cannot be reached: its name is not known"
    elif among(exceptions.ProxyError):
        what = "cannot be reached: the proxy does not let the call through"
    elif among(exceptions.ConnectTimeout):
        what = "cannot be reached: it takes no connection"
    elif among(exceptions.Timeout, urllib3.exceptions.ReadTimeoutError, TimeoutError):
        what = "took longer than `request_timeout` allows"
    elif among(*_BROKEN):
        what = "broke off"
    elif among(ssl.SSLError):
        what = "broke off the TLS connection"
    else:
        what = f"cannot be reached ({type(error).__name__})"
    return UnreachableError(f"{call}{server} {what}.", _NETWORK, cause=f"{server} {what}")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and all that it was made of."""
    waiting, seen = [error], set[int]()
    while waiting:
        cause = waiting.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        parts = (cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args)
        waiting.extend(part for part in parts if isinstance(part, BaseException))


def retry_after(response: requests.Response) -> float:
    """Seconds that an answer asks to wait; 0 where it does not."""
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else 0.0


def host(url: str) -> str:
    """Scheme, host and port of a URL."""
    return "/".join(url.split("/", 3)[:3])


def _may_pass(status: int) -> bool:
    return status == HTTPStatus.REQUEST_TIMEOUT or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _words(response: requests.Response, body: Body) -> tuple[str, str]:
    """Fault code and words of a refusal, which comes in three forms.

    An object with `message`; an `IPPException` with a fault code and words of its own; or
    anything else: plain text is shown, a page or nothing at all is not.
    """
    told = {name.lower(): value for name, value in json_object(body).items()}
    if not told and media_type(response.headers.get("Content-Type")) == "text/plain":
        told = {"message": body.decode(errors="replace")}
    said = next(
        (str(told[name]) for name in ("exceptionmessage", "message", "detail") if told.get(name)),
        "",
    )
    fault = code(str(told.get("exceptionfaultcode", "")))
    parts = (f"fault {fault}" if fault else "", quote(said))
    return fault, "".join(f" {part}" for part in parts if part)


def json_object(body: Body) -> dict[str, Any]:
    """The JSON object of an answer; empty where it has none."""
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
