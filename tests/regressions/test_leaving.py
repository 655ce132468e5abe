"""Clients that leave while they are answered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from starlette.responses import StreamingResponse
from starlette.types import Message, Scope

from responder import API, Request, Response


def _left_at(api: API, path: str, message: int) -> None:
    """Ask, and leave before a message of the answer: the server raises `OSError`, as ASGI 2.4 has it."""
    sent = 0
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [],
        "scheme": "http",
    }

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_: Message) -> None:
        nonlocal sent
        sent += 1
        if sent > message:
            raise OSError("the connection is closed")

    asyncio.run(api(scope, receive, send))


@pytest.mark.parametrize("message", [0, 1])
@pytest.mark.parametrize("path", ["/text", "/foreign"])
def test_tasks_after_the_response_run_when_the_client_left_and_nobody_is_told_of_a_fault(
    path: str, message: int
) -> None:
    api = API()
    done: list[str] = []

    @api.dependency()
    def session() -> Iterator[str]:
        try:
            yield "session"
        except BaseException as error:
            done.append(f"rolled back for {error!r}")
            raise
        done.append("committed")

    @api.get("/text")
    def text(req: Request, resp: Response, *, session: str) -> None:
        resp.background(done.append, "task")
        resp.text = session

    @api.get("/foreign")
    def foreign(req: Request, resp: Response, *, session: str) -> StreamingResponse:
        resp.background(done.append, "task")
        return StreamingResponse(iter([session, session]))

    _left_at(api, path, message)
    assert done == ["committed", "task"]


def test_what_a_handler_raises_itself_after_the_start_stays_a_fault() -> None:
    api = API()

    def broken() -> Iterator[str]:
        yield "some"
        raise LookupError("no more rows")

    @api.get("/")
    def show(req: Request, resp: Response) -> StreamingResponse:
        return StreamingResponse(broken())

    with pytest.raises(LookupError, match="no more rows"):
        _left_at(api, "/", 10)
