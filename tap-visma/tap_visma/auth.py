"""Tokens of Visma Connect: OAuth 2.0 client credentials, one token per company (tenant)."""

from __future__ import annotations

import threading
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

import requests
from requests.auth import AuthBase
from typing_extensions import override

from tap_visma.errors import RetriableError, VismaError
from tap_visma.refusals import SCOPE, json_object, no_answer, no_token

if TYPE_CHECKING:
    from collections.abc import Callable

_LEEWAY_SECONDS = 60.0
_LEEWAY_SHARE = 0.1
_DEFAULT_LIFE_SECONDS = 3600.0


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
        except (requests.exceptions.RequestException, UnicodeError) as error:
            raise no_answer(self._token_url, error) from error
        answer = json_object(response.content)
        token = answer.get("access_token")
        if response.status_code != HTTPStatus.OK or not isinstance(token, str) or not token:
            refusal = no_token(response)
            if not isinstance(refusal, RetriableError):
                self._refusal = refusal
            raise refusal
        try:
            life = float(answer.get("expires_in") or _DEFAULT_LIFE_SECONDS)
        except (TypeError, ValueError):
            life = _DEFAULT_LIFE_SECONDS
        self._token = token
        self._renew_at = asked_at + life - min(_LEEWAY_SECONDS, _LEEWAY_SHARE * life)


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps `requests` from adding credentials out of a netrc file."""
    return request
