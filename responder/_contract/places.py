"""Which shapes each place can carry, and when a value of one shape may stand for another.

Silence wins: a shape that is not known well enough is carried and is assignable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from responder._contract.shapes import Choice, Many, Model, Nothing, Other, Scalar, Shape, Unknown, Upload
from responder._contract.sources import Source

PLACES: Mapping[Source, str] = MappingProxyType(
    {
        Source.PATH: "a path",
        Source.QUERY: "a query string",
        Source.HEADER: "a header",
        Source.COOKIE: "a cookie",
        Source.FORM: "a form",
        Source.FILE: "an uploaded file",
        Source.BODY: "a request body",
    }
)
"""How messages call the places."""

_PROMOTIONS = frozenset(
    {("int", "float"), ("int", "complex"), ("float", "complex"), ("bool", "float"), ("bool", "complex")}
)


def carries(source: Source, shape: Shape) -> bool:
    """Whether a value of this shape can be read from this place."""
    judge = _JUDGES.get(source)
    return judge is None or _any_option(shape, judge)


def _any_option(shape: Shape, judge: Callable[[Shape], bool]) -> bool:
    if isinstance(shape, Choice):
        return any(_any_option(option, judge) for option in shape.options if not isinstance(option, Nothing))
    return judge(shape)


def _one_text(shape: Shape) -> bool:
    return isinstance(shape, Scalar | Unknown)


def _texts(shape: Shape) -> bool:
    return _any_option(shape.item if isinstance(shape, Many) else shape, _one_text)


def _fields(shape: Shape) -> bool:
    return isinstance(shape, Model) or _texts(shape)


def _files(shape: Shape) -> bool:
    return _any_option(shape.item if isinstance(shape, Many) else shape, _one_file)


def _one_file(shape: Shape) -> bool:
    return isinstance(shape, Upload | Unknown)


def _document(shape: Shape) -> bool:
    return isinstance(shape, Nothing) or not _any_option(
        shape.item if isinstance(shape, Many) else shape, lambda option: isinstance(option, Upload)
    )


_JUDGES: Mapping[Source, Callable[[Shape], bool]] = MappingProxyType(
    {
        Source.PATH: _one_text,
        Source.QUERY: _fields,
        Source.HEADER: _texts,
        Source.COOKIE: _texts,
        Source.FORM: _fields,
        Source.FILE: _files,
        Source.BODY: _document,
    }
)


def assignable(have: Shape, want: Shape) -> bool:
    """Whether a value of shape `have` may be given where `want` is declared.

    False only where it is certain: two scalars that have nothing to do with each other, or two different
    kinds of shape.  Classes are not compared by name, because one may be a subclass of the other.
    """
    if isinstance(have, Choice):
        return all(assignable(option, want) for option in have.options)
    if isinstance(want, Choice):
        return any(assignable(have, option) for option in want.options)
    if isinstance(have, Unknown) or isinstance(want, Unknown | Other):
        return True
    if isinstance(have, Scalar) and isinstance(want, Scalar):
        return have.name == want.name or want.name in have.bases or (have.name, want.name) in _PROMOTIONS
    if isinstance(have, Many) and isinstance(want, Many):
        return assignable(have.item, want.item)
    if isinstance(have, Other):
        return not isinstance(want, Scalar | Nothing)
    return type(have) is type(want)


def is_document(shape: Shape) -> bool:
    """Whether an unmarked parameter of this shape is a request body: a model, a list of models, a choice
    of those.
    """
    if isinstance(shape, Choice):
        options = [option for option in shape.options if not isinstance(option, Nothing)]
        return bool(options) and all(is_document(option) for option in options)
    if isinstance(shape, Many):
        return is_document(shape.item)
    return isinstance(shape, Model)


def allows_none(shape: Shape) -> bool:
    """Whether `None` is one of the shape's values."""
    return isinstance(shape, Nothing) or (isinstance(shape, Choice) and any(map(allows_none, shape.options)))


def spelling(shape: Shape) -> str:
    """The shape as a user would write its type; for messages where the user's own spelling is not at hand."""
    if isinstance(shape, Choice):
        return " | ".join(spelling(option) for option in shape.options)
    if isinstance(shape, Many):
        return f"list[{spelling(shape.item)}]"
    if isinstance(shape, Scalar | Model | Other):
        return shape.name.removeprefix("builtins.").rpartition(".")[2] or shape.name
    if isinstance(shape, Upload):
        return "UploadFile"
    return "None" if isinstance(shape, Nothing) else "object"
