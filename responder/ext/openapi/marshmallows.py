"""marshmallow schemas as JSON Schema, as far as their fields say; the door to that package.

A class is recognised by its base, so that marshmallow is never imported here by itself.  Called by
`authoring`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from responder.ext.openapi.objects import Schema

__all__ = ["schema_of"]

_KINDS: Final[Mapping[str, Schema]] = {
    "String": {"type": "string"},
    "Email": {"type": "string", "format": "email"},
    "Url": {"type": "string", "format": "uri"},
    "UUID": {"type": "string", "format": "uuid"},
    "Integer": {"type": "integer"},
    "Float": {"type": "number"},
    "Number": {"type": "number"},
    "Decimal": {"type": "number"},
    "Boolean": {"type": "boolean"},
    "DateTime": {"type": "string", "format": "date-time"},
    "NaiveDateTime": {"type": "string", "format": "date-time"},
    "AwareDateTime": {"type": "string", "format": "date-time"},
    "Date": {"type": "string", "format": "date"},
    "Time": {"type": "string", "format": "time"},
    "TimeDelta": {"type": "integer"},
    "IP": {"type": "string"},
    "Dict": {"type": "object", "additionalProperties": True},
    "Mapping": {"type": "object", "additionalProperties": True},
}


def schema_of(schema: object) -> Schema | None:
    """The JSON Schema of a marshmallow schema, class or instance; None for anything else."""
    kind = schema if isinstance(schema, type) else type(schema)
    if not any(base.__module__ == "marshmallow.schema" for base in kind.__mro__):
        return None
    fields: object = getattr(schema, "fields", None) if not isinstance(schema, type) else None
    declared: object = fields or getattr(kind, "_declared_fields", {})
    properties: dict[str, object] = {}
    required: list[str] = []
    for name, field in cast("Mapping[str, object]", declared).items():
        key = str(getattr(field, "data_key", None) or name)
        properties[key] = _field(field)
        if getattr(field, "required", False):
            required.append(key)
    made: Schema = {"type": "object", "properties": properties}
    if required:
        made["required"] = required
    return made


def _field(field: object) -> Schema:
    made: Schema = {}
    for base in type(field).__mro__:
        if base.__name__ == "List":
            made = {"type": "array", "items": _field(getattr(field, "inner", None))}
            break
        if base.__name__ == "Nested":
            nested = schema_of(getattr(field, "schema", None)) or {"type": "object"}
            made = {"type": "array", "items": nested} if getattr(field, "many", False) else nested
            break
        if base.__name__ in _KINDS:
            made = dict(_KINDS[base.__name__])
            break
    _judged(field, made)
    if getattr(field, "dump_only", False):
        made["readOnly"] = True
    if getattr(field, "load_only", False):
        made["writeOnly"] = True
    metadata: object = getattr(field, "metadata", None)
    if isinstance(metadata, Mapping):
        description = cast("Mapping[str, object]", metadata).get("description")
        if isinstance(description, str):
            made["description"] = description
    return {"anyOf": [made, {"type": "null"}]} if getattr(field, "allow_none", False) and made else made


def _judged(field: object, made: Schema) -> None:
    """Put the validators that JSON Schema knows onto a schema."""
    for validator in cast("list[object]", getattr(field, "validators", None) or []):
        kind = type(validator).__name__
        lowest: object = getattr(validator, "min", None)
        highest: object = getattr(validator, "max", None)
        if kind == "Range":
            inclusive = getattr(validator, "min_inclusive", True), getattr(validator, "max_inclusive", True)
            if lowest is not None:
                made["minimum" if inclusive[0] else "exclusiveMinimum"] = lowest
            if highest is not None:
                made["maximum" if inclusive[1] else "exclusiveMaximum"] = highest
        elif kind == "Length":
            names = ("minItems", "maxItems") if made.get("type") == "array" else ("minLength", "maxLength")
            made.update(
                {
                    name: limit
                    for name, limit in zip(names, (lowest, highest), strict=True)
                    if limit is not None
                }
            )
        elif kind == "OneOf":
            made["enum"] = list(cast("list[object]", getattr(validator, "choices", [])))
