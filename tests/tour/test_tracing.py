"""Traces, by a middleware for OpenTelemetry that is not ours: what it finds in the scope."""

from __future__ import annotations

import inspect

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from responder import API
from responder.ext.metrics import MetricsCollector, MetricsMiddleware

pytest.importorskip("opentelemetry.sdk")

from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from starlette.middleware.opentelemetry import OpenTelemetryMiddleware


class Traced:
    """An application, and what it was seen to do."""

    def __init__(self) -> None:
        self.kept = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self.kept))
        self.api = API()
        self.api.add_outer_middleware(OpenTelemetryMiddleware, tracer_provider=provider)
        self.api.add_route("/users/{id:int}", self.user)
        self.api.add_route("/broken/{name}", self.broken)
        inner = API()
        inner.add_route("/deep/{id}", self.user)
        self.api.mount("/old", inner)

    def user(self, *, id: int = 0) -> str:
        """Tell, from a thread, which trace this belongs to."""
        return f"{trace.get_current_span().get_span_context().trace_id:032x}"

    async def broken(self, *, name: str) -> str:
        """Fail."""
        raise LookupError(name)

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[str, ReadableSpan]:
        """The text of the answer, and the span of the request."""
        self.kept.clear()
        client = self.api.test_client(raise_server_exceptions=False)
        text = client.request(method, path, headers=headers).text
        (span,) = self.kept.get_finished_spans()
        return text, span


def test_a_span_has_the_name_of_its_route_and_belongs_to_the_trace_of_the_client() -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    text, span = Traced().ask("/users/7", traceparent=parent)
    assert text == "0af7651916cd43dd8448eb211c80319c"
    assert span.name == "GET /users/{id}"
    assert span.parent is not None
    assert f"{span.parent.span_id:016x}" == "b7ad6b7169203331"
    found = span.attributes or {}
    assert (found["http.route"], found["http.response.status_code"]) == ("/users/{id}", 200)


def test_a_fault_is_recorded_with_its_exception() -> None:
    _, span = Traced().ask("/broken/x")
    assert (span.name, span.status.status_code) == ("GET /broken/{name}", StatusCode.ERROR)
    assert (span.attributes or {})["http.response.status_code"] == 500
    assert [(event.attributes or {})["exception.type"] for event in span.events] == ["LookupError"]


@pytest.mark.parametrize(
    ("path", "method", "name", "status"),
    [
        ("/nowhere", "GET", "GET", 404),
        ("/users/x", "GET", "GET", 404),
        ("/old/deep/5", "GET", "GET /old/{path}", 200),
    ],
)
def test_what_clients_write_names_no_span(path: str, method: str, name: str, status: int) -> None:
    _, span = Traced().ask(path, method)
    assert (span.name, (span.attributes or {})["http.response.status_code"]) == (name, status)


def test_whoever_tells_applications_of_old_from_those_of_today_takes_ours_for_what_they_are() -> None:
    wrapped: list[ASGIApp] = []

    class Wrapper:
        def __init__(self, app: ASGIApp) -> None:
            wrapped.append(app)
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await self.app(scope, receive, send)

    for hosts in (False, True):
        api = API()
        api.add_middleware(Wrapper)
        api.add_outer_middleware(Wrapper)
        if hosts:
            api.host("{name}.localhost", API())
        api.add_route("/", lambda: "served")
        assert api.requests.get("/").text == "served"
    ours = [*wrapped, API(), MetricsMiddleware(API(), MetricsCollector())]
    assert len(ours) == 6
    # As asgiref and servers do.
    for app in ours:
        current = getattr(app, "_asgi_single_callable", False)
        assert current or inspect.iscoroutinefunction(getattr(app, "__call__"))  # noqa: B004, B009
