"""Sessions: a mapping of objects, a typed value, and stores of either kind."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import assert_type

from markupsafe import Markup
from pydantic import BaseModel
from typing_extensions import TypedDict

from responder import API, Request, Response
from responder.ext.sessions import (
    AsyncRedisSessionBackend,
    MemorySessionBackend,
    RedisSessionBackend,
    regenerate_session,
)


class Visitor(BaseModel):
    visits: int = 0


class Cart(TypedDict, total=False):
    items: list[str]


class Own:
    async def aget(self, id: str) -> Mapping[str, object] | None: ...
    async def aset(self, id: str, data: dict[str, object], max_age: int) -> None: ...
    async def adelete(self, id: str) -> None: ...


API(session_backend=MemorySessionBackend(), session_model=Visitor)
API(session_backend=RedisSessionBackend(url="redis://localhost"))
API(session_backend=AsyncRedisSessionBackend(url="redis://localhost"))
API(session_backend=Own(), session_same_site="strict", session_max_age=60)
API(secret_key=["new", "old"], sessions="auto")
API(trust_proxy_headers=True, trusted_proxies=["10.0.0.0/8"])
API(trust_proxy_headers=True, trusted_proxies=2)
api = API(csrf=True)


@api.post("/", csrf=False)
async def handler(req: Request, resp: Response) -> None:
    assert_type(req.session, MutableMapping[str, object])
    assert_type(resp.session, MutableMapping[str, object])
    assert_type(req.session["a"], object)
    assert_type(req.session_as(Visitor), Visitor)
    assert_type(req.session_as(Visitor).visits, int)
    assert_type(req.session_as(Cart), Cart)
    assert_type(req.csrf_token, str)
    assert_type(req.csrf_input, Markup)
    regenerate_session(req)
    resp.session = {"a": 1}
