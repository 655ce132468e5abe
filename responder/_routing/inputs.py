"""`Input`: one value that a client sends, as everything after the rules sees it.

Made from what `bind` decided and what the reader found; read by the compiler, by `explain`, and by the tools
that describe the service.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Final, Literal

import typing_extensions

from responder._contract.answers import query_model_finding
from responder._contract.binding import Input as BoundInput
from responder._contract.convertors import CARRIES_TEXT
from responder._contract.findings import Finding, found
from responder._contract.shapes import Choice, Model, Nothing, Shape
from responder._contract.sources import Source
from responder._routing.adapters import (
    Adapter,
    UnsupportedType,
    adapter_for,
    is_sequence,
    text_adapter,
    upload_adapter,
)
from responder._routing.reader import LiveParam
from responder._routing.shaping import shape_of
from responder.params import MISSING, Marker

Carries = Literal["one", "many", "whole"]
_NO_CONSTRAINTS: Final[Mapping[str, object]] = {}
_MUTABLE: Final = (list, dict, set)


@dataclass(frozen=True, slots=True)
class Input:
    """One declared input of an operation.

    `key` is what is looked up (an alias, or the name); `carries` says whether one value, every value of the
    key, or the whole of the source (a model over the query string or form) is taken.  `default` is `MISSING`
    when required.
    """

    name: str
    source: Source
    key: str
    annotation: object
    required: bool
    default: object
    default_factory: Callable[[], object] | None
    carries: Carries
    embed: bool
    marker: Marker | None
    adapter: Adapter

    @property
    def constraints(self) -> Mapping[str, object]:
        """The marker's constraints, such as `ge=1`."""
        return _NO_CONSTRAINTS if self.marker is None else self.marker.constraints

    @property
    def strict(self) -> bool:
        """Whether its marker says so."""
        return self.constraints.get("strict") is True

    @property
    def shown(self) -> str:
        """The key as clients are told of it: the alias of a header is shown as it was written, though it is
        looked for in lower case.
        """
        alias = self.marker.alias if self.marker is not None and self.source is Source.HEADER else None
        return alias or self.key

    def fallback(self) -> object:
        """Give the value to use when the client sent none; a mutable default is copied for each request."""
        if self.default_factory is not None:
            return self.default_factory()
        default = self.default
        return copy(default) if type(default) in _MUTABLE else default


def make_input(bound: BoundInput, live: LiveParam, handler: str) -> Input | Finding:
    """Join what the rules decided with what the run time needs; a type pydantic cannot read is a finding."""
    marker = live.marker if isinstance(live.marker, Marker) else None
    constraints = _NO_CONSTRAINTS if marker is None else marker.constraints
    carries = _carries(bound, live.annotation)
    annotation = str if live.annotation is MISSING else live.annotation
    try:
        if bound.source is Source.FILE:
            adapter = upload_adapter(live.annotation, constraints)
        elif bound.source is Source.BODY:
            adapter = adapter_for(annotation, constraints)
        elif carries == "whole":
            adapter = adapter_for(annotation, lax(constraints))
        else:
            adapter = text_adapter(annotation, lax(constraints))
    except UnsupportedType as error:
        if bound.source is Source.PATH and marker is None:
            return _made(bound, live, annotation, carries, adapter_for(object))  # as its convertor made it
        return found(
            "annotation-unsupported",
            parameter=bound.name,
            annotation=bound.param.annotation,
            handler=handler,
            why=str(error),
        )
    return _made(bound, live, annotation, carries, adapter)


def _made(
    bound: BoundInput, live: LiveParam, annotation: object, carries: Carries, adapter: Adapter
) -> Input:
    marker = live.marker if isinstance(live.marker, Marker) else None
    return Input(
        name=bound.name,
        source=bound.source,
        key=bound.key,
        annotation=annotation,
        required=bound.required,
        default=live.default,
        default_factory=None if marker is None or live.default is not MISSING else marker.default_factory,
        carries=carries,
        embed=bound.embed,
        marker=marker,
        adapter=adapter,
    )


def lax(constraints: Mapping[str, object]) -> Mapping[str, object]:
    """The constraints without `strict`, which is asked of the validation where values come as text."""
    if "strict" not in constraints:
        return constraints
    return {key: value for key, value in constraints.items() if key != "strict"}


def whole_query(model: type) -> Input | Finding:
    """Make the input of `params_model=`: the whole query string as one model."""
    wrong = query_model_finding(shape_of(model), model.__name__)
    if wrong is not None:
        return wrong
    try:
        adapter = adapter_for(model)
    except UnsupportedType as error:
        return found("params-model", model=model.__name__, why=str(error))
    return Input(
        name="validated_params",
        source=Source.QUERY,
        key="",
        annotation=model,
        required=True,
        default=MISSING,
        default_factory=None,
        carries="whole",
        embed=False,
        marker=None,
        adapter=adapter,
    )


def field_keys(model: object) -> tuple[tuple[str, str, bool], ...]:
    """List a whole-source model's fields as (field, key to look up, whether it collects)."""
    kind = _model_class(model)
    fields: Mapping[str, object] = getattr(kind, "model_fields", {})
    if fields:
        rows: list[tuple[str, str, bool]] = []
        for name, field in fields.items():
            alias = getattr(field, "validation_alias", None) or getattr(field, "alias", None)
            key = alias if isinstance(alias, str) else name
            rows.append((name, key, is_sequence(getattr(field, "annotation", str))))
        return tuple(rows)
    hints = typing_extensions.get_type_hints(kind, include_extras=True) if isinstance(kind, type) else {}
    return tuple((name, name, is_sequence(hint)) for name, hint in hints.items())


def _model_class(annotation: object) -> object:
    if isinstance(annotation, type):
        return annotation
    for option in typing_extensions.get_args(annotation):
        if isinstance(option, type) and option is not type(None):
            return option
    return annotation


def is_judged(one: Input, convertor: str) -> bool:
    """Whether a path value is validated: what came as text is, and what a convertor made of it only where a
    marker or the annotation asks for more than a type.
    """
    more = one.marker is not None or typing_extensions.get_origin(one.annotation) is typing.Annotated
    return more or convertor in CARRIES_TEXT


def takes_any_file(one: Input) -> bool:
    """Whether an upload goes in as it came, because nothing is asked of it but to be there."""
    return one.source is Source.FILE and one.adapter is adapter_for(object)


def is_raw(one: Input) -> bool:
    """Whether an input is the body's bytes as they come, whatever they mean."""
    return one.source is Source.BODY and not one.embed and _is_bytes(one.annotation)


def _is_bytes(annotation: object) -> bool:
    origin = typing_extensions.get_origin(annotation)
    options = typing_extensions.get_args(annotation)
    if origin is typing.Annotated:
        return _is_bytes(options[0])
    if origin is typing.Union or origin is types.UnionType:
        return all(option is type(None) or _is_bytes(option) for option in options)
    return annotation is bytes


def _carries(bound: BoundInput, annotation: object) -> Carries:
    if bound.source in (Source.QUERY, Source.FORM) and _is_model(bound.param.shape):
        return "whole"
    if bound.source is not Source.PATH and is_sequence(annotation):
        return "many"
    return "one"


def _is_model(shape: Shape) -> bool:
    if isinstance(shape, Choice):
        options = [option for option in shape.options if not isinstance(option, Nothing)]
        return len(options) == 1 and _is_model(options[0])
    return isinstance(shape, Model)
