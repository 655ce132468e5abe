"""What generated clients make of answers: streams by the rules, errors, redirects, the end."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from types import ModuleType
from typing import cast

import httpx
import pytest
from typing_extensions import override

from responder.ext.clients import generate_client
from tests.ext.test_clients_documents import loaded

DOCUMENT: dict[str, object] = {
    "openapi": "3.1.1",
    "paths": {
        "/events": {
            "get": {"operationId": "events", "responses": {"200": {"content": {"text/event-stream": {}}}}}
        },
        "/rows": {
            "get": {"operationId": "rows", "responses": {"200": {"content": {"application/x-ndjson": {}}}}}
        },
        "/value": {
            "get": {"operationId": "value", "responses": {"200": {"content": {"application/json": {}}}}}
        },
        "/login": {"post": {"operationId": "login", "responses": {"303": {"description": "come in"}}}},
    },
}


class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes in pieces, and knows whether it was closed."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces
        self.closed = False

    @override
    def __iter__(self) -> Iterator[bytes]:
        yield from self.pieces

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece

    @override
    def close(self) -> None:
        self.closed = True

    @override
    async def aclose(self) -> None:
        self.closed = True


@pytest.fixture(scope="module")
def made() -> ModuleType:
    return loaded(generate_client(DOCUMENT))


class Clients:
    """Both clients of one answer; what they call is only known to the document."""

    def __init__(self, made: ModuleType, status: int, body: Pieces) -> None:
        transport = httpx.MockTransport(
            lambda request: httpx.Response(status, stream=body, headers={"location": "/"})
        )
        self._made = made
        self._transport = transport

    def waiting(self, name: str) -> object:
        """The call of the client that waits."""
        client: object = self._made.APIClient("http://test", session=httpx.Client(transport=self._transport))
        return getattr(client, name)()

    def looping(self, name: str) -> object:
        """The call of the client for event loops."""
        session = httpx.AsyncClient(transport=self._transport)
        client: object = self._made.AsyncAPIClient("http://test", session=session)
        return getattr(client, name)()


def events_of(made: ModuleType, *pieces: bytes) -> list[tuple[object, ...]]:
    """The events of a stream, the same by both clients."""

    async def looping() -> list[object]:
        stream = cast("AsyncIterator[object]", Clients(made, 200, Pieces(*pieces)).looping("events"))
        return [event async for event in stream]

    waiting = list(cast("Iterator[object]", Clients(made, 200, Pieces(*pieces)).waiting("events")))
    assert asyncio.run(looping()) == waiting
    return [tuple(vars(event).values()) for event in waiting]


def test_events_are_read_as_the_specification_says(made: ModuleType) -> None:
    stream = (
        b"\xef\xbb\xbf: hello\r\ndata: 1\r\rdata:  x\ndata\nevent: e\nid: 7\nretry: 5\n\n"
        b": gone\n\nevent: lost\n\nid: a\0b\nretry: 1x\nretry: \xc2\xb2\ndata:{}\n\ndata: unfinished\n"
    )
    expected: list[tuple[object, ...]] = [
        (1, "message", None, None, ("hello",)),
        (" x\n", "e", "7", 5, ()),
        ({}, "message", "7", None, ()),
    ]
    assert events_of(made, stream) == expected
    assert events_of(made, *(bytes((one,)) for one in stream)) == expected


def test_heartbeats_are_not_gathered(made: ModuleType) -> None:
    assert events_of(made, *[b": ping\n\n"] * 50, b"data: 1\n\n") == [(1, "message", None, None, ())]


@pytest.mark.parametrize("name", ["events", "rows"])
def test_a_stream_that_is_left_closes_its_connection(made: ModuleType, name: str) -> None:
    body = Pieces(b"data: 1\n\n") if name == "events" else Pieces(b"1\n")
    stream = Clients(made, 200, body).waiting(name)
    next(cast("Iterator[object]", stream))
    assert [body.closed] == [False]
    stream.close()  # type: ignore[attr-defined]  # it is a generator
    assert body.closed

    async def scenario() -> None:
        left = Pieces(*body.pieces)
        stream = Clients(made, 200, left).looping(name)
        await anext(cast("AsyncIterator[object]", stream))
        assert [left.closed] == [False]
        await stream.aclose()  # type: ignore[attr-defined]  # it is a generator
        assert left.closed

    asyncio.run(scenario())


@pytest.mark.parametrize("name", ["events", "value"])
@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_is_no_success_is_raised_with_its_body(made: ModuleType, name: str, status: int) -> None:
    with pytest.raises(made.APIError) as raised:
        list(cast("Iterator[object]", Clients(made, status, Pieces(b"why", b" not")).waiting(name)))
    assert (raised.value.status_code, raised.value.body, raised.value.problem) == (status, b"why not", None)


def test_a_redirect_that_the_document_has_is_a_success(made: ModuleType) -> None:
    assert Clients(made, 303, Pieces()).waiting("login") is None
    with pytest.raises(made.APIError):
        Clients(made, 400, Pieces()).waiting("login")


def test_a_base_url_may_have_a_path_and_nothing_behind_it(made: ModuleType) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json=1)

    with httpx.Client(transport=httpx.MockTransport(answer)) as session:
        made.APIClient("http://test/api/v1/", session=session).value()
    assert asked == ["http://test/api/v1/value"]
    for wrong in ("http://test/?a=b", "http://test/#a"):
        with pytest.raises(ValueError, match="base URL"):
            made.APIClient(wrong)


def test_a_session_is_closed_by_who_opened_it(made: ModuleType) -> None:
    session = httpx.Client()
    with made.APIClient("http://test", session=session):
        pass
    assert not session.is_closed
    session.close()
    with made.APIClient("http://test") as client:
        own = cast("httpx.Client", vars(client)["_session"])
    assert own.is_closed
    assert "made_client" not in sys.modules
