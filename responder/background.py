"""`BackgroundQueue`: work that nobody waits for, behind `api.background`.

Plain functions run in a small pool of threads.  Coroutine functions run on the loop that serves the
application, so that what belongs to that loop (a database pool, a lock) can be used in them; while no
application is being served there is no such loop, and they run on a loop of their own in a thread of the
pool.  Under trio they always do.

Knows nothing of requests.  The application drains it when it shuts down.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import logging
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import ParamSpec, TypeVar, cast, overload

import anyio
import anyio.to_thread

from responder._http.callables import is_async
from responder._http.problems import ConfigurationError

P = ParamSpec("P")
R = TypeVar("R")

_log = logging.getLogger("responder")


class BackgroundQueue:
    """Run functions aside.  `n` is the number of threads; None means one for each processor."""

    def __init__(self, n: int | None = None) -> None:
        if n is not None and n < 1:
            raise ConfigurationError(f"A background queue needs at least one thread, not {n}.")
        self.n = n if n is not None else os.cpu_count() or 1
        self._guard = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._pending: set[Future[object]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def pool(self) -> ThreadPoolExecutor:
        """The threads; made when first needed, and again after a shutdown."""
        with self._guard:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self.n, thread_name_prefix="responder-background")
            return self._pool

    @property
    def results(self) -> list[Future[object]]:
        """The futures of what has not finished yet."""
        with self._guard:
            return list(self._pending)

    @overload
    def run(
        self, function: Callable[P, Coroutine[object, object, R]], /, *args: P.args, **kwargs: P.kwargs
    ) -> Future[R]: ...
    @overload
    def run(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]: ...
    def run(self, function: Callable[..., object], /, *args: object, **kwargs: object) -> object:
        """Start `function` aside and return its future at once."""
        call = functools.partial(function, *args, **kwargs)
        loop = self._loop
        future: Future[object]
        if not is_async(function):
            future = self.pool.submit(contextvars.copy_context().run, call)
        elif loop is not None and not loop.is_closed():
            coroutine = cast("Coroutine[object, object, object]", call())
            future = asyncio.run_coroutine_threadsafe(coroutine, loop)
        else:
            future = self.pool.submit(contextvars.copy_context().run, _on_own_loop, call)
        with self._guard:
            self._pending.add(future)
        future.add_done_callback(self._forget)
        return future

    @overload
    def task(self, function: Callable[P, Coroutine[object, object, R]], /) -> Callable[P, Future[R]]: ...
    @overload
    def task(self, function: Callable[P, R], /) -> Callable[P, Future[R]]: ...
    def task(self, function: Callable[..., object], /) -> object:
        """Decorator: each call of the function runs aside and returns its future; failures are logged."""

        @functools.wraps(function)
        def start(*args: object, **kwargs: object) -> Future[object]:
            future: Future[object] = self.run(function, *args, **kwargs)
            future.add_done_callback(functools.partial(_report, function))
            return future

        # Async-ness belongs to the function inside; what is returned here is a plain call.
        return start

    @overload
    async def __call__(
        self, function: Callable[P, Coroutine[object, object, R]], /, *args: P.args, **kwargs: P.kwargs
    ) -> R: ...
    @overload
    async def __call__(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R: ...
    async def __call__(self, function: Callable[..., object], /, *args: object, **kwargs: object) -> object:
        """Run `function` aside and wait for its result."""
        if is_async(function):
            return await cast("Coroutine[object, object, object]", function(*args, **kwargs))
        future: Future[object] = self.run(function, *args, **kwargs)
        return await _wait(future)

    def bind(self) -> None:
        """From now on coroutine functions run on the loop that is running here, if it is asyncio's."""
        try:
            self._loop = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None

    async def drain(self) -> None:
        """Wait for everything that was started, then let the loop and the threads go."""
        while pending := self.results:
            await anyio.to_thread.run_sync(wait, pending, abandon_on_cancel=True)
        self._loop = None
        await anyio.to_thread.run_sync(self.shutdown)

    def shutdown(self, wait: bool = True) -> None:
        """Let the threads go; with `wait`, when they have finished."""
        with self._guard:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=wait)

    def _forget(self, future: Future[object]) -> None:
        with self._guard:
            self._pending.discard(future)


def _on_own_loop(call: Callable[[], object]) -> object:
    async def main() -> object:
        return await cast("Coroutine[object, object, object]", call())

    return anyio.run(main)


async def _wait(future: Future[R]) -> R:
    """The result, without blocking the loop; giving up here leaves the work running."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return await anyio.to_thread.run_sync(future.result, abandon_on_cancel=True)
    return await asyncio.shield(asyncio.wrap_future(future))


def _report(function: Callable[..., object], future: Future[object]) -> None:
    if future.cancelled():
        return
    error = future.exception()
    if error is not None:
        name = getattr(function, "__qualname__", repr(function))
        _log.error("Background task %s failed", name, exc_info=error)
