"""One named check: run when somebody asks, bounded in time, and never twice at once.

Those who ask while a check is running wait for that run.  A function that hangs therefore holds one thread,
however often it is asked for, and is reported as too slow at once.  Knows nothing of requests.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import logging
import math
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final, Literal, TypeAlias, cast

import anyio
import anyio.from_thread
import anyio.lowlevel

from responder.errors import ConfigurationError

Kind: TypeAlias = Literal["readiness", "liveness"]
Check: TypeAlias = Callable[[], "bool | Awaitable[bool | None] | None"]

TIMEOUT: Final = 5.0
"""Seconds that a check may take."""
_LONGEST: Final = 500
"""Characters of an exception's text that are told."""

_log = logging.getLogger("responder")


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a check came out.  `error` is what it raised, `late` that it did not come to an end."""

    passed: bool
    error: BaseException | None = None
    late: bool = False

    def detail(self, debug: bool, seconds: float) -> str | None:
        """What to tell of it; the text of an exception in debug mode only, for it may hold anything."""
        if self.late:
            return f"no answer within {seconds:g} s"
        if self.error is None or not debug:
            return None
        try:
            said = str(self.error)
        except Exception:
            said = "(it cannot say why)"
        text = f"{type(self.error).__name__}: {said}"
        return text[:_LONGEST].encode("utf-8", "backslashreplace").decode()


class _Run:
    """One call of a check, and who waits for it.

    `verdict` is there when it is over.  `promise` is what a plain function gave to be awaited; the first who
    sees it takes it.
    """

    def __init__(self) -> None:
        self.began = monotonic()
        self.verdict: Verdict | None = None
        self._promise: Awaitable[object] | None = None
        self._lock = threading.Lock()
        self._waiting: list[Callable[[], None]] = []

    def promised(self, promise: Awaitable[object]) -> None:
        """The function has returned, but somebody on a loop has to await what it gave."""
        with self._lock:
            self._promise = promise
        self._wake()

    def take(self) -> Awaitable[object] | None:
        """What is to be awaited; to one only."""
        with self._lock:
            promise, self._promise = self._promise, None
        return promise

    def settle(self, verdict: Verdict | None) -> None:
        """It is over; None when it was given up with the request that made it."""
        self.verdict = verdict
        self._wake()

    def _wake(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for wake in waiting:
            try:
                wake()
            except RuntimeError:
                # The loop was closed, and with it everybody who waited there.
                pass

    async def news(self) -> None:
        """Wait until there is something to see."""
        heard = anyio.Event()
        token = anyio.lowlevel.current_token()
        here = threading.get_ident()

        def wake() -> None:
            if threading.get_ident() == here:
                heard.set()
            else:
                anyio.from_thread.run_sync(heard.set, token=token)

        with self._lock:
            if self.verdict is not None or self._promise is not None:
                return
            self._waiting.append(wake)
        try:
            await heard.wait()
        finally:
            with self._lock:
                if wake in self._waiting:
                    self._waiting.remove(wake)


class NamedCheck:
    """One check of an application."""

    def __init__(self, name: str, function: Check, seconds: float, kind: Kind) -> None:
        self.name = name
        self.kind = kind
        self.seconds = seconds
        self._function = function
        self._is_async = inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
            getattr(function, "__call__", None)  # noqa: B004  # an object with an async __call__
        )
        self._lock = threading.Lock()
        self._running: _Run | None = None
        self._last: bool | None = None

    async def verdict(self) -> Verdict:
        """Run it, or wait for the run that is under way."""
        verdict: Verdict | None = None
        with anyio.move_on_after(self.seconds):
            while verdict is None:
                verdict = await self._ask()
        if verdict is None:
            verdict = Verdict(False, late=True)
        self._report(verdict)
        return verdict

    async def _ask(self) -> Verdict | None:
        """What came of the run that is under way, or of a new one; None when there is more to wait for."""
        with self._lock:
            run = self._running
            leads = run is None
            if run is None:
                run = self._running = _Run()
        if leads and self._is_async:
            return await self._call(run, None)
        if leads:
            self._start(run)
        promise = run.take()
        if promise is not None:
            return await self._call(run, promise)
        if run.began + self.seconds < monotonic():
            return Verdict(False, late=True)
        await run.news()
        return run.verdict

    def _start(self, run: _Run) -> None:
        """Call a plain function in a thread; one that hangs must not keep the process from ending."""
        work = contextvars.copy_context().run
        name = f"responder-health-{self.name}"
        threading.Thread(target=work, args=(self._work, run), name=name, daemon=True).start()

    def _work(self, run: _Run) -> None:
        try:
            result: object = self._function()
        except BaseException as exc:
            self._end(run, Verdict(False, exc))
            return
        if inspect.isawaitable(result):
            run.promised(result)
        else:
            self._end(run, Verdict(result is not False))

    async def _call(self, run: _Run, promise: Awaitable[object] | None) -> Verdict:
        """Await the check in the task of one of those who ask; the others hear of it."""
        verdict: Verdict | None = None
        try:
            verdict = await self._in_time(promise)
            return verdict
        finally:
            # None if whoever asked was cancelled: the others have to ask anew.
            self._end(run, verdict)

    async def _in_time(self, promise: Awaitable[object] | None) -> Verdict:
        with anyio.move_on_after(self.seconds):
            try:
                awaited = cast("Awaitable[object]", self._function()) if promise is None else promise
                return Verdict((await awaited) is not False)
            except Exception as exc:
                return Verdict(False, exc)
            except asyncio.CancelledError as exc:
                # Whoever asked may be told to stop; else the check waited for something that was cancelled.
                if _is_told_to_stop():
                    raise
                return Verdict(False, exc)
        return Verdict(False, late=True)

    def _end(self, run: _Run, verdict: Verdict | None) -> None:
        with self._lock:
            self._running = None
        run.settle(verdict)

    def _report(self, verdict: Verdict) -> None:
        """Log a change, not every probe."""
        before, self._last = self._last, verdict.passed
        if verdict.passed:
            if before is False:
                _log.info("The health check %s passes again", self.name)
        elif before is not False:
            why = f"gave no answer within {self.seconds:g} s" if verdict.late else "fails"
            _log.warning("The health check %s %s", self.name, why, exc_info=verdict.error)


def _is_told_to_stop() -> bool:
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


def make_check(name: object, function: object, timeout: object, kind: object) -> NamedCheck:
    """A check, if it can be one."""
    if not isinstance(name, str) or not name:
        raise ConfigurationError(f"A health check needs a name, not {name!r}.")
    if not callable(function):
        raise ConfigurationError(
            f"The health check {name!r} must be a function, not {type(function).__name__}."
        )
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise ConfigurationError(f"The health check {name!r} yields; calling it would check nothing.")
    number = isinstance(timeout, int | float) and not isinstance(timeout, bool)
    if not number or not math.isfinite(cast("float", timeout)) or cast("float", timeout) <= 0:
        raise ConfigurationError(f"The timeout of the health check {name!r} is seconds, not {timeout!r}.")
    if kind not in ("readiness", "liveness"):
        raise ConfigurationError(
            f'The health check {name!r} is about "readiness" or "liveness", not {kind!r}.'
        )
    return NamedCheck(name, cast("Check", function), float(cast("float", timeout)), kind)
