"""Open providers for one request or for the application, and close them in reverse.

Generated endpoints open and close on their own while all goes well; they come here when something failed.
The application's own values, and graphs that are opened outside a request, are handled here altogether.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Awaitable, Generator, Sequence
from contextlib import asynccontextmanager
from typing import Final, Protocol, cast

import anyio

from responder._contract.findings import found
from responder._http.threads import run
from responder._routing.errors import DependencyResolutionError, DependencyScopeError, Located
from responder._routing.providers import (
    NO_OVERRIDES,
    Identity,
    Linker,
    Overrides,
    Ref,
    Step,
    Supplier,
    Suppliers,
    identity,
)

_LOG: Final = logging.getLogger("responder")
_PATIENCE: Final = 10.0
"""Seconds that teardown may take once its request is being cancelled."""


class Steps(Protocol):
    """What of an async generator opening and closing need."""

    def __anext__(self) -> Awaitable[object]: ...

    def athrow(self, error: BaseException, /) -> Awaitable[object]: ...

    def aclose(self) -> Awaitable[None]: ...


class ThreadSteps:
    """A sync generator, stepped in a worker thread."""

    __slots__ = ("_generator",)

    def __init__(self, generator: Generator[object, None, None]) -> None:
        self._generator = generator

    async def __anext__(self) -> object:
        try:
            return await run(self._step)
        except anyio.get_cancelled_exc_class():
            # The thread went on to its end; what it opened meanwhile must not stay open.
            with anyio.CancelScope(shield=True):
                await run(self._generator.close)
            raise

    async def athrow(self, error: BaseException, /) -> object:
        return await run(self._throw, error)

    async def aclose(self) -> None:
        await run(self._generator.close)

    def _step(self) -> object:
        # StopIteration cannot leave a coroutine as itself.
        try:
            return next(self._generator)
        except StopIteration:
            raise StopAsyncIteration from None

    def _throw(self, error: BaseException) -> object:
        try:
            return self._generator.throw(error)
        except StopIteration:
            raise StopAsyncIteration from None


Opened = tuple[Steps, str]


def _unresolved(name: str, why: str) -> DependencyResolutionError:
    return DependencyResolutionError([Located(found("provider-value", handler=name, why=why))])


def no_value(name: str) -> DependencyResolutionError:
    """Say that a generator ended before it gave anything."""
    return _unresolved(name, "ended before it yielded a value")


def teardown_failed(name: str, wrong: BaseException) -> None:
    """Log a teardown's failure, which masks no answer and stops no other teardown."""
    _LOG.error('Dependency teardown failed: "%s"', name, exc_info=wrong)


async def first(steps: Steps, name: str) -> object:
    """Give what a provider yields."""
    try:
        return await steps.__anext__()
    except StopAsyncIteration:
        raise no_value(name) from None


async def close_all(opened: Sequence[Opened]) -> None:
    """Close after all went well: in reverse, whatever the others do, and not to be interrupted.

    The cancellation of anyio and trio is kept off.  One that asyncio brings to this very task ends the
    teardown that it meets; the others still run, then it goes on.
    """
    interrupted: BaseException | None = None
    for steps, name in reversed(opened):
        try:
            await finish(steps, name)
        except Exception as wrong:
            teardown_failed(name, wrong)
        except BaseException as wrong:
            interrupted = wrong
    if interrupted is not None:
        raise interrupted


async def yielded_twice(steps: Steps, name: str) -> None:
    """End a provider that went on yielding where its teardown was to end it."""
    await steps.aclose()
    teardown_failed(name, RuntimeError(f'provider "{name}" yielded more than once'))


async def finish(steps: Steps, name: str) -> None:
    """Run a provider's teardown to its end, and let its failure out."""
    try:
        await Uninterrupted(steps.__anext__())
    except StopAsyncIteration:
        return
    await steps.aclose()
    raise RuntimeError(f'provider "{name}" yielded more than once')


class Uninterrupted:
    """Awaits something inside a shield, which most teardown never needs: it is put up only when there is
    something to wait for.
    """

    __slots__ = ("_awaitable",)

    def __init__(self, awaitable: Awaitable[object]) -> None:
        self._awaitable = awaitable

    def __await__(self) -> Generator[object, object, None]:
        steps = self._awaitable.__await__()
        try:
            waiting: object = next(steps)
        except StopIteration:
            return
        with anyio.CancelScope(shield=True):  # noqa: ASYNC100  # it waits where it yields
            yield from _rest(steps, waiting)


def _rest(steps: Generator[object, object, object], waiting: object) -> Generator[object, object, None]:
    """What `yield from` does, for steps of which the first has been taken."""
    try:
        while True:
            try:
                sent = yield waiting
            except BaseException as thrown:
                waiting = steps.throw(thrown)
            else:
                waiting = steps.send(sent)
    except StopIteration:
        return


async def give_early(steps: Steps, error: Exception) -> BaseException:
    """Throw a request's failure in before it is answered; give the failure that is to be answered now."""
    with anyio.CancelScope(shield=True, deadline=anyio.current_time() + _PATIENCE):
        return await give(steps, error) or error
    return error


async def give(steps: Steps, error: BaseException) -> BaseException | None:
    """Throw a request's failure in at the yield; give what came out instead, None when it came back or was
    kept.
    """
    try:
        await steps.athrow(error)
    except StopAsyncIteration:
        return None
    except BaseException as outcome:
        if outcome is error or (outcome.__cause__ is error and isinstance(outcome, RuntimeError)):
            return None
        return outcome
    await steps.aclose()
    return RuntimeError("a provider yielded more than once")


async def unwind(opened: Sequence[Opened], error: BaseException) -> None:
    """Close after a failure: in reverse, each told of it, whatever the others do, and not to be
    interrupted.
    """
    interrupted: BaseException | None = None
    with anyio.CancelScope(shield=True, deadline=anyio.current_time() + _PATIENCE):
        for steps, name in reversed(opened):
            outcome = await give(steps, error)
            if isinstance(outcome, Exception):
                teardown_failed(name, outcome)
            elif outcome is not None:
                interrupted = outcome
    if interrupted is not None:
        raise interrupted


async def call(
    supplier: Supplier, positional: Sequence[object], named: dict[str, object]
) -> tuple[object, Steps | None]:
    """Open one provider, of whatever kind; give its value and, where there is one, its teardown."""
    function = supplier.function
    if supplier.style == "async":
        return await awaited(function(*positional, **named)), None
    if supplier.style == "value":
        return function(), None
    if supplier.style == "sync":
        return await awaited(await run(function, *positional, **named)), None
    steps = steps_of(supplier, function(*positional, **named))
    return await first(steps, supplier.name), steps


async def awaited(value: object) -> object:
    """Await what can be awaited."""
    return await cast("Awaitable[object]", value) if isinstance(value, Awaitable) else value


def steps_of(supplier: Supplier, generator: object) -> Steps:
    """Give a generator's steps, a sync one's by way of a thread."""
    if isinstance(generator, AsyncGenerator):
        return cast("Steps", generator)
    if isinstance(generator, Generator):
        return ThreadSteps(cast("Generator[object, None, None]", generator))
    raise _unresolved(supplier.name, "did not give a generator")


class Cell:
    """One value of the application: opened on first use, under a lock, and kept until shutdown."""

    __slots__ = ("ready", "value", "_scope", "_supplier", "_lock")

    def __init__(self, scope: AppScope, supplier: Supplier) -> None:
        self.ready = False
        self.value: object = None
        self._scope = scope
        self._supplier = supplier
        self._lock = anyio.Lock()

    async def open(self) -> object:
        """Give the value, opening it first if nobody has; a failed opening is forgotten and may be tried
        again.
        """
        async with self._lock:
            if self.ready:
                return self.value
            positional, named = await self._scope.arguments(self._supplier)
            self.value, steps = await call(self._supplier, positional, named)
            self.ready = True
            self._scope.opened(self, steps, self._supplier.name)
            return self.value

    def forget(self) -> None:
        """Be unopened again."""
        self.ready = False
        self.value = None


class AppScope:
    """The values that live as long as the application, in the order in which they were opened."""

    def __init__(self) -> None:
        self._cells: dict[Identity, Cell] = {}
        self._opened: list[tuple[Cell, Steps | None, str]] = []
        self.suppliers: Suppliers | None = None

    def cell(self, supplier: Supplier) -> Cell:
        """Give the place of a provider's value."""
        key = identity(supplier.function)
        cell = self._cells.get(key)
        if cell is None:
            cell = self._cells[key] = Cell(self, supplier)
        return cell

    async def arguments(self, supplier: Supplier) -> tuple[list[object], dict[str, object]]:
        """Open what an application-wide provider needs, which can only be others of its kind."""
        positional: list[object] = []
        named: dict[str, object] = {}
        for argument in supplier.arguments:
            needed = None
            if argument.ref is not None and self.suppliers is not None:
                needed = self.suppliers.target(argument.ref, NO_OVERRIDES)
            if needed is None or needed.scope != "app":
                leak = found("app-scope-dependency", handler=supplier.name, parameter=argument.name)
                raise DependencyScopeError([Located(leak, supplier.site)])
            cell = self.cell(needed)
            value = cell.value if cell.ready else await cell.open()
            if argument.kind == "positional-only":
                positional.append(value)
            else:
                named[argument.name] = value
        return positional, named

    def opened(self, cell: Cell, steps: Steps | None, name: str) -> None:
        """Remember to close a value."""
        self._opened.append((cell, steps, name))

    async def close(self) -> None:
        """Close everything in reverse; a failure is logged and stops nothing."""
        opened, self._opened = self._opened, []
        for cell, _, _ in opened:
            cell.forget()
        await close_all([(steps, name) for _, steps, name in opened if steps is not None])


@asynccontextmanager
async def resolved(
    suppliers: Suppliers, scope: AppScope, ref: Ref, overrides: Overrides
) -> AsyncGenerator[object, None]:
    """Open a provider and all it needs outside a request, and close it again."""
    linker = Linker(suppliers, overrides)
    place = linker.place(ref)
    values: list[object] = []
    opened: list[Opened] = []
    try:
        for step in linker.steps:
            value, steps = await _open(step, values, scope)
            values.append(value)
            if steps is not None:
                opened.append((steps, step.supplier.name))
        yield values[place]
    except BaseException as error:
        await unwind(opened, error)
        raise
    else:
        await close_all(opened)


async def _open(step: Step, values: Sequence[object], scope: AppScope) -> tuple[object, Steps | None]:
    supplier = step.supplier
    if step.shared:
        cell = scope.cell(supplier)
        return (cell.value if cell.ready else await cell.open()), None
    positional: list[object] = []
    named: dict[str, object] = {}
    for argument, need in zip(supplier.arguments, step.needs, strict=True):
        if need is not None:
            value = values[need]
        elif argument.input is not None and not argument.input.required:
            value = argument.input.fallback()
        else:
            raise _unresolved(
                supplier.name, f'needs the request (parameter "{argument.name}"), and there is none'
            )
        if argument.kind == "positional-only":
            positional.append(value)
        else:
            named[argument.name] = value
    return await call(supplier, positional, named)
