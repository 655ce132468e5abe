"""`frozen` and `record`: frozen, slotted classes of named values that cost an import little.

They are to type checkers and in use what `@dataclass(frozen=True, slots=True)` makes.  That compiles six
functions for each class, half a millisecond; here only the constructor is compiled, and the rest is shared.
An application loads dozens of such classes before its first request.  What users see, and what asks
for more than names and defaults (`field()`, `__post_init__`, `ClassVar`, a base with fields, `super()`, a
default that can change), stays a dataclass; tests/house/test_frozen.py sees to that.  Knows nothing;
everybody may use it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import FrozenInstanceError, dataclass, field
from typing import TypeVar, cast, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def frozen(cls: type[T]) -> type[T]:
    """Make a class of its annotations and their defaults: frozen, slotted, compared by what it holds."""
    return _made(cls, "put(self, {0!r}, {0})", _GUARDED)


@dataclass_transform(frozen_default=True)
def record(cls: type[T]) -> type[T]:
    """The same for what is made by the dozen for every route: frozen to type checkers, and not guarded when
    it runs, which is most of what making one costs.
    """
    return _made(cls, "self.{0} = {0}", _SHARED)


def _made(cls: type[T], assignment: str, shared: Mapping[str, object]) -> type[T]:
    space: dict[str, object] = dict(vars(cls))
    notes = cast("Mapping[str, object]", space.get("__annotations__", {}))
    names = tuple(notes)
    defaults = {name: space.pop(name) for name in names if name in space}
    for mine in ("__dict__", "__weakref__"):
        space.pop(mine, None)
    space |= {
        "__slots__": names,
        "__match_args__": names,
        "__init__": _constructor(names, defaults, assignment),
        "__dataclass_fields__": _Fields({"__annotations__": notes, "__module__": cls.__module__, **defaults}),
    }
    make = cast("Callable[..., type[T]]", type(cls))
    made = make(cls.__name__, cls.__bases__, {**shared, **space})
    made.__qualname__ = cls.__qualname__
    return made


def _constructor(
    names: tuple[str, ...], defaults: Mapping[str, object], assignment: str
) -> Callable[..., None]:
    given = "".join(f", {name}=defaults[{name!r}]" if name in defaults else f", {name}" for name in names)
    lines = "".join(f"\n  {assignment.format(name)}" for name in names) or "\n  pass"
    space: dict[str, object] = {"__name__": __name__, "put": object.__setattr__, "defaults": defaults}
    exec(f"def __init__(self{given}):{lines}", space)
    return cast("Callable[..., None]", space["__init__"])


class _Fields:
    """What `dataclasses.replace()` and `fields()` ask a class for; made when they do, and most never are."""

    def __init__(self, space: Mapping[str, object]) -> None:
        self._space = space

    def __get__(self, instance: object, owner: type) -> object:
        space = {name: _default(value) for name, value in self._space.items()}
        space["__annotations__"] = self._space["__annotations__"]
        twin: type = dataclass(type(owner.__name__, (), space))
        made: object = vars(twin)["__dataclass_fields__"]
        setattr(owner, "__dataclass_fields__", made)  # noqa: B010  # no class here declares it
        return made


def _default(value: object) -> object:
    """What a dataclass takes for a default; an empty mapping is none by itself."""
    if not isinstance(value, Mapping):
        return value
    kept: object = cast("object", value)
    return field(default_factory=lambda: kept)


def _values(self: object) -> tuple[object, ...]:
    names = cast("tuple[str, ...]", getattr(self, "__match_args__"))  # noqa: B009  # as above
    return tuple([getattr(self, name) for name in names])


def _equal(self: object, other: object) -> bool:
    if self is other:
        return True
    return _values(self) == _values(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: object) -> int:
    return hash(_values(self))


def _text(self: object) -> str:
    names = cast("tuple[str, ...]", getattr(self, "__match_args__"))  # noqa: B009  # as above
    pairs = zip(names, _values(self), strict=True)
    return f"{type(self).__qualname__}({', '.join(f'{name}={value!r}' for name, value in pairs)})"


def _refuse(self: object, name: str, *value: object) -> None:
    raise FrozenInstanceError(f"{type(self).__qualname__} is frozen: {name!r} can't be changed")


def _reduce(self: object) -> tuple[object, ...]:
    return type(self), _values(self)


_SHARED: Mapping[str, object] = {
    "__eq__": _equal,
    "__hash__": _hash,
    "__repr__": _text,
    "__reduce__": _reduce,
}
_GUARDED: Mapping[str, object] = {**_SHARED, "__setattr__": _refuse, "__delattr__": _refuse}
