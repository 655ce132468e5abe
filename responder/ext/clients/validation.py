"""The part of a generated client that compares values with schemas, when it is asked to.

Copied into generated clients below `runtime`, whose `APIValidationError` it raises; knows the subset of JSON
Schema that the documents of this framework use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, cast

from responder.ext.clients.runtime import APIValidationError

# -- end of imports

KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "object": (dict,),
    "array": (list, tuple),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


class SchemaChecks:
    """The schemas of a document, by name."""

    def __init__(self, schemas: Mapping[str, object]) -> None:
        self._schemas = schemas

    def check(self, name: str, value: object, path: str) -> None:
        """Raise `APIValidationError` unless the value keeps the schema of that name."""
        self._check(self._schemas.get(name), value, path)

    def _check(self, schema: object, value: object, path: str, seen: tuple[str, ...] = ()) -> None:
        """The same for any schema; `seen` are the references that led to it, which may form a circle."""
        if not isinstance(schema, dict):
            return
        rules = cast("dict[str, object]", schema)
        if value is None and rules.get("nullable") is True:
            return
        reference = rules.get("$ref")
        if isinstance(reference, str) and reference not in seen:
            seen = (*seen, reference)
            self._check(self._schemas.get(reference.rpartition("/")[2]), value, path, seen)
        for one in self._list(rules, "allOf"):
            self._check(one, value, path, seen)
        for union in ("anyOf", "oneOf"):
            choices = self._list(rules, union)
            if choices and not any(self._fits(one, value, path, seen) for one in choices):
                raise APIValidationError(path, "one of its types", value)
        self._kind(rules, value, path)
        if "const" in rules and value != rules["const"]:
            raise APIValidationError(path, repr(rules["const"]), value)
        allowed = self._list(rules, "enum")
        if allowed and value not in allowed:
            raise APIValidationError(path, "one of " + ", ".join(map(repr, allowed)), value)
        if isinstance(value, dict):
            self._members(rules, cast("dict[str, object]", value), path)
        elif isinstance(value, list | tuple):
            for index, item in enumerate(cast("Sequence[object]", value)):
                self._check(rules.get("items"), item, f"{path}[{index}]")

    def _fits(self, schema: object, value: object, path: str, seen: tuple[str, ...]) -> bool:
        try:
            self._check(schema, value, path, seen)
        except APIValidationError:
            return False
        return True

    def _kind(self, rules: Mapping[str, object], value: object, path: str) -> None:
        kind = rules.get("type")
        names = [kind] if isinstance(kind, str) else self._list(rules, "type")
        known = [str(name) for name in names if name in KINDS]
        if known and not any(_is(name, value) for name in known):
            raise APIValidationError(path, " or ".join(known), value)

    def _members(self, rules: Mapping[str, object], value: Mapping[str, object], path: str) -> None:
        for name in self._list(rules, "required"):
            if name not in value:
                raise APIValidationError(f"{path}.{name}", "a value", None)
        properties = rules.get("properties")
        known = cast("dict[str, object]", properties) if isinstance(properties, dict) else {}
        rest = rules.get("additionalProperties")
        for name, member in value.items():
            self._check(known.get(name, rest), member, f"{path}.{name}")

    @staticmethod
    def _list(rules: Mapping[str, object], name: str) -> list[object]:
        found = rules.get(name)
        return cast("list[object]", found) if isinstance(found, list) else []


def _is(kind: str, value: object) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, KINDS[kind])
