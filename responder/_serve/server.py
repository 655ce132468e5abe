"""uvicorn's server with an end of our own; the only module that imports uvicorn, and that is imported late.

Told to stop, it tells the applications at once, lets them know for `delay` seconds, stops listening, and
answers what is in flight.  Connections that are idle get a moment in which a request that is under way still
arrives, and is answered with `connection: close`.  WebSockets are left to the application, which closes them
with 1001.  Four fifths of the grace period are for all this; the rest is for the lifespan and what it waits
for. A second signal ends everything at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping
from types import FrameType
from typing import Final, Protocol, cast

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typing_extensions import override
from uvicorn.supervisors import ChangeReload

from responder._contract.frozen import frozen
from responder._serve.exits import tell_all
from responder._serve.lastresort import LEFT_BEHIND, LastResort

STARTUP_FAILURE: Final = 3
"""The exit status of a server whose application did not start."""
FORCED: Final = 128
"""What is added to the number of the signal that ended a server by force."""

_FOR_REQUESTS: Final = 0.8
"""The part of the grace period that requests in flight may take."""
_FOR_CANCELLED: Final = 0.85
"""The part of it after which those that were cancelled are not waited for."""
_FOR_LIFESPAN: Final = 0.95
"""The part of it after which nobody is waited for."""
_IDLE: Final = 0.3
"""Seconds that an idle connection stays open, for a request that is under way."""
_FAREWELL: Final = 1.0
"""Seconds that a client has for its part of closing a WebSocket, once nobody serves it any more."""
_AT_ONCE: Final = 1.0
"""Seconds that a process takes at most after a second signal."""
_TICK: Final = 0.02
_ACCEPTING: Final = 8
"""Turns of the loop in which connections are accepted that the system has taken already."""

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)

_log = logging.getLogger("uvicorn.error")


@frozen
class Stopping:
    """How a server ends."""

    grace: float
    """Seconds from the moment when it stops listening to its end."""
    delay: float = 0.0
    """Seconds before that, in which the application is not ready any more but still serves."""
    repeats: bool = False
    """Whether only the same signal counts as a second one: a reloader passes a stop on by another."""


class Connection(Protocol):
    """What uvicorn's protocols have in common."""

    transport: asyncio.Transport

    def shutdown(self) -> None:
        """End when what is in flight is answered; at once when nothing is."""


class Server(uvicorn.Server):
    """One process that serves."""

    def __init__(self, config: uvicorn.Config, stopping: Stopping) -> None:
        super().__init__(config)
        self.stopping = stopping
        self.told_at: float | None = None
        """When it was told to stop, by the monotonic clock."""
        self.forced = 0
        """The signal that ended it by force."""
        self._heard: list[int] = []
        self.left_behind = False
        """Whether something had not ended when the time was up."""
        self.last_resort: LastResort | None = None
        self.on_ready: Callable[[], None] = _nothing

    # -- being told

    def stop(self) -> None:
        """Begin to end; from any thread."""
        if self.told_at is not None:
            return
        self.told_at = time.monotonic()
        self.should_exit = True
        if self.last_resort is not None:
            total = self.stopping.delay + self.stopping.grace
            reason = f"The server did not end within {total:g} seconds; what still runs is left behind."
            self.last_resort.end_after(total, LEFT_BEHIND, reason)
        tell_all()

    def force(self, number: int) -> None:
        """End at once; from any thread."""
        self.stop()
        self.forced = number
        self.force_exit = True
        if self.last_resort is not None:
            self.last_resort.end_after(_AT_ONCE, FORCED + number, "The server was ended by force.")

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal: the first one begins the end, a second one is the end."""
        heard = self._heard
        if (sig in heard) if self.stopping.repeats else heard:
            self.force(sig)
        else:
            heard.append(sig)
            self.stop()

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Handle signals; they are not raised again at the end, which is an end like any other."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    # -- serving

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the application and listen."""
        await super().startup(sockets)
        self.on_ready()

    @override
    async def on_tick(self, counter: int) -> bool:
        """Whether it is time to stop listening."""
        if not await super().on_tick(counter):
            return False
        self.stop()
        began = self.told_at or 0.0
        return self.force_exit or time.monotonic() >= began + self.stopping.delay

    # -- ending

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, finish what is in flight, end the application."""
        _log.info("Shutting down")
        self.stop()
        began = time.monotonic()
        await self._stop_listening(sockets or [])
        await self._finish(began)
        if not self.force_exit:
            await self._end_application(began + self.stopping.grace * _FOR_LIFESPAN)

    async def _stop_listening(self, sockets: Iterable[socket.socket]) -> None:
        for _ in range(_ACCEPTING):
            await asyncio.sleep(0)
        for server in self.servers:
            server.close()
        for one in sockets:
            one.close()

    async def _finish(self, began: float) -> None:
        """Wait for the connections, with the patience that each kind deserves."""
        state = self.server_state
        until = began + self.stopping.grace * _FOR_REQUESTS
        for connection in self._connections():
            _say_goodbye(connection)
        idle_until = time.monotonic() + _IDLE
        quiet_since: float | None = None
        while not self.force_exit:
            now = time.monotonic()
            for connection in self._connections():
                if now >= idle_until or not _is_idle(connection):
                    connection.shutdown()
            if not state.connections and not state.tasks:
                return
            quiet_since = None if state.tasks else quiet_since or now
            if quiet_since is not None and now >= quiet_since + _FAREWELL:
                self._close_sockets()
            if now >= until:
                break
            await asyncio.sleep(_TICK)
        await self._cut_off(began + self.stopping.grace * _FOR_CANCELLED)

    async def _cut_off(self, until: float) -> None:
        """The time is up: cancel what runs, and hang up on whoever is still there."""
        state = self.server_state
        if state.tasks:
            _log.error("%s requests were cut off when the server ended", len(state.tasks))
        for task in list(state.tasks):
            task.cancel()
        if state.tasks and not self.force_exit:
            await asyncio.wait(list(state.tasks), timeout=max(0.0, until - time.monotonic()))
        self._close_sockets()
        for connection in cast("Iterable[Connection]", list(state.connections)):
            connection.transport.abort()

    def _close_sockets(self) -> None:
        for connection in cast("Iterable[Connection]", list(self.server_state.connections)):
            if self._is_socket(connection):
                connection.shutdown()

    def _connections(self) -> list[Connection]:
        """Those of HTTP."""
        everything = cast("Iterable[Connection]", list(self.server_state.connections))
        return [one for one in everything if not self._is_socket(one)]

    def _is_socket(self, connection: Connection) -> bool:
        kind = self.config.ws_protocol_class
        return isinstance(kind, type) and isinstance(connection, kind)

    async def _end_application(self, until: float) -> None:
        try:
            async with asyncio.timeout(max(0.0, until - time.monotonic())):
                await self.lifespan.shutdown()
        except TimeoutError:
            self.left_behind = True
            _log.error("The application did not end within the grace period; it is left behind")


def serve(app: ASGIApp | str, options: Mapping[str, object], stopping: Stopping) -> None:
    """Serve in this process until told to stop."""
    config = make_config(app, options)
    if config.should_reload:
        if not isinstance(app, str):
            raise ValueError("reload=True needs the application by its place, as module:name")
        server = Server(config, Stopping(stopping.grace, stopping.delay, repeats=True))
        listener = config.bind_socket()
        ChangeReload(config, target=server.run, sockets=[listener]).run()
        return
    run(Server(config, stopping), None)


def make_config(app: ASGIApp | str, options: Mapping[str, object]) -> uvicorn.Config:
    """uvicorn's own options, which it judges itself."""
    return uvicorn.Config(app, **options)  # type: ignore[arg-type]  # it judges its own options


def run(server: Server, sockets: list[socket.socket] | None) -> None:
    """Run a server to its end; `SystemExit` when it did not start, or was ended by force."""
    server.last_resort = LastResort()
    try:
        server.run(sockets)
    except KeyboardInterrupt:
        pass  # it came before there was anything to end
    finally:
        uds = server.config.uds
        if uds and os.path.exists(uds):
            os.remove(uds)
        if not server.left_behind:
            server.last_resort.call_off()
    if server.forced:
        sys.exit(FORCED + server.forced)
    if not server.started:
        sys.exit(STARTUP_FAILURE)


def _nothing() -> None:
    """Nobody wants to know."""


def _is_idle(connection: Connection) -> bool:
    """Whether no request of this connection is in flight; only known of HTTP/1.1."""
    nothing = object()
    cycle: object = getattr(connection, "cycle", nothing)
    if cycle is nothing:
        return False
    return cycle is None or bool(getattr(cycle, "response_complete", False))


def _say_goodbye(connection: Connection) -> None:
    """Let the next answer on an idle connection be its last."""
    app: ASGIApp | None = getattr(connection, "app", None)
    if app is not None:
        connection.app = _closing(app)  # type: ignore[attr-defined]  # those that have one read it


def _closing(app: ASGIApp) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    async def serve_last(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_last(message: Message) -> None:
            if message["type"] == "http.response.start":
                lines = [line for line in message.get("headers") or () if line[0].lower() != b"connection"]
                message = {**message, "headers": [*lines, (b"connection", b"close")]}
            await send(message)

        is_http = scope["type"] == "http" and str(scope.get("http_version", "1.1")).startswith("1")
        await app(scope, receive, send_last if is_http else send)

    return serve_last
