"""Drive a bare ASGI application through one HTTP request, message by message; and what Prometheus reads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics import parser as openmetrics_parser
from prometheus_client.parser import text_string_to_metric_families
from starlette.types import ASGIApp, Message, Scope

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def http(method: str = "GET", path: str = "/", *headers: tuple[bytes, bytes]) -> Scope:
    """The scope of a request."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode("utf-8", "surrogatepass"),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"testserver"), *headers],
        "client": ("10.0.0.9", 5000),
        "server": ("testserver", 80),
    }


@dataclass
class Driven:
    """What came of it."""

    sent: list[Message] = field(default_factory=list[Message])
    error: BaseException | None = None


async def drive(
    app: ASGIApp,
    scope: Scope,
    incoming: Sequence[Message] = ({"type": "http.request", "body": b"", "more_body": False},),
    *,
    fails: Callable[[Message], bool] = lambda message: False,
) -> Driven:
    """Serve one request; `fails` says for which messages the connection turns out to be gone."""
    waiting = list(incoming)
    driven = Driven()

    async def receive() -> Message:
        if waiting:
            return waiting.pop(0)
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    async def send(message: Message) -> None:
        if fails(message):
            raise OSError("the connection is gone")
        driven.sent.append(message)

    try:
        await app(scope, receive, send)
    except Exception as exc:
        driven.error = exc
    return driven


def samples(text: str, *, openmetrics: bool = False) -> Samples:
    """Every sample of a text by name and labels, as Prometheus' own parser reads it."""
    if openmetrics:
        families: object = openmetrics_parser.text_string_to_metric_families(text)  # type: ignore[no-untyped-call]
    else:
        families = text_string_to_metric_families(text)
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): float(sample.value)
        for family in cast("Iterable[Metric]", families)
        for sample in family.samples
    }


def requests_of(read: Samples) -> dict[tuple[str, str, str], float]:
    """The counted requests by method, path and status."""
    return {
        (labels["method"], labels["path"], labels["status"]): value
        for (name, pairs), value in read.items()
        if name == "responder_requests_total"
        for labels in [dict(pairs)]
    }
