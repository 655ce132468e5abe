"""What became of an operation, as JSON.

Scalars of a schema's own may give what JSON has no word for.  That is a fault of one field, and is told as
one, in the list of errors.  The view calls it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias, cast

from responder.ext.graphql.engine import HIDDEN, MOST_ERRORS, Outcome
from responder.formats import Format, get_formats
from responder.models import Request

__all__ = ["json_of", "written"]

_log = logging.getLogger("responder.graphql")

_PLAIN: Final = get_formats()["json"]

_Path: TypeAlias = tuple[str | int, ...]


def json_of(req: Request) -> Format:
    """JSON as the application of a request writes it, with its rules for types of its own."""
    formats: object = getattr(req.scope.get("app"), "formats", None)
    if not isinstance(formats, Mapping):
        return _PLAIN
    return cast("Mapping[str, Format]", formats).get("json", _PLAIN)


def written(outcome: Outcome, json: Format, *, debug: bool) -> tuple[bytes, Outcome]:
    """The body of an answer, and what it tells; without data where that cannot be written."""
    try:
        return json.encode(_body(outcome)), outcome
    except Exception as error:
        _log.error("An answer could not be written as JSON", exc_info=error)
        faults = [
            {"message": str(fault) if debug else HIDDEN, "path": list(path)}
            for path, fault in _faults(outcome.data, json)
        ]
        if not faults:  # it is what errors or extensions carry
            faults = [{"message": str(error) if debug else HIDDEN}]
        told = Outcome(None, faults[:MOST_ERRORS])
        return json.encode(_body(told)), told


def _body(outcome: Outcome) -> Mapping[str, object]:
    body: dict[str, object] = {"data": outcome.data}
    if outcome.errors:
        body["errors"] = list(outcome.errors)
    if outcome.extensions:
        body["extensions"] = outcome.extensions
    return body


def _faults(value: object, json: Format, path: _Path = ()) -> Iterator[tuple[_Path, Exception]]:
    """The innermost places whose values cannot be written."""
    fault = _fault(value, json)
    if fault is None:
        return
    within = False
    for key, inner in _inside(value):
        # A scalar may be nested as deeply as it likes; the fields of a query are not.
        if len(path) < 20:
            for found in _faults(inner, json, (*path, key)):
                within = True
                yield found
    if not within:
        yield path, fault


def _fault(value: object, json: Format) -> Exception | None:
    try:
        json.encode(value)
    except Exception as error:
        return error
    return None


def _inside(value: object) -> Sequence[tuple[str | int, object]]:
    if isinstance(value, dict):
        fields = cast("dict[object, object]", value)
        return [(key, inner) for key, inner in fields.items() if isinstance(key, str)]
    if isinstance(value, list):
        return list(enumerate(cast("list[object]", value)))
    return ()
