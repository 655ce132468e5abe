"""`RateLimiter`: a budget of requests, for an application, a group, a route or a single handler.

Counting happens where hooks run: before the body is read and before anybody is authenticated, so that what
is refused costs as little as possible.
"""

from __future__ import annotations

import functools
import inspect
import json
import logging
import types
from collections.abc import Awaitable, Callable, Coroutine
from typing import ParamSpec, Protocol, TypeVar, cast, runtime_checkable

from starlette.types import Message

from responder.errors import ConfigurationError, Problem
from responder.ext.ratelimit.answers import (
    SHOWN,
    RateLimitUnavailable,
    TooManyRequests,
    headers_of,
    is_stricter,
)
from responder.ext.ratelimit.clients import client_of, key_of
from responder.ext.ratelimit.hits import (
    AsyncRateLimitBackend,
    Hit,
    Policy,
    RateLimitBackend,
    as_hit,
    checked_policy,
)
from responder.ext.ratelimit.memory import MemoryBackend
from responder.ext.ratelimit.names import claimed, placed
from responder.ext.ratelimit.stores import StoreFailed, store_of
from responder.models import Request, Response, WebSocket
from responder.threads import from_thread
from responder.types import Hook

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

_log = logging.getLogger("responder")


class Hooked(Protocol):
    """What a limiter can be installed on: an application, a group of it, or a router."""

    def before_request(self, hook: Hook, /) -> object:
        """Run a hook before every handler."""
        ...


@runtime_checkable
class _Ending(Protocol):
    def add_event_handler(self, event: str, handler: Callable[[], object]) -> None: ...


class RateLimiter:
    """Allows each client `requests` within any `period` of seconds.

    `backend` is where they are counted: in this process unless given.  `key` names the client of a request;
    None or "" leaves it to the address.  `trust_proxy_headers` believes whoever sends `X-Forwarded-For`;
    `API(trust_proxy_headers=True, trusted_proxies=...)` is the better way, and wins.  While the backend is
    down requests are answered with 503, or allowed with `fail_open`.  `name` tells budgets in one store
    apart, also between processes; unless given it is made of the module that makes the limiter, and of the
    numbers.

    The limiter itself is a hook, and a dependency: `before=[limiter]`, `dependencies=[Depends(limiter)]`.
    """

    def __init__(
        self,
        requests: int = 100,
        period: float = 60,
        backend: RateLimitBackend | AsyncRateLimitBackend | None = None,
        trust_proxy_headers: bool = False,
        key: Callable[[Request], object] | None = None,
        fail_open: bool = False,
        name: str | None = None,
    ) -> None:
        if key is not None and not callable(key):
            raise ConfigurationError(Policy.WRONG.format("key=", "a function of the request", key))
        self.backend = MemoryBackend() if backend is None else backend
        policy = checked_policy(requests, period, name)
        self.policy = placed(policy, self) if name is None else claimed(policy, self.backend)
        self.fail_open = fail_open
        self.raises: tuple[type[Problem], ...] = (TooManyRequests,)
        """The problems that a limited operation may be answered with."""
        if not fail_open:
            self.raises = (TooManyRequests, RateLimitUnavailable)
        self.answer_headers = SHOWN
        """The headers that answers of a limited operation have."""
        self._store = store_of(self.backend)
        self._trust = trust_proxy_headers
        self._key = key

    async def __call__(self, req: Request, resp: Response | None = None) -> Hit:
        """Count a request: raise `TooManyRequests` or `RateLimitUnavailable` when it must not go on.

        Dependencies have no response: there it is only errors that tell of the budget.
        """
        hit = await self._count(req)
        if hit is None:
            return Hit(True, self.policy.requests)
        refused = self._mark(Response(req) if resp is None else resp, hit)
        if refused is not None:
            raise refused
        return hit

    def install(self, api: Hooked) -> None:
        """Limit every route of an application, a group or a router; all of them draw on one budget.

        Requests that match no route are not counted; `RateLimitMiddleware` counts those too.
        """
        api.before_request(self)
        if self._store.close is not None and isinstance(api, _Ending):
            api.add_event_handler("shutdown", self._store.close)

    def limit(self, handler: Callable[P, R]) -> Callable[P, R]:
        """Limit one handler, beneath its route: a function of any kind, a method of a class view, a
        WebSocket handler, whose handshake is then refused.

        All handlers of one limiter draw on one budget.  Called directly, the function is not limited.
        """
        if inspect.isclass(handler):
            raise ConfigurationError(f"limit() takes a function: limit the methods of {handler.__name__}.")
        limited = _copy(handler)
        hooks = (Gate(self), *_asked_for(handler))
        setattr(limited, "before_hooks", hooks)  # noqa: B010  # functions declare no such name
        return limited

    async def acheck(self, req: Request, resp: Response) -> bool:
        """Count a request inside a handler: False, with the refusal as the response, when it must stop."""
        try:
            hit = await self._count(req)
        except RateLimitUnavailable as down:
            _show(req, resp, down)
            return False
        refused = None if hit is None else self._mark(resp, hit)
        if refused is not None:
            _show(req, resp, refused)
        return refused is None

    def check(self, req: Request, resp: Response) -> bool:
        """The same in a handler that is a plain function."""
        if self._store.at_once is None:
            return from_thread(self.acheck, req, resp)
        return _at_once(self.acheck(req, resp))

    async def _count(self, req: Request) -> Hit | None:
        """Count a request; None when nobody can tell and that is taken for a yes."""
        who = self._by_address(req) if self._key is None else await self._by_key(req, self._key)
        key = f"{self.policy.name}:{who}"
        try:
            answer = await self._store.hit(key, self.policy)
        except StoreFailed as failed:
            _log.log(
                logging.WARNING if self.fail_open else logging.ERROR,
                "The rate limit %r (%s) could not be counted: %s",
                *(self.policy.name, self.policy.text(), failed),
            )
            if self.fail_open:
                return None
            raise RateLimitUnavailable from failed
        return as_hit(answer)

    async def _by_key(self, req: Request, name: Callable[[Request], object]) -> str:
        named = name(req)
        if inspect.isawaitable(named):
            named = await cast("Awaitable[object]", named)
        kind = type(named)
        if kind.__str__ is object.__str__ and kind.__repr__ is object.__repr__:
            # Its text would be its place in memory: another budget for every request.
            raise TypeError(f"A {kind.__name__} does not say who it is: key= gives a text or a number")
        text = "" if named is None else str(named)
        return key_of("key", text) if text else self._by_address(req)

    def _by_address(self, req: Request) -> str:
        return key_of("ip", client_of(req, self._trust))

    def _mark(self, resp: Response, hit: Hit) -> TooManyRequests | None:
        """Tell of the budget that leaves least; give the refusal, if it is one."""
        headers = headers_of(self.policy, hit)
        if is_stricter(headers, resp.headers):
            for name, value in headers.items():
                resp.keep_header(name, value)
        return None if hit.allowed else TooManyRequests(headers)


class Gate:
    """The hook that a limited handler brings along, for requests and for handshakes."""

    def __init__(self, limiter: RateLimiter) -> None:
        self.limiter = limiter
        self.raises = limiter.raises
        self.answer_headers = limiter.answer_headers

    async def __call__(self, connection: Request | WebSocket, resp: Response | None = None) -> None:
        """Count what comes in."""
        if not isinstance(connection, Request):
            connection = Request(connection.scope, _nothing)
        await self.limiter(connection, Response(connection) if resp is None else resp)


def _copy(handler: Callable[P, R]) -> Callable[P, R]:
    """A function of our own with the same code: the user's carries nothing, and calls cost nothing more."""
    if not isinstance(handler, types.FunctionType):
        return functools.partial(handler)
    copy = types.FunctionType(
        handler.__code__, handler.__globals__, handler.__name__, handler.__defaults__, handler.__closure__
    )
    copy.__kwdefaults__ = handler.__kwdefaults__
    functools.update_wrapper(copy, handler)
    return cast("Callable[P, R]", copy)


def _asked_for(handler: Callable[..., object]) -> tuple[object, ...]:
    """The hooks that a handler brings along already, from a limit beneath this one."""
    hooks: object = getattr(handler, "before_hooks", None)
    if hooks is None and isinstance(handler, functools.partial):
        return _asked_for(handler.func)
    return cast("tuple[object, ...]", hooks) if isinstance(hooks, tuple) else ()


def _at_once(work: Coroutine[object, object, T]) -> T:
    """The result of a coroutine that never waits."""
    try:
        work.send(None)
    except StopIteration as done:
        return cast("T", done.value)
    work.close()
    raise RuntimeError(
        "The key function of this limiter waits for something: use `await limiter.acheck(...)`"
    )


def _show(req: Request, resp: Response, problem: TooManyRequests | RateLimitUnavailable) -> None:
    """Make a problem the response, in the application's way."""
    settings: object = getattr(req.scope.get("app"), "settings", None)
    if getattr(settings, "problem_details", True):
        resp.show(problem)
        return
    resp.status_code = problem.status_code
    resp.content = json.dumps(problem.short_payload()).encode()
    resp.mimetype = "application/json"
    resp.headers.update(problem.headers or {})


async def _nothing() -> Message:
    raise RuntimeError("the messages of a WebSocket are not read here")
