"""How one call to Visma.net ERP is made: the only door of the tap to the outside."""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote as url_quote

import msgspec
import requests
import urllib3

from tap_visma.allowance import Allowance
from tap_visma.at_once import wait_for
from tap_visma.auth import VismaConnect, tls_failure, unreachable
from tap_visma.errors import (
    RetriableError,
    ThrottledError,
    UnauthorizedError,
    UnavailableError,
    UnreachableError,
    VismaError,
    quote,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tap_visma.clock import Clock

logger = logging.getLogger("tap-visma")

TRIES = 5
MOST_REFUSALS = 24
"""429 in a row for one call; each is waited for, and they may be an hour apart."""

_LONGEST_PAUSE_SECONDS = 60.0
_TIMEOUTS_IN_ALL = 2.0
"""A whole answer may take so many times `request_timeout`, which is for each sign of it."""
_PIECE_BYTES = 64 * 1024

Params = dict[str, "str | int | bool"]


@dataclass(frozen=True)
class Company:
    """One company of the settings.

    Attributes:
        tenant_id: Visma's id of the company, which its token is asked for.
        company_id: The short name written on each row.
        ipp_company_id: Sent as `ipp-company-id` for applications that still need it.
    """

    tenant_id: str
    company_id: str
    ipp_company_id: str | None = None


@dataclass
class Meter:
    """What the calls of one part of a run have cost."""

    calls: int = 0
    retries: int = 0
    seconds_waited: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, *, calls: int = 0, retries: int = 0, seconds_waited: float = 0.0) -> None:
        """Adds to the figures; threads share them."""
        with self._lock:
            self.calls += calls
            self.retries += retries
            self.seconds_waited += seconds_waited


@dataclass(frozen=True)
class Answer:
    """A good answer.

    Attributes:
        body: The JSON text as Visma sent it.
        received_at: When it had arrived completely, UTC without a zone.
    """

    body: bytes | bytearray
    received_at: dt.datetime


class CompanyClient:
    """Calls the API for one company: one token, one allowance, one HTTP session.

    Args:
        company: The company.
        config: The tap's settings.
        clock: Tells when an answer has arrived, and waits.
    """

    def __init__(self, company: Company, config: Mapping[str, Any], clock: Clock) -> None:
        self.company = company
        self.clock = clock
        self._api_url = config["api_url"].rstrip("/")
        self._timeout = float(config["request_timeout"])
        self._session = requests.Session()
        self._session.headers["User-Agent"] = config["user_agent"]
        self._session.headers["Accept"] = "application/json"
        self._auth = VismaConnect(
            token_url=config["token_url"],
            client_id=config["client_id"],
            client_secret=config["client_secret"],
            tenant_id=company.tenant_id,
            session=self._session,
            timeout=self._timeout,
            monotonic=self.clock.monotonic,
        )
        if company.ipp_company_id:
            self._session.headers["ipp-company-id"] = company.ipp_company_id
        self.allowance = Allowance(
            company.company_id,
            reserve=config["allowance_reserve"],
            max_calls=config.get("max_calls"),
            on_exhausted=config["on_allowance_exhausted"],
            monotonic=self.clock.monotonic,
            wait_for=self.clock.wait,
        )
        self._remembered: dict[str, Answer] = {}
        self._tries = TRIES
        self._callers = ThreadPoolExecutor(
            config["max_concurrent_requests"], thread_name_prefix=company.company_id
        )

    def log_in(self) -> None:
        """Gets a token now rather than with the first call.

        Raises:
            VismaError: As of `VismaConnect.token`.
        """
        self._auth.token()

    def is_put_off(self) -> bool:
        """Whether the next call has to wait for more than a minute."""
        return self.allowance.is_put_off

    def ask(self, path: str, params: Params, meter: Meter) -> Future[Answer]:
        """Begins a GET call; `max_concurrent_requests` of them at once, the others queue.

        Arguments and errors are those of `get`.
        """
        return self._callers.submit(self._patiently, path, params, meter)

    def get(self, path: str, params: Params, meter: Meter) -> Answer:
        """Makes a GET call, patiently.

        What may pass by itself is tried again with growing pauses, a refused token is renewed
        once, and after a 429 the call waits for as long as Visma says.

        Args:
            path: Path of the endpoint, quoted where needed.
            params: Query parameters, not yet encoded.
            meter: Gets the cost of the call.

        Raises:
            VismaError: The call failed for good; the message names the endpoint.
        """
        return wait_for(self.ask(path, params, meter))

    def _patiently(self, path: str, params: Params, meter: Meter) -> Answer:
        renewed = False
        tries = refusals = 0
        while True:
            tries += 1
            try:
                answer = self._once(path, params, meter, refusals)
            except UnauthorizedError:
                if renewed:
                    raise
                renewed = True
                tries -= 1
                logger.info(
                    "%s: the token was refused; asking for a new one", self.company.company_id
                )
            except RetriableError as error:
                throttled = isinstance(error, ThrottledError)
                refusals += throttled
                tries -= throttled and refusals < MOST_REFUSALS  # a wait that is told is no failure
                if tries >= self._tries:
                    if isinstance(error, UnreachableError):
                        self._tries = 1  # the other streams need not wait as long once more
                    often = f" Tried {tries} times." if tries > 1 else ""
                    raise VismaError(f"{error.what}{often}", error.todo) from error
                pause = (
                    0.0  # the allowance is closed until Visma's time has come
                    if throttled
                    else min(2.0 ** (tries - 1), _LONGEST_PAUSE_SECONDS) * random.uniform(0.5, 1)  # noqa: S311  # jitter, no secret
                )
                logger.warning(
                    "%s: %s Trying again (%d of %d).",
                    self.company.company_id, error.what, tries + 1, self._tries,
                )  # fmt: skip
                meter.add(retries=1)
                if pause:
                    meter.add(seconds_waited=self.allowance.pause(pause))
            else:
                self._tries = TRIES
                return answer

    def get_once(self, path: str, params: Params, meter: Meter) -> Answer:
        """Like `get`, but an answer is remembered for the other streams of the run."""
        key = f"{path}?{sorted(params.items())}"
        if key not in self._remembered:
            self._remembered[key] = self.get(path, params, meter)
        return self._remembered[key]

    def _once(self, path: str, params: Params, meter: Meter, refusals: int) -> Answer:
        url = self._api_url + path
        self._auth.token()  # a token is no call of the allowance
        meter.add(seconds_waited=self.allowance.take(), calls=1)
        headers: Mapping[str, str] | None = None
        try:
            deadline = _Deadline(_TIMEOUTS_IN_ALL * self._timeout)
            with self._session.get(
                url,
                params={
                    name: str(value).lower() if isinstance(value, bool) else value
                    for name, value in params.items()
                },
                auth=self._auth,
                timeout=self._timeout,
                allow_redirects=False,  # the token goes to the address in the settings only
                stream=True,  # the headers count from when they come, a long body later
            ) as response:
                headers = response.headers
                self.allowance.told(headers)
                body = _body(response, deadline)
        except RetriableError as error:
            raise _explained(path, error) from error
        except requests.exceptions.SSLError as error:
            raise _explained(path, tls_failure(url)) from error
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
            raise _explained(path, unreachable(url, error)) from error
        finally:
            if headers is None:
                self.allowance.told({})
        if response.status_code != HTTPStatus.OK:
            raise self._refused(path, response, body, refusals)
        if not _is_json(body):
            # A proxy's page, or an answer cut short: nothing that repeating could double.
            raise RetriableError(
                f"GET {path} answered with something that is not JSON "
                f"({response.headers.get('Content-Type', 'no content type')}, {len(body)} bytes).",
                "If it stays so, look for a proxy that changes answers.",
            )
        return Answer(body, self.clock.utc_now())

    def _refused(
        self, path: str, response: requests.Response, body: bytes | bytearray, refusals: int
    ) -> VismaError:
        status = response.status_code
        what = f"GET {path} answered {status}{_words(body)}."
        if status == HTTPStatus.UNAUTHORIZED:
            used = response.request.headers.get("Authorization", "")
            self._auth.forget(str(used))
            return UnauthorizedError(
                what,
                "The token is refused: `tenant_id` may be the customer's instead of the "
                "company's (Visma Admin, Configuration), or the approval was withdrawn.",
            )
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            seconds = self.allowance.refused(response.headers, refusals)
            return ThrottledError(
                f"{what} The allowance opens again in {seconds:.0f} s.",
                "Others use this application's allowance, too: set `allowance_reserve`.",
            )
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return RetriableError(what, "Visma has trouble of its own; run again later.")
        if status in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
            return UnavailableError(what, _ADVICE[status])
        return VismaError(what, _ADVICE.get(status, "The API may have changed; update the tap."))


_ADVICE: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "A parameter is refused; the API may have changed: update the tap.",
    HTTPStatus.FORBIDDEN: (
        "The company has no licence for this endpoint or the application no right to it."
    ),
    HTTPStatus.NOT_FOUND: "The endpoint is not there: check `api_url`.",
}


def _explained(path: str, error: VismaError) -> VismaError:
    return type(error)(f"GET {path}: {error.what}", error.todo)


def path_segment(value: str) -> str:
    """A value quoted for use within a path."""
    return url_quote(value, safe="")


class _Deadline:
    """When a call must have its whole answer.

    Args:
        seconds: From now.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = time.monotonic() + seconds

    def check(self) -> None:
        """Passes as long as there is time.

        Raises:
            RetriableError: It is over.
        """
        if time.monotonic() > self._until:
            raise RetriableError(
                f"The answer was still coming after {self._seconds:g} s and was given up.",
                "If it stays so, look for what slows the network down, lower `page_size` or raise "
                "`request_timeout`.",
            )


def _body(response: requests.Response, deadline: _Deadline) -> bytearray:
    """The body of an answer, held once: `requests` would hold its pieces and their sum.

    Raises:
        RetriableError: It is not there in time, though it never stopped coming.
    """
    body = bytearray()
    # `read1` gives what has come; `read` would wait for the whole piece.
    while piece := response.raw.read1(_PIECE_BYTES, decode_content=True):
        body += piece
        deadline.check()
    return body


def _is_json(body: bytes | bytearray) -> bool:
    try:
        msgspec.json.decode(body, type=msgspec.Raw)
    except msgspec.DecodeError:
        try:  # half a surrogate pair is JSON all the same; RecordReader takes it out
            json.loads(body)
        except ValueError:
            return False
    return True


def _words(body: bytes | bytearray) -> str:
    """Visma's own words of a refusal: three forms are known, all others say nothing."""
    try:
        told = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(told, dict):
        return ""
    said = next(
        (told[key] for key in ("message", "Message", "ExceptionMessage") if told.get(key)), None
    )
    return f" {quote(str(said))}" if said else ""
