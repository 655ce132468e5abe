"""The codec table: the formats an application speaks, by name.

JSON, YAML and MessagePack are built in; anything with the shape of `Format` may join them.  Decoding a body
that is not what it claims to be is the client's 400.  Requests and responses use the table; it knows neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from importlib import import_module
from typing import Final, Protocol, cast, runtime_checkable

from typing_extensions import override

from responder._http import yamls
from responder._http.jsons import Dumps, JSONValue, loads, make_dumps, make_quick_dumps
from responder._http.plain import Decimals, Encoder, Plainer, convert
from responder._http.problems import ConfigurationError, Problem

__all__ = [
    "Dumps",
    "Format",
    "Formats",
    "JSONFormat",
    "JSONValue",
    "MessagePackFormat",
    "YAMLFormat",
    "make_dumps",
    "make_formats",
]

MAX_YAML: Final = 192 * 1024
"""The largest YAML body that is read: building its values takes far longer than for JSON."""


@runtime_checkable
class Format(Protocol):
    """A way to write values as bytes and to read them back."""

    @property
    def name(self) -> str:
        """The short name: `json`."""
        ...

    @property
    def media_types(self) -> tuple[str, ...]:
        """Every media type that means this format; the first one is what we send."""
        ...

    def encode(self, value: object, /) -> bytes:
        """The value as bytes."""
        ...

    def decode(self, data: bytes, /) -> object:
        """The value of a body; a `Problem` or a `ValueError` when it is malformed."""
        ...


class JSONFormat:
    """`application/json`."""

    __slots__ = ("dumps", "quick")

    name = "json"
    media_types: tuple[str, ...] = ("application/json",)

    def __init__(self, dumps: Dumps, quick: Dumps | None = None) -> None:
        """`quick` writes the same in less time, or raises `TypeError` or `ValueError`."""
        self.dumps = dumps
        self.quick = quick

    def encode(self, value: object, /) -> bytes:
        """Compact JSON."""
        return self.dumps(value)

    def decode(self, data: bytes, /) -> JSONValue:
        """Strict JSON; anything else is a 400."""
        try:
            return loads(data)
        except ValueError as exc:
            raise Problem(400, "Invalid JSON body") from exc


class YAMLFormat:
    """`application/yaml`, through libyaml; no aliases, no tags beyond the standard ones."""

    __slots__ = ("_plain",)

    name = "yaml"
    media_types: tuple[str, ...] = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")

    def __init__(self, step: Encoder) -> None:
        self._plain = Plainer(step, finite=False)

    def encode(self, value: object, /) -> bytes:
        """Block style, in the order of the value, without anchors."""
        return yamls.dump(self._plain(value))

    def decode(self, data: bytes, /) -> JSONValue:
        """One document; blank, malformed or with aliases is a 400, an outsized one a 413."""
        if len(data) > MAX_YAML:
            raise Problem(413, "Request body too large")
        try:
            return cast("JSONValue", yamls.load(data))
        except (ValueError, RecursionError) as exc:
            raise Problem(400, "Invalid YAML body") from exc


class MessagePackFormat:
    """`application/x-msgpack`."""

    __slots__ = ("_plain",)

    name = "msgpack"
    media_types: tuple[str, ...] = ("application/x-msgpack", "application/msgpack", "application/vnd.msgpack")

    def __init__(self, step: Encoder) -> None:
        self._plain = Plainer(step, finite=False)

    def encode(self, value: object, /) -> bytes:
        """Bytes become text and integers over 64 bits decimal text, so that each format tells the same."""
        return _msgpack().packb(self._plain(value), default=str)

    def decode(self, data: bytes, /) -> JSONValue:
        """One value; anything else is a 400."""
        try:
            value = _msgpack().unpackb(data, raw=False, strict_map_key=False, timestamp=3)
        except Exception as exc:  # its errors have no common base, and all of them are the client's
            raise Problem(400, "Invalid MessagePack body") from exc
        return cast("JSONValue", value)


class _MessagePack(Protocol):
    """The part of the untyped package `msgpack` that is used."""

    def packb(self, value: object, *, default: Callable[[object], str]) -> bytes: ...

    def unpackb(self, data: bytes, *, raw: bool, strict_map_key: bool, timestamp: int) -> object: ...


def _msgpack() -> _MessagePack:
    return cast("_MessagePack", import_module("msgpack"))


class Formats(MutableMapping[str, Format]):
    """The formats of an application by name; the first one is the default."""

    __slots__ = ("_formats",)

    def __init__(self) -> None:
        self._formats: dict[str, Format] = {}

    @override
    def __getitem__(self, name: str) -> Format:
        return self._formats[name]

    @override
    def __setitem__(self, name: str, value: Format) -> None:
        if not is_format(value):
            raise ConfigurationError(
                f"The format {name!r} needs a name, media_types, encode(value) and decode(data)",
                hint="see the protocol responder.formats.Format",
            )
        self._formats[name] = value

    @override
    def __delitem__(self, name: str) -> None:
        if name == "json":
            raise ConfigurationError(
                "The format 'json' can be replaced, not removed: answers fall back to it"
            )
        del self._formats[name]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._formats)

    @override
    def __len__(self) -> int:
        return len(self._formats)

    @property
    def dumps(self) -> Dumps:
        """The writer of the format `json`, with no step between."""
        one = self._formats["json"]
        return one.dumps if type(one) is JSONFormat else one.encode

    @property
    def quick_dumps(self) -> Dumps | None:
        """The writer of JSON to try first, if there is one."""
        one = self._formats["json"]
        return one.quick if type(one) is JSONFormat else None

    def by_media_type(self, media_type: str) -> Format | None:
        """The format of a bare, lower-case media type; a structured suffix (`+json`) counts as its format."""
        for one in self._formats.values():
            if media_type in one.media_types:
                return one
        return self._formats.get(media_type.rpartition("+")[2]) if "+" in media_type else None


def is_format(value: object) -> bool:
    """Whether a value has all that a format needs."""
    return isinstance(value, Format) and bool(value.media_types)


def make_formats(
    encoder: Encoder | None = None, ascii: bool = False, decimal: Decimals = "string"
) -> Formats:
    """The built-in formats with an application's conversions."""
    step = convert(encoder, decimal)
    formats = Formats()
    quick = None if ascii else make_quick_dumps(encoder, decimal)
    formats["json"] = JSONFormat(make_dumps(encoder, ascii, decimal), quick)
    formats["yaml"] = YAMLFormat(step)
    formats["msgpack"] = MessagePackFormat(step)
    return formats
