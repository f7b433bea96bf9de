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
from requests.adapters import HTTPAdapter

from tap_visma.allowance import Allowance
from tap_visma.at_once import wait_for
from tap_visma.auth import VismaConnect
from tap_visma.errors import (
    RetriableError,
    ThrottledError,
    UnauthorizedError,
    UnreachableError,
    VismaError,
)
from tap_visma.refusals import no_answer, no_json, refusal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tap_visma.clock import Clock

logger = logging.getLogger("tap-visma")

TRIES = 5
MOST_REFUSALS = 24
"""429 in a row for one call; each is waited for, and they may be an hour apart."""

LONGEST_PAUSE_SECONDS = 60.0
_TIMEOUTS_IN_ALL = 2.0
"""A whole answer may take so many times `request_timeout`, which is for each sign of it."""
# Each piece is a change of threads: with smaller ones, calls at once cost a twentieth more.
_PIECE_BYTES = 1024 * 1024

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
        headers: Its headers.
    """

    body: bytes | bytearray
    received_at: dt.datetime
    headers: Mapping[str, str] = field(default_factory=dict)


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
        # As many connections are kept as there are calls at once; requests keeps ten.
        kept = HTTPAdapter(pool_maxsize=config["max_concurrent_requests"])
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, kept)
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
        self._has_answered = False
        self._refusal: UnauthorizedError | None = None
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
        once, and after a 429 the call waits for as long as Visma says. A company whose first call
        is refused with a new token, too, is not asked again.

        Args:
            path: Path of the endpoint, quoted where needed.
            params: Query parameters, not yet encoded.
            meter: Gets the cost of the call.

        Raises:
            VismaError: The call failed for good; the message names the endpoint.
        """
        return wait_for(self.ask(path, params, meter))

    def _patiently(self, path: str, params: Params, meter: Meter) -> Answer:
        if self._refusal is not None:
            raise UnauthorizedError(self._refusal.what, self._refusal.todo)
        renewed = False
        tries = refusals = 0
        while True:
            tries += 1
            try:
                answer = self._once(path, params, meter, refusals)
            except UnauthorizedError as error:
                if renewed:
                    self._refusal = None if self._has_answered else error
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
                    raise VismaError(
                        f"{error.what}{often}", error.todo, cause=error.cause
                    ) from error
                of = "" if throttled else f" ({tries + 1} of {self._tries})"
                logger.warning("%s: %s Trying again%s.", self.company.company_id, error.what, of)
                meter.add(retries=1)
                if not throttled:  # else the allowance is closed until Visma's time has come
                    seconds = max(_pause(tries), min(error.retry_after, LONGEST_PAUSE_SECONDS))
                    meter.add(seconds_waited=self.allowance.pause(seconds))
            else:
                self._tries = TRIES
                self._has_answered = True
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
            deadline = _Deadline(path, _TIMEOUTS_IN_ALL * self._timeout)
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
        except (
            requests.exceptions.RequestException,
            urllib3.exceptions.HTTPError,
            UnicodeError,
        ) as error:
            raise no_answer(url, error, path=path) from error
        finally:
            if headers is None:
                self.allowance.told({})
        if response.status_code != HTTPStatus.OK:
            raise self._refused(path, response, body, refusals)
        if not _is_json(body):
            raise no_json(path, response, body)
        return Answer(body, self.clock.utc_now(), response.headers)

    def _refused(
        self, path: str, response: requests.Response, body: bytes | bytearray, refusals: int
    ) -> VismaError:
        error = refusal(path, response, body)
        if isinstance(error, UnauthorizedError):
            used = response.request.headers.get("Authorization", "")
            self._auth.forget(str(used))
        elif isinstance(error, ThrottledError):
            seconds = self.allowance.refused(response.headers, refusals)
            opens = f"{error.what} The allowance opens again in {seconds:.0f} s."
            return ThrottledError(opens, error.todo)
        return error


def _pause(tries: int) -> float:
    """Seconds before the next try: doubled each time, and never the same for two taps."""
    return min(2.0 ** (tries - 1), LONGEST_PAUSE_SECONDS) * random.uniform(0.5, 1)  # noqa: S311


def path_segment(value: str) -> str:
    """A value quoted for use within a path."""
    return url_quote(value, safe="")


class _Deadline:
    """When a call must have its whole answer.

    Args:
        path: Of the endpoint.
        seconds: From now.
    """

    def __init__(self, path: str, seconds: float) -> None:
        self._path = path
        self._seconds = seconds
        self._until = time.monotonic() + seconds

    def check(self) -> None:
        """Passes as long as there is time.

        Raises:
            RetriableError: It is over.
        """
        if time.monotonic() > self._until:
            raise RetriableError(
                f"GET {self._path}: the answer was still coming after {self._seconds:g} s and was "
                "given up.",
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
