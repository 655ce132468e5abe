"""What a provider hands out, as far as it says so: its return annotation, or what an auth helper knows of
itself.

Called where names are bound and where guards are planned; it reads a provider and runs nothing.
"""

from __future__ import annotations

import types
import typing
from collections import abc
from collections.abc import Callable
from typing import Final

import typing_extensions

from responder._contract.shapes import UNKNOWN, Shape
from responder._routing.reader import read_provider
from responder._routing.shaping import shape_of
from responder.guards import Auth
from responder.params import MISSING
from responder.registry import Provider

_SYNC: Final = (abc.Generator, abc.Iterator, abc.Iterable)
_GENERATORS: Final = (*_SYNC, abc.AsyncGenerator, abc.AsyncIterator, abc.AsyncIterable)
_AWAITED: Final = (abc.Awaitable, abc.Coroutine)


def handed_out(provider: Callable[..., object]) -> object:
    """The type of what a provider gives; `MISSING` where it doesn't say."""
    function = provider.function if isinstance(provider, Provider) else provider
    if isinstance(function, Auth):
        return function.principal_type
    if isinstance(function, type):
        return function
    returns = read_provider(function).returns
    origin = typing_extensions.get_origin(returns) or returns
    if origin in _GENERATORS or origin in _AWAITED:
        arguments = typing_extensions.get_args(returns)
        return arguments[-1 if origin in _AWAITED else 0] if arguments else MISSING
    return returns


def provided(provider: Callable[..., object] | None) -> Shape:
    """The shape of what a provider gives."""
    given = MISSING if provider is None else handed_out(provider)
    return UNKNOWN if given is MISSING else shape_of(given)


def is_union(annotation: object) -> bool:
    """Whether a type is a union, in either spelling."""
    return typing_extensions.get_origin(annotation) in (typing.Union, types.UnionType)
