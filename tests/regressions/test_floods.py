"""Much of what a client may send a little of: answered without holding the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

import pytest
from pydantic import BaseModel
from starlette.types import Message, Scope

from responder import API, Cookie, Query, Request, Response
from tests.counting import counting


class Item(BaseModel):
    name: str


def _api() -> API:
    api = API()

    @api.get("/cookies")
    async def cookies(*, first: str = Cookie(), last: str = Cookie()) -> dict[str, str]:
        return {"first": first, "last": last}

    @api.get("/large")
    async def large(req: Request, resp: Response) -> None:
        resp.media = {"text": "x" * 2000}

    @api.get("/seen")
    async def seen(req: Request, resp: Response) -> None:
        resp.headers["x"] = "y"
        resp.media = {"cookies": len(req.cookies), "json": req.accepts("application/json")}

    @api.get("/one")
    async def one(*, a: int = Query()) -> dict[str, int]:
        return {"a": a}

    @api.get("/query")
    async def query(
        *,
        a: int = Query(),
        b: int = Query(0),
        c: int = Query(0),
        d: int = Query(0),
        e: int = Query(0),
        f: int = Query(0),
    ) -> dict[str, int]:
        return {"sum": a + b + c + d + e + f}

    return api


def _spent(
    api: API, path: str, *, query: bytes = b"", headers: Sequence[tuple[bytes, bytes]] = ()
) -> tuple[int, int]:
    """The status, and the lines of Python that the second of two requests ran."""
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def ask(headers: Sequence[tuple[bytes, bytes]], query: bytes) -> int:
        scope: Scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": query,
            "headers": [*headers],
            "scheme": "http",
        }
        with counting() as count:
            await api(scope, receive, send)
        return count.lines

    async def main() -> int:
        await ask((), b"")
        return await ask(headers, query)

    return asyncio.run(main()), statuses[-1]


def _is_linear(spent: Callable[[int], int]) -> bool:
    """Whether each thousand of something costs what the thousand before did."""
    once, twice, more = spent(1_000), spent(2_000), spent(10_000)
    return more - twice <= 8 * (twice - once)


@pytest.mark.parametrize("path", ["/cookies", "/seen"])
def test_many_cookie_lines_cost_the_same_each(path: str) -> None:
    def spent(times: int) -> int:
        more = [(b"cookie", b"k=" + b"v" * 48)] * times
        lines, status = _spent(_api(), path, headers=[(b"cookie", b"first=1"), *more, (b"cookie", b"last=2")])
        assert status == 200
        return lines

    assert _is_linear(spent)


@pytest.mark.parametrize("path", ["/large", "/seen"])
@pytest.mark.parametrize(
    "line", [(b"accept", b"application/x" + b"y" * 28), (b"accept-encoding", b"gzip;q=0" + b" " * 40)]
)
def test_many_lines_of_wishes_cost_the_same_each(path: str, line: tuple[bytes, bytes]) -> None:
    def spent(times: int) -> int:
        lines, status = _spent(_api(), path, headers=[line] * times)
        assert status == 200
        return lines

    assert _is_linear(spent)


@pytest.mark.parametrize("path", ["/large", "/seen"])
def test_a_flood_of_wishes_is_not_read_to_its_end(path: str) -> None:
    def spent(times: int) -> int:
        lines, status = _spent(_api(), path, headers=[(b"accept", b"a/b;q=0.1," * times)])
        assert status == 200
        return lines

    assert spent(2_000) == spent(100_000)
    line = b"accept", b"application/x" + b"y" * 28
    one, two, many, more = (_spent(_api(), path, headers=[line] * times)[0] for times in (1, 2, 1_000, 1_001))
    assert more - many < (two - one) / 2


def test_a_long_query_that_does_not_fit_is_not_read_once_for_each_parameter() -> None:
    def spent(path: str, times: int) -> int:
        lines, status = _spent(_api(), path, query=b"a=x&" * times)
        assert status == 422
        return lines

    assert _is_linear(partial(spent, "/query"))
    # What a pair costs: a parameter more looks for it, and doesn't read the whole query again.
    one, six = (spent(path, 2_000) - spent(path, 1_000) for path in ("/one", "/query"))
    assert (six - one) / 5 < one / 2
