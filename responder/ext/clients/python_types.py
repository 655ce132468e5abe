"""Types of Python for the schemas of a document: TypedDicts, aliases and unions, each component by its name.

Values are what JSON makes them: a date is a `str`, an object a dict.  Objects without a name of their own are
given one from where they stand.
"""

from __future__ import annotations

import keyword
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, cast

from responder.ext.clients.model import Schema
from responder.ext.clients.names import Names, pascal

__all__ = ["BUILTINS", "Types", "docstring"]

BUILTINS: Final = frozenset({"str", "int", "float", "bool", "list", "dict"})
"""What annotations say; a member of the same name would hide it from those that follow."""
PLAIN: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


class Types:
    """Writes the types of one document."""

    def __init__(self, schemas: Mapping[str, Schema], names: Names, forms: Collection[str] = ()) -> None:
        self._forms = forms
        self._schemas = schemas
        self._names = names
        self._known = {name: names.give(pascal(name)) for name in schemas}
        self._written: dict[str, list[str]] = {}

    def named(self, name: str) -> str:
        """What a component is called."""
        return self._known[name]

    def components(self) -> Iterator[str]:
        """The lines of every type, those of the components in their order, what they hold after them."""
        for name, schema in self._schemas.items():
            self._define(self._known[name], schema, name in self._forms)
        for lines in self._written.values():
            yield from lines
            yield ""
            yield ""

    def of(self, schema: Schema, hint: str, *, files: bool = False) -> str:
        """The type of a schema; `hint` names what has no name."""
        reference = schema.get("$ref")
        if isinstance(reference, str):
            return self._known.get(reference.rpartition("/")[2], "object")
        text = self._of(schema, hint, files)
        if schema.get("nullable") is True and "None" not in text.split(" | "):
            text = f"{text} | None"
        return text

    def _of(self, schema: Schema, hint: str, files: bool) -> str:
        if "const" in schema:
            return self._literal([schema["const"]])
        if "enum" in schema:
            return self._literal(_sequence(schema["enum"]))
        for union in ("oneOf", "anyOf"):
            choices = _sequence(schema.get(union))
            if choices:
                return _union(
                    self.of(_mapping(one), f"{hint}{number}", files=files)
                    for number, one in enumerate(choices, 1)
                )
        parts = [_mapping(one) for one in _sequence(schema.get("allOf"))]
        if len(parts) == 1:
            return self.of(parts[0], hint)
        if parts:
            return self._object(self._merged(schema, parts), hint, files)
        kind = schema.get("type")
        if isinstance(kind, list | tuple):
            several = cast("Sequence[str]", kind)
            return _union(self._of({**schema, "type": one}, hint, files) for one in several)
        if kind == "array":
            return f"list[{self._items(schema, hint, files)}]"
        if kind == "object" or "properties" in schema:
            return self._object(schema, hint, files)
        if kind == "string" and files and _is_file(schema):
            return "FileToSend"
        return PLAIN.get(str(kind), "object")

    def _items(self, schema: Schema, hint: str, files: bool) -> str:
        prefix = [_mapping(one) for one in _sequence(schema.get("prefixItems"))]
        if prefix:
            return _union(self.of(one, f"{hint}Item{number}") for number, one in enumerate(prefix, 1))
        return self.of(_mapping(schema.get("items")), f"{hint}Item", files=files)

    def _literal(self, values: Sequence[object]) -> str:
        if all(isinstance(value, str | int | bool | None) for value in values):
            return f"Literal[{', '.join(map(repr, values))}]"
        return _union("float" if isinstance(value, float) else "object" for value in values)

    def _object(self, schema: Schema, hint: str, files: bool) -> str:
        properties = _mapping(schema.get("properties"))
        if not properties:
            rest = schema.get("additionalProperties")
            inner = self.of(_mapping(rest), f"{hint}Value") if _mapping(rest) else "object"
            return f"dict[str, {inner}]"
        name = self._names.give(pascal(hint))
        self._define(name, schema, files)
        return name

    def _merged(self, schema: Schema, parts: Sequence[Schema]) -> Schema:
        """One object that has what all of them have."""
        properties: dict[str, object] = {}
        required: list[object] = []
        for part in (*parts, schema):
            reference = part.get("$ref")
            whole = (
                self._schemas.get(reference.rpartition("/")[2], {}) if isinstance(reference, str) else part
            )
            if whole is not schema and "allOf" in whole:
                whole = self._merged(whole, [_mapping(one) for one in _sequence(whole["allOf"])])
            properties.update(_mapping(whole.get("properties")))
            required.extend(_sequence(whole.get("required")))
        return {"type": "object", "properties": properties, "required": required}

    def _define(self, name: str, schema: Schema, files: bool = False) -> None:
        """Write a type under its name; reserved first, for it may hold itself."""
        self._written[name] = []
        parts = [_mapping(one) for one in _sequence(schema.get("allOf"))]
        if len(parts) > 1:
            schema = self._merged(schema, parts)
        properties = _mapping(schema.get("properties"))
        is_object = bool(properties) and not {"oneOf", "anyOf", "enum", "const"} & schema.keys()
        if not is_object:
            text = self._of(schema, f"{name}Value", files)
            if schema.get("nullable") is True:
                text += " | None"
            self._written[name] = [f"{name}: TypeAlias = {_quoted(text)}", *_documented(schema, "")]
            return
        required = set(_sequence(schema.get("required")))
        members = {
            key: self._member(key, _mapping(inner), f"{name}{pascal(key)}", key in required, files)
            for key, inner in properties.items()
        }
        plain = all(key.isidentifier() and not keyword.iskeyword(key) for key in members)
        if plain and BUILTINS.isdisjoint(members):
            lines = [f"class {name}(TypedDict):", *_documented(schema, "    ")]
            for key, text in members.items():
                lines.append(f"    {key}: {text}")
                lines.extend(_documented(_mapping(properties[key]), "    "))
        else:
            inner = "".join(f"        {key!r}: {_quoted(text)},\n" for key, text in members.items())
            lines = [f"{name} = TypedDict(\n    {name!r},\n    {{\n{inner}    }},\n)"]
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


def _quoted(text: str) -> str:
    return f'"{text}"' if '"' not in text else repr(text)


def _documented(schema: Schema, indent: str) -> list[str]:
    text = str(schema.get("description", "")).strip()
    return [docstring(text, indent)] if text else []


def docstring(text: str, indent: str) -> str:
    """A text as a docstring, whatever is in it."""
    safe = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    lines = [line.rstrip() for line in safe.splitlines()] or [""]
    if lines[-1].endswith('"'):
        lines[-1] += " "
    body = f"\n{indent}".join(lines) if len(lines) > 1 else lines[0]
    body = "\n".join(line.rstrip() for line in body.split("\n"))
    return f'{indent}"""{body}\n{indent}"""' if len(lines) > 1 else f'{indent}"""{body}"""'


def _mapping(value: object) -> Schema:
    return cast("Schema", value) if isinstance(value, Mapping) else {}


def _sequence(value: object) -> Sequence[object]:
    return cast("Sequence[object]", value) if isinstance(value, list | tuple) else ()
