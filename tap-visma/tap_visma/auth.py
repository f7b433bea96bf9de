"""Tokens of Visma Connect: OAuth 2.0 client credentials, one token per company (tenant)."""

from __future__ import annotations

import threading
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

import requests
from requests.auth import AuthBase
from typing_extensions import override

from tap_visma.errors import RetriableError, UnreachableError, VismaError, quote

if TYPE_CHECKING:
    from collections.abc import Callable

SCOPE = "vismanet_erp_service_api:read"
"""The tap reads; it never asks for more."""

_LEEWAY_SECONDS = 60.0
_LEEWAY_SHARE = 0.1
_DEFAULT_LIFE_SECONDS = 3600.0

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


class VismaConnect(AuthBase):
    """Puts the company's bearer token on each request; safe to share between threads.

    A token is kept in memory only, renewed a minute (or a tenth of its life) before it
    expires by a clock that nobody can set, and fetched by one thread for all.

    Source: the token endpoint as described on Visma's page on service integrations.
    """

    def __init__(
        self,
        *,
        token_url: str,
        client_id: str,
        client_secret: str,
        tenant_id: str,
        session: requests.Session,
        timeout: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._token_url = token_url
        self._client_id = client_id
        self._client_secret = client_secret
        self._tenant_id = tenant_id
        self._session = session
        self._timeout = timeout
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._token = ""
        self._renew_at = 0.0
        self._refusal: VismaError | None = None

    @override
    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token()}"
        return request

    def token(self) -> str:
        """A token that is still good for a while.

        Raises:
            VismaError: Visma Connect refuses; the message says why and what to do.
            RetriableError: Visma Connect cannot be reached or has trouble of its own.
        """
        with self._lock:
            if self._refusal:  # a secret that is wrong stays wrong; asking again may lock it
                raise VismaError(self._refusal.what, self._refusal.todo)
            if not self._token or self._monotonic() >= self._renew_at:
                self._fetch()
            return self._token

    def forget(self, refused: str) -> None:
        """Drops the token that an answer refused, unless another thread has renewed it already."""
        with self._lock:
            if f"Bearer {self._token}" == refused:
                self._token = ""

    def _fetch(self) -> None:
        asked_at = self._monotonic()
        try:
            response = self._session.post(
                self._token_url,
                data={
                    "grant_type": "client_credentials",
                    "client_id": self._client_id,
                    "client_secret": self._client_secret,
                    "scope": SCOPE,
                    "tenant_id": self._tenant_id,
                },
                timeout=self._timeout,
                allow_redirects=False,  # the secret goes to the address in the settings only
                auth=_no_auth,
            )
        except requests.exceptions.SSLError as error:
            raise tls_failure(self._token_url) from error
        except requests.exceptions.RequestException as error:
            raise unreachable(self._token_url, error) from error
        try:
            answer = response.json()
        except ValueError:
            answer = {}
        if not isinstance(answer, dict):
            answer = {}
        token = answer.get("access_token")
        if response.status_code != HTTPStatus.OK or not isinstance(token, str) or not token:
            refusal = self._refused(response, answer)
            if not isinstance(refusal, RetriableError):
                self._refusal = refusal
            raise refusal
        try:
            life = float(answer.get("expires_in") or _DEFAULT_LIFE_SECONDS)
        except (TypeError, ValueError):
            life = _DEFAULT_LIFE_SECONDS
        self._token = token
        self._renew_at = asked_at + life - min(_LEEWAY_SECONDS, _LEEWAY_SHARE * life)

    def _refused(self, response: requests.Response, answer: dict[str, object]) -> VismaError:
        code = str(answer.get("error") or "")
        said = f" {quote(str(answer.get('error_description') or code))}" if code else ""
        what = f"Visma Connect gave no token (HTTP {response.status_code}).{said}"
        throttled = response.status_code == HTTPStatus.TOO_MANY_REQUESTS
        if throttled or response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return RetriableError(what, "Try again later; Visma Connect has trouble of its own.")
        return VismaError(
            what,
            _ADVICE.get(code, "Check `token_url`, `client_id`, `client_secret` and `tenant_id`."),
        )


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps `requests` from adding credentials out of a netrc file."""
    return request


def tls_failure(url: str) -> VismaError:
    """The certificate of the server at `url` is not trusted."""
    return VismaError(
        f"The certificate of {host(url)} is not trusted, so nothing was sent.",
        "If a proxy of your own stands in between, name its certificate authority in "
        "REQUESTS_CA_BUNDLE.",
    )


def unreachable(url: str, error: Exception) -> UnreachableError:
    """The server at `url` did not answer."""
    return UnreachableError(
        f"{host(url)} cannot be reached ({type(error).__name__}).",
        "Check the network, the proxy settings and the address in the settings.",
    )


def host(url: str) -> str:
    """Scheme, host and port of a URL."""
    return "/".join(url.split("/", 3)[:3])
