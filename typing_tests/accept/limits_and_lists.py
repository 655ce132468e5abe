"""A limited handler keeps its type, and a list knows what is in it, over a database too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal, assert_type

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from responder import API, Request, Response, WebSocket
from responder.ext.pagination import (
    CursorPage,
    CursorParams,
    CursorQuery,
    Page,
    PageParams,
    PageQuery,
    paginate,
    paginate_by_cursor,
    set_pagination_headers,
)
from responder.ext.query import filter_items, parse_sort, sort_items
from responder.ext.ratelimit import Hit, RateLimiter
from responder.ext.sqlalchemy import (
    Keyset,
    filter_query,
    paginate_query,
    paginate_query_by_cursor,
    paginate_query_sync,
    sort_query,
)

api = API()
limiter = RateLimiter(requests=5, period=1, key=lambda req: req.headers.get("x-api-key"))
limiter.install(api)


@api.get("/items/{id:int}", before=[limiter])
@limiter.limit
async def item(*, id: int) -> dict[str, int]:
    return {"id": id}


async def direct() -> None:
    assert_type(await item(id=1), dict[str, int])


@api.ndjson("/numbers")
@limiter.limit
async def numbers() -> AsyncIterator[int]:
    yield 1


@api.websocket_route("/feed")
@limiter.limit
async def feed(ws: WebSocket) -> None:
    await ws.accept()


@api.route("/view")
class View:
    @limiter.limit
    def on_get(self, req: Request, resp: Response) -> None:
        assert_type(limiter.check(req, resp), bool)


class Pair:
    def hit(self, key: str, max_requests: int, period: float) -> tuple[bool, int]:
        return True, 1


class Whole:
    async def ahit(self, key: str, max_requests: int, period: float) -> Hit:
        return Hit(True, 1, 1.0)


RateLimiter(backend=Pair())
RateLimiter(backend=Whole())


class Base(DeclarativeBase):
    pass


class Row(Base):
    __tablename__ = "rows"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Out(BaseModel):
    id: int


@api.get("/items")
def items(req: Request, resp: Response, *, params: PageParams) -> Page[Out]:
    page = paginate([Row(id=1, name="a")], page=params.page, size=params.size)
    assert_type(page, Page[Row])
    set_pagination_headers(req, resp, page)
    return page.map(lambda row: Out(id=row.id))


@api.get("/parts")
def parts(*, params: CursorParams) -> CursorPage[Out]:
    return paginate_by_cursor([Out(id=1)], params, unique="id")


async def over_a_database(session: AsyncSession, plain: Session) -> None:
    query = sort_query(select(Row), "-name", allowed={"name": Row.name})
    query = filter_query(query, {"name": "a"}, allowed={"name": Row.name})
    assert_type(await paginate_query(session, query, PageQuery(page=2)), Page[Row])
    assert_type(paginate_query_sync(plain, select(Row.name), PageQuery()), Page[str])
    keyset = Keyset("-name", unique=Row.id, allowed={"name": Row.name})
    assert_type(await paginate_query_by_cursor(session, query, CursorQuery(), keyset), CursorPage[Row])


FIELDS: tuple[Literal["name"], Literal["id"]] = ("name", "id")
assert_type(parse_sort("-name", allowed=FIELDS), list[tuple[Literal["name", "id"], bool]])
assert_type(parse_sort("-name"), list[tuple[str, bool]])
assert_type(sort_items([Out(id=1)], "id"), list[Out])
assert_type(filter_items((Out(id=1),), {"id": 1}), list[Out])
