"""Overrides that last until somebody ends them all: what the pytest fixture `overrides` is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from types import TracebackType
from typing import Self

from typing_extensions import override

from responder._serve.overriding import Overridable

__all__ = ["Overrides"]


class Overrides(Overridable):
    """Exchanges dependencies of an application, each at once, and all of them until the block ends.

    `overrides.override(get_db).with_value(FakeDb())` needs no `with` of its own.
    """

    def __init__(self, app: Overridable) -> None:
        self._app = app
        self._stack = ExitStack()

    @override
    def _overriding(
        self, overrides: Iterable[tuple[str | Callable[..., object], object]]
    ) -> AbstractContextManager[None]:
        self._stack.enter_context(self._app._overriding(overrides))
        return nullcontext()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
