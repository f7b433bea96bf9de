"""The allowance: kept before Visma has to say 429, and honoured when it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_visma.allowance import Allowance
from tap_visma.errors import AllowanceError

if TYPE_CHECKING:
    import threading


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
    allowance.done()
    if left is not None:
        allowance.told(
            {
                "X-RateLimit-Limit": "100",
                "X-RateLimit-Remaining": str(left),
                "X-RateLimit-Reset": str(reset),
            }
        )
    return waited


def test_nothing_is_waited_for_while_calls_are_left(clock: Clock) -> None:
    allowance = make(clock)
    assert [call(allowance, left) for left in (3, 2, 1, 0)] == [0, 0, 0, 0]
    assert (allowance.limit, allowance.left) == (100, 0)


def test_at_the_end_the_next_window_is_waited_for(clock: Clock) -> None:
    allowance = make(clock)
    call(allowance, 0, reset=600)
    assert call(allowance, 99) == 601
    assert call(allowance, 98) == 0


def test_calls_in_flight_count_as_used(clock: Clock) -> None:
    allowance = make(clock)
    call(allowance, 2)
    allowance.take()
    allowance.take()
    assert allowance.take() > 0, "two were left and two are under way"


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
