"""The errors of a document: the components `Problem` and `ValidationProblem`, and one for each class.

A class of ours or a user's that has a `type` or members of its own becomes a schema; one that has only a
status is a plain `Problem`.  Called by `answers`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from responder.errors import Problem
from responder.ext.openapi.objects import Schema
from responder.ext.openapi.schemas import Schemas, adapter_of
from responder.status_codes import phrase

__all__ = ["problem", "typed_problem", "validation_problem"]

PROBLEM_JSON: Final = "application/problem+json"

_URI: Final[Schema] = {"type": "string", "format": "uri-reference"}
_STATUS: Final[Schema] = {"type": "integer", "minimum": 100, "maximum": 599}


def problem(schemas: Schemas) -> Schema:
    """A reference to what every problem document is."""
    return schemas.add("Problem", lambda: _problem(_errors()), fixed=True)


def plain_problem(schemas: Schemas) -> Schema:
    """A reference to the problem document of an error that has no type of its own."""

    def make() -> Schema:
        made = _problem(_errors())
        cast("dict[str, object]", made["properties"])["type"] = {"type": "string", "const": "about:blank"}
        made["description"] = "An error that its status says everything of."
        return made

    return schemas.add("PlainProblem", make, fixed=True)


def validation_problem(schemas: Schemas) -> Schema:
    """A reference to the problem document that lists what is wrong with a request."""
    item = schemas.add("ValidationErrorItem", _item, fixed=True)

    def make() -> Schema:
        made = _problem({"type": "array", "items": item})
        made["description"] = "What is wrong with a request, fault by fault."
        return {**made, "required": ["type", "title", "status", "errors"]}

    return schemas.add("ValidationProblem", make, fixed=True)


def typed_problem(kind: type[Problem], schemas: Schemas) -> Schema:
    """A reference to the document of a class of problems."""
    if not is_typed(kind):
        return problem(schemas)
    return schemas.add(kind.__name__, lambda: _typed(kind, schemas), module=kind.__module__)


def is_typed(kind: type[Problem]) -> bool:
    """Whether a class says more than its status."""
    return kind.type != "about:blank" or bool(kind.declared())


def title_of(kind: type[Problem]) -> str:
    """What a class of problems is called."""
    return kind.title or phrase(kind.status)


def union_of(kinds: Sequence[type[Problem]], schemas: Schemas, *, others: bool) -> Schema:
    """What a status may be answered with: one of several problems, told apart by their `type`.

    `others` says that a problem without a class may come too.
    """
    typed = [kind for kind in kinds if is_typed(kind)]
    refs = [typed_problem(kind, schemas) for kind in typed]
    types = [kind.type for kind in typed]
    if others or len(typed) < len(kinds):
        refs.append(plain_problem(schemas))
        types.append("about:blank")
    if len(refs) == 1:
        return refs[0]
    if len(set(types)) < len(types):
        return {"anyOf": refs}
    mapping = {kind: ref["$ref"] for kind, ref in zip(types, refs, strict=True)}
    return {"oneOf": refs, "discriminator": {"propertyName": "type", "mapping": mapping}}


def _problem(errors: Schema) -> Schema:
    return {
        "type": "object",
        "description": "An error, as RFC 9457 has it.",
        "properties": {
            "type": {**_URI, "description": "Names the kind of problem."},
            "title": {"type": "string", "description": "What this kind of problem is called."},
            "status": {**_STATUS, "description": "The status of the answer."},
            "detail": {"type": "string", "description": "What happened this time."},
            "instance": {**_URI, "description": "Names this one occurrence."},
            "request_id": {"type": "string", "description": "The id of the request, for support."},
            "errors": errors,
        },
        "required": ["type", "title", "status"],
        "additionalProperties": True,
    }


def _errors() -> Schema:
    return {"type": "array", "items": {"type": "object", "additionalProperties": True}}


def _item() -> Schema:
    return {
        "type": "object",
        "description": "One fault of a request: where it is, and what is wrong.",
        "properties": {
            "loc": {
                "type": "array",
                "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
                "description": "Where: the source first (`query`, `body`, ...), then the way down.",
            },
            "msg": {"type": "string", "description": "What is wrong, in words."},
            "type": {"type": "string", "description": "What is wrong, for programs."},
            "ctx": {
                "type": "object",
                "additionalProperties": True,
                "description": "The limits that were hurt.",
            },
        },
        "required": ["loc", "msg", "type"],
    }


def _typed(kind: type[Problem], schemas: Schemas) -> Schema:
    """The document of one class: what RFC 9457 has, its own `type` and status, and its members."""
    made = _problem(_errors())
    properties = cast("dict[str, object]", made["properties"])
    properties["type"] = {"type": "string", "const": kind.type}
    properties["status"] = {"type": "integer", "const": kind.status}
    members = kind.members()
    for name, annotation in members.items():
        properties[name] = _member(annotation, schemas)
    made["required"] = ["type", "title", "status", *members]
    text = kind.__doc__
    made["description"] = title_of(kind) if text is None or text == Problem.__doc__ else text.strip()
    return made


def _member(annotation: object, schemas: Schemas) -> Schema:
    adapter = adapter_of(annotation)
    return {} if isinstance(adapter, str) else schemas.raw(adapter, "serialization")
