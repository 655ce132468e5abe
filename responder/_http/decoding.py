"""From the bytes of a body to a value: by its type, by a format's name, or as a model.

Takes bytes and headers, asks the codec table, knows no request.  Called by `Request.media`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from responder._http.contenttypes import FORM, JSON_TYPES, MULTIPART, charset_of, media_type, text_codec
from responder._http.faults import error_items
from responder._http.media import Formats, make_formats
from responder._http.problems import Problem, RequestInvalid
from responder._http.structures import QueryDict
from responder._http.texts import as_json, text_validate

T = TypeVar("T")

_FORMS: Final = frozenset({FORM, MULTIPART})
_COLLECTIONS: Final = frozenset({"list_type", "tuple_type", "set_type", "frozen_set_type"})
_UTF8: Final = frozenset({"utf-8", "ascii"})

usual_formats: Final[Callable[[], Formats]] = functools.cache(make_formats)
"""The built-in formats, for a request without an application."""


def format_of(content_type: str, formats: Formats) -> str:
    """The name of a body's format: `json` without a type, `form` for forms, 415 for what nobody reads."""
    kind = media_type(content_type)
    if not kind or kind in JSON_TYPES:
        return "json"
    if kind in _FORMS:
        return "form"
    found = formats.by_media_type(kind)
    if found is None:
        raise Problem(415, "Unsupported media type")
    for name, one in formats.items():
        if one is found:
            return name
    return found.name


def decode(name: str, content: bytes, content_type: str, formats: Formats) -> object:
    """The value of a body in a format; malformed is a 400."""
    codec = text_codec(charset_of(content_type))
    if codec is not None and codec not in _UTF8 and name in ("json", "yaml"):
        try:
            content = content.decode(codec).encode()
        except UnicodeError as exc:
            raise Problem(400, f"Invalid {name.upper()} body") from exc
    try:
        return formats[name].decode(content)
    except ValueError as exc:
        raise Problem(400, f"Invalid {name} body") from exc


class Reader(Generic[T]):
    """Reads bodies as one type; made once for it."""

    def __init__(self, model: type[T]) -> None:
        self._adapter: TypeAdapter[T] = TypeAdapter(model)
        self._from_text = text_validate(self._adapter)

    def from_value(self, value: object, place: str = "body") -> T:
        """A decoded body as the type; 422 with every fault when it does not fit."""
        try:
            return as_json(self._adapter, value)
        except ValidationError as exc:
            raise RequestInvalid(error_items(exc, (place,)), cause=exc) from exc

    def from_json(self, content: bytes, place: str = "body") -> T:
        """A JSON body as the type: dates, enums and such may be text, even in strict models."""
        try:
            return self._adapter.validate_json(content)
        except ValidationError as exc:
            raise RequestInvalid(error_items(exc, (place,)), cause=exc) from exc

    def from_form(self, fields: QueryDict) -> T:
        """A form as the type: the last value of a name, all of them where the type collects."""
        values: dict[str, object] = dict(fields)
        try:
            return self._from_text(values)
        except ValidationError as exc:
            collecting = {
                fault["loc"][0]
                for fault in exc.errors(include_url=False, include_context=False, include_input=False)
                if fault["type"] in _COLLECTIONS and fault["loc"]
            }
        for name in collecting:
            if isinstance(name, str) and name in fields:
                values[name] = fields.get_list(name)
        try:
            return self._from_text(values)
        except ValidationError as exc:
            raise RequestInvalid(error_items(exc, ("body",)), cause=exc) from exc


def reader(model: type[T]) -> Reader[T]:
    """The reader of a type."""
    try:
        return _reader(model)  # type: ignore[arg-type]  # nearly every type is hashable
    except TypeError:
        # `Annotated` with something unhashable in it.
        return Reader(model)


@functools.lru_cache(maxsize=512)
def _reader(model: type[T]) -> Reader[T]:
    return Reader(model)
