"""Names of components: a written rule from what the code calls things, and nothing ever merged.

A definition is called as its class; a generic as its arguments and its own name, `Page[Item]` as `ItemPage`.
 Of several that would be called the same, each gets so much of its module in front as tells them apart
(`shop.models.Item` and `blog.models.Item` are `ShopModelsItem` and `BlogModelsItem`); where even the modules
are the same, the later ones are numbered in the order of their routes.  Names that were given
(`@api.schema("Pet")`, and our own such as `Problem`) are never changed.  Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, cast

import typing_extensions

__all__ = ["Called", "called", "pascal", "settle_names"]

_WORD: Final = re.compile(r"[A-Za-z0-9]+")
_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Called:
    """What a definition is called in the code; a `fixed` name was given and stays."""

    name: str
    module: str = ""
    fixed: bool = False


def called(core_ref: str, cls: object) -> Called:
    """What the code calls a definition, by pydantic's reference to it and the class behind it."""
    whole = core_ref.partition("[")[0].rpartition(":")[0]
    qualified = whole.rpartition("<locals>.")[2] or whole
    module = getattr(cls, "__module__", None)
    if not isinstance(module, str):
        module = whole.partition(".<locals>")[0].rpartition(".")[0]
    generic: object = getattr(cls, "__pydantic_generic_metadata__", None)
    if isinstance(generic, dict):
        told = cast("Mapping[str, object]", generic)
        origin, arguments = told.get("origin"), cast("tuple[object, ...]", told.get("args") or ())
        if origin is not None and arguments:
            return Called(_words_of(arguments) + str(getattr(origin, "__name__", "Model")), module)
    name = str(getattr(cls, "__name__", None) or qualified.rpartition(".")[2])
    name = name.partition("[")[0]
    _, bracket, inside = core_ref.partition("[")
    if bracket:
        texts = [part.rpartition(":")[0] for part in re.split(r",(?![^\[]*\])", inside.removesuffix("]"))]
        name = "".join(_words(text) for text in texts) + name
    return Called(_NOT_IN_NAMES.sub("", name) or "Model", module)


def _words_of(arguments: Iterable[object]) -> str:
    return "".join(map(_word, arguments))


def _word(argument: object) -> str:
    """What a type is called inside the name of a generic."""
    inner = typing_extensions.get_args(argument)
    origin = typing_extensions.get_origin(argument)
    generic: object = getattr(argument, "__pydantic_generic_metadata__", None)
    if isinstance(generic, dict) and cast("Mapping[str, object]", generic).get("args"):
        return called("", argument).name
    if origin is not None and inner:
        if (
            str(getattr(origin, "__name__", "")) in ("Union", "UnionType")
            or type(argument).__name__ == "UnionType"
        ):
            options = [_word(option) for option in inner if option is not type(None)]
            return ("Optional" if type(None) in inner else "") + "Or".join(options)
        if str(origin) in ("typing.Annotated", "<class 'typing.Annotated'>"):
            return _word(inner[0])
        if str(origin).endswith("Literal"):
            return "".join(_words(str(value)) for value in inner)
        return _words_of(one for one in inner if one is not Ellipsis) + _words(
            str(getattr(origin, "__name__", ""))
        )
    return _words(str(getattr(argument, "__name__", argument)))


def _words(text: str) -> str:
    """A text as one word: `list[int]` is `ListInt`."""
    tail = re.sub(r"(?:[A-Za-z_][\w]*\.)+", "", text)
    return "".join(part[:1].upper() + part[1:] for part in _WORD.findall(tail))


def pascal(name: str) -> str:
    """`create_item` as `CreateItem`."""
    return "".join(part[:1].upper() + part[1:] for part in _WORD.findall(name))


def settle_names(wanted: Mapping[str, Called]) -> dict[str, str]:
    """A name for each key, all different; the order of the keys decides where nothing else does."""
    names: dict[str, str] = {key: one.name for key, one in wanted.items() if one.fixed}
    taken = set(names.values())
    groups: dict[str, list[str]] = {}
    for key, one in wanted.items():
        if not one.fixed:
            groups.setdefault(one.name, []).append(key)
    for name, keys in groups.items():
        if len(keys) == 1 and name not in taken:
            names[keys[0]] = name
            taken.add(name)
    for keys in groups.values():
        open_ones = [key for key in keys if key not in names]
        if open_ones:
            names.update(_apart(open_ones, wanted, taken))
    return names


def _apart(keys: list[str], wanted: Mapping[str, Called], taken: set[str]) -> dict[str, str]:
    """Names for definitions that are called the same, with no more of their modules than it takes."""
    modules = {key: wanted[key].module.split(".") for key in keys}
    for count in range(1, max(map(len, modules.values())) + 1):
        tried = {key: "".join(map(pascal, modules[key][-count:])) + wanted[key].name for key in keys}
        if len(set(tried.values())) == len(keys) and not taken.intersection(tried.values()):
            taken.update(tried.values())
            return tried
    numbered: dict[str, str] = {}
    for key in keys:
        base = (
            "".join(map(pascal, modules[key])) + wanted[key].name
            if len(set(map(tuple, modules.values()))) > 1
            else wanted[key].name
        )
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base}{number}"
        taken.add(name)
        numbered[key] = name
    return numbered
