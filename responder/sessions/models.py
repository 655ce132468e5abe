"""Sessions as typed values: a model instance or a typed dictionary over the same data.

Keys that begin with an underscore are the framework's and no model sees them.  Called by `Session.typed`.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Hashable, Mapping
from typing import Generic, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from typing_extensions import is_typeddict

T = TypeVar("T")


class SessionModel(Generic[T]):
    """Reads the data of a session as one type, and writes it back."""

    def __init__(self, model: type[T]) -> None:
        self.model = model
        self.live = is_typeddict(model)
        self._adapter: TypeAdapter[T] = TypeAdapter(model)

    def read(self, data: Mapping[str, object]) -> T:
        """The data as the type; `ValidationError` when it does not fit."""
        part = own(data)
        if not self.live:
            try:
                text = json.dumps(part)
            except TypeError:
                # It was written as a mapping, with values that JSON has no form for.
                return self._adapter.validate_python(part)
            return self._adapter.validate_json(text)
        return self._adapter.validate_python(part)

    def empty(self) -> T:
        """What a new session is."""
        return self.read({})

    def write(self, value: T) -> dict[str, object]:
        """The value as the session keeps it."""
        written: object = self._adapter.dump_python(
            value, mode="python" if self.live else "json", by_alias=True
        )
        if not isinstance(written, dict):
            raise TypeError(f"{self.model!r} is not written as a dictionary, as a session model has to be")
        return cast("dict[str, object]", written)

    def fits(self, data: Mapping[str, object]) -> bool:
        """Whether the data is one of this type."""
        try:
            self.read(data)
        except ValidationError:
            return False
        return True


def session_model(model: type[T]) -> SessionModel[T]:
    """The reader of a type; made once for it."""
    return cast("SessionModel[T]", _session_model(cast("Hashable", model)))


@functools.lru_cache(maxsize=64)
def _session_model(model: Hashable) -> SessionModel[object]:
    return SessionModel(cast("type[object]", model))


def own(data: Mapping[str, object]) -> dict[str, object]:
    """The application's part of a session."""
    return {key: value for key, value in data.items() if not key.startswith("_")}
