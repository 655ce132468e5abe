"""The core runs on asyncio and on trio: the same application, the same answers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Literal

import anyio
import anyio.lowlevel
import pytest
from pydantic import BaseModel
from starlette.testclient import TestClient

from responder import API, Depends, Query, Request, Response, UploadFile
from responder.params import File


class Item(BaseModel):
    name: str


@pytest.fixture(params=["asyncio", "trio"])
def backend(request: pytest.FixtureRequest) -> Literal["asyncio", "trio"]:
    return "trio" if request.param == "trio" else "asyncio"


def client(api: API, backend: Literal["asyncio", "trio"]) -> TestClient:
    return TestClient(api, backend=backend, raise_server_exceptions=False)


def test_handlers_of_both_kinds_answer(backend: Literal["asyncio", "trio"]) -> None:
    api = API()

    @api.get("/async/{id:int}")
    async def coroutine(*, id: int, limit: int = Query(10)) -> list[int]:
        await anyio.lowlevel.checkpoint()
        return [id, limit]

    @api.post("/sync")
    def plain(req: Request, resp: Response, *, item: Item) -> Item:
        return item

    requests = client(api, backend)
    assert requests.get("/async/1?limit=2").json() == [1, 2]
    assert requests.post("/sync", json={"name": "tea"}).json() == {"name": "tea"}
    assert requests.post("/sync", json={}).status_code == 422
    assert requests.get("/nothing").status_code == 404


def test_providers_are_opened_and_torn_down(backend: Literal["asyncio", "trio"]) -> None:
    api = API()
    told: list[str] = []

    async def outer() -> AsyncIterator[str]:
        try:
            yield "outer"
        except ValueError:
            told.append("outer saw it")
            raise
        finally:
            await anyio.lowlevel.checkpoint()
            told.append("outer closed")

    def inner(outer: str = Depends(outer)) -> Iterator[str]:
        yield f"inner of {outer}"
        told.append("inner closed")

    @api.get("/")
    def index(*, inner: str = Depends(inner)) -> str:
        return inner

    @api.get("/fails")
    def fails(*, outer: str = Depends(outer)) -> str:
        raise ValueError

    requests = client(api, backend)
    assert requests.get("/").text == "inner of outer"
    assert told == ["inner closed", "outer closed"]
    told.clear()
    assert requests.get("/fails").status_code == 500
    assert told == ["outer saw it", "outer closed"]


def test_the_lifespan_surrounds_app_scoped_providers(backend: Literal["asyncio", "trio"]) -> None:
    told: list[str] = []

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncGenerator[None]:
        told.append("start")
        yield
        told.append("stop")

    api = API(lifespan=lifespan)

    async def pool() -> AsyncIterator[str]:
        yield "pool"
        told.append("pool closed")

    api.add_dependency("pool", pool, scope="app")

    @api.get("/")
    async def index(*, pool: str) -> str:
        return pool

    with client(api, backend) as requests:
        assert [requests.get("/").text for _ in range(2)] == ["pool", "pool"]
    assert told == ["start", "stop", "pool closed"]


def test_hooks_background_tasks_and_uploads_work(backend: Literal["asyncio", "trio"]) -> None:
    api = API()
    told: list[str] = []

    @api.before_request
    def before(req: Request, resp: Response) -> None:
        told.append("before")

    @api.after_request
    async def after(req: Request, resp: Response) -> None:
        told.append("after")

    @api.post("/")
    async def upload(resp: Response, *, image: UploadFile = File()) -> int:
        resp.background(told.append, "background")
        return len(await image.read())

    assert client(api, backend).post("/", files={"image": ("a.png", b"12345")}).json() == 5
    assert told == ["before", "after", "background"]


def test_a_slow_handler_is_cut_off(backend: Literal["asyncio", "trio"]) -> None:
    api = API(request_timeout=0.05)
    told: list[str] = []

    @api.get("/")
    async def slow() -> str:
        try:
            await anyio.sleep_forever()
        finally:
            told.append("cancelled")
        return "never"

    assert client(api, backend).get("/").status_code == 504
    assert told == ["cancelled"]


def test_sockets_talk(backend: Literal["asyncio", "trio"]) -> None:
    api = API()

    @api.websocket_route("/ws/{room}")
    async def talk(ws, *, room: str) -> None:
        await ws.accept()
        await ws.send_text(room + await ws.receive_text())
        await ws.close()

    with client(api, backend).websocket_connect("/ws/tea") as socket:
        socket.send_text("!")
        assert socket.receive_text() == "tea!"
