"""`RateLimiter` at its edges: kinds of handlers, keys, proxies, several at once, backends of one's own."""

from __future__ import annotations

import asyncio
import functools
import inspect
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import cast

import pytest
import yaml
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from responder import API, Body, ConfigurationError, Depends, Query, Request, Response, WebSocket
from responder.ext.ratelimit import (
    AsyncRedisBackend,
    Hit,
    MemoryBackend,
    RateLimiter,
    RateLimitMiddleware,
    RateLimitUnavailable,
    RedisBackend,
    TooManyRequests,
)
from tests.ext.redis_server import free_port
from tests.tour.support import Answer, call


def served() -> str:
    return "served"


def statuses(api: API, *paths: str) -> list[int]:
    return [call(api, "GET", path).status for path in paths]


# --- what is limited


def test_every_kind_of_handler_can_be_limited_and_keeps_its_signature() -> None:
    api = API()

    def limit() -> RateLimiter:
        return RateLimiter(requests=1, period=60)

    @api.get("/sync/{id}")
    @limit().limit
    def plain(*, id: int, size: int = Query(3)) -> dict[str, int]:
        return {"id": id, "size": size}

    @api.get("/async/{id}")
    @limit().limit
    async def waiting(*, id: int) -> dict[str, int]:
        return {"id": id}

    @api.ndjson("/items")
    @limit().limit
    async def items() -> AsyncIterator[int]:
        for number in range(3):
            yield number

    @api.route("/view")
    class View:
        @limit().limit
        def on_get(self, req: Request, resp: Response) -> None:
            resp.text = "got"

        async def on_post(self, req: Request, resp: Response) -> None:
            resp.text = "posted"

    def other(*, id: int) -> dict[str, int]:
        return {"id": id}

    partial = functools.partial(limit().limit(other), id=7)
    api.add_route("/partial", limit().limit(partial))  # type: ignore[responder-signature]  # partials say nothing
    assert call(api, "GET", "/sync/1", query=b"size=5").json() == {"id": 1, "size": 5}
    assert call(api, "GET", "/async/x").status == 422
    assert call(api, "GET", "/items").body == b"0\n1\n2\n"
    assert call(api, "GET", "/view").body == b"got"
    assert call(api, "GET", "/partial").status == 200
    assert statuses(api, "/sync/1", "/async/1", "/items", "/view", "/partial") == [429] * 5
    assert [call(api, "POST", "/view").status for _ in range(2)] == [200, 200]


def test_the_function_itself_carries_nothing_and_is_not_limited() -> None:
    limiter = RateLimiter(requests=1, period=60)

    def handler(*, id: int = 1) -> int:
        return id

    limited = limiter.limit(handler)
    assert vars(handler) == {}
    assert limited is not handler
    assert inspect.signature(limited) == inspect.signature(handler)
    assert [limited(id=number) for number in range(3)] == [0, 1, 2]


def test_a_decorator_in_between_does_not_lose_the_limit() -> None:
    api = API()

    def logged(function: Callable[..., str]) -> Callable[..., str]:
        @functools.wraps(function)
        def inner(*args: object, **kwargs: object) -> str:
            return function(*args, **kwargs)

        return inner

    @api.get("/")
    @logged
    @RateLimiter(requests=1, period=60).limit
    def index() -> str:
        return "index"

    assert statuses(api, "/", "/") == [200, 429]


def test_a_limited_class_is_a_mistake_that_is_told() -> None:
    class View:
        def on_get(self) -> None: ...

    with pytest.raises(ConfigurationError, match="methods of View"):
        RateLimiter().limit(View)


def test_a_limited_handshake_is_refused_before_it_is_accepted() -> None:
    api = API()

    @api.websocket_route("/ws")
    @RateLimiter(requests=1, period=60, key=lambda req: req.path).limit
    async def socket(ws: WebSocket) -> None:
        await ws.accept()
        await ws.send_text("hello")
        await ws.close()

    with api.requests.websocket_connect("/ws") as first:
        assert first.receive_text() == "hello"
    with pytest.raises(WebSocketDisconnect) as refused, api.requests.websocket_connect("/ws"):
        pass
    assert getattr(refused.value, "status_code", None) == 429 or refused.value.code == 1008


def test_what_is_refused_is_not_read_and_nobody_is_asked() -> None:
    seen: list[str] = []
    api = API()

    def guard(req: Request) -> None:
        seen.append("guard")

    limiter = RateLimiter(requests=1, period=60)

    @api.post("/", dependencies=[Depends(guard)], before=[limiter])
    async def index(*, item: dict[str, int] = Body()) -> int:
        return len(item)

    body = (b'{"a": 1}',)
    headers = [(b"content-type", b"application/json")]
    assert call(api, "POST", "/", chunks=body, headers=headers).status == 200
    assert call(api, "POST", "/", chunks=(b"not json",), headers=headers).status == 429
    assert seen == ["guard"]


def test_of_several_limits_the_one_that_leaves_least_is_told() -> None:
    api = API()
    RateLimiter(requests=3, period=60).install(api)
    narrow, wide = RateLimiter(requests=2, period=10), RateLimiter(requests=50, period=5)

    @api.get("/narrow")
    @narrow.limit
    @wide.limit
    async def index() -> str:
        return "served"

    def told(answer: Answer) -> tuple[int, str, str]:
        headers = answer.headers
        return answer.status, headers["x-ratelimit-limit"], headers["x-ratelimit-remaining"]

    answers = [call(api, "GET", "/narrow") for _ in range(4)]
    assert list(map(told, answers)) == [(200, "2", "1"), (200, "2", "0"), (429, "2", "0"), (429, "3", "0")]
    assert [answer.headers.get("retry-after") for answer in answers] == [None, None, "10", "60"]


def test_a_stricter_limit_inside_a_middleware_is_the_one_that_is_told() -> None:
    api = API()
    api.add_middleware(RateLimitMiddleware, RateLimiter(requests=5, period=60))
    inner = RateLimiter(requests=2, period=60)

    @api.get("/inner")
    @inner.limit
    async def index() -> str:
        return "served"

    @api.get("/outer")
    async def other() -> str:
        return "served"

    found = [call(api, "GET", path).headers for path in ("/inner", "/outer", "/inner", "/outer")]
    assert [headers["x-ratelimit-limit"] for headers in found] == ["2", "5", "2", "5"]
    assert [headers["x-ratelimit-remaining"] for headers in found] == ["1", "3", "0", "1"]


def test_what_is_limited_says_what_it_may_raise() -> None:
    closed, opened = RateLimiter(), RateLimiter(fail_open=True)
    assert closed.raises == (TooManyRequests, RateLimitUnavailable)
    assert opened.raises == (TooManyRequests,)
    api = API()

    @api.get("/")
    @closed.limit
    async def index() -> str:
        return "served"

    (route,) = api.operations
    (hook,) = route.operations["GET"].before
    assert getattr(hook.function, "raises", None) == closed.raises


def test_the_document_says_where_a_limit_stands() -> None:
    api = API(title="limits", version="1", openapi="3.1.1")

    @api.get("/closed")
    @RateLimiter().limit
    async def closed() -> str:
        return "served"

    @api.get("/open", before=[RateLimiter(fail_open=True)])
    async def opened() -> str:
        return "served"

    @api.get("/free")
    async def free() -> str:
        return "served"

    document = api.requests.get("/schema.yml", headers={"accept": "application/json"}).text
    paths = yaml.safe_load(document)["paths"]
    found = {path: {"429", "503"} & set(one["get"]["responses"]) for path, one in paths.items()}
    assert found == {"/closed": {"429", "503"}, "/open": {"429"}, "/free": set()}
    assert "Retry-After" in document


def test_a_handler_of_the_users_own_answers_a_refusal_and_the_headers_stay() -> None:
    api = API()
    RateLimiter(requests=1, period=60).install(api)

    @api.get("/")
    async def index() -> str:
        return "served"

    @api.exception_handler(TooManyRequests)
    async def slower(req: Request, resp: Response, exc: TooManyRequests) -> None:
        resp.status_code = 429
        resp.text = "slower, please"

    call(api, "GET", "/")
    answer = call(api, "GET", "/")
    assert (answer.status, answer.body) == (429, b"slower, please")
    assert answer.headers["retry-after"] == "60"
    assert answer.headers["x-ratelimit-remaining"] == "0"


# --- asked inside a handler


@pytest.mark.parametrize("problem_details", [True, False])
def test_a_handler_may_ask_by_itself(problem_details: bool) -> None:
    api = API(problem_details=problem_details)
    limiter = RateLimiter(requests=2, period=60)

    @api.get("/sync")
    def plain(req: Request, resp: Response) -> None:
        if limiter.check(req, resp):
            resp.text = "served"

    @api.get("/async")
    async def waiting(req: Request, resp: Response) -> None:
        if await limiter.acheck(req, resp):
            resp.text = "served"

    answers = [call(api, "GET", path) for path in ("/sync", "/async", "/sync", "/async")]
    assert [answer.status for answer in answers] == [200, 200, 429, 429]
    assert {answer.headers["x-ratelimit-limit"] for answer in answers} == {"2"}
    assert answers[3].headers["retry-after"] == "60"
    expected = "application/problem+json" if problem_details else "application/json"
    assert {answer.headers["content-type"] for answer in answers[2:]} == {expected}


@pytest.mark.parametrize("backend", [RedisBackend, AsyncRedisBackend])
def test_a_plain_handler_may_ask_a_store_of_either_kind(
    backend: type[RedisBackend] | type[AsyncRedisBackend],
) -> None:
    limiter = RateLimiter(backend=backend(url=f"redis://127.0.0.1:{free_port()}/0"))
    api = API()

    @api.get("/")
    def index(req: Request, resp: Response) -> None:
        if limiter.check(req, resp):
            resp.text = "served"

    answer = call(api, "GET", "/")
    assert answer.status == 503
    assert b"Rate limit backend unavailable." in answer.body


def test_a_key_function_may_wait_but_not_for_a_plain_check() -> None:
    async def key(req: Request) -> str:
        await asyncio.sleep(0)
        return req.headers.get("x-key", "")

    limiter = RateLimiter(requests=1, period=60, key=key)
    api = API()

    @api.get("/")
    @limiter.limit
    async def index() -> str:
        return "served"

    @api.get("/plain")
    def plain(req: Request, resp: Response) -> None:
        limiter.check(req, resp)

    keys = (b"a", b"b", b"a")
    assert [call(api, "GET", "/", headers=[(b"x-key", key)]).status for key in keys] == [200, 200, 429]
    with pytest.raises(RuntimeError, match="acheck"):
        call(api, "GET", "/plain", headers=[(b"x-key", b"c")])


# --- whose budget it is


def from_address(app: ASGIApp, address: str | None) -> ASGIApp:
    async def entered(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "client": None if address is None else (address, 1234)}, receive, send)

    return entered


def limited() -> API:
    api = API()
    RateLimiter(requests=1, period=60, trust_proxy_headers=True).install(api)

    @api.get("/")
    async def index() -> str:
        return "served"

    return api


def test_addresses_of_one_subscriber_are_one_client() -> None:
    api = limited()
    tried = (
        "2001:db8:0:1::1",
        "2001:db8:0:1:ffff::9",
        "2001:db8:0:2::1",
        "192.0.2.1",
        "::ffff:192.0.2.1",
        None,
    )
    found = [call(from_address(api, address), "GET", "/").status for address in (*tried, None)]
    assert found == [200, 429, 200, 200, 429, 200, 429]


def test_a_proxy_is_believed_when_it_was_told_to() -> None:
    api = limited()
    clients = ("198.51.100.7", "198.51.100.7", "198.51.100.8", "nonsense")
    headers = [[(b"x-forwarded-for", client.encode())] for client in clients]
    assert [call(api, "GET", "/", headers=one).status for one in headers] == [200, 429, 200, 200]


def test_the_application_decides_whom_to_believe() -> None:
    api = API(trust_proxy_headers=True, trusted_proxies=["10.0.0.0/8"])
    RateLimiter(requests=1, period=60, trust_proxy_headers=True).install(api)

    @api.get("/")
    async def index() -> str:
        return "served"

    # Nobody at 127.0.0.1 is a proxy of ours: what is sent along is a lie that buys no second budget.
    lies = [[(b"x-forwarded-for", f"198.51.100.{number}".encode())] for number in range(3)]
    assert [call(api, "GET", "/", headers=one).status for one in lies] == [200, 429, 429]
    told = [(b"x-forwarded-for", b"198.51.100.1")]
    assert call(from_address(api, "10.1.2.3"), "GET", "/", headers=told).status == 200


def test_a_key_that_is_another_one_every_time_is_a_fault_and_not_a_budget() -> None:
    class User:
        """Does not say who it is: as a text it is its place in memory."""

    api = API()
    RateLimiter(requests=1, period=60, key=lambda req: User()).install(api)

    @api.get("/")
    async def index() -> str:
        return "served"

    with pytest.raises(TypeError, match="A User does not say who it is"):
        call(api, "GET", "/")


def test_keys_are_bounded_however_long_and_strange_they_are() -> None:
    seen: list[str] = []

    class Recording:
        in_process = True

        def hit(self, key: str, max_requests: int, period: float) -> Hit:
            seen.append(key)
            return Hit(True, 1, 1.0)

    api = API()
    RateLimiter(backend=Recording(), name="n", key=lambda req: req.params.get("key", "")).install(api)

    @api.get("/")
    async def index() -> str:
        return "served"

    for query in (b"key=" + b"a" * 5000, b"key=%C3%A9", b"key=a%0D%0Ab", b"key=plain", b""):
        assert call(api, "GET", "/", query=query).status == 200
    assert all(key.isascii() and key.isprintable() and len(key) < 200 for key in seen)
    assert len(set(seen)) == 5
    assert seen[3:] == ["n:key:plain", "n:ip:127.0.0.1"]


# --- backends of one's own


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((True, 4), {"remaining": "4", "reset": None}),
        ((True, 4, 7.2), {"remaining": "4", "reset": "8"}),
        (Hit(True, -1, 0.0), {"remaining": "0", "reset": "0"}),
        ((False, 0), {"remaining": "0", "reset": None, "retry": "60"}),
        ((False, 0, 0.2), {"remaining": "0", "reset": "1", "retry": "1"}),
    ],
)
def test_a_backend_answers_a_hit_or_a_tuple(answer: object, expected: Mapping[str, str | None]) -> None:
    class Own:
        async def ahit(self, key: str, max_requests: int, period: float) -> Hit:
            return cast("Hit", answer)

    api = API()
    RateLimiter(requests=9, period=60, backend=Own()).install(api)

    @api.get("/")
    async def index() -> str:
        return "served"

    headers = call(api, "GET", "/").headers
    assert headers["x-ratelimit-remaining"] == expected["remaining"]
    assert headers.get("x-ratelimit-reset") == expected["reset"]
    assert headers.get("retry-after") == expected.get("retry")


def test_an_answer_that_says_nothing_is_a_fault_and_not_a_refusal() -> None:
    class Own:
        def hit(self, key: str, max_requests: int, period: float) -> Hit:
            return cast("Hit", None)

    api = API()
    RateLimiter(backend=Own(), fail_open=True).install(api)

    @api.get("/")
    async def index() -> str:
        return "served"

    with pytest.raises(TypeError, match="answers a Hit"):
        call(api, "GET", "/")


@pytest.mark.defect(41)
def test_limits_that_share_a_backend_count_apart() -> None:
    backend = MemoryBackend()
    made = [RateLimiter(1, 60, backend=backend) for _ in range(2)]
    made.append(RateLimiter(2, 60, backend=backend, name="wide"))
    shared = RateLimiter(2, 60, backend=backend, name="wide")
    api = API()
    for number, limiter in enumerate([*made, shared]):
        api.add_route(f"/{number}", limiter.limit(served))
    assert statuses(api, "/0", "/1", "/0", "/1") == [200, 200, 429, 429]
    assert statuses(api, "/2", "/3", "/2", "/3") == [200, 200, 429, 429]
    with pytest.raises(ConfigurationError, match="'wide'"):
        RateLimiter(3, 60, backend=backend, name="wide")


class Strict(RateLimiter):
    """A limiter of an application's own."""

    def __init__(self, requests: int) -> None:
        super().__init__(requests, 60)


def test_a_limit_without_a_name_is_called_after_the_module_that_makes_it() -> None:
    made = [RateLimiter(17, 60), RateLimiter(17, 60), Strict(17)]
    assert [one.policy.name for one in made] == [f"{__name__}:17/60{end}" for end in ("", ".2", ".3")]
    elsewhere: dict[str, object] = {"__name__": "shop.views", "RateLimiter": RateLimiter}
    exec("limiter = RateLimiter(17, 60)", elsewhere)
    assert cast("RateLimiter", elsewhere["limiter"]).policy.name == "shop.views:17/60"
    # One name, whether a file is run or served by its name.
    run: dict[str, object] = {"__name__": "__main__", "__file__": "/srv/shop.py", "RateLimiter": RateLimiter}
    exec("limiter = RateLimiter(17, 60)", run)
    assert cast("RateLimiter", run["limiter"]).policy.name == "shop:17/60"
    del made[1]
    assert RateLimiter(17, 60).policy.name == f"{__name__}:17/60.2"


# --- as a dependency


def test_a_limiter_is_a_dependency_as_well() -> None:
    api = API()
    guard, asked = RateLimiter(1, 60), RateLimiter(2, 60)

    @api.get("/guarded", dependencies=[Depends(guard)])
    async def guarded() -> str:
        return "served"

    @api.get("/asked")
    def left(*, hit: Hit = Depends(asked)) -> dict[str, int]:
        return {"remaining": hit.remaining}

    assert statuses(api, "/guarded", "/guarded") == [200, 429]
    assert [call(api, "GET", "/asked").json() for _ in range(2)] == [{"remaining": 1}, {"remaining": 0}]
    refused = call(api, "GET", "/asked")
    assert (refused.status, refused.headers["x-ratelimit-limit"]) == (429, "2")
    assert "retry-after" in refused.headers
    found = API(openapi="3.1.1", docs_route="/docs")
    found.add_route("/", served, dependencies=[Depends(guard)])
    paths = yaml.safe_load(found.requests.get("/schema.yml").text)["paths"]
    assert {"429", "503"} <= set(paths["/"]["get"]["responses"])


def test_a_handshake_is_refused_by_a_limit_that_is_a_dependency() -> None:
    api = API()

    @api.websocket_route("/ws", dependencies=[Depends(RateLimiter(1, 60))])
    async def talk(ws: WebSocket) -> None:
        await ws.accept()
        await ws.send_text("hello")

    with api.requests.websocket_connect("/ws") as socket:
        assert socket.receive_text() == "hello"
    with pytest.raises(WebSocketDisconnect), api.requests.websocket_connect("/ws"):
        pass


# --- a store that hangs


@pytest.mark.parametrize(("fail_open", "meanwhile"), [(False, 503), (True, 200)])
def test_a_store_that_keeps_hanging_is_not_asked_by_everybody(fail_open: bool, meanwhile: int) -> None:
    class Hanging:
        def __init__(self) -> None:
            self.asked = 0
            self.hangs = True

        async def ahit(self, key: str, max_requests: int, period: float) -> Hit:
            self.asked += 1
            if self.hangs:
                await asyncio.Event().wait()
            return Hit(True, 9, 1.0)

    store = Hanging()
    api = API()
    RateLimiter(10, 60, backend=store, fail_open=fail_open).install(api)
    api.add_route("/", served)

    async def main() -> None:
        async with api.async_requests as client:
            together = await asyncio.gather(*(client.get("/") for _ in range(5)))
            assert {one.status_code for one in together} == {meanwhile}
            assert store.asked == 5
            for _ in range(50):
                assert (await client.get("/")).status_code == meanwhile
            # One more at most, where so many requests took as long as the store is left alone.
            assert store.asked <= 6
            store.hangs = False
            deadline = time.monotonic() + 20
            while (await client.get("/")).headers.get("x-ratelimit-remaining") != "9":
                assert time.monotonic() < deadline

    asyncio.run(main())


@pytest.mark.parametrize(
    "wrong",
    [
        {"requests": 0},
        {"requests": True},
        {"requests": 1.5},
        {"period": 0},
        {"period": float("nan")},
        {"period": float("inf")},
        {"period": "60"},
        {"name": "a:b"},
        {"name": ""},
        {"key": "x-api-key"},
        {"backend": object()},
    ],
)
def test_what_cannot_be_a_limit_is_refused_where_it_stands(wrong: dict[str, object]) -> None:
    make = cast("Callable[..., RateLimiter]", RateLimiter)
    with pytest.raises(ConfigurationError):
        make(**wrong)


def test_the_connections_of_an_installed_limiter_are_closed_with_the_application() -> None:
    class Own:
        closed = 0

        async def ahit(self, key: str, max_requests: int, period: float) -> Hit:
            return Hit(True, 1, 1.0)

        async def aclose(self) -> None:
            self.closed += 1

    backend, api = Own(), API()
    RateLimiter(backend=backend).install(api)

    @api.get("/")
    async def index() -> str:
        return "served"

    with api.requests as client:
        assert client.get("/").status_code == 200
        assert backend.closed == 0
    assert backend.closed == 1


def test_a_backend_that_keeps_no_other_attribute_can_be_used() -> None:
    class Slim:
        __slots__ = ()

        def hit(self, key: str, max_requests: int, period: float) -> Hit:
            return Hit(True, 1, 1.0)

    for name in (None, "mine"):
        api = API()
        RateLimiter(5, 1, backend=Slim(), name=name).install(api)
        api.add_route("/", served)
        assert statuses(api, "/") == [200]


def test_the_middleware_leaves_what_is_no_request_alone() -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def nothing() -> Message:
        return {}

    async def drop(message: Message) -> None: ...

    layer = RateLimitMiddleware(app, RateLimiter(requests=1, period=60))
    for kind in ("lifespan", "websocket", "websocket"):
        asyncio.run(layer({"type": kind}, nothing, drop))
    assert seen == ["lifespan", "websocket", "websocket"]
