"""Run blocking functions aside, without the event loop waiting for them.

`run` is for the user's functions, `run_io` for our own file work: each has its own bounded pool, so that
handlers which are stuck never keep an upload from being written.  On asyncio the pools are ours: a queue into
the threads and one `call_soon_threadsafe` back take about half of what `anyio.to_thread` needs.  On trio it
is anyio that does the work.

Context variables go along.  A cancelled `run` waits for its function, because whoever comes after must not
find it still at work; `run_abandoned` does not wait.  Knows nothing of requests.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import itertools
import os
import queue
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Future as ThreadFuture
from typing import Final, ParamSpec, TypeAlias, TypeVar, cast

import anyio
import anyio.from_thread
import anyio.lowlevel
import anyio.to_thread

P = ParamSpec("P")
T = TypeVar("T")

IDLE_SECONDS: Final = 10.0
"""How long a thread without work stays."""

_WAITING, _RUNNING, _DONE = 0, 1, 2

_Loop: TypeAlias = asyncio.AbstractEventLoop
_Future: TypeAlias = "asyncio.Future[object]"


class _Job:
    """One call on its way through a pool.  The loop's thread owns it, but for `state` and `inner`."""

    __slots__ = ("call", "error", "future", "given_up", "inner", "loop", "result", "state")

    def __init__(self, call: Callable[[], object], loop: _Loop) -> None:
        self.call = call
        self.loop = loop
        self.future: _Future = loop.create_future()
        self.state = _WAITING
        self.result: object = None
        self.error: BaseException | None = None
        self.given_up = False
        # What the function awaits on the loop at the moment, through `from_thread`.
        self.inner: ThreadFuture[object] | None = None

    def work(self) -> None:
        """Run the call; in a thread of the pool."""
        self.state = _RUNNING
        if self.given_up:
            return
        _local.job = self
        try:
            self.result = self.call()
        except StopIteration as exc:
            # A future cannot carry it, and a coroutine would turn it into this as well.
            self.error = RuntimeError("a function raised StopIteration")
            self.error.__cause__ = exc
        except BaseException as exc:
            self.error = exc
        finally:
            _local.job = None

    def report(self) -> None:
        """Hand the outcome to the loop; in the same thread."""
        try:
            self.loop.call_soon_threadsafe(self._settle)
        except RuntimeError:
            # The loop was closed meanwhile, and with it everybody who waited.
            pass

    def _settle(self) -> None:
        self.state = _DONE
        # The exception's traceback holds this frame's callers: none of it may keep the job alive.
        result, error = self.result, self.error
        self.result = self.error = None
        if self.future.done():
            return
        if error is None:
            self.future.set_result(result)
        else:
            self.future.set_exception(error)

    async def outlast(self) -> None:
        """Wait, whatever happens, for the function's end: it was running when its caller was cancelled."""
        with anyio.CancelScope(shield=True):
            while self.state != _DONE:
                self.future = self.loop.create_future()
                try:
                    await self.future
                except asyncio.CancelledError:
                    continue
                except BaseException:
                    break

    def attend(self, inner: ThreadFuture[object]) -> None:
        """The function awaits something on the loop.  Both sides write, then look: one sees the other."""
        self.inner = inner
        if self.given_up:
            inner.cancel()

    def give_up(self) -> None:
        """Don't start the call if it has not started; end what it awaits on the loop."""
        self.given_up = True
        inner = self.inner
        if inner is not None:
            inner.cancel()


class _Local(threading.local):
    job: _Job | None = None


_local: Final = _Local()


class Pool:
    """A bounded number of named threads, started when needed and gone after a while without work."""

    def __init__(self, name: str, limit: int) -> None:
        self.name = name
        self.limit = limit
        self._numbers = itertools.count(1)
        self._limiters: dict[object, anyio.CapacityLimiter] = {}
        self.reset()

    def reset(self) -> None:
        """Forget all threads, as a forked process has to: they live in its parent only."""
        self._inbox: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        # Threads that wait and have no job coming to them; threads that have one, or one coming; jobs that
        # have to wait until fewer are busy than the limit allows.
        self._idle = 0
        self._busy = 0
        self._backlog: deque[_Job] = deque()

    @property
    def threads(self) -> int:
        """How many threads there are now."""
        return self._threads

    def submit(self, job: _Job) -> None:
        """Give the job to a thread that waits, or to a new one, or to the first that becomes free."""
        with self._lock:
            self._backlog.append(job)
            while self._backlog and self._busy < self.limit:
                if self._idle:
                    self._idle -= 1
                elif not self._start():
                    return
                self._busy += 1
                self._inbox.put(self._backlog.popleft())

    def _start(self) -> bool:
        """Start a thread; False when the system has none to give, and those that are there have to do."""
        name = f"{self.name}-{next(self._numbers)}"
        try:
            threading.Thread(target=self._serve, name=name, daemon=True).start()
        except RuntimeError:
            if not self._threads:
                raise
            return False
        self._threads += 1
        return True

    def _serve(self) -> None:
        """A thread's life: it was started for one job, and ends when none has come for a while."""
        inbox, lock = self._inbox, self._lock
        while True:
            try:
                job = inbox.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                with lock:
                    if not self._idle:
                        continue
                    self._idle -= 1
                    self._threads -= 1
                    return
            job.work()
            with lock:
                stays = True
                if self._backlog and self._busy <= self.limit:
                    inbox.put(self._backlog.popleft())
                else:
                    self._busy -= 1
                    stays = self._threads <= self.limit
                    if stays:
                        self._idle += 1
                    else:
                        self._threads -= 1
            # Last of all, because it wakes the loop's thread, which wants the interpreter at once.
            job.report()
            if not stays:
                return
            del job

    async def run(self, call: Callable[[], object], *, abandon: bool = False) -> object:
        """Run a call in the pool."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return await self._run_elsewhere(call, abandon)
        job = _Job(call, loop)
        self.submit(job)
        try:
            return await job.future
        except asyncio.CancelledError:
            # In this order: a job that is not running by now will find that it was given up.
            job.give_up()
            if job.state == _RUNNING and not abandon:
                await job.outlast()
            raise

    async def _run_elsewhere(self, call: Callable[[], object], abandon: bool) -> object:
        """On trio.  A limiter belongs to one run of the loop, and is forgotten with it."""
        token = anyio.lowlevel.current_token()
        limiter = self._limiters.get(token)
        if limiter is None or limiter.total_tokens != self.limit:
            self._limiters.clear()
            limiter = self._limiters[token] = anyio.CapacityLimiter(self.limit)
        return await anyio.to_thread.run_sync(_without_stop(call), abandon_on_cancel=abandon, limiter=limiter)


def _without_stop(call: Callable[[], object]) -> Callable[[], object]:
    def guarded() -> object:
        try:
            return call()
        except StopIteration as exc:
            raise RuntimeError("a function raised StopIteration") from exc

    return guarded


WORKERS: Final = Pool("responder-worker", 40)
"""The threads of handlers, hooks, providers and tasks that are plain functions."""

FILES: Final = Pool("responder-files", 8)
"""The threads of our own reading and writing of files."""

if hasattr(os, "register_at_fork"):
    for _pool in (WORKERS, FILES):
        os.register_at_fork(after_in_child=_pool.reset)


def set_limit(threads: int) -> None:
    """How many of the user's functions may run at the same time; those over it wait for their turn."""
    if threads < 1:
        raise ValueError(f"At least one thread is needed, not {threads}")
    WORKERS.limit = threads


async def run(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a user's function in a thread; a cancellation is passed on when it has ended."""
    call = functools.partial(contextvars.copy_context().run, function, *args, **kwargs)
    return cast("T", await WORKERS.run(call))


async def run_abandoned(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a user's function in a thread; a cancellation leaves it to itself, its outcome unheard."""
    call = functools.partial(contextvars.copy_context().run, function, *args, **kwargs)
    return cast("T", await WORKERS.run(call, abandon=True))


async def run_in(
    context: contextvars.Context, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run a user's function in a thread and a given context: what it sets is there for the next one."""
    return cast("T", await WORKERS.run(functools.partial(context.run, function, *args, **kwargs)))


async def run_io(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function of ours that reads or writes files."""
    return cast("T", await FILES.run(functools.partial(function, *args, **kwargs)))


def from_thread(
    function: Callable[P, Coroutine[object, object, T]], /, *args: P.args, **kwargs: P.kwargs
) -> T:
    """Await a coroutine function on the loop, from a function that `run` runs; elsewhere `RuntimeError`."""
    job = _local.job
    if job is None:
        return _from_other_thread(functools.partial(function, *args, **kwargs))
    if job.given_up:
        raise RuntimeError("the request was given up")
    future = asyncio.run_coroutine_threadsafe(function(*args, **kwargs), job.loop)
    job.attend(cast("ThreadFuture[object]", future))
    try:
        return future.result()
    finally:
        job.inner = None


def _from_other_thread(call: Callable[[], Coroutine[object, object, T]]) -> T:
    try:
        return anyio.from_thread.run(call)
    except RuntimeError as exc:
        if "worker thread" in str(exc):
            raise RuntimeError("this may be called from plain (not async) handlers only") from None
        raise
