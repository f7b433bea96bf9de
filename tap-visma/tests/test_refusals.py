"""Every way in which a call can fail: what is said, what is tried again, and for how long."""

from __future__ import annotations

import logging
import re
import ssl
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import trustme

from tap_visma.client import (
    LONGEST_PAUSE_SECONDS,
    MOST_REFUSALS,
    TRIES,
    Company,
    CompanyClient,
    Meter,
)
from tap_visma.errors import UnauthorizedError, UnavailableError, VismaError
from tap_visma.tap import TapVisma

from .rude import Impatient, Rude, http, reset, silent, stuck

if TYPE_CHECKING:
    from .rude import Behaviour

PATH = "/v1/supplier"
NAME = "Kari Nordmann"
SECRET = "s3cret-Of-the-application"


class Failure(NamedTuple):
    """How a call failed."""

    error: VismaError
    log: list[str]
    waited: list[float]
    asked: list[str]


def client_of(server: Rude, clock: Impatient, **settings: Any) -> CompanyClient:
    config = {"client_id": "isv_x", "client_secret": SECRET, "tenant_id": "t"}
    tap = TapVisma(config={**config, "api_url": server.url, "token_url": f"{server.url}/token"})
    return CompanyClient(Company("t", "ACME"), {**tap.config, **settings}, clock)


def failure_of(
    server: Rude, caplog: pytest.LogCaptureFixture, path: str = PATH, **settings: Any
) -> Failure:
    clock = Impatient()
    with server, caplog.at_level(logging.INFO, logger="tap-visma"):
        client = client_of(server, clock, **settings)
        caplog.clear()
        with pytest.raises(VismaError) as raised:
            client.get(path, {"pageNumber": 1}, Meter())
    said = [record.getMessage() for record in caplog.records]
    assert NAME not in f"{raised.value} {said}"
    assert SECRET not in f"{raised.value} {said}"
    return Failure(raised.value, said, clock.waited, server.asked)


MESSAGE = f"{{\"message\": \"The value '{NAME}' of 'supplier' is not valid.\"}}"
IPP = (
    '{"ExceptionType": "IPPException", "ExceptionMessage": "No license for %s", '
    '"ExceptionFaultCode": "%s", "ExceptionMessageID": "12027_x", "ExceptionDetails": ""}'
)
NOT_CONNECTED = f'{{"error": "invalid_tenant", "error_description": "Not connected to {NAME}"}}'
HTML = f"<html><head><title>Oh</title></head><body>{NAME}</body></html>"


@pytest.mark.parametrize(
    ("answer", "kind", "said", "todo"),
    [
        (http(400, MESSAGE), VismaError,
         "400 «The value … of supplier is not valid.»", "A parameter is refused"),
        (http(400, MESSAGE.replace("message", "Message")), VismaError,
         "400 «The value … of supplier is not valid.»", "update the tap"),
        (http(400, IPP % (NAME, "12027")), UnavailableError,
         "400 fault 12027 «No license for …»", "has no licence for this endpoint"),
        (http(400, IPP % (NAME, "12002")), VismaError, "400 fault 12002", "`ipp_company_id`"),
        (http(400), VismaError, "400", "A parameter is refused"),
        (http(400, f"Unknown user {NAME}", "text/plain"), VismaError,
         "400 «Unknown user …»", "A parameter is refused"),
        (http(400, HTML, "text/html"), VismaError, "400", "A parameter is refused"),
        (http(400, "[1]"), VismaError, "400", "A parameter is refused"),
        (http(403, MESSAGE), UnavailableError, "403 «", "no licence for this endpoint"),
        (http(404), UnavailableError, "404", "check `api_url`"),
        (http(410), UnavailableError, "410", "has removed the endpoint"),
        (http(412), VismaError, "412", "look for a proxy that adds `If-Match`"),
        (http(418), VismaError, "418", "The API may have changed"),
        (http(302, Location="https://elsewhere.example"), VismaError, "302",
         "takes its token nowhere else"),
        (http(204), VismaError, "204", "The API may have changed"),
    ],
)  # fmt: skip
def test_what_will_not_pass_is_said_at_once(
    caplog: pytest.LogCaptureFixture, answer: bytes, kind: type[VismaError], said: str, todo: str
) -> None:
    failure = failure_of(Rude(answer), caplog)
    assert type(failure.error) is kind
    assert f"GET {PATH} answered {said}" in failure.error.what
    assert todo in failure.error.todo
    assert len(failure.asked) == 2, "a token and one call"
    assert not failure.log


@pytest.mark.parametrize(
    ("answer", "said", "todo"),
    [
        (http(500, MESSAGE), "answered 500 «", "Visma has trouble of its own"),
        (http(502, HTML, "text/html"), "answered 502.", "Visma has trouble of its own"),
        (http(503), "answered 503.", "run again later"),
        (http(504), "answered 504.", "run again later"),
        (http(408), "answered 408.", "run again later"),
        (http(200, HTML, "text/html; charset=utf-8"), "not JSON (text/html, ", "look for a proxy"),
        (http(200, '[{"a": 1}, {"b'), "not JSON (application/json, 14 bytes)", "look for a proxy"),
        (http(200), "not JSON (application/json, 0 bytes)", "look for a proxy"),
        (http(200, "[", Content_Length=9), "broke off.", "Check the network"),
        (http(200, "x" * 99, Content_Encoding="gzip"), "broke off.", "Check the network"),
        (b"", "broke off.", "Check the network"),
        (b"SSH-2.0-server\r\n", "broke off.", "Check the network"),
        (reset, "broke off.", "Check the network"),
        (silent, "took longer than `request_timeout` allows", "Check the network"),
        (stuck, "took longer than `request_timeout` allows", "Check the network"),
    ],
)  # fmt: skip
def test_what_may_pass_is_tried_again_with_growing_pauses(
    caplog: pytest.LogCaptureFixture, answer: Behaviour, said: str, todo: str
) -> None:
    failure = failure_of(Rude(answer), caplog, request_timeout=0.1)
    assert f"GET {PATH}" in failure.error.what
    assert said in failure.error.what
    assert f"Tried {TRIES} times." in failure.error.what
    assert todo in failure.error.todo
    assert len(failure.asked) == 1 + TRIES
    for tries, seconds in enumerate(failure.waited):
        assert 2**tries / 2 <= seconds <= 2**tries
    assert [line.split("again ")[-1] for line in failure.log] == [
        f"({number} of {TRIES})." for number in range(2, TRIES + 1)
    ], "each try is told once"


def test_the_pauses_differ_from_run_to_run(caplog: pytest.LogCaptureFixture) -> None:
    one, two = (failure_of(Rude(http(503)), caplog).waited for _ in range(2))
    assert one != two


@pytest.mark.parametrize(("told", "waited"), [(30, 30), (10**6, LONGEST_PAUSE_SECONDS)])
def test_a_pause_that_visma_asks_for_is_kept(
    caplog: pytest.LogCaptureFixture, told: int, waited: float
) -> None:
    failure = failure_of(Rude(http(503, Retry_After=told)), caplog)
    assert failure.waited == [waited] * (TRIES - 1)


def test_a_name_that_nobody_knows(caplog: pytest.LogCaptureFixture) -> None:
    url = "https://nobody.invalid"
    failure = failure_of(Rude(), caplog, api_url=url)
    assert failure.error.what == (
        f"GET {PATH}: {url} cannot be reached: its name is not known. Tried {TRIES} times."
    )


def test_a_proxy_that_is_not_there(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    failure = failure_of(Rude(), caplog, api_url="https://visma.example")
    assert "the proxy does not let the call through" in failure.error.what
    assert len(failure.waited) == TRIES - 1


def _tls(name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(name).configure_cert(context)
    return context


def test_a_certificate_that_nobody_vouches_for(caplog: pytest.LogCaptureFixture) -> None:
    with Rude() as good:
        stranger = Rude(tls=_tls("localhost"))
        failure = failure_of(stranger, caplog, token_url=f"{good.url}/token")
    assert f"{stranger.url} is not trusted, so nothing was sent." in failure.error.what
    assert "REQUESTS_CA_BUNDLE" in failure.error.todo
    assert not failure.asked
    assert not failure.waited, "it will not pass by itself"


def test_a_server_that_speaks_no_tls(caplog: pytest.LogCaptureFixture) -> None:
    plain = Rude()
    failure = failure_of(plain, caplog, api_url=plain.url.replace("http:", "https:"))
    assert "broke off the TLS connection." in failure.error.what
    assert len(failure.waited) == TRIES - 1


def test_a_header_that_cannot_be_sent_is_no_trouble_of_the_network(
    caplog: pytest.LogCaptureFixture,
) -> None:
    failure = failure_of(Rude(http(200, "[]")), caplog, user_agent="a\nb")
    assert "not well-formed" in failure.error.what
    assert not failure.waited


def test_a_429_is_waited_for_and_not_counted_as_a_failed_try(
    caplog: pytest.LogCaptureFixture,
) -> None:
    failure = failure_of(Rude(http(429, MESSAGE, Retry_After=100)), caplog)
    assert f"GET {PATH} answered 429 «" in failure.error.what
    assert "The allowance opens again in 101 s." in failure.error.what
    assert "`allowance_reserve`" in failure.error.todo
    assert len(failure.asked) == 1 + MOST_REFUSALS + TRIES - 1
    assert 100 < min(failure.waited) <= max(failure.waited) <= 101


def test_a_429_without_a_word_is_waited_for_longer_each_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    failure = failure_of(Rude(http(429)), caplog)
    told = re.findall(r"opens again in (\d+) s", "".join(failure.log))
    assert [int(seconds) for seconds in told[:8]] == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert sum(failure.waited) == pytest.approx(sum(map(int, told)), rel=0.01)


def test_a_token_that_is_refused_is_renewed_once_and_then_no_more(
    caplog: pytest.LogCaptureFixture,
) -> None:
    server, clock = Rude(http(401, MESSAGE)), Impatient()
    with server:
        client = client_of(server, clock)
        for _ in range(3):
            with pytest.raises(UnauthorizedError, match=r"answered 401 «.*customer's instead"):
                client.get(PATH, {}, Meter())
    assert [asked.partition("?")[0] for asked in server.asked] == ["/token", PATH, "/token", PATH]


def test_a_company_that_has_answered_before_is_asked_again_after_a_401() -> None:
    server, clock = Rude(http(200, "[]")), Impatient()
    with server:
        client = client_of(server, clock)
        client.get(PATH, {}, Meter())
        server.answer = http(401)
        with pytest.raises(UnauthorizedError):
            client.get("/v1/account", {}, Meter())
        server.answer = http(200, "[]")
        assert client.get(PATH, {}, Meter()).body == b"[]"


@pytest.mark.parametrize(
    ("answer", "said", "todo"),
    [
        (http(400, '{"error": "invalid_client"}'), "HTTP 400, invalid_client)", "`client_secret`"),
        (http(401, '{"error": "invalid_client"}'), "HTTP 401, invalid_client)", "`client_secret`"),
        (http(400, NOT_CONNECTED),
         "invalid_tenant): «Not connected to …»", "15 minutes"),
        (http(400, '{"error": "invalid_scope"}'), "invalid_scope)",
         "scope vismanet_erp_service_api:read"),
        (http(400, '{"error": "unauthorized_client"}'), "unauthorized_client)", "(a service)"),
        (http(400, '{"error": "unsupported_grant_type"}'), "unsupported_gr", "(a service)"),
        (http(400, '{"error": "invalid_request"}'), "invalid_request)", "Check `token_url`"),
        (http(400, f'{{"error": "{NAME}"}}'), "gave no token (HTTP 400).", "Check `token_url`"),
        (http(400), "gave no token (HTTP 400).", "Check `token_url`"),
        (http(404, HTML, "text/html"), "gave no token (HTTP 404).", "Check `token_url`"),
        (http(200, "{}"), "gave no token (HTTP 200).", "Check `token_url`"),
        (http(200, "[]"), "gave no token (HTTP 200).", "Check `token_url`"),
        (http(302, Location="http://elsewhere.example"), "(HTTP 302).", "Check `token_url`"),
    ],
)  # fmt: skip
def test_a_token_that_is_not_given_is_not_asked_for_again(
    caplog: pytest.LogCaptureFixture, answer: bytes, said: str, todo: str
) -> None:
    failure = failure_of(Rude(token=answer), caplog)
    assert said in failure.error.what
    assert todo in failure.error.todo
    assert failure.asked == ["/token"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (http(500), "Visma Connect gave no token (HTTP 500)."),
        (http(502, HTML, "text/html"), "Visma Connect gave no token (HTTP 502)."),
        (http(429, Retry_After=7), "Visma Connect gave no token (HTTP 429)."),
        (b"", "broke off."),
        (silent, "took longer than `request_timeout` allows"),
    ],
)
def test_trouble_of_visma_connect_is_waited_for(
    caplog: pytest.LogCaptureFixture, answer: Behaviour, said: str
) -> None:
    failure = failure_of(Rude(token=answer), caplog, request_timeout=0.1)
    assert said in failure.error.what
    assert failure.asked == ["/token"] * TRIES
    if b"Retry-After" in (answer if isinstance(answer, bytes) else b""):
        assert min(failure.waited) == 7
