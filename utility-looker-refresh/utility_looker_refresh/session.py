"""The session with Looker: one login for many threads, renewed in time, ended politely."""

from __future__ import annotations

import functools
import json
import logging
import threading
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from cattrs.cols import is_sequence, list_structure_factory
from cattrs.errors import BaseValidationError, StructureHandlerNotFoundError
from looker_sdk.rtl import serialize
from looker_sdk.rtl.api_settings import PApiSettings, SettingsConfig
from looker_sdk.rtl.auth_session import AuthSession
from looker_sdk.rtl.transport import HttpMethod, TransportOptions
from looker_sdk.sdk.api40.methods import Looker40SDK
from typing_extensions import Self, override

from utility_looker_refresh import __version__
from utility_looker_refresh.calls import CallMeter
from utility_looker_refresh.errors import (
    AccessError,
    AnswerError,
    ApiError,
    ConfigurationError,
    RefreshError,
)
from utility_looker_refresh.transport import Clock, LookerTransport, SystemClock

if TYPE_CHECKING:
    from cattrs import Converter

    from utility_looker_refresh.settings import Settings

LOGGER = logging.getLogger(__name__)
_MARGIN = 60.0
_MARGIN_SHARE = 0.1
_LOGOUT_TIMEOUT = 10


@functools.cache
def converter() -> Converter:
    """Return the SDK's converter of JSON to models, completed once.

    The SDK since 25.16 registers this hook again for every answer, which makes each answer
    slower than the one before; before 25.16 it does not register it at all.
    """
    shared: Converter = serialize.converter40
    shared.register_structure_hook_factory(is_sequence, list_structure_factory)
    return shared


def deserialize(*, data: str, structure: Any) -> Any:
    """Turn an answer into the SDK's model.

    Args:
        data: Body of the answer.
        structure: Model class, or a sequence of one.

    Raises:
        AnswerError: The body is no JSON, or has another shape.
    """
    try:
        value = json.loads(data)
    except ValueError:
        raise AnswerError(
            "Looker, or something in its place, answered with a page instead of data.",
            "Check that base_url is the address of the Looker API, and the proxy in between.",
        ) from None
    name = getattr(structure, "__name__", str(structure))
    # The converter would make a model without content of a text.
    if not all(isinstance(row, dict) for row in (value if isinstance(value, list) else [value])):
        raise _misshapen(name, "no object")
    try:
        return converter().structure(value, structure)
    except (
        BaseValidationError,
        StructureHandlerNotFoundError,
        TypeError,
        AttributeError,
        ValueError,
        KeyError,
    ) as error:
        raise _misshapen(name, type(error).__name__) from None


def _misshapen(name: str, problem: str) -> AnswerError:
    return AnswerError(
        f"Looker's answer does not have the form of {name} ({problem}).",
        "Check that base_url is a Looker of API 4.0; else report it with Looker's version.",
    )


# The SDK declares the arguments positional and passes them by name.
_DESERIALIZE = cast("serialize.TDeserialize", deserialize)


class _SdkSettings(PApiSettings):
    """The settings in the form that the SDK reads; nothing comes from files or elsewhere."""

    def __init__(self, settings: Settings) -> None:
        self.base_url = settings.base_url
        self.verify_ssl = settings.verify_ssl
        self.timeout = settings.timeout
        self.agent_tag = f"utility-looker-refresh {__version__}"
        self.headers = {"Content-Type": "application/json"}
        self._key: SettingsConfig = {
            "client_id": settings.client_id,
            "client_secret": settings.client_secret,
        }

    @override
    def read_config(self) -> SettingsConfig:
        return self._key


class LookerSession(AuthSession):
    """Keeps one token, whatever the number of threads.

    The SDK's own session logs in once per thread, trusts the wall clock, and keeps a token that
    Looker has revoked.

    Args:
        settings: Address and key.
        transport: Sends the login.
        clock: Measures the token's life; only its monotonic side is used.
    """

    def __init__(self, settings: PApiSettings, transport: LookerTransport, clock: Clock) -> None:
        super().__init__(settings, transport, _DESERIALIZE, "4.0")
        self._clock = clock
        self._lock = threading.Lock()
        self._header = ""
        self._renew_at = 0.0

    @override
    def authenticate(self, transport_options: TransportOptions) -> dict[str, str]:
        """Return the authorization header, after a login where one is due."""
        with self._lock:
            if not self._header or self._clock.monotonic() >= self._renew_at:
                self._log_in()
            return {"Authorization": self._header}

    def reject(self, header: str) -> None:
        """Forget the token that Looker has refused, unless another thread has renewed it."""
        with self._lock:
            if header == self._header:
                LOGGER.info("Looker no longer accepts the token: logging in again")
                self._header = ""

    def _log_in(self) -> None:
        # Life is counted from before the request: an answer that came late is not young.
        asked = self._clock.monotonic()
        try:
            answer = self.transport.request(
                HttpMethod.POST,
                f"{self.settings.base_url}/api/4.0/login",
                body=urlencode(dict(self.settings.read_config())).encode(),
                transport_options={
                    "headers": {"Content-Type": "application/x-www-form-urlencoded"}
                },
            )
        except ApiError as error:
            raise _explain_login(error, self.settings.base_url) from None
        token = deserialize(data=answer.value.decode(), structure=self.token_model)
        if not token.access_token:
            raise AnswerError(
                "Looker's answer to the login holds no token.",
                "Check that base_url is the address of the Looker API.",
            )
        self._header = f"Bearer {token.access_token}"
        life = float(token.expires_in or 0)
        # Without a told life the token serves until it is refused.
        self._renew_at = asked + life - min(_MARGIN, life * _MARGIN_SHARE) if life else float("inf")

    @override
    def logout(self, full: bool = False, transport_options: TransportOptions | None = None) -> None:
        """End the session at Looker; a failure is only noted, the token dies by itself."""
        with self._lock:
            header, self._header = self._header, ""
        if not header:
            return
        try:
            self.transport.request(
                HttpMethod.DELETE,
                f"{self.settings.base_url}/api/4.0/logout",
                transport_options={
                    "headers": {"Authorization": header},
                    "timeout": min(_LOGOUT_TIMEOUT, self.settings.timeout),
                },
            )
        except RefreshError as error:
            LOGGER.info("Could not log out; the token expires by itself. %s", error.what)


def _explain_login(error: ApiError, base_url: str) -> RefreshError:
    if not error.from_looker:
        return ConfigurationError(
            f"{base_url} does not answer like the Looker API: {error.what}",
            "Check base_url: older instances serve the API on port 19999.",
        )
    # Looker answers a wrong key with 404.
    return AccessError(
        "Looker does not know the pair of client_id and client_secret "
        f"(HTTP {error.status} to the login).",
        "Create an API key in Looker (Admin, Users, Edit, API keys) and set both.",
    )


class Looker:
    """The one door to Looker; a context manager that logs out at its end.

    Args:
        settings: Address, key, time-out and caps.
        clock: Measures and waits.

    Attributes:
        api: The SDK's methods; they raise the errors of `transport.LookerTransport.request`.
        meter: The calls made so far.
        transport: Tells Looker's time.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self._clock = clock = clock or SystemClock()
        sdk_settings = _SdkSettings(settings)
        self.meter = CallMeter(settings.max_query_calls, settings.max_admin_calls)
        self.transport = LookerTransport(sdk_settings, self.meter, clock, settings.client_secret)
        self._session = LookerSession(sdk_settings, self.transport, clock)
        self.transport.reject_token = self._session.reject
        self.api = Looker40SDK(
            self._session, _DESERIALIZE, serialize.serialize40, self.transport, "4.0"
        )

    def log_in(self) -> None:
        """Log in now rather than with the first call.

        Raises:
            RefreshError: Looker was not reached or refused the key.
        """
        self._session.authenticate({})

    def now(self) -> int:
        """Return the time at Looker in epoch seconds.

        Raises:
            RefreshError: Looker was not asked yet, and was not reached or refused the key.
        """
        if self.transport.clock_difference is None:
            self.log_in()  # its answer tells the time
        return self.transport.now()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._clock.sleep(seconds)

    def monotonic(self) -> float:
        """Return seconds that never go backwards."""
        return self._clock.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.logout()
        self.transport.close()
