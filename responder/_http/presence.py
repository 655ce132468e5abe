"""Work that lasts only as long as somebody wants it: until the client leaves or the server goes down.

`while_wanted` runs the work in the request's own task and watches beside it.  An interruption arrives once,
as a cancellation does, so that what cleans up may await in peace; only when it takes too long it is cancelled
again.  (On trio a cancellation stays; cleaning up has to shield itself there.)
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from types import TracebackType
from typing import Final, Literal, Protocol, Self, TypeAlias

import anyio
from starlette.types import Receive, Scope

from responder._http.exchange import exchange
from responder._http.shutdown import NEVER, Shutdown

PATIENCE: Final = 10.0
"""Seconds that cleaning up may take once nobody is there any more."""

End: TypeAlias = Literal["done", "left", "shutdown"]
"""How work ended: by itself, because the client left, or because the server goes down."""


def shutdown_of(scope: Scope) -> Shutdown:
    """The event of the application that serves this scope."""
    found = getattr(scope.get("app"), "shutting_down", None)
    return found if isinstance(found, Shutdown) else NEVER


class Stretch(Protocol):
    """Some work in this task that may be interrupted from outside, once."""

    end: End
    """How it ended; the work itself may say so too."""

    def interrupt(self, end: End) -> None:
        """End it from outside, unless it has ended."""

    def interrupt_after(self, seconds: float, end: End) -> None:
        """The same, a while later; may be called where there is no task."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool: ...


class _TaskStretch:
    """On asyncio: the task is cancelled once, and again if it goes on for too long."""

    def __init__(self, task: asyncio.Task[object]) -> None:
        self.end: End = "done"
        self._task = task
        self._before = task.cancelling()
        self._cancels = 0
        self._open = True
        self._timers: list[asyncio.TimerHandle] = []

    def interrupt_after(self, seconds: float, end: End) -> None:
        if seconds:
            self._timers.append(self._task.get_loop().call_later(seconds, self.interrupt, end))
        else:
            self.interrupt(end)

    def interrupt(self, end: End) -> None:
        if self._open and self.end == "done":
            self.end = end
            self._timers.append(self._task.get_loop().call_later(PATIENCE, self._cancel))
            self._cancel()

    def _cancel(self) -> None:
        if self._open:
            self._cancels += 1
            self._task.cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._open = False
        for timer in self._timers:
            timer.cancel()
        remaining = self._before
        for _ in range(self._cancels):
            remaining = self._task.uncancel()
        # Somebody else may have cancelled the task too: that one is passed on.
        return self._cancels > 0 and remaining <= self._before and isinstance(error, asyncio.CancelledError)


class _ScopeStretch:
    """On trio: a scope that is cancelled."""

    def __init__(self) -> None:
        self.end: End = "done"
        self._scope = anyio.CancelScope()
        self._late: End = "done"

    def interrupt_after(self, seconds: float, end: End) -> None:
        if seconds:
            self._late = end
            self._scope.deadline = anyio.current_time() + seconds
        else:
            self.interrupt(end)

    def interrupt(self, end: End) -> None:
        if self.end == "done":
            self.end = end
            self._scope.cancel()

    def __enter__(self) -> Self:
        self._scope.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        caught = bool(self._scope.__exit__(kind, error, trace))
        if caught and self.end == "done":
            self.end = self._late
        return caught


def current_task() -> asyncio.Task[object] | None:
    """The task that runs on asyncio; None on trio."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


def stretch_here() -> Stretch:
    """What may interrupt the work of this task, once it is entered."""
    task = current_task()
    return _ScopeStretch() if task is None else _TaskStretch(task)


Work: TypeAlias = Callable[[Stretch], Coroutine[object, object, None]]
Watch: TypeAlias = Callable[[], Coroutine[object, object, None]]


async def while_wanted(
    scope: Scope, receive: Receive, work: Work, linger: float | None, beside: Work | None = None
) -> End:
    """Do the work; say how it ended.

    When the server goes down the work has `linger` seconds more, or all it wants with None.  What is to run
    `beside` it ends with it.
    """
    stretch = stretch_here()
    watch = partial(_watch, scope, receive, stretch)
    forget = _nothing
    if linger is not None:
        forget = shutdown_of(scope).tell(partial(stretch.interrupt_after, linger, "shutdown"))
    try:
        if beside is None and isinstance(stretch, _TaskStretch):
            await _in_task(work, watch, stretch)
        else:
            await _in_group(work, watch, beside, stretch)
    finally:
        forget()
    return stretch.end


async def _in_task(work: Work, watch: Watch, stretch: Stretch) -> None:
    """Work with one task beside it, made when the loop comes around: work that waits for nothing is over
    before anybody could be seen leaving.
    """
    loop = asyncio.get_running_loop()
    watching: list[asyncio.Task[None]] = []
    soon = loop.call_soon(lambda: watching.append(loop.create_task(watch())))
    try:
        with stretch:
            await work(stretch)
    finally:
        soon.cancel()
        for task in watching:
            if not task.done():
                task.cancel()
                await asyncio.wait((task,))


async def _in_group(work: Work, watch: Watch, beside: Work | None, stretch: Stretch) -> None:
    """Work with a group of tasks beside it."""
    failure: Exception | None = None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watch)
        if beside is not None:
            tasks.start_soon(beside, stretch)
        try:
            with stretch:
                await work(stretch)
        except Exception as error:
            # Raised again outside: the group would wrap it.
            failure = error
        finally:
            tasks.cancel_scope.cancel()
    if failure is not None:
        raise failure


def _nothing() -> None:
    """There is nothing to take back."""


async def _watch(scope: Scope, receive: Receive, stretch: Stretch) -> None:
    try:
        await exchange(scope).body_of(scope, receive, None).departure()
    except Exception:
        # A server whose connection breaks may say so this way.
        pass
    stretch.interrupt("left")
