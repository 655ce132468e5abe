"""Configuration from the environment and from a `.env` file, each value read once, with its type.

`Config` looks in the environment, then in the file, then at the default; a value that is nowhere is an error.
`Config.load` fills a dataclass so, field by field.
`environ` is the environment with a guard: what has been read can no longer be changed behind the reader's
back.  Knows no application.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Final, TypeVar, Union, cast, get_args, get_origin, get_type_hints, overload

from pydantic import TypeAdapter
from pydantic.errors import PydanticUserError
from starlette.datastructures import CommaSeparatedStrings, Secret
from typing_extensions import override

from responder._http.problems import ConfigurationError

__all__ = ["CommaSeparatedStrings", "Config", "Environ", "Secret", "environ"]

T = TypeVar("T")
DefaultT = TypeVar("DefaultT")

_MISSING: Final = object()
_COLLECTIONS: Final = (list, tuple, set, frozenset, Sequence)
_MAPPINGS: Final = (dict, Mapping)
_BOOLS: Final[Mapping[str, bool]] = {"true": True, "1": True, "false": False, "0": False}


class Environ(MutableMapping[str, str]):
    """An environment of which what has been read can no longer be set or deleted."""

    def __init__(self, values: MutableMapping[str, str] | None = None) -> None:
        self._values = os.environ if values is None else values
        self._read: set[str] = set()

    @override
    def __getitem__(self, name: str) -> str:
        self._read.add(name)
        return self._values[name]

    @override
    def __setitem__(self, name: str, value: str) -> None:
        self._check(name, "set")
        self._values[name] = value

    @override
    def __delitem__(self, name: str) -> None:
        self._check(name, "deleted")
        del self._values[name]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    @override
    def __len__(self) -> int:
        return len(self._values)

    def _check(self, name: str, verb: str) -> None:
        if name in self._read:
            raise ConfigurationError(f"The environment variable {name} cannot be {verb}: it was read before.")


environ: Final = Environ()
"""The environment of the process, guarded."""


class Config:
    """Typed values by name: `config("DEBUG", cast=bool, default=False)`.

    The file need not exist: where everything comes from the environment, nobody has to write one.  `prefix`
    stands before every name, in the environment and in the file.
    """

    def __init__(
        self,
        env_file: str | os.PathLike[str] | None = None,
        *,
        prefix: str = "",
        encoding: str = "utf-8",
        environ: Mapping[str, str] = environ,
    ) -> None:
        self.prefix = prefix
        self._environ = environ
        self._file = {} if env_file is None else _read(Path(env_file), encoding)

    @overload
    def __call__(self, name: str) -> str: ...
    @overload
    def __call__(self, name: str, *, default: DefaultT) -> str | DefaultT: ...
    @overload
    def __call__(self, name: str, cast: Callable[[str], T]) -> T: ...
    @overload
    def __call__(self, name: str, cast: Callable[[str], T], default: str) -> T: ...
    @overload
    def __call__(self, name: str, cast: Callable[[str], T], default: DefaultT) -> T | DefaultT: ...
    def __call__(
        self, name: str, cast: Callable[[str], object] | None = None, default: object = _MISSING
    ) -> object:
        """The value of a name, cast.  A default that is text is cast too; any other is given as it is."""
        return self._find(name, cast, default)

    @overload
    def get(self, name: str) -> str: ...
    @overload
    def get(self, name: str, *, default: DefaultT) -> str | DefaultT: ...
    @overload
    def get(self, name: str, cast: Callable[[str], T]) -> T: ...
    @overload
    def get(self, name: str, cast: Callable[[str], T], default: str) -> T: ...
    @overload
    def get(self, name: str, cast: Callable[[str], T], default: DefaultT) -> T | DefaultT: ...
    def get(
        self, name: str, cast: Callable[[str], object] | None = None, default: object = _MISSING
    ) -> object:
        """The same as calling the object."""
        return self._find(name, cast, default)

    def load(self, settings: type[T]) -> T:
        """A dataclass filled by the names of its fields in capitals, each as its annotation says.

        `list[str]` and its like are separated by commas, a `dict` is JSON.
        All that is missing or wrong is told at once.
        """
        if not (isinstance(cast("object", settings), type) and is_dataclass(settings)):
            raise ConfigurationError(f"Config.load() takes a dataclass, not {settings!r}.")
        hints = get_type_hints(settings)
        values: dict[str, object] = {}
        wrong: list[str] = []
        for one in fields(settings):
            has_default = one.default is not MISSING or one.default_factory is not MISSING
            if not one.init or (has_default and self._text(one.name.upper()) is _MISSING):
                continue
            try:
                read = _reader(hints[one.name], f"{settings.__name__}.{one.name}")
                values[one.name] = self._find(one.name.upper(), read, _MISSING)
            except ConfigurationError as error:
                wrong.append(error.message)
        if wrong:
            raise ConfigurationError("\n".join(wrong))
        return settings(**values)

    def _text(self, name: str) -> object:
        key = self.prefix + name
        return self._environ.get(key, self._file.get(key, _MISSING))

    def _find(self, name: str, cast: Callable[[str], object] | None, default: object) -> object:
        key = self.prefix + name
        found = self._text(name)
        if found is _MISSING:
            if default is _MISSING:
                raise ConfigurationError(f"The setting {key} is missing: it has no value and no default.")
            found = default
        if cast is None or not isinstance(found, str):
            return found
        return _converted(key, found, cast)


def _reader(kind: object, place: str) -> Callable[[str], object]:
    """How a text becomes a value of the type of the field at `place`."""
    options = [one for one in get_args(kind) if one is not type(None)]
    if get_origin(kind) in (Union, UnionType) and len(options) == 1:
        return _optional(_reader(options[0], place))
    if kind is bool:
        return _flag
    if kind is Secret or kind is CommaSeparatedStrings:
        return Secret if kind is Secret else CommaSeparatedStrings
    make = cast("Callable[[object], TypeAdapter[object]]", TypeAdapter)
    spelt = kind.__name__ if isinstance(kind, type) else str(kind).replace("typing.", "")
    try:
        adapter = make(kind)
    except PydanticUserError:
        raise ConfigurationError(f"{place} is of type {spelt}, which can not be read from text.") from None
    separated, mapped = get_origin(kind) in _COLLECTIONS, (get_origin(kind) or kind) in _MAPPINGS

    def read(text: str) -> object:
        if mapped:
            return adapter.validate_json(text)
        return adapter.validate_python([*CommaSeparatedStrings(text)] if separated else text)

    read.__name__ = spelt
    return read


def _optional(read: Callable[[str], object]) -> Callable[[str], object]:
    """An empty variable is how a shell says that there is none."""

    def read_or_none(text: str) -> object:
        return read(text) if text else None

    read_or_none.__name__ = read.__name__
    return read_or_none


def _flag(text: str) -> bool:
    value = _BOOLS.get(text.strip().lower())
    if value is None:
        raise _NoFlag
    return value


class _NoFlag(ValueError):
    """A text that is neither true nor false."""


def _converted(key: str, text: str, convert: Callable[[str], object]) -> object:
    """The value of a text.  What is wrong is told without the text, which may be a secret."""
    try:
        return _flag(text) if convert is bool else convert(text)
    except _NoFlag:
        raise ConfigurationError(f"The setting {key} must be true, false, 1 or 0.") from None
    except (TypeError, ValueError):
        wanted = getattr(convert, "__name__", type(convert).__name__)
        # Not chained: the message of the inner error repeats the text.
        raise ConfigurationError(f"The setting {key} is not a valid {wanted}.") from None


def _read(path: Path, encoding: str) -> dict[str, str]:
    """The pairs of a `.env` file; none when there is no such file."""
    try:
        lines = path.read_text(encoding=encoding).splitlines()
    except FileNotFoundError:
        return {}
    values: dict[str, str] = {}
    for line in lines:
        name, equals, value = line.partition("=")
        name = name.strip()
        if not equals or name.startswith("#"):
            continue
        values[name.removeprefix("export ").strip()] = _unquoted(value.strip())
    return values


def _unquoted(value: str) -> str:
    """Without the one pair of quotes around it, if there is a matching one."""
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
