"""Metrics in Prometheus' text format: how many requests, how long they took, how many at the moment.

`API(metrics_route=...)` installs it; `MetricsMiddleware(app, MetricsCollector())` does the same for any ASGI
application, which then serves `collector.render()` itself.
"""

from __future__ import annotations

from typing import Final, Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from responder.application import Application
from responder.ext.metrics.collector import MetricsCollector
from responder.ext.metrics.words import BUCKETS, UNMATCHED
from responder.middleware.watching import Watched, route_of, watch
from responder.registry import Registry
from responder.threads import Pool
from responder.types import Request, Response

__all__ = ["BUCKETS", "MetricsCollector", "MetricsMiddleware", "install"]

_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
_READABLE: Final = "application/openmetrics-text"
_OPENMETRICS: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"
_READERS: Final = Pool("responder-metrics", 1)


class Counting(Protocol):
    """What a collector does; ours, or one of your own."""

    def record(self, method: str, path: str, status: int, seconds: float) -> None:
        """Count one request that has ended."""
        ...

    def track_in_flight(self, change: int) -> None:
        """So many requests more are being served, or fewer."""
        ...


class MetricsMiddleware:
    """Count every HTTP request: by the pattern of its route, `unmatched` where there was none.

    A request is in flight, and its time runs, until the last byte of its answer or until its client leaves.
    What the client did not wait for counts as status 499; what the application never answered as 500.
    """

    def __init__(self, app: ASGIApp, collector: Counting) -> None:
        self.app = app
        self.collector = collector

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, WebSocket or lifespan."""
        # A coroutine function, though it only hands on: servers tell kinds of applications apart by that.
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self.collector.track_in_flight(1)
        await watch(self.app, scope, receive, send, self._ended)

    def _ended(self, watched: Watched) -> None:
        self.collector.track_in_flight(-1)
        scope = watched.scope
        path = route_of(scope) or UNMATCHED
        self.collector.record(scope["method"], path, watched.status, watched.seconds)


def install(api: Application[Registry, object]) -> MetricsCollector:
    """Count what an application serves, and serve the numbers at its `metrics_route`."""
    watch_settings = api.settings.watch
    collector = MetricsCollector(watch_settings.metrics_buckets)

    async def metrics(req: Request, resp: Response[object]) -> None:
        """Tell the numbers; as OpenMetrics to those who prefer it."""
        openmetrics = req.preferred_media_type(("text/plain", _READABLE)) == _READABLE
        if collector.is_shared:
            text = await _READERS.run(lambda: collector.render(openmetrics=openmetrics), abandon=True)
        else:
            text = collector.render(openmetrics=openmetrics)
        resp.text = str(text)
        resp.headers["Content-Type"] = _OPENMETRICS if openmetrics else _TEXT
        resp.headers["Cache-Control"] = "no-store"
        resp.headers["Vary"] = "Accept"

    assert watch_settings.metrics_route is not None
    api.add_route(
        watch_settings.metrics_route,
        metrics,
        methods=["GET"],
        name="responder.metrics",
        include_in_schema=False,
        auth=None,
    )
    api.add_outer_middleware(MetricsMiddleware, collector)
    return collector
