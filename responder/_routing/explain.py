"""The cold twin of the generated reading: when one input does not fit, read them all and say everything.

The generated lines stop at the first fault.  `explain` reads the same inputs again from the same plan, one
after the other, and gathers every fault into one 422.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeAlias, cast

from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.datastructures import UploadFile as StarletteUpload
from starlette.types import Scope

from responder._contract.sources import Source
from responder._http.cookies import parse_cookies
from responder._http.faults import ErrorItem, error_items, missing
from responder._http.problems import Problem, RequestInvalid
from responder._http.querystring import parse_query
from responder._routing.inputs import Input, field_keys, is_judged, is_raw
from responder.params import MISSING

Pairs: TypeAlias = "Sequence[tuple[str, object]]"


class Unfit(Exception):
    """A required input is missing; says no more, because `explain` says it all."""


def lookup(pairs: Pairs, one: Input) -> object:
    """Give what a key carries among pairs: its last value, all of them, or a model's worth of fields."""
    if one.carries == "whole":
        return whole(pairs, one.annotation)
    values = [value for key, value in pairs if key == one.key]
    if not values:
        return MISSING
    return values if one.carries == "many" else values[-1]


def whole(pairs: Pairs, model: object) -> dict[str, object]:
    """Lay pairs out as a model's fields; a field that collects always gets a list."""
    found: dict[str, object] = {}
    lists: dict[str, list[object]] = {}
    collecting = {key for _, key, many in field_keys(model) if many}
    for key, value in pairs:
        if key in collecting:
            lists.setdefault(key, []).append(value)
        else:
            found[key] = value
    return {**found, **lists}


def form_pairs(form: FormData, source: Source) -> Pairs:
    """List a form's text parts, or the uploaded files for `File`; a form model may have both."""
    if source is Source.FILE:
        return [(key, value) for key, value in form.multi_items() if isinstance(value, StarletteUpload)]
    return [(key, value) for key, value in form.multi_items() if isinstance(value, str)]


def explain(
    inputs: Iterable[Input],
    scope: Scope,
    values: Mapping[str, object],
    raw: object = MISSING,
    data: object = MISSING,
    form: FormData | None = None,
) -> Problem:
    """Read every input again and give the problem that names all that is wrong with them."""
    errors: list[ErrorItem] = []
    for one in inputs:
        errors.extend(_faults(one, scope, values, raw, data, form))
    for error in errors:
        if error["type"] == "json_invalid" and error["loc"][:1] == ["body"]:
            return Problem(400, "Invalid JSON body")
    return RequestInvalid(errors)


def _faults(
    one: Input, scope: Scope, values: Mapping[str, object], raw: object, data: object, form: FormData | None
) -> list[ErrorItem]:
    place: list[str | int] = [one.source.value]
    if one.carries != "whole" and (one.source is not Source.BODY or one.embed):
        place.append(one.key)
    value = _READERS[one.source](one, scope, values, raw, data, form)
    if one.carries == "whole" and not value and not one.required:
        return []
    if value is MISSING:
        return [missing(place)] if one.required else []
    if one.source is Source.FILE:
        return []
    if one.source is Source.PATH and not isinstance(value, str) and not is_judged(one, ""):
        return []
    try:
        if isinstance(value, _Raw):
            one.adapter.validator.validate_json(value.content)
        else:
            one.adapter.validator.validate_python(value)
    except ValidationError as error:
        return error_items(error, place)
    return []


class _Raw:
    __slots__ = ("content",)

    def __init__(self, content: bytes) -> None:
        self.content = content


_Reader = Callable[[Input, Scope, "Mapping[str, object]", object, object, "FormData | None"], object]


def _path(one: Input, scope: Scope, values: Mapping[str, object], *_: object) -> object:
    return values.get(one.key, MISSING)


def _query(one: Input, scope: Scope, *_: object) -> object:
    return lookup(parse_query(scope["query_string"]), one)


def _header(one: Input, scope: Scope, *_: object) -> object:
    wanted = one.key.encode("latin-1", "replace")
    lines = [(one.key, value.decode("latin-1")) for name, value in scope["headers"] if name == wanted]
    return lookup(lines, one)


def _cookie(one: Input, scope: Scope, *_: object) -> object:
    return lookup(cookie_pairs(scope), one)


def cookie_pairs(scope: Scope) -> Pairs:
    """List the cookies of a request, of all its cookie lines."""
    pairs: list[tuple[str, object]] = []
    for name, value in scope["headers"]:
        if name == b"cookie":
            for chunk in value.decode("latin-1").split(";"):
                pairs.extend(parse_cookies(chunk).items())
    return pairs


def _form(
    one: Input, scope: Scope, values: Mapping[str, object], raw: object, data: object, form: FormData | None
) -> object:
    if form is None:
        return {} if one.carries == "whole" else MISSING
    if one.carries == "whole":
        return whole(form.multi_items(), one.annotation)
    return lookup(form_pairs(form, one.source), one)


def _body(
    one: Input, scope: Scope, values: Mapping[str, object], raw: object, data: object, form: FormData | None
) -> object:
    if data is not MISSING:
        if one.embed:
            return (
                cast("Mapping[str, object]", data).get(one.key, MISSING)
                if isinstance(data, Mapping)
                else MISSING
            )
        return data
    if not isinstance(raw, bytes):
        return MISSING
    return raw if is_raw(one) else _Raw(raw)


_READERS: Final[Mapping[Source, _Reader]] = {
    Source.PATH: _path,
    Source.QUERY: _query,
    Source.HEADER: _header,
    Source.COOKIE: _cookie,
    Source.FORM: _form,
    Source.FILE: _form,
    Source.BODY: _body,
}
