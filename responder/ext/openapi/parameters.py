"""What a client sends: the parameters of an operation, and its request body.

Reads the inputs that the plan has for an operation, the same that its endpoint reads.  Called by `operation`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, cast

from pydantic_core import PydanticSerializationError, to_jsonable_python

from responder.ext.openapi.generator import BINARY, FILE
from responder.ext.openapi.naming import pascal
from responder.ext.openapi.objects import MediaType, Parameter, RequestBody, Schema, is_object
from responder.ext.openapi.schemas import Schemas
from responder.params import MISSING
from responder.routes import Input, Operation

__all__ = ["body_of", "parameters_of"]

_IN_PLACE: Final = ("path", "query", "header", "cookie")
_STYLES: Final = {"query": ("form", True), "header": ("simple", False), "cookie": ("form", True)}
_SIZES: Final = ("minLength", "maxLength")
_BY_CONVERTOR: Final[Mapping[str, Schema]] = {
    "int": {"type": "integer", "minimum": 0},
    "float": {"type": "number", "minimum": 0},
    "uuid": {"type": "string", "format": "uuid"},
}


def parameters_of(operation: Operation, schemas: Schemas, spelling: Sequence[str]) -> list[Parameter]:
    """The parameters of an operation: those of the path in its order, then the others as declared.

    `spelling` are the names under which the document has the fields of the path.
    """
    inputs = operation.inputs
    by_field = {one.key: one for one in inputs if one.source.value == "path"}
    found: dict[tuple[str, str], Parameter] = {}
    for field, name in zip(operation.template.fields, spelling, strict=True):
        found[("path", name)] = _in_path(name, field.convertor, by_field.get(field.name), schemas)
    for one in inputs:
        if one.source.value not in _IN_PLACE or one.source.value == "path":
            continue
        for parameter in _whole(one, schemas) if one.carries == "whole" else [_parameter(one, schemas)]:
            known = found.setdefault((parameter["in"], parameter["name"].lower()), parameter)
            if parameter.get("required"):
                known["required"] = True
    return list(found.values())


def _in_path(name: str, convertor: str, one: Input | None, schemas: Schemas) -> Parameter:
    schema: Schema = dict(_BY_CONVERTOR.get(convertor, {"type": "string"}))
    made = Parameter({"name": name, "in": "path", "required": True})
    if one is not None:
        own = schemas.raw(one.adapter, "validation")
        if own:
            schema = _bounded(own, convertor)
        _describe(made, one, schema)
    made["schema"] = schemas.spell(schema)
    return made


def _bounded(schema: Schema, convertor: str) -> Schema:
    """A number in a path has no sign, because digits are all that its convertor takes."""
    lower = schema.get("minimum", schema.get("exclusiveMinimum"))
    numeric = convertor in ("int", "float") and schema.get("type") in ("integer", "number")
    if not numeric or (isinstance(lower, int | float) and lower >= 0):
        return schema
    kept = {key: value for key, value in schema.items() if key != "exclusiveMinimum"}
    return {**kept, "minimum": 0}


def _parameter(one: Input, schemas: Schemas) -> Parameter:
    made = Parameter({"name": one.shown, "in": one.source.value, "required": one.required})
    schema = without_null(schemas.raw(one.adapter, "validation"))
    default = default_of(one, schemas)
    if default is not MISSING and default is not None:
        schema["default"] = default
    _describe(made, one, schema)
    return _styled(made, schema, schemas)


def _describe(made: Parameter, one: Input, schema: Schema) -> None:
    """Put what a marker says onto a parameter, and keep descriptions out of its schema."""
    marker = one.marker
    told = schema.pop("description", None) if "$ref" not in schema else None
    description = told if marker is None or marker.description is None else marker.description
    if isinstance(description, str):
        made["description"] = description
    if (marker is not None and marker.deprecated) or schema.pop("deprecated", False):
        made["deprecated"] = True
    if marker is not None and marker.examples:
        schema["examples"] = [jsonable(example) for example in marker.examples]


def _styled(made: Parameter, schema: Schema, schemas: Schemas) -> Parameter:
    """Write out how a list is sent."""
    kind = schemas.follow(schema).get("type")
    if kind == "array" or (kind is None and _is_list(schema, schemas)):
        made["style"], made["explode"] = _STYLES[made["in"]]
        schema = _not_empty(schema, required=made.get("required", False))
    made["schema"] = schemas.spell(schema)
    return made


def _not_empty(schema: Schema, *, required: bool) -> Schema:
    """A list that has to be there: outside of JSON an empty one has no spelling, and counts as missing."""
    if not required or schema.get("type") != "array" or schema.get("minItems"):
        return schema
    return {**schema, "minItems": 1}


def _is_list(schema: Schema, schemas: Schemas) -> bool:
    options = cast("Iterable[Schema]", schema.get("anyOf") or ())
    return any(schemas.follow(option).get("type") == "array" for option in options)


def _whole(one: Input, schemas: Schemas) -> list[Parameter]:
    """The fields of a model that is read from a whole query string, each a parameter."""
    model = schemas.follow(without_null(schemas.raw(one.adapter, "validation")))
    properties = cast("Mapping[str, Schema]", model.get("properties") or {})
    required = cast("Sequence[str]", model.get("required") or ())
    made: list[Parameter] = []
    for name, schema in properties.items():
        own = without_null(schema)
        if own.get("default", MISSING) is None:
            del own["default"]
        parameter = Parameter(
            {"name": name, "in": one.source.value, "required": one.required and name in required}
        )
        description = own.pop("description", None)
        if isinstance(description, str):
            parameter["description"] = description
        if own.pop("deprecated", False):
            parameter["deprecated"] = True
        made.append(_styled(parameter, own, schemas))
    return made


def without_null(schema: Mapping[str, object]) -> Schema:
    """A schema without null among its options: what comes as text is never null, only absent."""
    made = dict(schema)
    options = cast("Sequence[Schema] | None", made.get("anyOf"))
    if options is None:
        return made
    kept = [option for option in options if option.get("type") != "null"]
    if len(kept) == len(options):
        return made
    del made["anyOf"]
    if len(kept) == 1:
        return {**kept[0], **made}
    return {"anyOf": kept, **made}


def default_of(one: Input, schemas: Schemas) -> object:
    """What stands for an input that is not sent, as JSON has it; `MISSING` where JSON cannot say it."""
    if one.required or one.default_factory is not None or one.default is MISSING:
        return MISSING
    try:
        return one.adapter.dump_python(one.default, mode="json", by_alias=True, warnings="none")
    except (PydanticSerializationError, ValueError, TypeError):
        return jsonable(one.default)


def jsonable(value: object) -> object:
    """A value as JSON has it; `MISSING` where there is no way."""
    try:
        return cast("object", to_jsonable_python(value, by_alias=True))
    except (PydanticSerializationError, ValueError, TypeError):
        return MISSING


# --- bodies


def body_of(operation: Operation, operation_id: str, schemas: Schemas) -> RequestBody | None:
    """The request body of an operation, if it reads one."""
    inputs = [one for one in operation.inputs if one.source.value in ("body", "form", "file")]
    if not inputs:
        return None
    if any(one.source.value != "body" for one in inputs):
        return _form(inputs, operation_id, schemas)
    if any(one.embed for one in inputs):
        return _embedded(inputs, operation_id, schemas)
    one = inputs[0]
    schema = schemas.raw(one.adapter, "validation")
    binary = _is_raw(one.adapter.core_schema)
    if binary:
        schema = {**BINARY, **{key: value for key, value in schema.items() if key in _SIZES}}
    media: MediaType = {"schema": schemas.spell(schema if binary else _marked(one, schema, schemas))}
    made: RequestBody = {}
    if one.marker is not None and one.marker.description is not None:
        made["description"] = one.marker.description
    made["required"] = one.required
    made["content"] = {"application/octet-stream" if binary else "application/json": media}
    return made


def _is_raw(core: Mapping[str, object]) -> bool:
    """Whether a body is read as bytes, whatever they mean: then it is no JSON."""
    while "schema" in core:
        core = cast("Mapping[str, object]", core["schema"])
    return core.get("type") == "bytes"


def is_bytes(schema: Mapping[str, object]) -> bool:
    """Whether a schema is that of bytes as they are."""
    return schema.get("type") == "string" and schema.get("format") == "binary"


def _marked(one: Input, schema: Schema, schemas: Schemas) -> Schema:
    """A schema with what the input's marker says of it."""
    marker = one.marker
    made = dict(schema)
    default = default_of(one, schemas)
    if default is not MISSING and default is not None:
        made["default"] = default
    if marker is not None and marker.examples:
        made["examples"] = [jsonable(example) for example in marker.examples]
    return made


def _embedded(inputs: Sequence[Input], operation_id: str, schemas: Schemas) -> RequestBody:
    schema = schemas.add(f"{pascal(operation_id)}Body", lambda: _object(inputs, schemas))
    return {
        "required": any(one.required for one in inputs),
        "content": {"application/json": {"schema": schema}},
    }


def _form(inputs: Sequence[Input], operation_id: str, schemas: Schemas) -> RequestBody:
    alone = inputs[0] if len(inputs) == 1 else None
    schema: Schema
    if alone is not None and alone.carries == "whole":
        schema = without_null(schemas.raw(alone.adapter, "validation"))
    else:
        schema = schemas.add(f"{pascal(operation_id)}Form", lambda: _object(inputs, schemas))
    fields = cast("Mapping[str, Schema]", schemas.follow(schema).get("properties") or {})
    files = {name: file for name, one in fields.items() if (file := _file_in(one)) is not None}
    form: MediaType = {"schema": schema}
    kinds = {name: {"contentType": kind} for name, file in files.items() if (kind := _kind_of(file))}
    if kinds:
        form["encoding"] = {**kinds}
    media = "multipart/form-data" if files else "application/x-www-form-urlencoded"
    return {"required": any(one.required for one in inputs), "content": {media: form}}


def _file_in(schema: Schema) -> Schema | None:
    """The schema of the file, or of each file, that a field of a form holds; None where it is text."""
    one = without_null(schema)
    options = (one, one.get("items"), *cast("Iterable[object]", one.get("anyOf") or ()))
    return next((option for option in options if is_object(option) and is_bytes(option)), None)


def _kind_of(file: Schema) -> str | None:
    """The media type that a file has to have, as far as its author says so."""
    kind = file.get("contentMediaType")
    return kind if isinstance(kind, str) and kind != FILE["contentMediaType"] else None


def _object(inputs: Sequence[Input], schemas: Schemas) -> Schema:
    """The object that several inputs of one body make."""
    properties: dict[str, object] = {}
    required: list[str] = []
    for one in inputs:
        if one.carries == "whole":
            model = schemas.follow(without_null(schemas.raw(one.adapter, "validation")))
            properties.update(cast("Mapping[str, object]", model.get("properties") or {}))
            if one.required:
                required.extend(cast("Iterable[str]", model.get("required") or ()))
            continue
        properties[one.key] = _field(one, schemas)
        if one.required:
            required.append(one.key)
    made: Schema = {"type": "object", "properties": properties}
    if required:
        made["required"] = list(dict.fromkeys(required))
    return made


def _upload(one: Input, schemas: Schemas) -> Schema:
    """What stands beside the type of an upload; where nothing does, any file will do."""
    told = without_null(schemas.raw(one.adapter, "validation"))
    if told:
        return told
    return {"type": "array", "items": dict(FILE)} if one.carries == "many" else dict(FILE)


def _field(one: Input, schemas: Schemas) -> Schema:
    if one.source.value == "file":
        schema = _not_empty(_upload(one, schemas), required=one.required)
    else:
        schema = schemas.raw(one.adapter, "validation")
        if one.source.value != "body":
            schema = _not_empty(without_null(schema), required=one.required)
        schema = _marked(one, schema, schemas)
    marker = one.marker
    if marker is not None and marker.description is not None:
        schema["description"] = marker.description
    if marker is not None and marker.deprecated:
        schema["deprecated"] = True
    return schema
