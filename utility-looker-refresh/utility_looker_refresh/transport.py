"""HTTP to Looker: tries, waits, errors with their status, metering, and Looker's clock.

The SDK's own transport hides the HTTP status, never tries again and cannot say what time it
is at Looker. This one raises the package's errors itself, so that the SDK's error handling,
which fetches documentation from another host for every error, is never reached.
"""

from __future__ import annotations

import email.utils
import json
import logging
import random
import re
import time
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, quote_plus, urlsplit

import requests
import urllib3
from looker_sdk.rtl.transport import HttpMethod, Response, ResponseMode, Transport
from typing_extensions import Self, override

from utility_looker_refresh.calls import CallMeter, Operation, find_operation
from utility_looker_refresh.errors import (
    AccessError,
    AnswerError,
    ApiError,
    ConfigurationError,
    NoAnswerError,
    NotDoneError,
    RefreshError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from looker_sdk.rtl.transport import PTransportSettings, TAuthenticator, TransportOptions

LOGGER = logging.getLogger(__name__)
TRIES = 4
LONGEST_WAIT = 120.0
"""Seconds: Looker asks for more than this only when a quota is gone; waiting is then no use."""
_FIRST_PAUSE = 1.0
_LATER = (429, 500, 502, 503, 504)
_MESSAGE_LENGTH = 300


class Clock(Protocol):
    """Time, so that tests need not wait."""

    def monotonic(self) -> float:
        """Seconds that never go backwards."""

    def time(self) -> float:
        """Seconds since 1970 by this machine."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The clock of this machine."""

    def monotonic(self) -> float:
        """Return seconds that never go backwards."""
        return time.monotonic()

    def time(self) -> float:
        """Return seconds since 1970."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait so many seconds."""
        time.sleep(seconds)


class LookerTransport(Transport):
    """Sends requests; safe for use by several threads.

    Operations that may be repeated without harm (reads, a PATCH of absolute times) are tried again
    after lost connections, 429 and 5xx; those that build, stop or mail only after 429 and when no
    connection came about, as Looker then surely did nothing.

    Args:
        settings: Address, certificate check, time-out and headers.
        meter: Counts the calls.
        clock: Measures and waits.
        secret: Never to appear in a message, even if a server sends it back.
    """

    def __init__(
        self, settings: PTransportSettings, meter: CallMeter, clock: Clock, secret: str
    ) -> None:
        self.meter = meter
        self.reject_token: Callable[[str], None] = lambda _header: None
        self._settings = settings
        self._clock = clock
        self._secret = secret
        self._looker_time: tuple[float, float] | None = None
        self._session = requests.Session()
        if not settings.verify_ssl:
            # The command line says it once; urllib3 would at every call.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        self._session.headers.update(settings.headers or {})
        self._session.headers["x-looker-appid"] = settings.agent_tag

    @override
    @classmethod
    def configure(cls, settings: PTransportSettings) -> Self:
        """Return a transport without caps, as the SDK's own constructor functions expect."""
        return cls(settings, CallMeter(), SystemClock(), "")

    @property
    def clock_difference(self) -> float | None:
        """Seconds that Looker's clock is ahead of this machine's; None before any answer."""
        if self._looker_time is None:
            return None
        at, received = self._looker_time
        return at + (self._clock.monotonic() - received) - self._clock.time()

    def now(self) -> int:
        """Return the time at Looker in epoch seconds.

        Looker's `Date` header is cut to the second and was written before it came here, so this
        is never ahead of Looker, as long as Looker's clock runs steadily.
        """
        if self._looker_time is None:
            LOGGER.warning("Looker sends no Date header: its time is taken from this machine")
            return int(self._clock.time())
        at, received = self._looker_time
        return int(at + (self._clock.monotonic() - received))

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._session.close()

    @override
    def request(
        self,
        method: HttpMethod,
        path: str,
        query_params: MutableMapping[str, str] | None = None,
        body: bytes | None = None,
        authenticator: TAuthenticator = None,
        transport_options: TransportOptions | None = None,
    ) -> Response:
        """Send a request, again where that helps, and return a good answer.

        Args:
            method: HTTP method.
            path: Full URL.
            query_params: Query of the URL.
            body: Body as it goes out.
            authenticator: Gives the authorization header; None for the login itself.
            transport_options: Headers and time-out of this request only; `timeout` also means
                that one try has to do.

        Raises:
            ApiError: Looker refused the call.
            AccessError: Looker refused a token that it had just given.
            NoAnswerError: There was no usable answer after all tries.
            ConfigurationError: The address or the certificate is wrong.
            AnswerError: The body is empty where it must not be.
            CallCapError: The call would exceed a cap.
        """
        options = transport_options or {}
        operation = find_operation(method.name, urlsplit(path).path)
        tries = 1 if "timeout" in options else TRIES
        renewed = False
        tried = 0
        while True:
            headers = dict(options.get("headers") or {})
            if authenticator:
                headers.update(authenticator({}))
            self.meter.count(operation)
            tried += 1
            arguments = {"params": query_params, "data": body, "headers": headers}
            timeout = options.get("timeout") or self._settings.timeout
            try:
                answer = self._send(method.name, path, timeout, arguments)
            except NoAnswerError as error:
                if not (operation.repeatable or isinstance(error, NotDoneError)):
                    raise
                failure: RefreshError = error
                pause = None
            else:
                if answer.status_code < requests.codes.multiple_choices:
                    return self._good(operation, answer)
                failure = self._error(operation, answer)
                if answer.status_code == requests.codes.unauthorized and authenticator:
                    if renewed:
                        raise AccessError(
                            f"Looker refused {operation.name} although it had just logged in.",
                            "See in Looker whether the user of the key is disabled.",
                        )
                    renewed = True
                    tried -= 1
                    self.reject_token(headers["Authorization"])
                    continue
                again = answer.status_code in _LATER and (
                    operation.repeatable or answer.status_code == requests.codes.too_many_requests
                )
                if not again:
                    raise failure
                pause = self._wished_pause(answer)
            self._wait(failure, pause, tried, tries)

    def _send(self, method: str, url: str, timeout: int, arguments: dict[str, Any]) -> Any:
        started = self._clock.monotonic()
        try:
            answer = self._session.request(
                method,
                url,
                timeout=timeout,
                # Given here, because requests lets REQUESTS_CA_BUNDLE override the session's.
                verify=self._settings.verify_ssl,
                # A POST redirected becomes a GET, and the key must not travel elsewhere.
                allow_redirects=False,
                # Or ~/.netrc would replace the token.
                auth=_keep_header,
                **arguments,
            )
        except requests.exceptions.SSLError as error:
            raise ConfigurationError(
                f"The certificate of {self._settings.base_url} is not trusted: {_cause(error)}.",
                "Check base_url; for a private authority set REQUESTS_CA_BUNDLE to its file.",
            ) from None
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidProxyURL) as error:
            raise ConfigurationError(
                f"{self._settings.base_url} cannot be called: {_cause(error)}.",
                "Check base_url and the proxy variables of the environment.",
            ) from None
        except requests.exceptions.RequestException as error:
            kind = NotDoneError if _never_left(error) else NoAnswerError
            raise kind(
                f"No answer from {self._settings.base_url}: {_cause(error)}.",
                "Check base_url, the network and whether Looker is up, then run again.",
            ) from None
        finished = self._clock.monotonic()
        date = email.utils.parsedate_tz(answer.headers.get("Date", ""))
        if date:
            self._looker_time = (float(email.utils.mktime_tz(date)), finished)
        LOGGER.debug(
            "%s %s -> %s in %.3f s",
            method,
            urlsplit(url).path,
            answer.status_code,
            finished - started,
        )
        return answer

    def _good(self, operation: Operation, answer: requests.Response) -> Response:
        if not answer.content and operation.method != "DELETE":
            raise AnswerError(
                f"Looker answered {operation.name} with HTTP {answer.status_code} and no content.",
                "Run again; if it stays, check what stands between here and Looker.",
            )
        return Response(
            ok=True,
            value=answer.content.decode("utf-8", "replace").encode(),
            response_mode=ResponseMode.STRING,
        )

    def _error(self, operation: Operation, answer: requests.Response) -> RefreshError:
        if answer.status_code < requests.codes.bad_request:
            target = self.clean(answer.headers.get("Location", "somewhere else"))
            return ConfigurationError(
                f"{self._settings.base_url} redirects the API to {target}.",
                "Set base_url to the address of the Looker API itself.",
            )
        message, from_looker = _message(answer.content.decode("utf-8", "replace"))
        message = self.clean(message)
        if answer.status_code in _LATER:
            refused = answer.status_code == requests.codes.too_many_requests
            return (NotDoneError if refused else NoAnswerError)(
                f"Looker answers {operation.name} with HTTP {answer.status_code}: {message}.",
                "Run again later.",
            )
        return ApiError(operation.name, answer.status_code, message, from_looker=from_looker)

    def clean(self, text: str) -> str:
        """Return foreign text in one line, trimmed and without the secret."""
        for form in {self._secret, quote(self._secret, safe=""), quote_plus(self._secret)} - {""}:
            text = text.replace(form, "***")
        text = re.sub(r"(?i)\b(bearer|token) [\w.~+/=-]{8,}", r"\1 ***", text)
        text = re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).strip().rstrip(".")
        return text if len(text) <= _MESSAGE_LENGTH else text[:_MESSAGE_LENGTH] + "..."

    def _wished_pause(self, answer: requests.Response) -> float | None:
        """Return the seconds of `Retry-After`, as number or date; None without a usable one."""
        wish = answer.headers.get("Retry-After", "").strip()
        if wish.isascii() and wish.isdigit():
            return float(wish)
        date = email.utils.parsedate_tz(wish)
        return max(0.0, email.utils.mktime_tz(date) - self.now()) if date else None

    def _wait(self, failure: RefreshError, pause: float | None, tried: int, tries: int) -> None:
        if tried >= tries:
            how_often = f"Tried {tried} times. " if tried > 1 else ""
            raise type(failure)(failure.what, how_often + failure.fix) from None
        if pause is None:
            # Full jitter, so that many clients do not come back at the same moment.
            pause = random.uniform(0, _FIRST_PAUSE * 2**tried)  # noqa: S311 - no secret
        elif pause > LONGEST_WAIT:
            raise type(failure)(
                f"{failure.what} It asks to wait {pause:.0f} s.", "Run again after that time."
            ) from None
        LOGGER.warning("%s Trying again in %.1f s", failure.what, pause)
        self._clock.sleep(pause)


def _never_left(error: BaseException) -> bool:
    """Say whether no connection came about, so that nothing was asked."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    reason = error.args[0] if error.args else None
    return isinstance(getattr(reason, "reason", None), urllib3.exceptions.NewConnectionError)


def _keep_header(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _cause(error: BaseException) -> str:
    """Return the innermost reason: the outer ones repeat the URL and Python's object names."""
    while error.__context__ is not None:
        error = error.__context__
    return re.sub(r"\s+", " ", str(error) or type(error).__name__).rstrip(".")


def _message(body: str) -> tuple[str, bool]:
    """Return the words of an error body, and whether it has the form of Looker's errors."""
    try:
        data = json.loads(body)
    except ValueError:
        data = None
    if not isinstance(data, dict) or not isinstance(data.get("message"), str):
        page = re.search(r"<title>(.*?)</title>", body, re.IGNORECASE | re.DOTALL)
        text = page.group(1) if page else re.sub(r"<[^>]*>", " ", body)
        return text.strip() or "no explanation", False
    details = data.get("errors")
    parts = [data["message"]]
    for detail in details if isinstance(details, list) else []:
        if isinstance(detail, dict):
            said = (detail.get("field"), detail.get("message") or detail.get("code"))
            parts.append(" ".join(str(part) for part in said if part))
    return "; ".join(part for part in parts if part) or "no explanation", True
