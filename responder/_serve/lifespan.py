"""Start-up and shutdown: the context manager, the events, mounted applications, and what is torn down at
the end.

Order: the plan is sealed, the context is entered, start-up events run, mounted applications start; then
requests. At the end, mounted applications stop, shutdown events run, the context is left, app-scoped values
are torn down. Whatever fails on the way down, the rest still runs; the first failure is the one reported.

Called by the application for every `lifespan` scope; knows nothing of requests.
"""

from __future__ import annotations

import inspect
import logging
import traceback
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, TypeAlias, cast

import anyio
from starlette.types import Receive, Scope, Send

from responder._http import threads
from responder._http.callables import is_async
from responder._http.problems import ConfigurationError
from responder._http.refusals import refusal
from responder._http.shutdown import Shutdown
from responder._routing.errors import refuse
from responder._routing.reader import display_name, never_runs
from responder._serve.children import Child
from responder._serve.exits import heard
from responder._serve.mounts import Mounts

Event: TypeAlias = Callable[[], object]

_log = logging.getLogger("responder")


class Owner(Protocol):
    """What the lifespan needs of the application."""

    @property
    def mounts(self) -> Mounts: ...

    @property
    def shutting_down(self) -> Shutdown: ...

    def prepare(self) -> None:
        """Come up: seal the plan; raises what is wrong with it."""

    def enter(self) -> AbstractAsyncContextManager[object] | None:
        """The user's context manager, if there is one."""

    def adopt_state(self, value: object) -> None:
        """Take what the context manager yielded as the application's state."""

    def end(self) -> None:
        """Go back to what was before the start."""

    async def close(self) -> None:
        """Tear down what lives as long as the application."""


@dataclass(slots=True)
class Lifespan:
    """Both styles of start-up and shutdown for one application."""

    owner: Owner
    startup: list[Event] = field(default_factory=list[Event])
    shutdown: list[Event] = field(default_factory=list[Event])

    def adding(self, event: str) -> Callable[[Event], None]:
        """What adds functions to an event, once there is such an event."""
        _check_event(event)
        return partial(self.add, event)

    def add(self, event: str, function: Event) -> None:
        """Run `function` at an event, after those that were added before it."""
        _check_event(event)
        if not callable(function):
            raise ConfigurationError(f"The {event} event needs a function, not {type(function).__name__}.")
        if never_runs(function):
            refuse(refusal("hook-generator", hook=display_name(function)))
            return
        (self.startup if event == "startup" else self.shutdown).append(function)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One run of the lifespan protocol."""
        await receive()
        run = _Run(self.owner, tuple(self.startup), tuple(self.shutdown))
        try:
            async with anyio.create_task_group() as tasks:
                run.tasks = tasks
                await run.serve(receive, send)
        except BaseExceptionGroup as group:
            # The task group wraps what was raised in its body; who runs the application expects it bare.
            raise _bare(group) from None


class _Run:
    """One passage from start-up to shutdown."""

    def __init__(self, owner: Owner, startup: tuple[Event, ...], shutdown: tuple[Event, ...]) -> None:
        self.owner = owner
        self.startup = startup
        self.shutdown = shutdown
        self.tasks: anyio.abc.TaskGroup
        self.context: AbstractAsyncContextManager[object] | None = None
        self.children: list[Child] = []
        self.failure: BaseException | None = None

    async def serve(self, receive: Receive, send: Send) -> None:
        try:
            await self._start()
        except BaseException as exc:
            await self._stop_children()
            await self._leave(exc)
            await self._guard(self.owner.close)
            self.owner.end()
            if isinstance(exc, Exception):
                await send({"type": "lifespan.startup.failed", "message": _tell(exc)})
            raise
        await send({"type": "lifespan.startup.complete"})
        try:
            with heard(self.owner.shutting_down):
                await receive()
        finally:
            self.owner.shutting_down.begin()
            with anyio.CancelScope(shield=True):
                await self._stop()
        if self.failure is not None:
            await send({"type": "lifespan.shutdown.failed", "message": _tell(self.failure)})
            raise self.failure
        await send({"type": "lifespan.shutdown.complete"})

    async def _start(self) -> None:
        self.owner.prepare()
        context = self.owner.enter()
        if context is not None:
            value = await context.__aenter__()
            self.context = context
            if value is not None:
                self.owner.adopt_state(value)
        for event in self.startup:
            await _run_event(event)
        mounts = self.owner.mounts
        for mount in mounts.applications():
            mount.state = {}
            child = Child(mount.app, mount.state)
            await child.start(self.tasks)
            self.children.append(child)
            mounts.share_state(mount)

    async def _stop(self) -> None:
        await self._stop_children()
        for event in self.shutdown:
            await self._guard(_run_event, event)
        await self._leave(None)
        await self._guard(self.owner.close)
        self.owner.end()

    async def _stop_children(self) -> None:
        while self.children:
            await self._guard(self.children.pop().stop)

    async def _leave(self, error: BaseException | None) -> None:
        context, self.context = self.context, None
        if context is None:
            return
        kind = None if error is None else type(error)
        trace = None if error is None else error.__traceback__
        try:
            await context.__aexit__(kind, error, trace)
        except BaseException as exc:
            if exc is not error:
                self._note(exc)

    async def _guard(self, function: Callable[..., Awaitable[object]], *args: object) -> None:
        """Run one part of the way down; its failure is kept, and the rest goes on."""
        try:
            await function(*args)
        except Exception as exc:
            self._note(exc)

    def _note(self, error: BaseException) -> None:
        if self.failure is None:
            self.failure = error
        else:
            _log.error("Another failure during shutdown", exc_info=error)


def _bare(error: BaseException) -> BaseException:
    """What a group of one holds, down to its leaf."""
    held: tuple[BaseException, ...] = getattr(error, "exceptions", ())
    return _bare(held[0]) if len(held) == 1 and isinstance(error, BaseExceptionGroup) else error


async def _run_event(event: Event) -> None:
    if is_async(event):
        await cast("Awaitable[object]", event())
        return
    result = await threads.run(event)
    if inspect.isawaitable(result):
        await result


def _tell(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


def _check_event(event: object) -> None:
    if event not in ("startup", "shutdown"):
        raise ConfigurationError(f"There is no event {event!r}; use 'startup' or 'shutdown'.")
