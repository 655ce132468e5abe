"""What a callable takes, as it is written: names, kinds, defaults and annotations, of which none is judged.

`reader` asks and makes sense of it.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from responder._contract.signature import ParamKind

_KINDS: Final[Mapping[object, ParamKind]] = {
    inspect.Parameter.POSITIONAL_ONLY: "positional-only",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "positional",
    inspect.Parameter.KEYWORD_ONLY: "keyword",
    inspect.Parameter.VAR_POSITIONAL: "var-positional",
    inspect.Parameter.VAR_KEYWORD: "var-keyword",
}
_VARIADIC: Final = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS


class Parameter(NamedTuple):
    """A parameter as it is written."""

    name: str
    kind: ParamKind
    default: object
    annotation: object


def parameters_of(function: Callable[..., object]) -> list[Parameter]:
    """What a callable takes, by `inspect.signature`, or without it where a function is just what it says."""
    code = function.__code__ if type(function) is types.FunctionType and not vars(function) else None
    if code is None or code.co_posonlyargcount or code.co_flags & _VARIADIC:
        known = inspect.signature(function).parameters.values()
        return [Parameter(one.name, _KINDS[one.kind], one.default, one.annotation) for one in known]
    names, leading = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount], code.co_argcount
    fixed = function.__defaults__ or ()
    defaults = dict(zip(names[leading - len(fixed) : leading], fixed, strict=True))
    defaults.update(function.__kwdefaults__ or {})
    hints = function.__annotations__
    return [
        Parameter(
            name,
            "positional" if place < leading else "keyword",
            defaults.get(name, inspect.Parameter.empty),
            hints.get(name, inspect.Parameter.empty),
        )
        for place, name in enumerate(names)
    ]
