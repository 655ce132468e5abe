"""What may go wrong, said beforehand: the `Problem` classes that something declares to raise.

Routes, providers and `Depends` take `raises=[...]`; anything else that is called on the way to an answer may
carry an attribute of that name.  Knows problems only; who reads what is declared is others' business.
"""

from __future__ import annotations

import functools
import types
import typing
from collections.abc import Iterable, Sequence
from typing import Final, Protocol, TypeAlias, runtime_checkable

import typing_extensions
from typing_extensions import TypeIs

from responder._http.problems import ConfigurationError, Problem

Problems: TypeAlias = "tuple[type[Problem], ...]"

WANTED: Final = "a list of Problem classes, such as [NotFound]"
"""What `raises=` must be."""


@runtime_checkable
class Raises(Protocol):
    """A hook, guard, provider or handler that says which problems it raises."""

    @property
    def raises(self) -> Sequence[type[Problem]]:
        """The classes of these problems."""
        ...


def read_raises(value: object) -> Problems | None:
    """The problems that a `raises=` names, each once; None when the value is no `raises=`."""
    if value is None:
        return ()
    if not _is_sequence(value):
        return None
    kinds = tuple(one for one in value if is_problem(one))
    return tuple(dict.fromkeys(kinds)) if len(kinds) == len(value) else None


def checked_raises(value: object, place: str) -> Problems:
    """The same, or an error that says where the value was given."""
    kinds = read_raises(value)
    if kinds is None:
        raise ConfigurationError(f"raises= of {place} must be {WANTED}, not {value!r}")
    return kinds


def raises_of(called: object) -> Problems:
    """The problems that something that is called says it raises."""
    while isinstance(called, functools.partial):
        called = called.func
    return read_raises(getattr(called, "raises", None)) or ()


def problems_in(annotation: object) -> Problems:
    """The problems among what a handler is annotated to return."""
    if isinstance(annotation, typing_extensions.TypeAliasType):
        return problems_in(annotation.__value__)
    if is_problem(annotation):
        return (annotation,)
    if typing_extensions.get_origin(annotation) in (typing.Union, types.UnionType):
        return joined(map(problems_in, typing_extensions.get_args(annotation)))
    return ()


def joined(several: Iterable[Problems]) -> Problems:
    """All of them, each once."""
    return tuple({kind: None for kinds in several for kind in kinds})


def is_problem(value: object) -> TypeIs[type[Problem]]:
    """Whether a value is a class of problems."""
    return isinstance(value, type) and issubclass(value, Problem)


def _is_sequence(value: object) -> TypeIs[list[object] | tuple[object, ...]]:
    return isinstance(value, list | tuple)
