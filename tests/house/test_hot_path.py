"""The road of a warm request, counted: files and Python calls of ours.

Counts track time and, unlike time, don't flake.  A generated endpoint counts as calls, not as a file.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import TYPE_CHECKING

import pytest
from graphql import build_schema
from typing_extensions import Unpack, override

from responder import API, Header, Query, Request, Response
from responder._serve.options import SupportOptions
from responder.ext.auth import BearerAuth
from responder.ext.pagination import Page, PageParams, paginate
from responder.ext.ratelimit import RateLimiter
from tests.ext.logs import untouched
from tests.house.source import ROOT

if TYPE_CHECKING:
    from starlette.types import Message, Scope

OURS = str(ROOT / "responder")
GENERATED = "<responder"


@dataclass
class Count:
    """What one request entered."""

    calls: Counter[str] = field(default_factory=Counter[str])
    files: set[str] = field(default_factory=set[str])
    foreign: Counter[str] = field(default_factory=Counter[str])

    def __call__(self, frame: FrameType, event: str, arg: object) -> None:
        if event != "call":
            return
        code = frame.f_code
        if code.co_filename.startswith(OURS):
            self.files.add(code.co_filename.removeprefix(OURS + "/"))
            self.calls[f"{code.co_filename.removeprefix(OURS + '/')}:{code.co_qualname}"] += 1
        elif code.co_filename.startswith(GENERATED):
            self.calls[code.co_filename] += 1
        else:
            self.foreign[code.co_filename] += 1

    @property
    def total(self) -> int:
        return self.calls.total()

    @override
    def __repr__(self) -> str:
        rows = "\n".join(f"  {count} {name}" for name, count in self.calls.items())
        return f"{self.total} calls in {len(self.files)} files\n{rows}"


def scope(path: str, query: bytes = b"", *headers: tuple[bytes, bytes]) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"testserver"), (b"accept", b"*/*"), *headers],
        "client": ("127.0.0.1", 5000),
        "server": ("testserver", 80),
    }


def count(
    api: API, path: str, query: bytes = b"", *headers: tuple[bytes, bytes]
) -> tuple[Count, list[Message]]:
    """Serve the same request three times and count the last."""
    sent: list[Message] = []
    counted = Count()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    async def main() -> None:
        for _ in range(2):
            await api(scope(path, query, *headers), receive, send)
        sent.clear()
        last = scope(path, query, *headers)
        sys.setprofile(counted)
        try:
            await api(last, receive, send)
        finally:
            sys.setprofile(None)

    before = sys.getprofile()
    try:
        asyncio.run(main())
    finally:
        sys.setprofile(before)
    assert sent[0]["status"] == 200, sent
    return counted, sent


@pytest.fixture
def api() -> API:
    app = API()

    @app.get("/json")
    async def plain(req: Request, resp: Response) -> dict[str, str]:
        return {"message": "hello"}

    @app.get("/typed/{id:int}")
    async def typed(
        *,
        id: int,
        limit: int = Query(10, ge=1),
        page: int = Query(1),
        q: str | None = Query(None, max_length=20),
        token: str = Header("none"),
    ) -> dict[str, object]:
        return {"id": id, "limit": limit, "page": page, "q": q, "token": token}

    return app


def test_a_plain_json_route_enters_few_files_and_makes_few_calls(api: API) -> None:
    counted, sent = count(api, "/json")
    assert sent[1]["body"] == b'{"message":"hello"}'
    assert len(counted.files) <= 4, counted
    assert counted.total <= 14, counted


def test_five_typed_inputs_make_few_calls(api: API) -> None:
    counted, sent = count(api, "/typed/7", b"limit=5&page=2&q=cats", (b"token", b"t"))
    assert sent[1]["body"] == b'{"id":7,"limit":5,"page":2,"q":"cats","token":"t"}'
    assert counted.total <= 20, counted


def of_plain(arrange: Callable[[API], object] | None = None, **options: Unpack[SupportOptions]) -> Count:
    """What a plain JSON route of an application with these options enters."""
    app = API(**options)
    if arrange is not None:
        arrange(app)

    @app.get("/json")
    async def plain(req: Request, resp: Response) -> dict[str, str]:
        return {"message": "hello"}

    counted, _ = count(app, "/json")
    return counted


async def elsewhere(req: Request, resp: Response) -> dict[str, str]:
    return {}


async def listed(req: Request, resp: Response, params: PageParams) -> Page[int]:
    return paginate(range(100), page=params.page, size=params.size)


def with_auth(app: API) -> None:
    app.policy("staff", BearerAuth(tokens="t"))
    app.get("/private", auth=BearerAuth(tokens="t"))(elsewhere)


def with_a_limit(app: API) -> None:
    app.get("/limited", before=[RateLimiter(requests=1)])(elsewhere)
    app.get("/limited/too")(RateLimiter(requests=1).limit(elsewhere))


OTHERS: dict[str, Callable[[API], object]] = {
    "auth": with_auth,
    "limits": with_a_limit,
    "lists": lambda app: app.get("/list")(listed),
    "health": lambda app: app.add_health_check("db", lambda: True),
    "graphql": lambda app: app.graphql("/graphql", schema=build_schema("type Query { a: Int }")),
}


@pytest.mark.parametrize("arrange", OTHERS.values(), ids=OTHERS)
def test_what_other_routes_use_costs_a_route_nothing(arrange: Callable[[API], object]) -> None:
    bare, beside = of_plain(), of_plain(arrange)
    assert beside.total == bare.total, beside
    assert not any("ext/" in file for file in beside.files), beside


def test_whoever_opts_out_of_what_everybody_else_needs_pays_for_none_of_it() -> None:
    app = API(auth=BearerAuth(tokens="t"), openapi="3.1.1", docs_route="/docs", csrf=True)
    app.get("/json", auth=None)(elsewhere)
    other = API()
    other.get("/json")(elsewhere)
    assert count(app, "/json")[0].total == count(other, "/json")[0].total


def test_counting_requests_makes_few_calls(api: API) -> None:
    bare, counted = of_plain(), of_plain(metrics_route="/metrics")
    assert counted.total - bare.total <= 15, counted


def test_a_health_route_costs_other_routes_nothing() -> None:
    assert of_plain(health_route="/health").total == of_plain().total


def test_a_log_that_nobody_reads_makes_few_calls() -> None:
    with untouched():
        logged = of_plain(enable_logging=True)
        logging.getLogger("responder.access").setLevel(logging.WARNING)
        silent = of_plain(enable_logging=True)
    assert silent.total - of_plain().total <= 26, silent
    assert logged.total > silent.total


def test_nothing_is_inspected_while_a_request_is_served(api: API) -> None:
    for path, query in (("/json", b""), ("/typed/7", b"limit=5")):
        counted, _ = count(api, path, query)
        assert counted.foreign[inspect.__file__] == 0
        assert not any("typing" in name for name in counted.foreign), counted.foreign


def test_more_routes_make_no_more_calls(api: API) -> None:
    alone, _ = count(api, "/typed/7")
    for number in range(500):

        async def other(*, id: int) -> dict[str, int]:
            return {"id": id}

        api.get(f"/other{number}/{{id:int}}")(other)
        api.get(f"/typed/{{id:int}}/{number}")(other)
    crowded, _ = count(api, "/typed/7")
    assert crowded.total == alone.total
