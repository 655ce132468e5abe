"""What authors add to what is generated: deep merges, the text of docstrings, and the YAML in them.  Pure."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from responder.formats import get_formats

__all__ = ["merge", "named_examples", "read_docstring"]

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_LINE: Final = re.compile(r"^[ \t]*---[ \t]*$", re.MULTILINE)
_METHOD: Final = re.compile(rf"^(?:{'|'.join(METHODS)})[ \t]*:", re.MULTILINE)
_EXAMPLE: Final = frozenset(("summary", "description", "value", "externalValue"))


class BadOverlay(ValueError):
    """What an author wrote cannot be merged; the text says why."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a docstring tells: one line, the rest of the text, and additions by method."""

    summary: str | None = None
    description: str | None = None
    by_method: Mapping[str, Mapping[str, object]] | None = None

    @property
    def text(self) -> str | None:
        """All of the words, where the summary is said elsewhere."""
        return "\n\n".join(filter(None, (self.summary, self.description))) or None


NOTHING_TOLD: Final = Told()


def read_docstring(text: str | None) -> Told:
    """Take a docstring apart; what follows a line of `---` is YAML by method, if it looks like it at all."""
    if not text:
        return NOTHING_TOLD
    clean = inspect.cleandoc(text)
    by_method: Mapping[str, Mapping[str, object]] | None = None
    line = _LINE.search(clean)
    if line is not None and _METHOD.search(clean, line.end()):
        by_method = _by_method(clean[line.end() :])
        clean = clean[: line.start()].rstrip()
    first, _, rest = clean.partition("\n\n")
    summary = " ".join(first.split())
    if len(summary) > 120:
        return Told(None, clean or None, by_method)
    return Told(summary or None, rest.strip() or None, by_method)


def _by_method(text: str) -> Mapping[str, Mapping[str, object]]:
    try:
        loaded = get_formats()["yaml"].decode(text.encode())
    except Exception as error:
        raise BadOverlay(f"it is not YAML: {str(getattr(error, 'detail', error)).splitlines()[0]}") from error
    if not isinstance(loaded, Mapping):
        raise BadOverlay("it has to be a mapping of methods")
    told: dict[str, Mapping[str, object]] = {}
    for method, addition in cast("Mapping[object, object]", loaded).items():
        if method not in METHODS:
            raise BadOverlay(f"{method!r} is no method")
        if not isinstance(addition, Mapping):
            raise BadOverlay(f"what stands under {method} has to be a mapping")
        told[str(method)] = with_text_keys(cast("Mapping[object, object]", addition))
    return told


def with_text_keys(value: Mapping[object, object]) -> dict[str, object]:
    """A mapping whose keys are texts at every depth; YAML takes 200 for a number."""
    return {str(key): _text_keys(one) for key, one in value.items()}


def _text_keys(value: object) -> object:
    if isinstance(value, Mapping):
        return with_text_keys(cast("Mapping[object, object]", value))
    if isinstance(value, list | tuple):
        return [_text_keys(one) for one in cast("list[object]", value)]
    return value


def merge(base: object, addition: object) -> object:
    """Mappings deeply, the addition winning; anything else is replaced."""
    if not isinstance(base, Mapping) or not isinstance(addition, Mapping):
        return addition
    merged = dict(cast("Mapping[str, object]", base))
    for key, value in cast("Mapping[object, object]", addition).items():
        name = str(key)
        merged[name] = merge(merged[name], value) if name in merged else _text_keys(value)
    return merged


def named_examples(value: object) -> dict[str, Mapping[str, object]]:
    """Examples by name: a mapping of example objects as it is, anything else as the one called `default`."""
    if isinstance(value, Mapping):
        given = cast("Mapping[str, object]", value)
        if given and all(map(_is_example, given.values())):
            return {str(name): cast("Mapping[str, object]", one) for name, one in given.items()}
    return {"default": {"value": value}}


def _is_example(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    keys = set(cast("Mapping[str, object]", value))
    return bool(keys) and keys <= _EXAMPLE and bool(keys & {"value", "externalValue"})
