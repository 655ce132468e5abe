"""The collector, and the middleware around any ASGI application."""

from __future__ import annotations

import asyncio
import threading

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from responder.errors import ConfigurationError
from responder.ext.metrics import BUCKETS, MetricsCollector, MetricsMiddleware
from tests.ext.driving import drive, http, requests_of, samples

START: Message = {"type": "http.response.start", "status": 200, "headers": []}
LAST: Message = {"type": "http.response.body", "body": b"x"}
GONE: Message = {"type": "http.disconnect"}


def in_flight(collector: MetricsCollector) -> float:
    return samples(collector.render())["responder_requests_in_flight", ()]


def counted(collector: MetricsCollector) -> dict[tuple[str, str, str], float]:
    return requests_of(samples(collector.render()))


@pytest.mark.parametrize("openmetrics", [False, True])
def test_prometheus_reads_what_was_counted(openmetrics: bool) -> None:
    collector = MetricsCollector(buckets=(0.1, 1))
    for seconds in (0.05, 0.1, 0.5, 3.0):
        collector.record("GET", "/users/{id}", 200, seconds)
    collector.record("POST", "/users", 422, 0.01)
    collector.track_in_flight(2)
    collector.track_in_flight(-1)
    read = samples(collector.render(openmetrics=openmetrics), openmetrics=openmetrics)
    assert requests_of(read) == {("GET", "/users/{id}", "200"): 4, ("POST", "/users", "422"): 1}
    assert read["responder_requests_in_flight", ()] == 1
    name = "responder_request_duration_seconds"
    # An observation on a bound belongs below it, and each bucket holds those before it.
    assert read[f"{name}_bucket", (("le", "0.1"),)] == 3
    assert read[f"{name}_bucket", (("le", "1.0"),)] == 4
    assert read[f"{name}_bucket", (("le", "+Inf"),)] == 5
    assert read[f"{name}_count", ()] == 5
    assert read[f"{name}_sum", ()] == pytest.approx(3.66)


def test_an_empty_collector_is_valid_in_both_formats() -> None:
    collector = MetricsCollector()
    assert samples(collector.render())["responder_requests_in_flight", ()] == 0
    read = samples(collector.render(openmetrics=True), openmetrics=True)
    assert sum(name.endswith("_bucket") for name, _ in read) == len(BUCKETS) + 1


@pytest.mark.defect(42)
def test_methods_that_clients_make_up_are_counted_together() -> None:
    collector = MetricsCollector()
    for number in range(1000):
        collector.record(f"M{number}", "unmatched", 405, 0.1)
    collector.record("get", "unmatched", 405, 0.1)
    assert counted(collector) == {("OTHER", "unmatched", "405"): 1001}


def test_labels_may_hold_anything() -> None:
    collector = MetricsCollector()
    odd = 'a"b\\c\nd}, {ü€'
    collector.record("GET", odd, 200, 0.1)
    assert counted(collector) == {("GET", odd, "200"): 1}
    assert requests_of(samples(collector.render(openmetrics=True), openmetrics=True)) == counted(collector)


def test_the_histogram_is_kept_for_each_route_when_asked() -> None:
    collector = MetricsCollector(buckets=[1.0], per_route=True)
    collector.record("GET", "/a", 200, 0.5)
    collector.record("GET", "/b", 200, 2.0)
    read = samples(collector.render())
    name = "responder_request_duration_seconds_bucket"
    assert read[name, (("le", "1.0"), ("method", "GET"), ("path", "/a"))] == 1
    assert read[name, (("le", "1.0"), ("method", "GET"), ("path", "/b"))] == 0


@pytest.mark.parametrize("buckets", [(), (1, 1), (2, 1), (float("nan"),), (1, float("inf"))])
def test_bounds_that_do_not_ascend_are_refused(buckets: tuple[float, ...]) -> None:
    with pytest.raises(ConfigurationError, match="each above the one before"):
        MetricsCollector(buckets=buckets)


def test_threads_do_not_lose_a_count() -> None:
    collector = MetricsCollector()

    def work() -> None:
        for _ in range(2000):
            collector.track_in_flight(1)
            collector.record("GET", "/", 200, 0.001)
            collector.track_in_flight(-1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted(collector) == {("GET", "/", "200"): 8000}
    assert in_flight(collector) == 0


def test_an_application_that_answers_nothing_counts_as_500() -> None:
    async def silent(scope: Scope, receive: Receive, send: Send) -> None:
        pass

    collector = MetricsCollector()
    asyncio.run(drive(MetricsMiddleware(silent, collector), http()))
    assert counted(collector) == {("GET", "unmatched", "500"): 1}


def test_an_application_that_raises_counts_as_500_and_still_raises() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError("x")

    collector = MetricsCollector()
    driven = asyncio.run(drive(MetricsMiddleware(broken, collector), http()))
    assert isinstance(driven.error, ValueError)
    assert counted(collector) == {("GET", "unmatched", "500"): 1}
    assert in_flight(collector) == 0


def test_a_client_that_leaves_before_the_answer_is_nobodys_fault() -> None:
    async def patient(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    collector = MetricsCollector()
    asyncio.run(drive(MetricsMiddleware(patient, collector), http(), [GONE]))
    assert counted(collector) == {("GET", "unmatched", "499"): 1}


def test_a_connection_that_breaks_while_the_answer_begins_is_a_client_that_left() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)

    collector = MetricsCollector()
    broken = drive(MetricsMiddleware(app, collector), http(), fails=lambda message: True)
    assert isinstance(asyncio.run(broken).error, OSError)
    assert counted(collector) == {("GET", "unmatched", "499"): 1}


def test_a_stream_is_in_flight_until_its_last_byte_and_no_longer() -> None:
    collector = MetricsCollector()
    seen: list[float] = []

    async def streams(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        for _ in range(2):
            await send({"type": "http.response.body", "body": b"x", "more_body": True})
            seen.append(in_flight(collector))
        await send(LAST)
        # What runs after the answer is not the client's business.
        seen.append(in_flight(collector))
        assert counted(collector) == {("GET", "unmatched", "200"): 1}

    assert asyncio.run(drive(MetricsMiddleware(streams, collector), http())).error is None
    assert seen == [1, 1, 0]
    assert in_flight(collector) == 0


def test_a_stream_whose_client_leaves_is_over_when_that_is_known() -> None:
    collector = MetricsCollector()
    seen: list[float] = []

    async def streams(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        await send({"type": "http.response.body", "body": b"x", "more_body": True})
        await receive()
        seen.append(in_flight(collector))

    asyncio.run(drive(MetricsMiddleware(streams, collector), http(), [GONE]))
    assert seen == [0]
    assert counted(collector) == {("GET", "unmatched", "200"): 1}


@pytest.mark.parametrize("kind", ["websocket", "lifespan"])
def test_only_http_is_counted(kind: str) -> None:
    passed: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        passed.append(scope["type"])

    collector = MetricsCollector()
    asyncio.run(drive(MetricsMiddleware(app, collector), {"type": kind, "path": "/"}))
    assert passed == [kind]
    assert counted(collector) == {}


def test_a_collector_of_ones_own_will_do() -> None:
    class Mine:
        def __init__(self) -> None:
            self.told: list[object] = []

        def record(self, method: str, path: str, status: int, seconds: float) -> None:
            self.told.append((method, path, status))

        def track_in_flight(self, change: int) -> None:
            self.told.append(change)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        await send(LAST)

    mine = Mine()
    wrapped: ASGIApp = MetricsMiddleware(app, mine)
    asyncio.run(drive(wrapped, http()))
    assert mine.told == [1, -1, ("GET", "unmatched", 200)]
