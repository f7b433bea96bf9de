"""The allowance: kept before Visma has to say 429, and honoured when it does."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from typing import Any

import pytest

from tap_visma.allowance import Allowance
from tap_visma.errors import AllowanceError


class Clock:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def wait(self, stopping: threading.Event, seconds: float) -> bool:
        self.slept.append(seconds)
        self.now += seconds
        return stopping.is_set()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def make(clock: Clock, **settings: Any) -> Allowance:
    return Allowance("acme", monotonic=clock, wait_for=clock.wait, **settings)


def call(allowance: Allowance, left: int | None, reset: int = 600) -> float:
    waited = allowance.take()
    allowance.told({} if left is None else headers(left, reset))
    return waited


def headers(left: int, reset: int = 600) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": "100",
        "X-RateLimit-Remaining": str(left),
        "X-RateLimit-Reset": str(reset),
    }


def test_nothing_is_waited_for_while_calls_are_left(clock: Clock) -> None:
    allowance = make(clock)
    assert [call(allowance, left) for left in (3, 2, 1, 0)] == [0, 0, 0, 0]
    assert (allowance.limit, allowance.left) == (100, 0)


def test_at_the_end_the_next_window_is_waited_for(clock: Clock) -> None:
    allowance = make(clock)
    call(allowance, 0, reset=600)
    assert call(allowance, 99) == 601
    assert call(allowance, 98) == 0


def test_a_call_waits_for_the_answers_that_may_leave_nothing_for_it(clock: Clock) -> None:
    allowance = make(clock)
    call(allowance, 2)
    allowance.take()
    allowance.take()
    third = Waiter(allowance)
    allowance.told(headers(1))
    allowance.told(headers(0))
    assert third.waited() == 601, "two were left and two were under way"


def test_a_call_that_waited_for_answers_is_made_if_they_leave_one(clock: Clock) -> None:
    allowance = make(clock)
    call(allowance, 2)
    allowance.take()
    allowance.take()
    third = Waiter(allowance)
    allowance.told(headers(2))
    allowance.told(headers(2))
    assert third.waited() == 0, "nobody waits for an hour while a call is left"


def test_of_a_new_window_one_call_learns_what_it_holds(clock: Clock) -> None:
    allowance = make(clock)
    call(allowance, 0)
    clock.now += 601
    allowance.take()
    second = Waiter(allowance)
    assert allowance.calls == 2, "it waits for the first"
    allowance.told(headers(0))
    assert second.waited() == 601, "others had used up the new window"


class Waiter:
    """Takes a call in a thread of its own; begun and waiting when it has been made."""

    def __init__(self, allowance: Allowance) -> None:
        self._taken: Future[float] = Future()
        threading.Thread(
            target=lambda: self._taken.set_result(allowance.take()), daemon=True
        ).start()
        while not allowance._news._waiters and not self._taken.done():  # type: ignore[attr-defined]
            time.sleep(0)

    def waited(self) -> float:
        return self._taken.result(timeout=10)


def test_an_answer_that_comes_late_does_not_give_calls_back(clock: Clock) -> None:
    allowance = make(clock)
    call(allowance, 1)
    call(allowance, 5)
    assert allowance.left == 1


def test_a_reserve_is_left_for_others(clock: Clock) -> None:
    allowance = make(clock, reserve=10)
    call(allowance, 11)
    assert call(allowance, 10) == 0
    assert call(allowance, 99) == 601


def test_stop_ends_the_run_and_says_when_to_come_again(clock: Clock) -> None:
    allowance = make(clock, on_exhausted="stop")
    call(allowance, 0)
    with pytest.raises(AllowanceError, match=r"begins in 601 s, at \d\d:\d\d:\d\d"):
        allowance.take()
    assert clock.slept == []


def test_max_calls_caps_the_run(clock: Clock) -> None:
    allowance = make(clock, max_calls=2)
    call(allowance, None)
    call(allowance, None)
    with pytest.raises(AllowanceError, match="max_calls"):
        allowance.take()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 31),
        ({"Retry-After": "30", "X-RateLimit-Reset": "500"}, 31),
        ({"X-RateLimit-Reset": "500"}, 501),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, 60),
        ({}, 60),
    ],
)
def test_after_a_429_the_wait_is_what_visma_says(
    clock: Clock, headers: dict[str, str], seconds: float
) -> None:
    allowance = make(clock)
    assert allowance.refused(headers, attempt=0) == seconds
    assert allowance.take() == seconds


def test_without_a_word_from_visma_the_waits_grow_to_an_hour(clock: Clock) -> None:
    allowance = make(clock)
    waits = [allowance.refused({}, attempt) for attempt in range(8)]
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600]


@pytest.mark.parametrize("odd", ["", "many", "-5", "inf", "nan"])
def test_odd_headers_teach_nothing(clock: Clock, odd: str) -> None:
    allowance = make(clock)
    allowance.take()
    allowance.told({"X-RateLimit-Remaining": odd, "X-RateLimit-Reset": odd})
    assert allowance.left is None
    assert allowance.take() == 0


def test_a_reserve_as_large_as_the_limit_is_refused(clock: Clock) -> None:
    allowance = make(clock, reserve=100)
    call(allowance, 99)
    with pytest.raises(AllowanceError, match="leaves nothing of the 100 calls"):
        allowance.take()


def test_no_answer_makes_the_tap_wait_for_years(clock: Clock) -> None:
    assert make(clock).refused({"Retry-After": "99999999999"}, attempt=0) == 24 * 3600


def test_a_long_wait_is_counted_down_by_one_voice(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    allowance = make(clock, reserve=3)
    call(allowance, 3, reset=999)
    with caplog.at_level("INFO", logger="tap-visma"):
        call(allowance, 99)
    first, *others = caplog.messages
    assert first.startswith("The allowance of company acme is used up (3 calls are kept")
    assert "begins in 1000 s" in first
    assert [text.split(" to go")[0] for text in others] == [
        "acme: 0:11:40", "acme: 0:06:40", "acme: 0:01:40",
    ]  # fmt: skip
    assert sum(clock.slept) == 1000


def test_a_short_wait_is_not_worth_a_word(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    allowance = make(clock)
    call(allowance, 0, reset=30)
    call(allowance, 99)
    assert not caplog.messages


def test_a_company_that_waits_for_more_than_a_minute_is_put_off(clock: Clock) -> None:
    allowance = make(clock)
    call(allowance, 0, reset=60)
    assert allowance.is_put_off
    clock.now += 2
    assert not allowance.is_put_off
