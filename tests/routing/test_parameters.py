"""What a callable takes: whatever it is, what `inspect.signature` says of it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable

import pytest

from responder._routing.parameters import parameters_of

KINDS = {
    "positional-only": inspect.Parameter.POSITIONAL_ONLY,
    "positional": inspect.Parameter.POSITIONAL_OR_KEYWORD,
    "keyword": inspect.Parameter.KEYWORD_ONLY,
    "var-positional": inspect.Parameter.VAR_POSITIONAL,
    "var-keyword": inspect.Parameter.VAR_KEYWORD,
}


def nothing() -> None: ...


def plain(first: int, second: str = "a", third: list[int] | None = None) -> None: ...


def by_name(*, first: int, second: str = "a", third: bytes) -> None: ...


def mixed(
    req: object, /, resp: object, limit: int = 10, *rest: str, name: str, q: str = "", **more: int
) -> None: ...


def both(one: int, two: int = 2, *, three: int, four: int = 4) -> int:
    total = one
    for more in (two, three, four):
        total += more
    return total


async def waits(*, item: int) -> None: ...


@functools.wraps(both)
def wrapped(*args: int, **kwargs: int) -> int:
    return both(*args, **kwargs)


def signed(*args: object) -> None: ...


vars(signed)["__signature__"] = inspect.signature(both)


class View:
    def __init__(self, size: int = 1) -> None:
        self.size = size

    def __call__(self, req: object, *, id: int) -> None: ...

    def on_get(self, req: object, resp: object) -> None: ...


CALLABLES: tuple[Callable[..., object], ...] = (
    nothing,
    plain,
    by_name,
    mixed,
    both,
    waits,
    wrapped,
    signed,
    View,
    View(),
    View.on_get,
    View().on_get,
    functools.partial(both, 1, four=5),
)


@pytest.mark.parametrize("function", CALLABLES, ids=range(len(CALLABLES)))
def test_a_callable_is_read_as_its_signature_says(function: Callable[..., object]) -> None:
    expected = inspect.signature(function).parameters.values()

    assert [(one.name, KINDS[one.kind], one.default, one.annotation) for one in parameters_of(function)] == [
        (one.name, one.kind, one.default, one.annotation) for one in expected
    ]


def test_what_has_no_signature_says_so() -> None:
    with pytest.raises(ValueError, match="signature"):
        parameters_of(dict)
