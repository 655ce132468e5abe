"""Stand-ins for providers, for as long as a `with` lasts: what tests exchange, with its type checked.

`override` says what is replaced first and takes the replacement second, so that the type of the one is fixed
when the other is looked at.  `Application` derives from `Overridable`, and so does what the pytest plugin
hands out.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Generic, TypeAlias, TypeVar, overload

from responder._http.problems import ConfigurationError
from responder._routing.declare import Replaceable
from responder._routing.providers import Value
from responder.registry import Provider

T = TypeVar("T")
ValueT = TypeVar("ValueT")

StandIn: TypeAlias = (
    Callable[..., AsyncIterator[ValueT]]
    | Callable[..., Iterator[ValueT]]
    | Callable[..., Awaitable[ValueT]]
    | Callable[..., ValueT]
)
"""A provider, of any kind, of one type of value."""
Begin: TypeAlias = Callable[[object], AbstractContextManager[None]]


class Replacing(Generic[ValueT]):
    """One provider that is to be replaced; `ValueT` is what it provides."""

    __slots__ = ("_begin",)

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def with_value(self, value: ValueT) -> AbstractContextManager[None]:
        """Provide this value, while the block runs."""
        return self._begin(Value(value))

    def with_provider(self, provider: StandIn[ValueT], /) -> AbstractContextManager[None]:
        """Let another provider serve in its place, while the block runs; it may have needs of its own."""
        if not callable(provider):
            raise ConfigurationError(f"with_provider() takes a provider, not {provider!r}; use with_value().")
        return self._begin(provider)


class Overridable(ABC):
    """Whatever has providers that others may stand in for."""

    @abstractmethod
    def _overriding(self, overrides: Iterable[tuple[Replaceable, object]]) -> AbstractContextManager[None]:
        """Put stand-ins in force until the block ends."""

    @overload
    def override(self, provider: Provider[..., T, str], /) -> Replacing[T]: ...
    @overload
    def override(self, provider: str, /) -> Replacing[object]: ...
    @overload
    def override(self, provider: Callable[..., AsyncIterator[T]], /) -> Replacing[T]: ...
    @overload
    def override(self, provider: Callable[..., Iterator[T]], /) -> Replacing[T]: ...
    @overload
    def override(self, provider: Callable[..., Awaitable[T]], /) -> Replacing[T]: ...
    @overload
    def override(self, provider: Callable[..., T], /) -> Replacing[T]: ...
    def override(self, provider: Replaceable, /) -> object:
        """Replace a provider: `with api.override(get_db).with_value(FakeDb()):`.

        Blocks may be nested, and end in any order; the one that began last counts.
        """
        return Replacing[object](lambda stand_in: self._overriding([(provider, stand_in)]))

    def dependency_overrides(
        self, overrides: Mapping[Replaceable, object] | None = None, /, **named: object
    ) -> AbstractContextManager[None]:
        """Let other providers, or plain values, stand in: by name, or by provider in a mapping."""
        return self._overriding([*(overrides or {}).items(), *named.items()])
