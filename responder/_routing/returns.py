"""The response contract: what a route promises to answer, and holding it to that.

Where the promise comes from is settled once, at registration; per answer one status is looked up and one
adapter runs.  An instance of the declared model itself goes straight to the writer.
"""

from __future__ import annotations

import inspect
import logging
import types
import typing
from collections.abc import Mapping
from typing import Final, Literal, cast

import typing_extensions
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError
from starlette.responses import Response as StarletteResponse

from responder._contract.answers import returned_finding
from responder._contract.findings import Finding
from responder._contract.frozen import frozen
from responder._http.raises import is_problem, problems_in
from responder._http.response import FOREIGN, HTML, MEDIA, NONE, RAW, TEXT, Response
from responder._routing.adapters import (
    Adapter,
    Coercer,
    ToJson,
    UnsupportedType,
    adapter_for,
    to_data_of,
    to_json_of,
)
from responder._routing.reader import spelt
from responder._routing.shaping import shape_of, union_of
from responder.params import MISSING

Channel = Literal["media", "text", "bytes"]

_LOG: Final = logging.getLogger("responder")
_JSON_TYPES: Final = (str, int, float, bool, type(None), None, typing.Any, object)
_BODILESS: Final = frozenset({204, 205, 304})
_NO_RESULT: Final = (None, type(None), MISSING, typing.Any, typing.NoReturn, typing_extensions.Never)
_CHANNELS: Final[Mapping[Channel, tuple[int, ...]]] = {
    "media": (MEDIA,),
    "text": (TEXT, HTML),
    "bytes": (RAW,),
}


_PROMISES: Final[dict[tuple[int, bool], Promise]] = {}
"""By adapter, which a promise keeps alive."""


class ContractError(Exception):
    """An answer broke its route's contract; the text is for the log, never for the client."""


@frozen
class Promise:
    """One promised body.

    `exact` is the class whose own instances need no validation; `to_json` writes a valid value, `to_data`
    turns it into plain data for the other formats.  A `plain` model holds nothing but JSON's own types and
    values of any type, which the application's own writer knows best.  Where a model is `optional`, having
    nothing to say is an answer too.
    """

    model: object
    channel: Channel
    exact: type | None
    plain: bool
    optional: bool
    adapter: Adapter
    validate: Coercer
    to_json: ToJson
    to_data: Coercer


@frozen
class Contract:
    """What an operation promises: a default body, and bodies of particular statuses."""

    default: Promise | None
    by_status: Mapping[int, Promise]
    route: str

    def __bool__(self) -> bool:
        return self.default is not None or bool(self.by_status)

    def promised(self, status: int) -> Promise | None:
        """Give what an answer with this status must hold to."""
        promise = self.by_status.get(status)
        if promise is not None or status >= 300:
            return promise
        return self.default

    @property
    def model_class(self) -> type[BaseModel] | None:
        """The model that handlers usually return an instance of, if it is one of pydantic's."""
        exact = None if self.default is None else self.default.exact
        return exact if exact is not None and issubclass(exact, BaseModel) else None

    def channel(self, status: int) -> Channel | None:
        """Give how an answer with this status is sent."""
        promise = self.promised(status)
        return None if promise is None else promise.channel


def make_promise(model: object, *, annotated: bool) -> Promise:
    """Make the promise of a model; `annotated` lets `str` and `bytes` mean a text or binary body."""
    adapter = adapter_for(model)
    known = _PROMISES.get((id(adapter), annotated))
    if known is None:
        known = _PROMISES[(id(adapter), annotated)] = _promise(model, adapter, annotated)
    return known


def _promise(model: object, adapter: Adapter, annotated: bool) -> Promise:
    channel: Channel = "media"
    if annotated:
        channel = "text" if _is_text(model) else "bytes" if model is bytes else "media"
    exact = model_class(model)
    return Promise(
        model,
        channel,
        exact,
        is_plain(model),
        _is_optional(model),
        adapter,
        adapter.validator.validate_python,
        to_json_of(adapter),
        to_data_of(adapter),
    )


def model_class(model: object) -> type[BaseModel] | None:
    """Give a pydantic model itself, and None for every other type."""
    if isinstance(model, type) and BaseModel in model.__mro__:
        return cast("type[BaseModel]", model)
    return None


def is_plain(model: object) -> bool:
    """Whether a type is made of JSON's own types, and of values that are not typed at all."""
    if model in _JSON_TYPES:
        return True
    origin = typing_extensions.get_origin(model)
    arguments = typing_extensions.get_args(model)
    if origin is list or _is_union(model):
        return all(is_plain(argument) for argument in arguments)
    return origin is dict and arguments[0] is str and is_plain(arguments[1])


def _is_optional(model: object) -> bool:
    """Whether None is named among what may be answered."""
    if isinstance(model, typing_extensions.TypeAliasType):
        return _is_optional(model.__value__)
    arguments = typing_extensions.get_args(model)
    if typing_extensions.get_origin(model) is typing.Annotated:
        return _is_optional(arguments[0])
    if typing_extensions.get_origin(model) is typing.Literal:
        return None in arguments
    return _is_union(model) and any(one is type(None) or _is_optional(one) for one in arguments)


def _is_union(annotation: object) -> bool:
    return (typing_extensions.get_origin(annotation) or annotation) in (typing.Union, types.UnionType)


def promise_of_annotation(returns: object, handler: str) -> Promise | None:
    """Make the promise of a return annotation; one that cannot be one is said aloud, and promises nothing."""
    model = body_of(returns)
    if model is MISSING:
        return None
    try:
        return make_promise(model, annotated=True)
    except UnsupportedType as error:
        _LOG.warning(
            "The return annotation of %s cannot be checked (%s); response_model=False says that it need not",
            handler,
            error,
        )
        return None


def body_of(returns: object) -> object:
    """Take the body out of a return annotation: `tuple[Item, int]` promises `Item`; `MISSING` promises
    nothing.
    """
    if any(returns is nothing for nothing in _NO_RESULT) or is_problem(returns):
        return MISSING
    if isinstance(returns, typing_extensions.TypeAliasType) and problems_in(returns):
        return body_of(returns.__value__)
    kind = typing_extensions.get_origin(returns) or returns
    if isinstance(kind, type) and issubclass(kind, (Response, StarletteResponse)):
        return MISSING
    if kind is tuple:
        return _body_of_tuple(typing_extensions.get_args(returns))
    if _is_union(returns):
        return _body_of_union(returns)
    return returns


def _body_of_tuple(items: tuple[object, ...]) -> object:
    if len(items) not in (2, 3) or Ellipsis in items:
        return MISSING
    status = items[1]
    literal = (
        typing_extensions.get_args(status) if typing_extensions.get_origin(status) is typing.Literal else ()
    )
    if status is int or (literal and all(type(value) is int for value in literal)):
        return body_of(items[0])
    return MISSING


def _body_of_union(returns: object) -> object:
    """`Item | tuple[Other, int]` promises only what each part does; framework responses promise nothing, and
    a problem is answered like one that is raised.
    """
    bodies: list[object] = []
    options = [option for option in typing_extensions.get_args(returns) if not is_problem(option)]
    if options in ([], [type(None)]):
        return MISSING
    for option in options:
        kind = typing_extensions.get_origin(option) or option
        if isinstance(kind, type) and issubclass(kind, (Response, StarletteResponse)):
            return MISSING
        bodies.append(option if option is type(None) else body_of(option))
    if any(body is MISSING for body in bodies):
        return MISSING
    return union_of(bodies)


def return_finding(model: object, returns: object, handler: str) -> Finding | None:
    """What is wrong with returning this where `response_model` promises that, as far as types tell."""
    body = body_of(returns)
    if body is MISSING or reads_itself(body) or reads_itself(model):
        return None
    have, want = shape_of(body), shape_of(model)
    return returned_finding(have, want, model=spelt(model), given=spelt(returns), handler=handler)


def reads_itself(annotation: object) -> bool:
    """Whether validation may make a type out of values that its shape does not tell."""
    if typing_extensions.get_origin(annotation) is typing.Annotated:
        return True
    if isinstance(annotation, type):
        kind = cast("type[object]", annotation)
        is_named = tuple in kind.__mro__[1:]
        return is_named or (BaseModel in kind.__mro__ and _has_own_ways(kind))
    return any(map(reads_itself, typing_extensions.get_args(annotation)))


def _has_own_ways(model: type[object]) -> bool:
    decorators = getattr(model, "__pydantic_decorators__", None)
    validated = bool(getattr(decorators, "model_validators", None))
    return validated or bool(getattr(model, "__pydantic_root_model__", False))


def settle_data(contract: Contract, response: Response[object], status: int) -> None:
    """Hold a finished response to its contract; its body is the checked one afterwards, media as plain
    data.
    """
    promise = contract.promised(status)
    if promise is None or status < 200 or status in _BODILESS or _is_foreign(response):
        return
    if response._kind == NONE and promise.optional:
        response._kind, response._value = MEDIA, None
    if response._kind not in _CHANNELS[promise.channel]:
        raise _error(contract, promise, _what(response._kind))
    value = checked(contract, promise, response._value)
    if promise.channel == "media" and not promise.plain:
        try:
            value = promise.to_data(value)
        except PydanticSerializationError as error:
            raise unwritable(contract, promise, error) from error
    response._value = value


def _is_foreign(response: Response[object]) -> bool:
    """Whether a Starlette response is the answer, which is the way round a contract."""
    own_type = None if response._extras is None else response._extras.own_type
    return response._kind == FOREIGN or (own_type is not None and own_type[0] is response._value)


def checked(contract: Contract, promise: Promise, value: object) -> object:
    """Give the value as its model has it."""
    if value.__class__ is promise.exact and promise.exact is not None:
        return value
    try:
        return promise.validate(value)
    except ValidationError as error:
        raise broken(contract, promise, error) from error


def broken(contract: Contract, promise: Promise, error: ValidationError) -> ContractError:
    """Say that a body does not fit its model, and where, without a word of what it held."""
    count = error.error_count()
    return _error(contract, promise, f"{count} error{'' if count == 1 else 's'}: {_places(error)}")


def unwritable(contract: Contract, promise: Promise, error: PydanticSerializationError) -> ContractError:
    """Say that a model instance was changed into something its model would not accept."""
    return _error(contract, promise, "a field no longer has its declared type")


def _error(contract: Contract, promise: Promise, why: str) -> ContractError:
    model = promise.model.__name__ if inspect.isclass(promise.model) else str(promise.model)
    return ContractError(f"{contract.route} must answer {model}: {why}")


def _places(error: ValidationError) -> str:
    """Name where a body was wrong, without a word of what it held."""
    items = error.errors(include_url=False, include_context=False, include_input=False)[:5]
    return ", ".join(f"{'.'.join(map(str, item['loc'])) or 'body'} ({item['type']})" for item in items)


def _what(kind: int) -> str:
    return (
        "the response has no body" if kind == NONE else "the body was set another way than its contract says"
    )


def _is_text(model: object) -> bool:
    if model is str:
        return True
    values = typing_extensions.get_args(model)
    return typing_extensions.get_origin(model) is typing.Literal and all(
        isinstance(value, str) for value in values
    )
