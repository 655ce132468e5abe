"""Types of Python for the schemas of a document: TypedDicts, aliases and unions, each component by its name.

Values are what JSON makes them: a date is a `str`, an object a dict.  Objects without a name of their own are
given one from where they stand.
"""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias, cast

from responder.ext.clients.model import Schema, component, listed, mapping
from responder.ext.clients.names import Names, pascal

__all__ = ["BUILTINS", "Types", "docstring", "quoted"]

BUILTINS: Final = frozenset({"str", "int", "float", "bool", "list", "dict", "bytes", "object"})
"""What annotations say; a member of the same name would hide it from those that follow."""
Kind: TypeAlias = Literal["plain", "list", "object", "other"]
PLAIN: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


class Types:
    """Writes the types of one document."""

    def __init__(self, schemas: Mapping[str, Schema], names: Names, forms: Collection[str] = ()) -> None:
        self._forms = forms
        self._schemas = schemas
        self._names = names
        self._known = {name: names.give(pascal(name)) for name in schemas}
        self._anything: dict[str, bool] = {}
        self._kinds: dict[str, Kind] = {}
        self._written: dict[str, list[str]] = {}

    def named(self, name: str) -> str:
        """What a component is called."""
        return self._known[name]

    def components(self) -> Iterator[str]:
        """The lines of every type, those of the components in their order, what they hold after them."""
        for name, schema in self._schemas.items():
            if self._names_anything(name):
                schema = {key: schema[key] for key in ("description",) if key in schema}
            self._define(self._known[name], schema, name in self._forms)
        for lines in self._written.values():
            yield from lines
            yield ""
            yield ""

    def _is_anything(self, schema: Schema) -> bool:
        """Whether a schema allows what no type tells; in the order of `_of`."""
        if isinstance(schema.get("$ref"), str):
            return self._names_anything(component(schema["$ref"]) or "")
        if "const" in schema or listed(schema.get("enum")):
            return self._of(schema, "", False) == "object"
        choices = listed(schema.get("oneOf")) or listed(schema.get("anyOf"))
        parts = listed(schema.get("allOf"))
        kind = schema.get("type")
        if choices or len(parts) == 1:
            return any(self._is_anything(mapping(one)) for one in choices or parts)
        if isinstance(kind, list | tuple):
            several = cast("Sequence[object]", kind)
            return any(self._is_anything({**schema, "type": one}) for one in several)
        is_object = bool(parts) or kind == "object" or "properties" in schema
        return not is_object and kind != "array" and str(kind) not in PLAIN

    def _names_anything(self, name: str) -> bool:
        """The same of a component; what is a part of itself, by references and unions alone, is no type."""
        if name not in self._anything:
            self._anything[name] = True
            self._anything[name] = self._is_anything(self._schemas.get(name, {}))
        return self._anything[name]

    def of(self, schema: Schema, hint: str, *, files: bool = False) -> str:
        """The type of a schema; `hint` names what has no name."""
        if isinstance(schema.get("$ref"), str):
            anything = self._is_anything(schema)
            return "object" if anything else self._known[component(schema["$ref"]) or ""]
        text = self._of(schema, hint, files)
        if schema.get("nullable") is True and "None" not in text.split(" | "):
            text = f"{text} | None"
        return text

    def parameter(self, schema: Schema, hint: str) -> str:
        """The type of a parameter, which is plain, or made of plain values."""
        kind = self._kind(schema)
        if kind in ("plain", "list"):
            return self.of(schema, hint)
        return "ParameterValue" if kind == "other" else "Mapping[str, PlainValue | Sequence[PlainValue]]"

    def default(self, schema: Schema) -> str:
        """What a parameter is when it is not given: None where its default is not of its type."""
        value = schema.get("default")
        name = component(schema.get("$ref"))
        whole = schema if name is None else {**self._schemas.get(name, {}), "default": value}
        allowed = [whole["const"]] if "const" in whole else listed(whole.get("enum"))
        if allowed:
            fits = any(value == one and type(value) is type(one) for one in allowed)
        else:
            kind = whole.get("type")
            fits = (
                (isinstance(value, str) and kind == "string")
                or (isinstance(value, bool) and kind == "boolean")
                or (type(value) is int and kind in ("integer", "number"))
                or (isinstance(value, float) and math.isfinite(value) and kind == "number")
            )
        return repr(value) if fits else "None"

    def _kind(self, schema: Schema) -> Kind:
        """Whether the values of a schema are plain, lists of such, or objects; in the order of `_of`."""
        name = component(schema.get("$ref"))
        if name is not None:
            if name not in self._kinds:
                self._kinds[name] = "other"
                self._kinds[name] = self._kind(self._schemas.get(name, {}))
            return self._kinds[name]
        if "const" in schema or listed(schema.get("enum")):
            values = [schema["const"]] if "const" in schema else listed(schema["enum"])
            return "plain" if all(isinstance(one, str | int | float | None) for one in values) else "other"
        choices = listed(schema.get("oneOf")) or listed(schema.get("anyOf"))
        parts = listed(schema.get("allOf"))
        kind = schema.get("type")
        if choices or (len(parts) == 1):
            return _together({self._kind(mapping(one)) for one in choices or parts})
        if isinstance(kind, list | tuple):
            several = cast("Sequence[object]", kind)
            return _together({self._kind({**schema, "type": one}) for one in several})
        if kind == "array":
            items = [*listed(schema.get("prefixItems"))] or [schema.get("items")]
            plain = all(self._kind(mapping(one)) == "plain" for one in items)
            return "list" if plain else "other"
        if parts or kind == "object" or "properties" in schema:
            return "object"
        return "plain" if kind in PLAIN else "other"

    def _of(self, schema: Schema, hint: str, files: bool) -> str:
        if "const" in schema:
            return self._literal([schema["const"]])
        if listed(schema.get("enum")):
            return self._literal(listed(schema["enum"]))
        for union in ("oneOf", "anyOf"):
            choices = listed(schema.get(union))
            if choices:
                return _union(
                    self.of(mapping(one), f"{hint}{number}", files=files)
                    for number, one in enumerate(choices, 1)
                )
        parts = [mapping(one) for one in listed(schema.get("allOf"))]
        if len(parts) == 1:
            return self.of(parts[0], hint)
        if parts:
            return self._object(self._merged(schema, parts), hint, files)
        kind = schema.get("type")
        if isinstance(kind, list | tuple):
            several = cast("Sequence[object]", kind)
            return _union(self._of({**schema, "type": one}, hint, files) for one in several)
        if kind == "array":
            return f"list[{self._items(schema, hint, files)}]"
        if kind == "object" or "properties" in schema:
            return self._object(schema, hint, files)
        if kind == "string" and files and _is_file(schema):
            return "FileToSend"
        return PLAIN.get(str(kind), "object")

    def _items(self, schema: Schema, hint: str, files: bool) -> str:
        prefix = [mapping(one) for one in listed(schema.get("prefixItems"))]
        if prefix:
            return _union(self.of(one, f"{hint}Item{number}") for number, one in enumerate(prefix, 1))
        return self.of(mapping(schema.get("items")), f"{hint}Item", files=files)

    def _literal(self, values: Sequence[object]) -> str:
        if all(isinstance(value, str | int | bool | None) for value in values):
            return f"Literal[{', '.join(map(_value, values))}]"
        return _union("float" if isinstance(value, float) else "object" for value in values)

    def _object(self, schema: Schema, hint: str, files: bool) -> str:
        properties = mapping(schema.get("properties"))
        if not properties:
            rest = schema.get("additionalProperties")
            inner = self.of(mapping(rest), f"{hint}Value") if mapping(rest) else "object"
            return f"dict[str, {inner}]"
        name = self._names.give(pascal(hint))
        self._define(name, schema, files)
        return name

    def _merged(self, schema: Schema, parts: Sequence[Schema], seen: frozenset[str] = frozenset()) -> Schema:
        """One object that has what all of them have."""
        properties: dict[str, object] = {}
        required: list[object] = []
        for part in (*parts, schema):
            name = component(part.get("$ref"))
            if name is not None and name in seen:
                continue
            whole = part if name is None else self._schemas.get(name, {})
            if whole is not schema and "allOf" in whole:
                inner = [mapping(one) for one in listed(whole["allOf"])]
                whole = self._merged(whole, inner, seen if name is None else seen | {name})
            properties.update(mapping(whole.get("properties")))
            required.extend(listed(whole.get("required")))
        return {"type": "object", "properties": properties, "required": required}

    def _define(self, name: str, schema: Schema, files: bool = False) -> None:
        """Write a type under its name; reserved first, for it may hold itself."""
        self._written[name] = []
        parts = [mapping(one) for one in listed(schema.get("allOf"))]
        if len(parts) > 1:
            schema = self._merged(schema, parts)
        properties = mapping(schema.get("properties"))
        is_object = bool(properties) and not {"$ref", "oneOf", "anyOf", "enum", "const"} & schema.keys()
        if not is_object:
            text = self.of(schema, f"{name}Value", files=files)
            self._written[name] = [f"{name}: TypeAlias = {quoted(text)}", *_documented(schema, "")]
            return
        required = [*listed(schema.get("required"))]
        members = {
            key: self._member(key, mapping(inner), f"{name}{pascal(key)}", key in required, files)
            for key, inner in properties.items()
        }
        if all(map(_is_attribute, members)) and _words(members.values()).isdisjoint(members):
            lines = [f"class {name}(TypedDict):", *_documented(schema, "    ")]
            for key, text in members.items():
                lines.append(f"    {key}: {text}")
                lines.extend(_documented(mapping(properties[key]), "    "))
        else:
            inner = "".join(f"        {quoted(key)}: {quoted(text)},\n" for key, text in members.items())
            lines = [f"{name} = TypedDict(\n    {quoted(name)},\n    {{\n{inner}    }},\n)"]
        self._written[name] = lines

    def _member(self, key: str, schema: Schema, hint: str, required: bool, files: bool) -> str:
        text = self.of(schema, hint, files=files)
        return text if required else f"NotRequired[{text}]"


def _is_file(schema: Schema) -> bool:
    return schema.get("format") == "binary" or "contentMediaType" in schema


def _union(texts: Iterator[str] | Sequence[str]) -> str:
    parts = dict.fromkeys(part for text in texts for part in text.split(" | "))
    ordered = [part for part in parts if part != "None"] + ["None"] * ("None" in parts)
    return "object" if "object" in parts else " | ".join(ordered)


def _together(kinds: set[Kind]) -> Kind:
    """The kind of a union."""
    if kinds == {"plain", "list"}:
        return "list"
    return kinds.pop() if len(kinds) == 1 else "other"


def _is_attribute(key: str) -> bool:
    """Whether a class can have a member of this name, and has it unchanged."""
    named = key.isascii() and key.isidentifier() and not key.startswith("__")
    return named and not keyword.iskeyword(key)


def _words(texts: Collection[str]) -> set[str]:
    """Every name in annotations: a member that is called like one would hide it from those that follow."""
    return {"NotRequired", *BUILTINS, *re.findall(r"\w+", " ".join(texts))}


def _value(value: object) -> str:
    """A value inside `Literal`, with nothing in it that means something in a union or ends a text."""
    if not isinstance(value, str):
        return repr(value)
    # With both quotes in it, a text is written in single ones.
    text = repr("'\"" + value)[4:]
    return "'" + text.replace('"', "\\x22").replace("|", "\\x7c")


def quoted(text: str) -> str:
    """A text as Python has it, in double quotes wherever they do."""
    return f'"{text}"' if text.isprintable() and not {'"', "\\"} & set(text) else repr(text)


def _documented(schema: Schema, indent: str) -> list[str]:
    text = str(schema.get("description", "")).strip()
    return [docstring(text, indent)] if text else []


def _is_readable(character: str) -> bool:
    return character.isprintable() or character in "\t\u00a0"


def docstring(text: str, indent: str) -> str:
    """A text as a docstring, whatever is in it."""
    lines = ["".join(filter(_is_readable, line)).rstrip() for line in text.splitlines()] or [""]
    lines = [line.replace("\\", "\\\\") for line in lines]
    if lines[-1].endswith('"') or '"""' in "".join(lines):
        lines = [line.replace('"', '\\"') for line in lines]
    body = f"\n{indent}".join(lines) if len(lines) > 1 else lines[0]
    body = "\n".join(line.rstrip() for line in body.split("\n"))
    return f'{indent}"""{body}\n{indent}"""' if len(lines) > 1 else f'{indent}"""{body}"""'
