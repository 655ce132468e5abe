"""What a route promises to answer, against what its handler gives.

A promise is held by pydantic, which is generous: a mapping may become a model, and a text a number.  What
is told here can not become what was promised, whatever its value.  Models that read themselves (root models,
those with validators of their own, named tuples) have to be given as unknown.  Called by the planner and by
the mypy plugin.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import TypeGuard

from responder._contract.findings import Finding, found
from responder._contract.shapes import Choice, Many, Model, Nothing, Other, Scalar, Shape, Unknown

BODILESS = frozenset((*range(100, 200), 204, 205, 304))
"""The statuses whose answers have no body."""

STATUSES = 'a mapping of statuses (100 to 599, "4XX" or "default")'
"""What the keys of `responses=` have to be."""

PROMISES = "a mapping whose values are texts, response objects or models"
"""What its values have to be."""

EXACT = "a mapping whose models stand under exact statuses"

ANYWAY = frozenset({400, 401, 403, 404, 405, 406, 413, 415, 422, 426, 429, 500, 503, 504})
"""Error statuses that the framework itself may answer with; nobody has to declare them."""

_STATUS = re.compile(r"[1-5][0-9][0-9]|[1-5]XX|default")
_NUMBERS = frozenset({"int", "float", "bool"})
_PLAIN = _NUMBERS | {"str", "bytes", "uuid.UUID", "decimal.Decimal", "datetime.datetime", "datetime.date"}


def fits(have: Shape, want: Shape) -> bool:
    """Whether media of shape `have` may become what is promised; False only where it never does."""
    if isinstance(have, Choice):
        return any(fits(option, want) for option in have.options)
    if isinstance(want, Choice):
        return any(fits(have, option) for option in want.options)
    if isinstance(have, Nothing) or isinstance(want, Nothing):
        return isinstance(want, Nothing | Unknown | Other) and isinstance(have, Nothing | Unknown | Other)
    if isinstance(have, Many) and isinstance(want, Many):
        return fits(have.item, want.item)
    if isinstance(have, Scalar) and isinstance(want, Scalar):
        # Of all scalars only this is certain: text is not made of numbers.
        return want.name != "str" or have.name not in _NUMBERS
    # A mapping may become a model, and a model may be a typed mapping.
    if _is_mapping(have) or _is_mapping(want):
        other = want if _is_mapping(have) else have
        return not (_is_plain(other) or isinstance(other, Many))
    known = _is_plain(have) or isinstance(have, Many | Model)
    wanted = _is_plain(want) or isinstance(want, Many | Model)
    return not known or not wanted or type(have) is type(want)


def _is_mapping(shape: Shape) -> bool:
    return shape == Other("dict")


def _is_plain(shape: Shape) -> bool:
    return isinstance(shape, Scalar) and shape.name in _PLAIN


def returned(have: Shape) -> Shape | None:
    """What of a returned value has to fit; None when it says nothing.  Returning None leaves the answer as it
    is.
    """
    if isinstance(have, Nothing):
        return None
    if not isinstance(have, Choice):
        return have
    rest = tuple(option for option in have.options if not isinstance(option, Nothing))
    return Choice(rest) if rest else None


def returned_finding(have: Shape, want: Shape, *, model: str, given: str, handler: str) -> Finding | None:
    """What is wrong with returning `have` where `response_model` promises `want`."""
    value = returned(have)
    if value is None or fits(value, want):
        return None
    return found("response-type", model=model, type=given, handler=handler)


def item_finding(
    have: Shape, want: Shape, *, model: str, given: str, handler: str, option: str
) -> Finding | None:
    """What is wrong with a stream of `have` whose items are promised to be `want`."""
    if fits(have, want):
        return None
    return found("stream-type", model=model, type=given, handler=handler, option=option)


def query_model_finding(shape: Shape, model: str) -> Finding | None:
    """What is wrong with a `params_model`."""
    if not isinstance(shape, Scalar | Many | Nothing | Choice):
        return None
    return found("params-model", model=model, why="a query string is read into a model with fields")


def is_declared(status: int, declared: Container[str]) -> bool:
    """Whether `abort(status)` is no surprise; `declared` are the statuses of a route's problems, and the
    keys of its `responses`.
    """
    if status < 400 or status in ANYWAY:
        return True
    return any(key in declared for key in (str(status), f"{status // 100}XX", "default"))


def is_status(key: object) -> TypeGuard[int | str]:
    """Whether a key of `responses` is a status, or stands for several."""
    return isinstance(key, int | str) and not isinstance(key, bool) and bool(_STATUS.fullmatch(str(key)))


def model_finding(status: int | str, shown: str) -> Finding | None:
    """What is wrong with promising a model under a key of `responses`."""
    if not str(status).isdecimal():
        return found("option-value", option="responses", expected=EXACT, value=shown)
    return found("response-status-model", status=int(status)) if int(status) in BODILESS else None
