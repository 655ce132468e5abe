"""The test clients themselves."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from responder import API, Request, Response
from responder.testing import (
    ASGIStreamingTransport,
    AsyncTestClient,
    AsyncWebSocketSession,
    assert_problem,
)


def shop() -> API:
    api = API()

    @api.get("/")
    async def index(req: Request, resp: Response) -> dict[str, str]:
        return {"host": req.headers["host"], "query": req.params.get("q", "")}

    @api.post("/echo")
    async def echo(req: Request, resp: Response) -> bytes:
        return await req.content

    @api.get("/broken")
    async def broken(req: Request, resp: Response) -> None:
        raise ValueError("broken")

    return api


def test_the_blocking_client_is_one_for_each_base_url_and_fresh_with_options() -> None:
    api = shop()
    assert api.requests is api.requests is api.test_client()
    assert api.test_client("http://example.com") is api.test_client("http://example.com")
    assert api.test_client(follow_redirects=False) is not api.requests
    assert api.requests.get("/?q=a").json() == {"host": ";", "query": "a"}


def test_the_awaited_client_serves_and_runs_the_lifespan() -> None:
    told: list[str] = []

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncGenerator[None]:
        told.append("start")
        yield
        told.append("stop")

    api = API(lifespan=lifespan)

    @api.post("/echo")
    async def echo(req: Request, resp: Response) -> bytes:
        told.append("request")
        return await req.content

    async def main() -> None:
        async with api.async_requests as client:
            assert (await client.post("/echo", content=b"abc")).content == b"abc"

    asyncio.run(main())
    assert told == ["start", "request", "stop"]


def test_the_awaited_client_raises_or_shows_what_the_application_raises() -> None:
    api = shop()

    async def main() -> None:
        async with AsyncTestClient(api) as client:
            with pytest.raises(ValueError, match="broken"):
                await client.get("/broken")
            assert (await client.get("/?q=1")).json()["query"] == "1"
        async with AsyncTestClient(api, raise_app_exceptions=False) as client:
            assert_problem(await client.get("/broken"), 500)

    asyncio.run(main())


def test_a_failed_start_is_told_with_its_traceback() -> None:
    api = shop()
    api.add_event_handler("startup", lambda: 1 / 0)

    async def main() -> None:
        async with api.async_requests:
            raise AssertionError("never reached")

    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        asyncio.run(main())


def test_chunks_arrive_as_they_are_sent_and_leaving_ends_the_stream() -> None:
    api, told = API(), list[str]()

    async def endless() -> AsyncIterator[bytes]:
        try:
            number = 0
            while True:
                yield str(number).encode()
                number += 1
        finally:
            told.append("closed")

    @api.get("/")
    async def stream(req: Request, resp: Response) -> StreamingResponse:
        return StreamingResponse(endless())

    async def main() -> list[bytes]:
        got: list[bytes] = []
        async with api.async_requests as client, client.stream("GET", "/") as answer:
            async for chunk in answer.aiter_raw():
                got.append(chunk)
                if len(got) == 3:
                    break
        return got

    assert asyncio.run(main()) == [b"0", b"1", b"2"]
    assert told == ["closed"]


def test_a_problem_is_asserted_member_by_member() -> None:
    answer = shop().requests.get("/nowhere")
    assert assert_problem(answer, 404, detail="Not Found")["title"] == "Not Found"
    with pytest.raises(AssertionError, match="expected 400"):
        assert_problem(answer, 400)
    with pytest.raises(AssertionError, match="detail is"):
        assert_problem(answer, 404, detail="Gone")
    with pytest.raises(AssertionError, match="no member"):
        assert_problem(answer, 404, balance=0)
    with pytest.raises(AssertionError, match="not a problem"):
        assert_problem(shop().requests.get("/"))


def test_nothing_warns_when_only_httpx_is_installed() -> None:
    code = """
import sys
sys.modules["httpx2"] = None
import responder
api = responder.API()
api.add_route("/", lambda req, resp: "ok")
assert api.requests.get("/").text == "ok"
assert "httpx" in sys.modules
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


async def _silent(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers nothing."""


async def _failing(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["path"] == "/late":
        await send({"type": "http.response.start", "status": 200, "headers": []})
    raise ValueError("broken")


def test_what_a_foreign_application_does_is_told_as_it_is() -> None:
    async def main() -> None:
        async with httpx.AsyncClient(
            transport=ASGIStreamingTransport(_silent), base_url="http://a"
        ) as client:
            with pytest.raises(RuntimeError, match="sent no answer"):
                await client.get("/")
        async with httpx.AsyncClient(
            transport=ASGIStreamingTransport(_failing), base_url="http://a"
        ) as client:
            for path in ("/", "/late"):
                with pytest.raises(ValueError, match="broken"):
                    await client.get(path)
        quiet = ASGIStreamingTransport(_failing, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=quiet, base_url="http://a") as client:
            assert (await client.get("/")).status_code == 500
            assert (await client.get("/late")).content == b""

    asyncio.run(main())


def test_giving_up_before_the_answer_ends_the_application_and_nothing_is_complained_of() -> None:
    complaints: list[object] = []

    async def give_up() -> None:
        called, ended = asyncio.Event(), asyncio.Event()

        async def waits(scope: Scope, receive: Receive, send: Send) -> None:
            called.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        async with httpx.AsyncClient(transport=ASGIStreamingTransport(waits), base_url="http://a") as client:
            asking = asyncio.create_task(client.get("/"))
            await called.wait()
            asking.cancel()
            await asyncio.wait([asking])
        await ended.wait()
        assert asking.cancelled()

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        await give_up()
        await asyncio.sleep(0)
        gc.collect()

    asyncio.run(main())
    assert complaints == []


def test_a_socket_that_nobody_answers_is_told() -> None:
    async def main() -> None:
        request = httpx.Request("GET", "http://a/ws")
        with pytest.raises(RuntimeError, match="neither accepted nor refused"):
            async with AsyncWebSocketSession(_silent, request, ()):
                pass
        with pytest.raises(ValueError, match="broken"):
            async with AsyncWebSocketSession(_failing, request, ()):
                pass

    asyncio.run(main())
