"""The codec table: the formats an application speaks, by name.

JSON, YAML and MessagePack are built in; anything with the shape of `Format` may join them.  Decoding a body that
is not what it claims to be is the client's 400.  Requests and responses use the table; it knows neither.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, Protocol, cast, runtime_checkable

from typing_extensions import override

from responder._http import yamls
from responder._http.jsons import Dumps, JSONValue, loads, make_dumps
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

MAX_YAML: Final = 256 * 1024
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

    __slots__ = ("encode",)

    name: Final = "json"
    media_types: Final = ("application/json",)

    def __init__(self, dumps: Dumps) -> None:
        self.encode = dumps

    def decode(self, data: bytes, /) -> JSONValue:
        """Strict JSON; anything else is a 400."""
        try:
            return loads(data)
        except ValueError as exc:
            raise Problem(400, "Invalid JSON body") from exc


class YAMLFormat:
    """`application/yaml`, through libyaml; no aliases, no tags beyond the standard ones."""

    __slots__ = ("_plain",)

    name: Final = "yaml"
    media_types: Final = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")

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

    name: Final = "msgpack"
    media_types: Final = ("application/x-msgpack", "application/msgpack", "application/vnd.msgpack")

    def __init__(self, step: Encoder) -> None:
        self._plain = Plainer(step, finite=False)

    def encode(self, value: object, /) -> bytes:
        """Bytes become text and integers over 64 bits decimal text, so that each format tells the same."""
        import msgpack

        return cast("bytes", msgpack.packb(self._plain(value), default=str))

    def decode(self, data: bytes, /) -> JSONValue:
        """One value; anything else is a 400."""
        import msgpack

        try:
            return cast("JSONValue", msgpack.unpackb(data, raw=False, strict_map_key=False, timestamp=3))
        except (ValueError, TypeError, OverflowError, RecursionError, msgpack.UnpackException) as exc:
            raise Problem(400, "Invalid MessagePack body") from exc


class Formats(dict[str, Format]):
    """The formats of an application by name; the first one is the default."""

    @override
    def __setitem__(self, name: str, format: Format) -> None:
        if not isinstance(format, Format) or not format.media_types:
            raise ConfigurationError(
                f"The format {name!r} needs a name, media_types, encode(value) and decode(data)",
                hint="see responder.Format",
            )
        super().__setitem__(name, format)

    def by_media_type(self, media_type: str) -> Format | None:
        """The format of a bare, lower-case media type; structured suffixes (`+json`) count."""
        suffix = media_type.rpartition("+")[2] if "+" in media_type else None
        found: Format | None = None
        for name, format in self.items():
            if media_type in format.media_types:
                return format
            if suffix == name:
                found = found or format
        return found


def make_formats(
    encoder: Encoder | None = None, ascii: bool = False, decimal: Literal["string", "float"] = "string"
) -> Formats:
    """The built-in formats with an application's conversions."""
    step: Callable[[object], object] = convert(encoder, decimal)
    formats = Formats()
    formats["json"] = JSONFormat(make_dumps(encoder, ascii, decimal))
    formats["yaml"] = YAMLFormat(step)
    formats["msgpack"] = MessagePackFormat(step)
    return formats


def checked_decimals(value: str) -> Decimals:
    """`json_decimal=` as an application gives it."""
    if value == "string" or value == "float":
        return value
    raise ConfigurationError(f"json_decimal is 'string' or 'float', not {value!r}")
