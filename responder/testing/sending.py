"""Values of Python as a client would spell them: JSON for bodies, text everywhere else.

The way back is the server's validation, so a model is written by the names that it is read by.  Called by
`calling`; knows no route.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Final, Literal, cast, get_origin

from pydantic import AliasChoices, BaseModel, RootModel, SecretBytes, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticSerializationError, to_jsonable_python
from starlette.datastructures import UploadFile

__all__ = ["Part", "as_json", "as_part", "as_text", "as_texts", "fields_of"]

Part = tuple[str, bytes, str]
"""A part of a form: its file's name, what the file holds, and its media type."""

_BINARY: Final = "application/octet-stream"


def as_json(value: object) -> object:
    """A value as JSON has it.  Of a model, what was set and its tags; of a secret, what it hides."""
    if isinstance(value, RootModel):
        return as_json(cast("RootModel[object]", value).root)
    if isinstance(value, BaseModel):
        return {key: as_json(held) for key, held in fields_of(value)}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_json(getattr(value, field.name)) for field in fields(value) if field.init}
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value).items()
        return {as_text(key): as_json(held) for key, held in pairs}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json(one) for one in cast("Sequence[object]", value)]
    if isinstance(value, SecretStr | SecretBytes):
        return as_json(value.get_secret_value())
    try:
        plain: object = to_jsonable_python(value, inf_nan_mode="constants")
    except (PydanticSerializationError, UnicodeDecodeError) as error:
        raise TypeError(f"A client cannot send {value!r}: {error}") from error
    return plain


def fields_of(model: BaseModel) -> Iterator[tuple[str, object]]:
    """What a model holds that was set, by the names that it is read by.

    A tag, a field of `Literal` type, says which of several models it is; it goes along though nobody set it.
    """
    for name, field in type(model).model_fields.items():
        if name in model.model_fields_set or get_origin(field.annotation) is Literal:
            yield _read_as(name, field), getattr(model, name)
    for name, value in (model.model_extra or {}).items():
        yield name, value


def _read_as(name: str, field: FieldInfo) -> str:
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        alias = next((one for one in alias.choices if isinstance(one, str)), None)
    return alias if isinstance(alias, str) else name


def as_text(value: object) -> str:
    """One value as it stands in a path, a query, a header, a cookie or a form."""
    plain = as_json(value)
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, str | int | float):
        return str(plain)
    raise TypeError(f"{value!r} has no spelling outside of JSON")


def as_texts(value: object) -> list[str]:
    """All values of a key."""
    if isinstance(value, list | tuple | set | frozenset):
        return [as_text(one) for one in cast("Sequence[object]", value)]
    return [as_text(value)]


def as_part(value: object) -> Part:
    """A file as a part of a form."""
    if isinstance(value, bytes):
        return "upload", value, _BINARY
    if isinstance(value, UploadFile):
        value.file.seek(0, io.SEEK_SET)
        return value.filename or "upload", value.file.read(), value.content_type or _BINARY
    raise TypeError(f"A file is sent as an UploadFile or as bytes, not as {value!r}")
