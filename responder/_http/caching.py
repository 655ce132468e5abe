"""`Cache-Control` and `Vary`: directives as typed keywords, fields merged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, TypedDict, cast

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


class CacheControl(TypedDict, total=False):
    """The directives of a `Cache-Control` header.  Ages are seconds; `None` and `False` leave one out."""

    public: bool | None
    """Shared caches may keep it, even where they usually would not."""
    private: bool | str | None
    """Only the client may keep it; a text names the header fields this is about."""
    no_cache: bool | str | None
    """May be kept, but is asked about before each use."""
    no_store: bool | None
    """Nobody keeps it."""
    no_transform: bool | None
    """Nobody on the way changes it; we do not compress it either."""
    must_revalidate: bool | None
    proxy_revalidate: bool | None
    must_understand: bool | None
    immutable: bool | None
    """It will not change as long as it is fresh."""
    max_age: int | None
    s_maxage: int | None
    """`max_age` for shared caches."""
    stale_while_revalidate: int | None
    stale_if_error: int | None
    extension: Mapping[str, bool | int | str | None]
    """Any other directives, by their name on the wire."""


_AGES: Final = frozenset(("max_age", "s_maxage", "stale_while_revalidate", "stale_if_error"))
_FIELDS: Final = frozenset(("private", "no_cache"))


def cache_control_value(directives: CacheControl) -> str:
    """The header's value.  A directive that does not exist, or cannot be meant, is an error here."""
    parts: list[str] = []
    for name, value in cast("dict[str, object]", directives).items():
        if name == "extension":
            for other, setting in cast("Mapping[str, object]", value).items():
                parts += _directive(other, setting)
        elif name not in CacheControl.__annotations__:
            raise TypeError(f"cache_control() has no directive {name!r}; use extension={{{name!r}: ...}}")
        else:
            _check(name, value)
            parts += _directive(name.replace("_", "-"), value)
    if directives.get("public") and directives.get("private"):
        raise ValueError("cache_control() cannot be public and private at once")
    return ", ".join(parts)


def _check(name: str, value: object) -> None:
    if value is None or value is False or (value is True and name not in _AGES):
        return
    if name in _AGES:
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ValueError(f"{name}= is a number of seconds, 0 or more, not {value!r}")
    elif not (name in _FIELDS and isinstance(value, str)):
        raise TypeError(f"{name}= is True or False, not {value!r}")


def _directive(name: str, value: object) -> list[str]:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not the name of a directive")
    if value is None or value is False:
        return []
    if value is True:
        return [name]
    text = str(value)
    if not _NAME.fullmatch(text):
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        text = f'"{escaped}"'
    return [f"{name}={text}"]


def merged_vary(present: str, fields: Iterable[str]) -> str:
    """A `Vary` value with more fields: no field twice, whatever its case; `*` swallows all."""
    names: dict[str, str] = {}
    for text in (present, *fields):
        for name in text.split(","):
            if name := name.strip():
                names.setdefault(name.lower(), name)
    return "*" if "*" in names else ", ".join(names.values())
