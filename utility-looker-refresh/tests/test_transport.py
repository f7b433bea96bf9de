"""What Looker, networks and proxies do to requests, and what becomes of it."""

from __future__ import annotations

import email.utils
import socket
from typing import TYPE_CHECKING

import pytest
import requests
import trustme
from starlette.responses import RedirectResponse

from utility_looker_refresh.errors import AnswerError, NoAnswerError
from utility_looker_refresh.session import Looker
from utility_looker_refresh.transport import LONGEST_WAIT, TRIES
from visma_looker_sandbox.looker import LookerStandIn
from visma_looker_sandbox.testing import Served

from .conftest import SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .conftest import LookerAtHand, Run


@pytest.fixture
def session(looker: LookerAtHand) -> Iterator[Looker]:
    with Looker(looker.settings(), looker.clock) as session:
        yield session


def test_429_waits_as_long_as_looker_says(looker: LookerAtHand, session: Looker) -> None:
    looker.fault("429", "/user", retry_after=7)
    assert session.api.me().id == "7"
    assert looker.clock.slept == [7]


def test_429_without_a_wish_waits_at_random_within_growing_bounds(
    looker: LookerAtHand, session: Looker
) -> None:
    looker.fault("429", "/user", times=3)
    assert session.api.me().id == "7"
    assert len(looker.clock.slept) == 3
    for tried, slept in enumerate(looker.clock.slept, start=1):
        assert 0 <= slept <= 2**tried


def test_retry_after_may_be_a_date_of_lookers_clock(looker: LookerAtHand, session: Looker) -> None:
    looker.world.skew = 3600
    date = email.utils.formatdate(looker.world.now() + 9, usegmt=True)
    looker.fault("429", "/user", retry_after=date)
    session.api.me()
    assert looker.clock.slept == [9]


@pytest.mark.parametrize("wish", ["soon", "-5", "", "1.5.2"])
def test_a_senseless_wish_is_no_wish(looker: LookerAtHand, session: Looker, wish: str) -> None:
    looker.fault("429", "/user", retry_after=wish)
    session.api.me()
    assert len(looker.clock.slept) == 1


def test_a_wish_beyond_patience_ends_the_run_without_waiting(
    run: Run, looker: LookerAtHand
) -> None:
    looker.fault("429", "/datagroups", retry_after=int(LONGEST_WAIT) + 1)
    result = run()
    assert (result.code, looker.clock.slept) == (5, [])
    assert "asks to wait 121 s" in result.reason


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again_and_then_given_up(
    run: Run, looker: LookerAtHand, status: int
) -> None:
    looker.fault("status", "/datagroups", status=status, times=None)
    result = run()
    assert result.code == 5
    assert f"HTTP {status}: no explanation" in result.reason
    assert f"Tried {TRIES} times." in result.reason
    assert looker.calls().count("GET /datagroups") == TRIES


def test_a_patch_that_failed_with_5xx_is_repeated_with_the_same_stamp_or_later(
    run: Run, looker: LookerAtHand
) -> None:
    looker.fault("status", "/datagroups/11", status=502)
    assert run().code == 0
    first, second = looker.world.writes
    assert first["stale_before"] <= second["stale_before"]


def test_a_page_of_a_proxy_is_named_by_its_title(run: Run, looker: LookerAtHand) -> None:
    looker.fault("html", times=None)
    result = run()
    assert result.code == 5
    assert "HTTP 502: 502 Bad Gateway." in result.reason
    assert "<" not in result.reason


def test_a_page_with_status_200_is_not_taken_for_data(run: Run, looker: LookerAtHand) -> None:
    looker.fault("html", "/login", status=200)
    result = run()
    assert result.code == 1
    assert "a page instead of data" in result.reason


@pytest.mark.parametrize("kind", ["cut", "html"])
def test_one_broken_answer_is_got_over(looker: LookerAtHand, session: Looker, kind: str) -> None:
    looker.fault(kind, "/user")
    assert session.api.me().id == "7"


def test_a_truncated_answer_is_not_taken_for_data(looker: LookerAtHand, session: Looker) -> None:
    looker.fault("truncated", "/datagroups")
    with pytest.raises(AnswerError):
        session.api.all_datagroups()


def test_an_empty_answer_is_not_taken_for_data(looker: LookerAtHand, session: Looker) -> None:
    looker.fault("status", "/datagroups", status=200, body="")
    with pytest.raises(AnswerError, match="no content"):
        session.api.all_datagroups()


def test_an_answer_that_does_not_come_is_given_up_in_time(
    looker: LookerAtHand, session: Looker
) -> None:
    session.log_in()
    looker.fault("latency", "/user", seconds=1.3)
    with pytest.raises(NoAnswerError, match="timed out"):
        session.api.me(transport_options={"timeout": 1})


def test_an_unreachable_looker_is_exit_code_5(run: Run, looker: LookerAtHand) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    result = run(base_url=f"http://127.0.0.1:{port}")
    assert result.code == 5
    assert f"No answer from http://127.0.0.1:{port}: [Errno 111] Connection refused" in (
        result.reason
    )
    assert len(looker.clock.slept) == TRIES - 1


def test_a_redirect_is_not_followed_with_the_key(
    run: Run, looker: LookerAtHand, served: Served
) -> None:
    served.app = RedirectResponse("/elsewhere", 307)
    result = run()
    assert result.code == 2
    assert "redirects the API to /elsewhere" in result.reason
    assert looker.calls() == ["POST /login"]


def test_netrc_does_not_replace_the_token(
    run: Run, looker: LookerAtHand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert requests.utils.get_netrc_auth(looker.url) == ("somebody", "else")
    assert run().code == 0


@pytest.mark.parametrize(
    "echo",
    [SECRET, "s3cret-of-the-key-%25%26%2B", "Bearer abcdefghijkl", "token abcdefghijkl"],
)
def test_a_server_that_sends_the_key_back_does_not_get_it_shown(
    run: Run, looker: LookerAtHand, echo: str
) -> None:
    looker.fault("status", status=400, body='{"message": "bad ' + echo + '"}', times=None)
    result = run("--log-level", "DEBUG")
    assert result.code == 3
    looker.served.faults.armed.clear()
    looker.fault("status", "/datagroups", status=400, body='{"message": "bad ' + echo + '"}')
    other = run("--log-level", "DEBUG")
    assert "***" in other.reason
    for text in (result.err, other.err, str(other.report)):
        assert echo not in text


def test_long_messages_are_trimmed_to_one_line(run: Run, looker: LookerAtHand) -> None:
    looker.fault("status", "/datagroups", status=400, body="x\n" * 5000)
    result = run()
    assert len(result.reason) < 800
    assert "x x x" in result.reason


@pytest.fixture
def tls(looker: LookerAtHand, tmp_path: Path) -> Iterator[Served]:
    """The stand-in behind a certificate of an authority that nobody trusts."""
    authority = trustme.CA()
    certificate = tmp_path / "server.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(certificate)
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    stand_in = LookerStandIn(
        client_secret=SECRET, clock=looker.clock.time, monotonic=looker.clock.monotonic
    )
    with Served(stand_in.app, "looker", certificate) as served:
        yield served


def test_an_untrusted_certificate_is_refused_before_the_key_is_sent(run: Run, tls: Served) -> None:
    result = run(base_url=tls.url)
    assert result.code == 2
    assert "is not trusted" in result.reason
    assert "REQUESTS_CA_BUNDLE" in result.reason
    assert tls.log.all() == []


def test_a_private_authority_can_be_trusted(
    run: Run, tls: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "authority.pem"))
    assert run(base_url=tls.url).code == 0


def test_the_check_can_be_switched_off_and_is_said_to_be(
    run: Run, tls: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # requests would let this variable switch the check on again.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "server.pem"))
    result = run(base_url=tls.url, verify_ssl=False)
    assert result.code == 0
    assert "certificate is not checked" in result.err
