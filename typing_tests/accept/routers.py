"""Groups and routers; a router asks for a registry, and an application offers at least that one."""

from __future__ import annotations

from typing import assert_type

from responder import API, Depends, Registry, Request, Response, Router, provider
from responder.middleware import GZipMiddleware, Middleware
from responder.routes import Group, RouteSpec
from responder.types import WebSocket


def make_db() -> str:
    return "db"


class Base(Registry):
    db = provider(make_db)


def make_cache() -> dict[str, int]:
    return {}


class Full(Base):
    cache = provider(make_cache)


def guard() -> None: ...


plain = Router("/plain")
based = Router("/based", registry=Base, tags=["based"], dependencies=[Depends(guard)])
full = Router(registry=Full)
tenants = Router("/tenants", outer="/{tenant}")


@plain.get("")
@plain.get("/")
def index() -> str:
    return "index"


@based.get("/{id:int}", status_code=200)
async def show(req: Request, resp: Response, *, id: int, db: str) -> str:
    return db


@based.before_request
def check(req: Request, resp: Response) -> None: ...


@based.websocket_route("/ws")
async def chat(ws: WebSocket) -> None: ...


@tenants.get("")
def tenant_index(tenant: str) -> str:
    return tenant


assert_type(index(), str)

api = API()
api.include_router(plain)
api.include_router(plain, prefix="/v1", tags=["v1"], dependencies=Depends(guard))

base_api = API(registry=Base)
base_api.include_router(based)
base_api.include_router(plain)

full_api = API(registry=Full)
full.include_router(based, prefix="/deep")
full.include_router(plain, prefix="/deep")
full_api.include_router(full, prefix="/full")
full_api.include_router(tenants, prefix="/{tenant}")
full_api.include_router(based)
full_api.include_router(plain)
based.include_router(plain, prefix="/inner")

v1 = full_api.group("/v1")
group: Group[Full] = v1
v1.include_router(based)
inner = v1.group("/inner")


@inner.post("/items")
def create() -> int:
    return 1


assert_type(create(), int)
any_api: API = API()


named = Router("/named", name="named", middleware=[Middleware(GZipMiddleware, minimum_size=9)])
named.get("/", middleware=[GZipMiddleware, lambda app: app])(index)
listed = Router("/listed", routes=[RouteSpec("/", index, methods=["GET"], name="index"), named])
for_base = Router("/base", registry=Base, routes=[RouteSpec("/", index), named])
whole = API(registry=Full, routes=[listed, for_base, RouteSpec("/{id:int}", show, summary="One")])
assert_type(whole.url_for("index"), str)
simple = API(routes=[listed, RouteSpec("/", index)])
simple.include_router(named, name="again", prefix="/again")
made = API.from_settings({"debug": True}, registry=Full, title="Made")
made.include_router(full)
