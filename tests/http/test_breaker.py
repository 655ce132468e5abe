"""A breaker: who waits for something that hangs, and who finds out that it answers again."""

from __future__ import annotations

import pytest

from responder.threads import Breaker, LeftAlone


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def hang(breaker: Breaker, clock: Clock) -> None:
    began = breaker.begin()
    clock.now += 1.0
    breaker.failed(began)


def test_after_three_calls_that_hung_one_in_a_while_finds_out_and_the_others_are_refused() -> None:
    clock = Clock()
    breaker = Breaker(clock=clock)
    for _ in range(3):
        hang(breaker, clock)
    with pytest.raises(LeftAlone):
        breaker.begin()
    clock.now += 1.0
    began = breaker.begin()
    with pytest.raises(LeftAlone):
        breaker.begin()
    clock.now += 0.9
    breaker.failed(began)
    with pytest.raises(LeftAlone):
        breaker.begin()
    clock.now += 1.0
    breaker.begin()
    breaker.answered()
    assert breaker.begin() == breaker.begin() == clock.now


def test_one_that_never_came_back_keeps_nobody_out_for_ever() -> None:
    clock = Clock()
    breaker = Breaker(clock=clock)
    for _ in range(3):
        hang(breaker, clock)
    clock.now += 1.0
    breaker.begin()
    clock.now += 1.0
    assert breaker.begin() == clock.now


def test_an_answer_between_them_or_a_failure_that_is_quick_means_that_nothing_hangs() -> None:
    clock = Clock()
    breaker = Breaker(clock=clock)
    hang(breaker, clock)
    hang(breaker, clock)
    breaker.begin()
    breaker.answered()
    hang(breaker, clock)
    hang(breaker, clock)
    breaker.failed(breaker.begin())
    hang(breaker, clock)
    hang(breaker, clock)
    assert breaker.begin() == clock.now
