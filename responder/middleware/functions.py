"""`async def middleware(request, call_next)` as one pure ASGI layer.

The function is a conversation: it asks for the answer of the rest of the application, and goes on when that
answer starts.  Nothing runs in a second task for it.  The rest of the application runs where it always
runs; each message that it sends hands the word back to the function, which is stepped until it asks again
or returns.  So context variables, timeouts and cancellation behave as in plain code, and answers are
streamed, not collected.

Installed by `@api.middleware`; knows nothing of routes.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from starlette.requests import ClientDisconnect
from starlette.responses import Response as StarletteResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from responder._http.callables import is_async
from responder._http.media import make_formats
from responder._http.request import Request
from responder._http.response import Response
from responder._http.sending import Delivery, send_response
from responder.middleware.threaded import in_thread
from responder.sessions import saving

CallNext: TypeAlias = Callable[[Request], Awaitable["NextResponse"]]
BlockingCallNext: TypeAlias = Callable[[Request], "NextResponse"]
MiddlewareFunction: TypeAlias = Callable[[Request, CallNext], Awaitable[object]]
BlockingMiddlewareFunction: TypeAlias = Callable[[Request, BlockingCallNext], object]


class NextResponse(StarletteResponse):
    """What the rest of the application answers: status and headers may still be changed, the body be read."""

    def __init__(self, message: Message) -> None:
        self.status_code = message["status"]
        self.raw_headers = [(name.lower(), value) for name, value in message.get("headers") or ()]
        self.background = None
        self.read: list[bytes] = []
        self.complete = False
        self.body_iterator = self._chunks()

    async def _chunks(self) -> AsyncGenerator[bytes, None]:
        while not self.complete:
            message = await _Ask("body")
            self.complete = not message.get("more_body", False)
            chunk = bytes(message.get("body", b""))
            self.read.append(chunk)
            if chunk:
                yield chunk

    async def content(self) -> bytes:
        """Read the whole body.  It is still sent when this response is returned."""
        async for _ in self.body_iterator:
            pass
        return b"".join(self.read)

    def start(self) -> Message:
        """The message that opens this answer."""
        return {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}


class FunctionMiddleware:
    """Run `function(request, call_next)` around HTTP requests; WebSockets and lifespan pass by."""

    def __init__(
        self,
        app: ASGIApp,
        function: MiddlewareFunction | BlockingMiddlewareFunction,
        *,
        delivery: Delivery | None = None,
        limit: int | None = None,
    ) -> None:
        self.app = app
        self.delivery = _usual_delivery() if delivery is None else delivery
        self.limit = limit
        self.talk: MiddlewareFunction
        if is_async(function):
            self.talk = cast("MiddlewareFunction", function)
        else:
            self.talk = in_thread(cast("BlockingMiddlewareFunction", function))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await _Passage(self, scope, receive, send).run()


def _usual_delivery() -> Delivery:
    """How responses are sent where no application says otherwise."""
    return Delivery(make_formats())


@dataclass(slots=True)
class _Ask:
    """Awaited by the function: gives the word to who drives it, and comes back with what was asked for."""

    what: Literal["start", "body"]

    def __await__(self) -> Generator[_Ask, Message, Message]:
        return (yield self)


@dataclass(frozen=True, slots=True)
class _Done:
    result: object


class _Drive:
    """Run a coroutine until it asks for something or returns; all else it awaits goes to the event loop."""

    __slots__ = ("coroutine", "error", "value")

    def __init__(
        self, coroutine: Coroutine[object, object, object], value: Message | None, error: BaseException | None
    ) -> None:
        self.coroutine = coroutine
        self.value = value
        self.error = error

    def __await__(self) -> Generator[object, object, _Ask | _Done]:
        coroutine = self.coroutine
        try:
            wanted = coroutine.send(self.value) if self.error is None else coroutine.throw(self.error)
            while not isinstance(wanted, _Ask):
                try:
                    given = yield wanted
                except BaseException as exc:
                    wanted = coroutine.throw(exc)
                else:
                    wanted = coroutine.send(given)
        except StopIteration as stop:
            return _Done(stop.value)
        return wanted


class _Passage:
    """One request on its way through one function."""

    def __init__(self, layer: FunctionMiddleware, scope: Scope, receive: Receive, send: Send) -> None:
        self.layer = layer
        self.scope = scope
        self.receive = receive
        self.send = send
        self.request = Request(scope, receive, layer.limit)
        self.talk: Coroutine[object, object, object] = self._talk()
        self.asked: Literal["start", "body"] | None = None
        self.response: NextResponse | None = None
        self.failure: Exception | None = None
        self.kept = False
        self.dropped = False

    async def _talk(self) -> object:
        return await self.layer.talk(self.request, self._next)

    async def _next(self, request: Request) -> NextResponse:
        """`call_next`: runs the rest of the application once."""
        if self.response is not None or self.asked is not None:
            raise RuntimeError("call_next() may be called once for a request.")
        self.response = NextResponse(await _Ask("start"))
        return self.response

    async def run(self) -> None:
        try:
            await self._step()
            if self.asked is not None:
                await self._rest()
        finally:
            self.talk.close()

    async def _rest(self) -> None:
        """The rest of the application, while the function waits for its answer."""
        try:
            await self.layer.app(self.scope, self.request.receive, self._deliver)
        except BaseException as exc:
            # A cancellation too: it may come from a timeout that the function has around `call_next`.
            if self.asked is not None:
                await self._step(error=exc)
            elif isinstance(exc, Exception) and self.failure is not None:
                raise self.failure from None
            elif not (self.dropped and isinstance(exc, OSError | ClientDisconnect)):
                raise
            return
        if self.failure is not None:
            raise self.failure
        if self.asked == "body":
            await self._step({"type": "http.response.body", "body": b"", "more_body": False})
        elif self.asked is not None:
            # The rest ended without an answer: the client has left, and nobody waits for one.
            try:
                await self._step(error=ClientDisconnect())
            except ClientDisconnect:
                pass

    async def _deliver(self, message: Message) -> None:
        """What the rest of the application calls to send."""
        kind = message["type"]
        if self.asked is not None and kind == f"http.response.{self.asked}":
            try:
                await self._step(message)
            except Exception as exc:
                self.asked, self.failure = None, exc
                raise OSError("a middleware function failed; nobody will read this answer") from exc
        elif self.asked is not None or self.kept:
            await self.send(message)
        elif message.get("more_body", False):
            self.dropped = True
            raise OSError("a middleware function answered instead; nobody will read this answer")

    async def _step(self, message: Message | None = None, error: BaseException | None = None) -> None:
        """Give the word to the function, until it asks again or returns."""
        self.asked = None
        outcome = await _Drive(self.talk, message, error)
        if isinstance(outcome, _Ask):
            self.asked = outcome.what
        else:
            await self._conclude(outcome.result)

    async def _conclude(self, result: object) -> None:
        """Send what the function returned."""
        if isinstance(result, NextResponse) and result is self.response:
            self.kept = True
            await self.send(result.start())
            if result.read:
                body = b"".join(result.read)
                await self.send(
                    {"type": "http.response.body", "body": body, "more_body": not result.complete}
                )
        elif isinstance(result, StarletteResponse):
            await result(self.scope, self.receive, saving(self.scope, self.send))
        elif result is None:
            raise TypeError("A middleware function must return the response to send; this one returned None.")
        else:
            response: Response[object]
            if isinstance(result, Response):
                response = cast("Response[object]", result)
            else:
                response = Response(self.request)
                response.apply(result)
            await send_response(
                self.scope, self.receive, self.send, self.request, response, self.layer.delivery
            )
