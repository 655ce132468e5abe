"""The cold twin of the generated reading: when one input does not fit, read them all and say everything.

The generated lines stop at the first fault.  `explain` reads the same inputs again from the same plan, one
after the other, and gathers every fault into one 422.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

import orjson
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.datastructures import UploadFile as StarletteUpload
from starlette.types import Scope

from responder._contract.sources import Source
from responder._http.cookies import parse_cookies
from responder._http.faults import ErrorItem, error_item, error_items, missing
from responder._http.problems import Problem, RequestInvalid
from responder._http.querystring import parse_query
from responder._http.texts import as_json, is_strict, text_validate
from responder._routing.adapters import Adapter
from responder._routing.inputs import Input, field_keys, is_judged, is_raw, takes_any_file
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


class Fields(dict[str, object]):
    """A body that was a form: all of its values are text."""


def fit(adapter: Adapter, value: object, raw: object, data: object) -> object:
    """A value out of a decoded body as its type: a form's by the rules for text, JSON's by those for JSON.

    What else there is (YAML, MessagePack) has some types of its own and texts for the others.
    """
    if isinstance(data, Fields):
        return text_validate(adapter)(value)
    if not is_strict(adapter):
        return adapter.validator.validate_python(value)
    if raw is MISSING:
        return as_json(adapter, value)
    try:
        return adapter.validator.validate_json(orjson.dumps(value))
    except TypeError:  # too deep to be written again
        return adapter.validator.validate_python(value)


def text_keys(inputs: Sequence[Input]) -> frozenset[str]:
    """The names under which text is looked for in a form."""
    forms = [one for one in inputs if one.source is Source.FORM]
    if not forms:
        return frozenset()
    fields = [key for one in forms if one.carries == "whole" for _, key, _ in field_keys(one.annotation)]
    return frozenset((*fields, *(one.key for one in forms if one.carries != "whole")))


def has_text(form: FormData, key: str) -> bool:
    """Whether there is text where a file belongs; browsers and clients send an empty one for no file."""
    return any(value and isinstance(value, str) for value in form.getlist(key))


def form_pairs(form: FormData, source: Source) -> Pairs:
    """List a form's text parts, or the uploaded files for `File`; a form model may have both."""
    if source is Source.FILE:
        return [(key, value) for key, value in form.multi_items() if isinstance(value, StarletteUpload)]
    return [(key, value) for key, value in form.multi_items() if isinstance(value, str)]


@dataclass(frozen=True, slots=True)
class Received:
    """What a client sent, read once for all inputs that are looked up in it."""

    scope: Scope
    values: Mapping[str, object]
    raw: object = MISSING
    data: object = MISSING
    form: FormData | None = None
    _pairs: dict[Source, Pairs] = field(default_factory=dict[Source, "Pairs"])

    @property
    def query(self) -> Pairs:
        """The pairs of the query string."""
        if Source.QUERY not in self._pairs:
            self._pairs[Source.QUERY] = parse_query(self.scope["query_string"])
        return self._pairs[Source.QUERY]

    def has_text(self, key: str) -> bool:
        """Whether there is text where a file belongs."""
        return self.form is not None and has_text(self.form, key)

    @property
    def cookies(self) -> Pairs:
        """The cookies of all cookie lines."""
        if Source.COOKIE not in self._pairs:
            self._pairs[Source.COOKIE] = cookie_pairs(self.scope)
        return self._pairs[Source.COOKIE]


def explain(inputs: Sequence[Input], received: Received, first: Exception | None = None) -> Problem:
    """Read every input again and give the problem that names all that is wrong with them.

    `first` is what ended the quick reading, which goes by the same order: where nothing before the last input
    is wrong, it speaks of that one, and a large body is not judged twice.
    """
    errors: list[ErrorItem] = []
    texts = text_keys(inputs)
    for one in inputs:
        if one.source is Source.FILE and one.key not in texts and received.has_text(one.key):
            errors.append(error_item(_place(one), "Input should be an uploaded file", "file_type"))
        elif not errors and one is inputs[-1] and isinstance(first, ValidationError):
            errors.extend(error_items(first, _place(one)))
        else:
            errors.extend(_faults(one, received))
    for error in errors:
        if error["type"] == "json_invalid" and error["loc"][:1] == ["body"]:
            return Problem(400, "Invalid JSON body")
    return RequestInvalid(errors)


def _place(one: Input) -> list[str | int]:
    if one.carries != "whole" and (one.source is not Source.BODY or one.embed):
        return [one.source.value, one.shown]
    return [one.source.value]


def _faults(one: Input, received: Received) -> list[ErrorItem]:
    place = _place(one)
    value = _READERS[one.source](one, received)
    if one.carries == "whole" and not value and not one.required:
        return []
    if value is MISSING:
        return [missing(place)] if one.required else []
    if takes_any_file(one):
        return []
    if one.source is Source.PATH and not isinstance(value, str) and not is_judged(one, ""):
        return []
    try:
        if isinstance(value, _Raw):
            one.adapter.validator.validate_json(value.content)
        elif one.source is Source.FILE:
            one.adapter.validator.validate_python(value)
        elif one.source is Source.BODY:
            fit(one.adapter, value, received.raw if one.embed else MISSING, received.data)
        else:
            text_validate(one.adapter, strict=one.strict)(value)
    except ValidationError as error:
        return error_items(error, place)
    return []


class _Raw:
    __slots__ = ("content",)

    def __init__(self, content: bytes) -> None:
        self.content = content


def _path(one: Input, received: Received) -> object:
    return received.values.get(one.key, MISSING)


def _query(one: Input, received: Received) -> object:
    return lookup(received.query, one)


def _header(one: Input, received: Received) -> object:
    wanted = one.key.encode("latin-1", "replace")
    headers = received.scope["headers"]
    lines = [(one.key, value.decode("latin-1")) for name, value in headers if name == wanted]
    return lookup(lines, one)


def _cookie(one: Input, received: Received) -> object:
    return lookup(received.cookies, one)


def cookie_pairs(scope: Scope) -> Pairs:
    """List the cookies of a request, of all its cookie lines."""
    pairs: list[tuple[str, object]] = []
    for name, value in scope["headers"]:
        if name == b"cookie":
            for chunk in value.decode("latin-1").split(";"):
                pairs.extend(parse_cookies(chunk).items())
    return pairs


def _form(one: Input, received: Received) -> object:
    form = received.form
    if form is None:
        return {} if one.carries == "whole" else MISSING
    if one.carries == "whole":
        return whole(form.multi_items(), one.annotation)
    return lookup(form_pairs(form, one.source), one)


def _body(one: Input, received: Received) -> object:
    data = received.data
    if data is not MISSING:
        if one.embed:
            return (
                cast("Mapping[str, object]", data).get(one.key, MISSING)
                if isinstance(data, Mapping)
                else MISSING
            )
        return data
    raw = received.raw
    if not isinstance(raw, bytes):
        return MISSING
    return raw if is_raw(one) else _Raw(raw)


_READERS: Final[Mapping[Source, Callable[[Input, Received], object]]] = {
    Source.PATH: _path,
    Source.QUERY: _query,
    Source.HEADER: _header,
    Source.COOKIE: _cookie,
    Source.FORM: _form,
    Source.FILE: _form,
    Source.BODY: _body,
}
