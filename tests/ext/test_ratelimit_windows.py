"""The sliding window: what it promises, against a count by hand, and against the script in a real Redis."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from responder import ConfigurationError
from responder.ext.ratelimit import Hit, MemoryBackend, RedisBackend
from responder.ext.ratelimit.redis import SCRIPT, arguments, read
from responder.ext.ratelimit.windows import EXACT, Window, grain_of
from tests.ext.redis_server import redis_server

SECOND = 1_000_000


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisBackend]:
    with redis_server() as url:
        yield RedisBackend(url=url)


def test_so_many_are_allowed_and_each_leaves_the_window_by_itself() -> None:
    clock = Clock()
    backend = MemoryBackend(clock=clock)
    assert backend.hit("a", 2, 10) == Hit(True, 1, 10.0)
    clock.now += 4
    assert backend.hit("a", 2, 10) == Hit(True, 0, 6.0)
    clock.now += 5
    assert backend.hit("a", 2, 10) == Hit(False, 0, 1.0)
    clock.now += 1
    assert backend.hit("a", 2, 10) == Hit(True, 0, 4.0)
    assert backend.hit("a", 2, 10) == Hit(False, 0, 4.0)


def test_what_is_refused_does_not_count() -> None:
    clock = Clock()
    backend = MemoryBackend(clock=clock)
    assert backend.hit("a", 1, 10).allowed
    for _ in range(9):
        clock.now += 1
        assert not backend.hit("a", 1, 10).allowed
    clock.now += 1
    assert backend.hit("a", 1, 10).allowed


def test_clients_have_budgets_of_their_own() -> None:
    backend = MemoryBackend()
    assert [backend.hit(key, 1, 10).allowed for key in ("a", "b", "a")] == [True, True, False]


def test_memory_holds_so_many_clients_and_forgets_who_was_not_seen_for_longest() -> None:
    backend = MemoryBackend(max_keys=3)
    for key in ("a", "b", "c", "a", "d"):
        backend.hit(key, 1, 10)
    assert len(backend) == 3
    assert [backend.hit(key, 1, 10).allowed for key in ("a", "c", "d")] == [False, False, False]
    assert backend.hit("b", 1, 10).allowed


def test_memory_lets_go_of_clients_that_stay_away() -> None:
    clock = Clock()
    backend = MemoryBackend(clock=clock)
    for number in range(100):
        backend.hit(f"early {number}", 5, 10)
    clock.now += 11
    for number in range(100):
        backend.hit(f"late {number}", 5, 10)
    assert len(backend) == 100


def test_memory_is_exact_among_threads() -> None:
    backend = MemoryBackend()
    allowed: list[bool] = []

    def work() -> None:
        allowed.extend([backend.hit("a", 500, 60).allowed for _ in range(200)])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(allowed), sum(allowed)) == (1600, 500)


def test_a_backend_of_no_clients_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="at least 1"):
        MemoryBackend(max_keys=0)


Moves = list[int]
moves = st.lists(st.integers(min_value=0, max_value=7 * SECOND), min_size=1, max_size=60)


@given(moves, st.integers(min_value=1, max_value=6), st.integers(min_value=1, max_value=10))
def test_no_window_ever_holds_more_and_none_is_refused_without_need(
    steps: Moves, limit: int, seconds: int
) -> None:
    period, now, window = seconds * SECOND, 10**15, Window()
    counted: list[int] = []
    for step in steps:
        now += step
        inside = [time for time in counted if time > now - period]
        allowed, remaining, after = window.hit(limit, period, now)
        assert allowed is (len(inside) < limit)
        if allowed:
            counted.append(now)
            inside.append(now)
        assert remaining == limit - len(inside)
        assert after == inside[0] + period - now


@given(moves)
def test_a_large_limit_is_never_exceeded_and_takes_little_room(steps: Moves) -> None:
    limit, period, now, window = EXACT + 500, SECOND, 10**15, Window()
    counted: list[int] = []
    for step in steps:
        now += step // 1000
        counted += [now for _ in range(50) if window.hit(limit, period, now)[0]]
        assert len([time for time in counted if time > now - period]) <= limit
        assert len(window.times) <= EXACT + 2
    assert grain_of(limit, period) == period // EXACT


Jump = st.integers(min_value=-3 * SECOND, max_value=5 * SECOND)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(Jump, min_size=1, max_size=40), st.sampled_from([1, 2, 3, 5, EXACT + 1]), st.integers(1, 6))
def test_the_script_and_the_window_say_the_same_also_when_a_clock_jumps(
    redis: RedisBackend, steps: Moves, limit: int, seconds: int
) -> None:
    key, now, window = f"case:{steps}:{limit}:{seconds}", 10**15, Window()
    for step in steps:
        now += step
        answer = redis.client.eval(SCRIPT, 1, key, *arguments(limit, seconds, now))
        allowed, remaining, after = window.hit(limit, seconds * SECOND, now)
        assert read(answer) == Hit(allowed, remaining, after / SECOND)


def test_a_clock_that_is_set_back_locks_nobody_out() -> None:
    window = Window()
    assert window.hit(1, 10 * SECOND, 10**15)[0]
    back = 10**15 - 3600 * SECOND
    assert window.hit(1, 10 * SECOND, back) == (False, 0, 10 * SECOND)
    assert window.hit(1, 10 * SECOND, back + 10 * SECOND)[0]


def test_redis_keeps_as_little_as_it_needs_and_forgets_it(redis: RedisBackend) -> None:
    call = cast("Callable[..., object]", redis.client.execute_command)  # type: ignore[attr-defined]  # of the package
    for _ in range(5):
        redis.hit("few", 3, 60)
    assert call("LLEN", "responder:ratelimit:few") == 4
    assert 0 < cast("int", call("PTTL", "responder:ratelimit:few")) <= 60_001
    for _ in range(EXACT + 300):
        redis.hit("many", EXACT + 200, 3600)
    assert cast("int", call("LLEN", "responder:ratelimit:many")) <= 20
    assert not redis.hit("many", EXACT + 200, 3600).allowed
