"""How a schema is spelled in each version of OpenAPI: from 3.1 on as JSON Schema, in 3.0 in a dialect.

One walk over what the generator made, with every keyword known for what it holds, so that an example or a
default is never taken for a schema.  Called once for each schema; titles go on the way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, cast

from responder.ext.openapi.objects import Schema

__all__ = ["spell_30", "tidy"]

Follow: TypeAlias = Callable[[str], "Schema | None"]
"""Gives what a reference leads to."""

_ONE: Final = frozenset(
    "items additionalProperties not contains propertyNames if then else contentSchema unevaluatedItems"
    " unevaluatedProperties".split()
)
_SEVERAL: Final = frozenset(("anyOf", "oneOf", "allOf", "prefixItems"))
_NAMED: Final = frozenset(("properties", "patternProperties", "dependentSchemas"))
_UNKNOWN_TO_30: Final = frozenset(
    "contains propertyNames patternProperties dependentSchemas if then else contentSchema contentMediaType"
    " contentEncoding unevaluatedItems unevaluatedProperties minContains maxContains dependentRequired"
    " $comment $schema $id $anchor".split()
)
_BOUNDS: Final = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
}
_PYDANTIC: Final = frozenset("strict allow_inf_nan max_digits decimal_places coerce_numbers_to_str".split())
"""Words of pydantic's that JSON Schema has none for."""


def tidy(schema: object) -> object:
    """A schema in the dialect of 3.1 and later, without titles."""
    return _walk(schema, lambda made: made)


def spell_30(schema: object, follow: Follow) -> object:
    """A schema in the dialect of OpenAPI 3.0, without titles."""
    return _walk(schema, lambda made: _to_30(made, follow))


def _walk(schema: object, spell: Callable[[Schema], Schema]) -> object:
    if not isinstance(schema, dict):
        return schema  # `additionalProperties: false`
    made: Schema = {}
    schema = cast("Schema", schema)
    for key, value in schema.items():
        if key == "title" or key in _PYDANTIC or (key == "description" and not value):
            continue
        if key in ("writeOnly", "default") and schema.get("format") == "password":
            continue  # secrets are answered too, as stars; and stars are nothing to send
        if key in _ONE:
            made[key] = _walk(value, spell)
        elif key in _SEVERAL:
            made[key] = [_walk(one, spell) for one in cast("list[object]", value)]
        elif key in _NAMED:
            made[key] = {name: _walk(one, spell) for name, one in cast("Schema", value).items()}
        else:
            word = _word(key, made)
            # JSON has no infinity: as a bound it says nothing, and as a default nobody can send it.
            if word is not None and not (type(value) is float and not math.isfinite(value)):
                made[word] = value
    return spell(made)


def _word(key: str, made: Schema) -> str | None:
    """A keyword as JSON Schema has it; pydantic leaves its own where it cannot tell what they are about."""
    if key in _BOUNDS:
        return _BOUNDS[key]
    if key in ("min_length", "max_length"):
        kinds = {"string": "Length", "array": "Items", "object": "Properties"}
        kind = kinds.get(str(made.get("type")))
        return None if kind is None else f"{key[:3]}{kind}"
    return key


def _to_30(made: Schema, follow: Follow) -> Schema:
    """One schema whose parts are in the dialect already."""
    for key in _UNKNOWN_TO_30 & made.keys():
        del made[key]
    if "const" in made:
        made["enum"] = [made.pop("const")]
    if "prefixItems" in made:
        _tuple(made)
    for limit in ("Minimum", "Maximum"):
        bound = made.get(f"exclusive{limit}")
        if isinstance(bound, int | float) and not isinstance(bound, bool):
            made[limit.lower()] = bound
            made[f"exclusive{limit}"] = True
    examples = made.pop("examples", None)
    if isinstance(examples, list) and examples and "example" not in made:
        made["example"] = cast("list[object]", examples)[0]
    if made.get("type") == "null":
        made.pop("default", None)
        return {**made, "type": "string", "nullable": True, "enum": [None]}
    if isinstance(made.get("type"), list):
        made = _several_types(made)
    made = _nullable(made, follow)
    if "default" in made and made["default"] is None:
        del made["default"]  # it says nothing that `nullable` and a missing `required` do not
    if "$ref" in made and len(made) > 1:
        made = {"allOf": [{"$ref": made.pop("$ref")}], **made}
    return made


def _tuple(made: Schema) -> None:
    """A tuple is a list of what its places hold."""
    places = cast("list[object]", made.pop("prefixItems"))
    distinct: list[object] = []
    for place in places:
        if place not in distinct:
            distinct.append(place)
    if not isinstance(made.get("items"), dict):
        made["items"] = distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def _several_types(made: Schema) -> Schema:
    types = cast("list[str]", made.pop("type"))
    named = [one for one in types if one != "null"]
    if len(named) == 1:
        made["type"] = named[0]
    elif named:
        made["anyOf"] = [{"type": one} for one in named]
    if "null" in types:
        made["nullable"] = True
    return made


def _is_null(option: object) -> bool:
    """Whether an option is `{"type": "null"}`, as spelled above."""
    return isinstance(option, dict) and cast("Schema", option).get("enum") == [None]


def _nullable(made: Schema, follow: Follow) -> Schema:
    """`anyOf: [T, null]` is `T` with `nullable`, which means something only beside a type."""
    for key in ("anyOf", "oneOf"):
        options = cast("list[Schema] | None", made.get(key))
        if options is None or not any(map(_is_null, options)):
            continue
        rest = [option for option in options if not _is_null(option)]
        del made[key]
        if not rest:
            return {**made, "type": "string", "nullable": True, "enum": [None]}
        if len(rest) == 1:
            return {**_with_null(rest[0], follow), **made}
        # What a reference leads to knows nothing of the null: one that is spelled here takes it better.
        place = next((index for index, option in enumerate(rest) if "type" in option), 0)
        rest[place] = _with_null(rest[place], follow)
        return {key: rest, **made}
    return made


def _with_null(schema: Schema, follow: Follow) -> Schema:
    """A schema that takes null too."""
    made = dict(schema)
    kind = _type_of(made, follow, 0)
    if "$ref" in made:
        made = {"allOf": [{"$ref": made.pop("$ref")}], **made}
    if "type" not in made and kind is not None:
        made = {"type": kind, **made}
    if "enum" in made:
        made["enum"] = [*cast("list[object]", made["enum"]), None]
    made["nullable"] = True
    return made


def _type_of(schema: Mapping[str, object], follow: Follow, depth: int) -> str | None:
    """The type of a schema, found behind its references."""
    kind = schema.get("type")
    if isinstance(kind, str):
        return kind
    ref = schema.get("$ref")
    if isinstance(ref, str) and depth < 10:
        target = follow(ref)
        return None if target is None else _type_of(target, follow, depth + 1)
    for key in ("allOf", "anyOf", "oneOf"):
        options = cast("list[Schema]", schema.get(key) or [])
        kinds = {_type_of(option, follow, depth + 1) for option in options} if depth < 10 else set[str]()
        if len(kinds) == 1:
            return kinds.pop()
    return None
