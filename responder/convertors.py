"""Path convertors: what `{id:int}` accepts, which value it becomes, and how a value is written back.

The five that every application has take their patterns from the facts in `_contract.convertors`.  Users
derive from `Convertor` for their own; a registry or an application publishes them under a name.  Nothing
here knows a route or a request.  Called by the route table (to read) and by `url_for` (to write).
"""

from __future__ import annotations

import math
import re
import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, ClassVar, Final, Generic, TypeAlias, TypeVar, get_args, get_origin

from typing_extensions import get_original_bases, override

from responder._contract.convertors import BUILTIN
from responder._http.refusals import refusal

__all__ = [
    "CONVERTORS",
    "AnyConvertor",
    "Convertor",
    "FloatConvertor",
    "IntConvertor",
    "PathConvertor",
    "StrConvertor",
    "UUIDConvertor",
]

T = TypeVar("T")

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Convertor(ABC, Generic[T]):
    """Reads a piece of a path into a `T`, and writes it back.

    ```python
    class DateConvertor(Convertor[date], name="date"):
        pattern = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

        def convert(self, text: str) -> date:
            return date.fromisoformat(text)
    ```

    `pattern` judges the text as a whole and has no capturing groups; unless `spans` is set, a "/" never
    gets that far. A `ValueError` or `OverflowError` from `convert` means that the path doesn't match.
    """

    name: ClassVar[str] = ""
    """The name it is published under, unless whoever publishes it gives another one."""
    pattern: ClassVar[str] = BUILTIN["str"].pattern
    """A regular expression that the whole text must match."""
    spans: ClassVar[bool] = False
    """Whether the text may hold a "/"."""
    yields: ClassVar[object] = Any
    """The type that `convert` gives; taken from `Convertor[T]`."""

    @override
    def __init_subclass__(cls, *, name: str | None = None, **options: object) -> None:
        super().__init_subclass__(**options)
        if name is not None:
            if not _NAME.fullmatch(name):
                raise refusal("convertor-name", convertor=name)
            cls.name = name
        try:
            groups = re.compile(cls.pattern).groups
        except re.error as error:
            why = f"is not a valid regular expression: {error}"
            raise refusal("convertor-pattern", convertor=cls.__qualname__, why=why) from error
        if groups:
            why = "may not have capturing groups; write (?:...)"
            raise refusal("convertor-pattern", convertor=cls.__qualname__, why=why)
        for base in get_original_bases(cls):
            if get_origin(base) is Convertor:
                (kind,) = get_args(base)
                cls.yields = Any if isinstance(kind, TypeVar) else kind

    @abstractmethod
    def convert(self, text: str, /) -> T:
        """Give the value that a text stands for, or raise `ValueError`."""

    def format(self, value: T, /) -> str:
        """Give the text that stands for a value; it is checked against `pattern` before it goes into a
        URL."""
        return str(value)


AnyConvertor: TypeAlias = "Convertor[Any]"
"""A convertor of whatever type: `Convertor` both takes and gives its `T`, so nothing narrower holds them
all."""


class StrConvertor(Convertor[str], name="str"):
    """Any text without a "/"."""

    pattern = BUILTIN["str"].pattern

    @override
    def convert(self, text: str, /) -> str:
        return text


class PathConvertor(Convertor[str], name="path"):
    """Any text, slashes included."""

    pattern = BUILTIN["path"].pattern
    spans = True

    @override
    def convert(self, text: str, /) -> str:
        return text


class IntConvertor(Convertor[int], name="int"):
    """ASCII digits.  A number too long for Python to read doesn't match."""

    pattern = BUILTIN["int"].pattern

    @override
    def convert(self, text: str, /) -> int:
        return int(text)


class FloatConvertor(Convertor[float], name="float"):
    """ASCII digits, perhaps with a fraction.  A number that only infinity could stand for doesn't match."""

    pattern = BUILTIN["float"].pattern

    @override
    def convert(self, text: str, /) -> float:
        value = float(text)
        if math.isinf(value):
            raise OverflowError("too large for a float")
        return value

    @override
    def format(self, value: float, /) -> str:
        # `str` writes large and small numbers with an exponent, which the pattern rightly doesn't know.
        return format(Decimal(str(value)), "f")


class UUIDConvertor(Convertor[uuid.UUID], name="uuid"):
    """A UUID in its usual spelling, in either case."""

    pattern = BUILTIN["uuid"].pattern

    @override
    def convert(self, text: str, /) -> uuid.UUID:
        return uuid.UUID(text)


CONVERTORS: Final[Mapping[str, AnyConvertor]] = MappingProxyType(
    {
        convertor.name: convertor
        for convertor in (StrConvertor(), IntConvertor(), FloatConvertor(), UUIDConvertor(), PathConvertor())
    }
)
"""The convertors that every application has, by name."""
