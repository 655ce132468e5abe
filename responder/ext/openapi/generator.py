"""pydantic's generator of JSON Schema, told to write what clients can be generated from.

What differs from pydantic's own: no titles, definitions under provisional names that `naming` settles when
all are known, fields with a default required in answers, decimals with their pattern, names for the members
of int enums, unions with a discriminator as definitions of their own.  The dialect here is that of 3.1;
`dialects` spells others.
"""

from __future__ import annotations

import enum
import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal, TypeAlias, cast

from pydantic.json_schema import DefsRef, GenerateJsonSchema, JsonRef, JsonSchemaValue
from pydantic_core import PydanticSerializationError, core_schema
from typing_extensions import override

from responder.ext.openapi.objects import Schema
from responder.models import UploadFile

__all__ = ["Generator"]

Mode: TypeAlias = Literal["validation", "serialization"]
DecimalText: TypeAlias = Literal["string", "float"]

PROVISIONAL: Final = "#/components/schemas/\x00"
"""What a reference begins with until its definition has a name."""

_ENDINGS: Final[Mapping[str, str]] = {"validation": ".in", "serialization": ".out"}
_FEW_FLAGS: Final = 6
_PLAIN: Final = (str, int, bool)
FILE: Final[Schema] = {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}
"""An uploaded file, for old readers and new ones."""
BINARY: Final[Schema] = FILE
"""Bytes as they are."""


class Generator(GenerateJsonSchema):
    """Makes schemas one by one, and keeps the definitions that they refer to."""

    def __init__(self, decimals: DecimalText = "string") -> None:
        super().__init__(by_alias=True, ref_template=PROVISIONAL + "{model}")
        self._decimals: DecimalText = decimals
        self._classes: dict[str, object] = {}
        self._keys: dict[str, str] = {}
        self._named_unions: set[int] = set()
        self.unions: dict[str, tuple[str, tuple[str, ...]]] = {}
        """Unions by key: the property that tells their members apart, and the references to these."""

    def make(self, schema: core_schema.CoreSchema, mode: Mode) -> Schema:
        """The schema of a type in one direction; what it refers to is in `definitions` afterwards."""
        self._mode = mode
        return self.generate_inner(schema)

    @property
    @override
    def mode(self) -> Mode:
        """The direction; asked for some fifty times a model, so it is not looked for in configurations."""
        return self._mode

    @override
    def encode_default(self, dft: object) -> object:
        if dft is None or type(dft) in _PLAIN:
            return dft
        if type(dft) is Decimal:
            if dft.is_finite():
                return format(dft, "f")
            raise PydanticSerializationError(f"{dft} is no number of JSON's")
        made = super().encode_default(dft)
        try:
            json.dumps(made, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise PydanticSerializationError(str(error)) from None
        return made

    def class_of(self, core_ref: str) -> object:
        """The class that a definition stands for, where there is one."""
        return self._classes.get(core_ref)

    def core_ref(self, key: str) -> str | None:
        """pydantic's own reference to a definition; None for a union of ours."""
        pair = self.defs_to_core_refs.get(DefsRef(key))
        return None if pair is None else pair[0]

    # -- how definitions are called, for the time being

    @override
    def get_defs_ref(self, core_mode_ref: tuple[str, Mode]) -> DefsRef:
        core_ref, mode = core_mode_ref
        key = self._keys.setdefault(core_ref, str(len(self._keys)))
        return DefsRef(key + _ENDINGS[mode])

    @override
    def get_title_from_name(self, name: str) -> str:
        return ""

    @override
    def field_title_should_be_set(self, schema: object) -> bool:
        return False

    # -- what is written another way

    @override
    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        self._meet(schema)
        if schema.get("root_model"):
            self._named_unions.add(id(schema["schema"]))
        return super().model_schema(schema)

    @override
    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        self._meet(schema)
        return super().dataclass_schema(schema)

    @override
    def typed_dict_schema(self, schema: core_schema.TypedDictSchema) -> JsonSchemaValue:
        self._meet(schema)
        return super().typed_dict_schema(schema)

    @override
    def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
        self._meet(schema)
        made = super().enum_schema(schema)
        members = cast("list[enum.Enum]", schema["members"])
        if issubclass(schema["cls"], enum.Flag):
            return _flags(made, schema["cls"])
        if made.get("type") == "integer":
            made["x-enum-varnames"] = [member.name for member in members]
        values = cast("list[object]", made["enum"])
        if "type" not in made and len({_kind(value) for value in values}) > 1:
            made["anyOf"] = _by_kind(values)
            del made["enum"]
        return made

    @override
    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        made = super().dict_schema(schema)
        names = cast("Mapping[str, object] | None", made.get("propertyNames"))
        ref = None if names is None else names.get("$ref")
        if isinstance(ref, str):
            told = cast(
                "Mapping[str, object]", self.definitions.get(DefsRef(ref.removeprefix(PROVISIONAL)), {})
            )
            values = cast("list[object] | None", told.get("enum"))
            if values is None or not all(type(value) in (str, int) for value in values):
                del made["propertyNames"]
            elif told.get("type") != "string":
                made["propertyNames"] = {"enum": [str(value) for value in values]}
        return made

    @override
    def ser_schema(
        self, schema: core_schema.SerSchema | core_schema.IncExSeqSerSchema | core_schema.IncExDictSerSchema
    ) -> JsonSchemaValue | None:
        made = super().ser_schema(schema)
        # What a function makes of a value that does not say so is anybody's guess.
        return {} if made is None and schema["type"] == "function-plain" else made

    @override
    def bytes_schema(self, schema: core_schema.BytesSchema) -> JsonSchemaValue:
        made = super().bytes_schema(schema)
        config = self._config
        spelling = config.val_json_bytes if self.mode == "validation" else config.ser_json_bytes
        if spelling == "base64":
            made["format"] = "base64url"
        else:
            del made["format"]  # JSON holds text; bytes as they are have no place in it
        return made

    @override
    def float_schema(self, schema: core_schema.FloatSchema) -> JsonSchemaValue:
        made = super().float_schema(schema)
        if self.mode == "validation" or self._config.ser_json_inf_nan != "strings":
            return made
        return {"anyOf": [made, {"type": "string", "enum": ["Infinity", "-Infinity", "NaN"]}]}

    @override
    def datetime_schema(self, schema: core_schema.DatetimeSchema) -> JsonSchemaValue:
        return _local(super().datetime_schema(schema), schema.get("tz_constraint"))

    @override
    def time_schema(self, schema: core_schema.TimeSchema) -> JsonSchemaValue:
        return _local(super().time_schema(schema), schema.get("tz_constraint"))

    @override
    def set_schema(self, schema: core_schema.SetSchema) -> JsonSchemaValue:
        return self._collected(super().set_schema(schema))

    @override
    def frozenset_schema(self, schema: core_schema.FrozenSetSchema) -> JsonSchemaValue:
        return self._collected(super().frozenset_schema(schema))

    def _collected(self, made: JsonSchemaValue) -> JsonSchemaValue:
        """A set takes what is sent twice, and never sends it twice."""
        if self.mode == "validation":
            made.pop("uniqueItems", None)
        return made

    @override
    def tuple_schema(self, schema: core_schema.TupleSchema) -> JsonSchemaValue:
        made = super().tuple_schema(schema)
        places = cast("list[JsonSchemaValue]", made.get("prefixItems") or [])
        if places and "items" not in made:
            # It says nothing new, where there are no more than these places; linters insist on it.
            made["items"] = self.get_union_of_schemas(places)
        return made

    def _meet(self, schema: Mapping[str, object]) -> None:
        ref = schema.get("ref")
        if isinstance(ref, str):
            self._classes[ref] = schema.get("cls")

    @override
    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,
    ) -> bool:
        if self.mode == "validation" or field["type"] == "typed-dict-field":
            return super().field_is_required(field, total)
        # What is answered always has the field, whether it was given or not.
        return field.get("serialization_exclude_if") is None

    @override
    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        bounds = {key: schema.get(key) for key in ("multiple_of", "le", "ge", "lt", "gt")}
        told = {key: float(cast("float", bound)) for key, bound in bounds.items() if bound is not None}
        number = self.float_schema(cast("core_schema.FloatSchema", {"type": "float", **told}))
        if self.mode == "validation" and (
            schema.get("max_digits") or schema.get("decimal_places") is not None
        ):
            # JSON Schema has no words for the digits of a number: whole numbers are sure to fit.
            number = {**number, "type": "integer", **_whole_bounds(schema, told)}
        if self.mode == "serialization" and self._decimals == "float":
            return number
        text: JsonSchemaValue = {
            "type": "string",
            "format": "decimal",
            "pattern": _decimal_pattern(schema, self.mode),
        }
        return text if self.mode == "serialization" else {"anyOf": [number, text]}

    @override
    def is_instance_schema(self, schema: core_schema.IsInstanceSchema) -> JsonSchemaValue:
        cls: object = schema["cls"]
        if isinstance(cls, type) and (issubclass(cls, UploadFile) or issubclass(UploadFile, cls)):
            return {} if cls is object else dict(FILE)
        return {}

    @override
    def handle_invalid_for_json_schema(self, schema: object, error_info: str) -> JsonSchemaValue:
        return {}  # what JSON Schema cannot say is left open

    @override
    def emit_warning(self, kind: object, detail: str) -> None:
        """Nothing: a document that cannot say something says nothing about it."""

    @override
    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        made = super().tagged_union_schema(schema)
        told = cast("Mapping[str, object]", made.get("discriminator", {}))
        mapping = cast("dict[str, object]", told.get("mapping", {}))
        members = [option.get("$ref") for option in cast("list[JsonSchemaValue]", made["oneOf"])]
        refs = tuple(member for member in members if isinstance(member, str))
        if not told or len(refs) != len(members) or len(refs) < 2:
            made.pop("discriminator", None)
            return made
        if not all(isinstance(target, str) for target in mapping.values()):
            made.pop("discriminator", None)
            return made
        name = cast("str", told["propertyName"])
        if not all(isinstance(_value(choice), str) for choice in schema["choices"]):
            made.pop("discriminator", None)  # what tells them apart is text, in OpenAPI
            return made
        if "ref" in schema or id(schema) in self._named_unions:
            self.unions.setdefault(f"~{name}{refs}", (name, refs))
            return made
        plain = tuple(_bare(ref) for ref in refs)
        key = self._keys.setdefault(f"~{name}{plain}", str(len(self._keys)))
        ending = _ENDINGS[self.mode]
        self.unions[key + ending] = (name, refs)
        ref = f"{PROVISIONAL}{key}{ending}"
        self.definitions[DefsRef(key + ending)] = made
        self.json_to_defs_refs[JsonRef(ref)] = DefsRef(key + ending)
        return {"$ref": ref}


def _value(choice: object) -> object:
    return cast("object", choice.value) if isinstance(choice, enum.Enum) else choice


def _flags(made: JsonSchemaValue, cls: type[enum.Flag]) -> JsonSchemaValue:
    """Flags are what they are together, not each alone."""
    made = {key: value for key, value in made.items() if key not in ("enum", "const")}
    most, values = 0, [int(member.value) for member in cls]
    for value in values:
        most |= value
    if most & (most + 1) and most.bit_count() <= _FEW_FLAGS:  # there are holes between them
        sums = {0}
        for value in values:
            sums |= {one | value for one in sums}
        return {**made, "type": "integer", "enum": sorted(sums)}
    return {**made, "type": "integer", "minimum": 0, "maximum": most}


def _local(made: JsonSchemaValue, constraint: object) -> JsonSchemaValue:
    """A time without an offset is none of those that `date-time` and `time` mean."""
    if constraint == "naive" and "format" in made:
        made["format"] = f"{made['format']}-local"
    return made


def _kind(value: object) -> str:
    """The type of a value, as JSON Schema calls it."""
    kinds: dict[object, str] = {
        str: "string",
        bool: "boolean",
        int: "integer",
        float: "number",
        list: "array",
        type(None): "null",
    }
    return kinds.get(type(value), "object")


def _by_kind(values: list[object]) -> list[JsonSchemaValue]:
    """Values of several types as one schema for each type."""
    kinds = dict.fromkeys(map(_kind, values))
    return [{"type": kind, "enum": [value for value in values if _kind(value) == kind]} for kind in kinds]


def _whole_bounds(schema: core_schema.DecimalSchema, told: Mapping[str, float]) -> JsonSchemaValue:
    """Between which whole numbers a decimal of so many digits is."""
    digits = schema.get("max_digits")
    if digits is None:
        return {}
    most = 10 ** max(digits - (schema.get("decimal_places") or 0), 0) - 1
    made: JsonSchemaValue = {}
    if told.get("ge", told.get("gt", -math.inf)) < -most:
        made["minimum"] = -most
    if told.get("le", told.get("lt", math.inf)) > most:
        made["maximum"] = most
    return made


def _bare(ref: str) -> str:
    """A provisional reference without its direction."""
    return ref.removesuffix(".in").removesuffix(".out")


def _decimal_pattern(schema: core_schema.DecimalSchema, mode: Mode) -> str:
    """What a decimal looks like as text, as far as a pattern can say it."""
    low = next((schema.get(key) for key in ("ge", "gt") if schema.get(key) is not None), None)
    sign = "" if low is not None and float(cast("float", low)) >= 0 else "-?"
    places, digits = schema.get("decimal_places"), schema.get("max_digits")
    whole = "[0-9]+" if digits is None else f"0*[0-9]{{1,{max(digits - (places or 0), 1)}}}"
    if places == 0:
        return f"^{sign}{whole}$"
    fraction = "[0-9]+" if places is None else f"[0-9]{{1,{places}}}"
    # Python writes very small and very large ones with an exponent, and reads what it has written.
    exponent = ""
    if mode == "serialization":
        exponent = "(?:E[+-]?[0-9]+)?"
    elif places is None and digits is None:
        exponent = "(?:[eE][+-]?[0-9]{1,4})?"
    return f"^{sign}{whole}(?:\\.{fraction})?{exponent}$"
