"""One token for many threads, renewed in time; nothing of the SDK's known faults."""

from __future__ import annotations

import gc
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from looker_sdk.sdk.api40.models import WriteDatagroup

from utility_looker_refresh.errors import AnswerError, ConfigurationError
from utility_looker_refresh.session import Looker, converter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .conftest import LookerAtHand, Run


THREADS = 20


@pytest.fixture
def session(looker: LookerAtHand) -> Iterator[Looker]:
    with Looker(looker.settings(), looker.clock) as session:
        yield session


def logins(looker: LookerAtHand) -> int:
    return looker.calls().count("POST /login")


def in_threads(call: Callable[[], Any]) -> list[Any]:
    barrier = Barrier(THREADS)

    def at_once() -> Any:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(THREADS) as pool:
        return [future.result() for future in [pool.submit(at_once) for _ in range(THREADS)]]


def test_many_threads_make_one_login(looker: LookerAtHand, session: Looker) -> None:
    looker.fault("latency", "/login", seconds=0.1)
    users = in_threads(session.api.me)
    assert [user.id for user in users] == ["7"] * THREADS
    assert logins(looker) == 1


def test_many_threads_with_a_revoked_token_make_one_login_more(
    looker: LookerAtHand, session: Looker
) -> None:
    in_threads(session.api.me)
    looker.stand_in.revoke_tokens()
    looker.fault("latency", "/login", seconds=0.1)
    assert len(in_threads(session.api.me)) == THREADS
    assert logins(looker) == 2


def test_a_token_revoked_in_mid_run_costs_one_login_and_no_failure(
    run: Run, looker: LookerAtHand
) -> None:
    looker.fault("revoke", "/datagroups/11")
    assert run().code == 0
    assert looker.calls() == [
        "POST /login",
        "GET /datagroups",
        "PATCH /datagroups/11",
        "POST /login",
        "PATCH /datagroups/11",
        "DELETE /logout",
    ]
    assert len(looker.world.writes) == 1


def test_a_token_that_is_refused_at_once_again_ends_the_run(run: Run, looker: LookerAtHand) -> None:
    looker.fault("revoke", "/datagroups", times=None)
    result = run()
    assert result.code == 3
    assert "although it had just logged in" in result.reason
    assert logins(looker) == 2


@pytest.mark.parametrize(("life", "margin"), [(3600, 60), (300, 30), (10, 1)])
def test_tokens_are_renewed_before_they_end_and_not_earlier(
    looker: LookerAtHand, session: Looker, life: int, margin: int
) -> None:
    looker.stand_in.token_seconds = life
    session.api.me()
    looker.clock.passed += life - margin - 0.01
    session.api.me()
    assert logins(looker) == 1
    looker.clock.passed += 0.02
    session.api.me()
    assert logins(looker) == 2


def test_two_hours_of_calls_with_short_tokens_never_fail(
    looker: LookerAtHand, session: Looker
) -> None:
    looker.stand_in.token_seconds = 300
    for _ in range(240):
        session.api.me()
        looker.clock.passed += 30
    assert {call["status"] for call in looker.served.log.all()} == {200}
    assert logins(looker) == 27


def test_a_clock_set_back_does_not_keep_a_dead_token(looker: LookerAtHand, session: Looker) -> None:
    looker.stand_in.token_seconds = 100
    session.api.me()
    looker.clock.passed += 95
    looker.clock.behind = 7200  # the wall clock of this machine, two hours back
    session.api.me()
    assert {call["status"] for call in looker.served.log.all()} == {200}


def test_a_token_without_a_told_life_serves_until_it_is_refused(
    looker: LookerAtHand, session: Looker
) -> None:
    looker.fault("rewrite", "/login", field="expires_in", value=None)
    session.api.me()
    looker.clock.passed += 4000
    session.api.me()
    assert logins(looker) == 2


def test_a_login_without_a_token_is_refused(looker: LookerAtHand, session: Looker) -> None:
    looker.fault("rewrite", "/login", field="access_token", remove=True)
    with pytest.raises(AnswerError, match="holds no token"):
        session.api.me()


def test_a_wrong_key_is_said_to_be_one(run: Run, looker: LookerAtHand) -> None:
    looker.stand_in.client_secret = "another"
    result = run()
    assert result.code == 3
    assert "does not know the pair of client_id and client_secret" in result.reason
    assert logins(looker) == 1


def test_an_address_that_is_no_looker_is_said_to_be_none(
    looker: LookerAtHand, session: Looker
) -> None:
    looker.fault("html", "/login", status=404)
    with pytest.raises(ConfigurationError, match="does not answer like the Looker API"):
        session.api.me()


def test_logging_out_happens_once_and_its_failure_changes_nothing(
    run: Run, looker: LookerAtHand
) -> None:
    looker.fault("status", "/logout", status=500, times=None)
    result = run()
    assert (result.code, looker.calls().count("DELETE /logout")) == (0, 1)


def test_a_failing_logout_does_not_hide_the_error_before_it(run: Run, looker: LookerAtHand) -> None:
    looker.fault("status", "/logout", status=500)
    looker.world.roles.clear()
    result = run()
    assert result.code == 3
    assert "see_datagroups" in result.reason


def test_no_login_means_no_logout(looker: LookerAtHand) -> None:
    with Looker(looker.settings(), looker.clock):
        pass
    assert looker.calls() == []


def test_a_login_with_the_call_leaves_the_call_its_own_content_type(
    looker: LookerAtHand, session: Looker
) -> None:
    # The SDK's own session turns the call that triggers a login into a form.
    session.api.update_datagroup(
        "11", WriteDatagroup(stale_before=1), transport_options={"headers": {}}
    )
    assert looker.stamps()[0] == 1


def hooks() -> int:
    """Return how many hooks the SDK's converter holds."""
    dispatch: Any = converter()._structure_func
    return len(dispatch._function_dispatch._handler_pairs)


def test_answers_leave_no_hooks_behind(session: Looker) -> None:
    # The SDK's deserializer registers one more with every answer, and slows down.
    session.api.all_datagroups()
    before = hooks()
    for _ in range(20):
        session.api.all_datagroups()
    assert hooks() == before


def test_memory_and_hooks_are_flat_over_five_thousand_calls(
    looker: LookerAtHand, session: Looker
) -> None:
    def call(times: int) -> None:
        for _ in range(times):
            session.api.me(fields="id")
        looker.served.log.clear()  # it grows with the calls, and is not what is looked at
        gc.collect()

    def held() -> int:
        """Return the bytes held by the client's side; the stand-in lives in this process, too."""
        ours = ("utility_looker_refresh", "looker_sdk", "cattr", "cattrs", "requests", "urllib3")
        wanted = [tracemalloc.Filter(True, f"*/{package}/*") for package in ours]
        statistics = tracemalloc.take_snapshot().filter_traces(wanted).statistics("filename")
        return sum(statistic.size for statistic in statistics)

    call(50)
    hooks_before = hooks()
    call(4650)
    # Only the last calls are traced: that takes four times as long.
    tracemalloc.start()
    try:
        call(50)
        before = held()
        call(250)
        grown = held() - before
    finally:
        tracemalloc.stop()
    assert looker.world.calls["non_query"] == 5000
    assert hooks() == hooks_before
    assert grown < 250 * 32, grown  # bytes; an object that each call left would be more


@pytest.mark.parametrize(
    "body",
    ["null", '"text"', '[{"stale_before": "soon"}]', "[1]", "{", "<html></html>", '[{"can": 1}]'],
)
def test_answers_of_another_shape_are_one_kind_of_error(
    looker: LookerAtHand, session: Looker, body: str
) -> None:
    looker.fault("status", "/datagroups", status=200, body=body)
    with pytest.raises(AnswerError):
        session.api.all_datagroups()


def test_new_fields_in_answers_are_ignored(looker: LookerAtHand, session: Looker) -> None:
    looker.fault("rewrite", "/datagroups", field="brand_new", value={"a": 1})
    assert [datagroup.name for datagroup in session.api.all_datagroups()] == [
        "visma_load",
        "month_end",
    ]
