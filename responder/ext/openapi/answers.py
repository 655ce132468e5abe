"""What an operation answers: success as its contract has it, and every error that can happen there.

Called by `operation`.  Which errors can happen is told by the plan: what is read may be refused, who calls
may be turned away, time may run out; what handlers, hooks, guards and providers raise is what they declare.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Final, TypeVar, cast, get_origin

from pydantic import TypeAdapter
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    StreamingResponse,
)
from starlette.responses import Response as StarletteResponse

from responder.errors import Problem
from responder.ext.openapi import problems
from responder.ext.openapi.generator import BINARY
from responder.ext.openapi.naming import pascal
from responder.ext.openapi.objects import MediaType, Reference, ResponseObject, Schema, is_object
from responder.ext.openapi.overlay import merge, named_examples
from responder.ext.openapi.parameters import jsonable
from responder.ext.openapi.returned import bodies_of, joined
from responder.ext.openapi.schemas import Schemas, adapter_of
from responder.routes import Input, Operation
from responder.status_codes import bodyless, phrase

__all__ = ["Answers", "Rules"]

T = TypeVar("T")

_WRITING: Final = frozenset(("POST", "PUT", "PATCH", "DELETE"))
_FOREIGN: Final[tuple[tuple[type[StarletteResponse], str, Schema], ...]] = (
    (HTMLResponse, "text/html", {"type": "string"}),
    (PlainTextResponse, "text/plain", {"type": "string"}),
    (JSONResponse, "application/json", {}),
    (FileResponse, "application/octet-stream", BINARY),
    (StreamingResponse, "application/octet-stream", BINARY),
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What an application says about all of its operations."""

    limit: int | None = None
    timeout: float | None = None
    csrf: bool = False
    etag: bool = False
    problem_details: bool = True


class Answers:
    """Writes the responses of operations, and keeps those that several of them share."""

    def __init__(self, schemas: Schemas, rules: Rules, version: str) -> None:
        self._schemas = schemas
        self._rules = rules
        self._version = version
        self.shared: dict[str, ResponseObject] = {}
        """`components/responses`."""

    def of(
        self, operation: Operation, method: str, *, secured: bool
    ) -> dict[str, ResponseObject | Reference]:
        """The responses of an operation by status: success, errors, and what else may go wrong."""
        answers: dict[str, object] = {}
        for number, success in self._successes(operation).items():
            answers[str(number)] = success
        for status, answer in self._declared(operation).items():
            answers[status] = merge(answers[status], answer) if status in answers else answer
        for status, error in self._errors(operation, method, secured=secured).items():
            answers.setdefault(status, error)
        told = self._headers(headers_of(hook.function for hook in (*operation.before, *operation.after)))
        for status, plain in answers.items() if told else ():
            if status < "4" and is_object(plain) and "description" in plain:
                whole = {"description": plain["description"], "headers": told}
                answers[status] = merge(whole, plain)
        for status, examples in _examples_of(operation, answers).items():
            answers[status] = _with_examples(answers.get(status), examples)
        ordered = sorted(answers, key=lambda status: (status == "default", status))
        return {status: cast("ResponseObject", answers[status]) for status in ordered}

    # -- success

    def _successes(self, operation: Operation) -> dict[int, ResponseObject]:
        settings = operation.settings
        foreign = _foreign(operation)
        usual = 307 if foreign is RedirectResponse else 200
        status = usual if settings.status_code is None else settings.status_code
        if settings.response_model is None and operation.items is None:
            named = bodies_of(operation.views[-1].view.returns, status)
            if named:
                return {number: self._named(number, bodies) for number, bodies in sorted(named.items())}
        made = ResponseObject(description="Successful response")
        if bodyless(status):
            made["description"] = phrase(status)
            return {status: made}
        content = self._content(operation)
        if content is not None:
            made["content"] = content
        elif foreign is not None:
            for kind, media, schema in _FOREIGN:
                if issubclass(foreign, kind):
                    made["content"] = {
                        foreign.media_type or media: {"schema": self._schemas.spell(dict(schema))}
                    }
                    break
        return {status: made}

    def _named(self, status: int, bodies: Sequence[object]) -> ResponseObject:
        """An answer whose status the return annotation names."""
        made = ResponseObject(description="Successful response" if status < 300 else phrase(status))
        adapter = adapter_of(joined(bodies))
        if bodyless(status) or isinstance(adapter, str) or all(body in (None, type(None)) for body in bodies):
            return made
        schema = self._schemas.of(adapter, "serialization")
        plain: dict[object, str] = {str: "text/plain", bytes: "application/octet-stream"}
        media = plain.get(bodies[0], "application/json") if len(bodies) == 1 else "application/json"
        made["content"] = {media: {"schema": schema}}
        return made

    def _content(self, operation: Operation) -> dict[str, MediaType] | None:
        items, promise = operation.items, operation.contract.default
        if items is not None:
            return {items.media_type: self._stream(items.media_type, items.promise.adapter)}
        if promise is None:
            return None
        schema = self._schemas.raw(promise.adapter, "serialization")
        if promise.channel == "text":
            return {"text/plain": {"schema": self._schemas.spell(schema)}}
        if promise.channel == "bytes":
            return {"application/octet-stream": {"schema": self._schemas.spell(dict(BINARY))}}
        return {"application/json": {"schema": self._schemas.spell(schema)}}

    def _stream(self, media_type: str, adapter: TypeAdapter[object]) -> MediaType:
        """A stream of items: text whose content has a schema, and since 3.2 the item's schema itself."""
        item = self._schemas.of(adapter, "serialization")
        if self._version.startswith("3.2"):
            return {"itemSchema": _event(item) if media_type == "text/event-stream" else item}
        whole: Schema = {"type": "string"}
        if not self._schemas.is_30:
            whole = {"type": "string", "contentMediaType": media_type, "contentSchema": item}
        return cast("MediaType", {"schema": whole, "x-responder-item-schema": item})

    # -- what the route declares

    def _declared(self, operation: Operation) -> dict[str, ResponseObject]:
        declared: dict[str, ResponseObject] = {}
        for key, meaning in operation.settings.responses.items():
            status = str(key)
            made = ResponseObject(description=phrase(int(status)) if status.isdecimal() else "Response")
            if isinstance(meaning, str):
                made["description"] = meaning
            elif isinstance(meaning, Mapping):
                given = dict(cast("Mapping[str, object]", meaning))
                given.pop("model", None)
                headers = given.pop("headers", None)
                if isinstance(headers, Mapping):
                    made["headers"] = self._headers(cast("Mapping[str, object]", headers))
                made = cast("ResponseObject", merge(made, given))
            promise = operation.contract.by_status.get(int(status)) if status.isdecimal() else None
            if promise is not None:
                schema = self._schemas.of(promise.adapter, "serialization")
                content = {"application/json": {"schema": schema}}
                made["content"] = cast("dict[str, MediaType]", merge(content, made.get("content", {})))
            declared[status] = made
        return declared

    def _headers(self, given: Mapping[str, object]) -> dict[str, object]:
        """Headers of an answer: header objects as they are, and types, which become their schemas."""
        made: dict[str, object] = {}
        for name, value in given.items():
            if isinstance(value, Mapping):
                made[name] = value
            else:
                adapter = adapter_of(value)
                schema = {} if isinstance(adapter, str) else self._schemas.of(adapter, "serialization")
                made[name] = {"schema": schema}
        return made

    # -- errors

    def _errors(
        self, operation: Operation, method: str, *, secured: bool
    ) -> dict[str, ResponseObject | Reference]:
        raised: dict[int, list[type[Problem]]] = {}
        for kind in raises_of(operation):
            raised.setdefault(kind.status, []).append(kind)
        general = self._general(operation, method, secured=secured)
        made: dict[str, ResponseObject | Reference] = {}
        if self._rules.etag and method == "GET":
            made["304"] = ResponseObject(description=phrase(304))
        for status in sorted({*general, *raised}):
            if status == 422 and 422 in general and 422 not in raised:
                made["422"] = self._shared("ValidationProblem", "What was sent is not valid", 422)
            else:
                made[str(status)] = self._error(status, raised.get(status, []), general=status in general)
        made["default"] = self._shared("Problem", "Anything else that went wrong", None)
        return made

    def _general(self, operation: Operation, method: str, *, secured: bool) -> set[int]:
        """The statuses that the framework itself may answer an operation with."""
        settings, rules = operation.settings, self._rules
        sources = {one.source.value for one in operation.inputs}
        reads = bool(sources & {"body", "form", "file"})
        found: set[int] = set()
        if reads:
            found.update((400, 415))
        if secured:
            found.add(401)
        if operation.template.fields:
            found.add(404)
        limit = _chosen(settings.max_body_size, rules.limit)
        if limit is not None and (reads or method in _WRITING):
            found.add(413)
        if any(_may_be_refused(one, operation) for one in operation.inputs):
            found.add(422)
        csrf = rules.csrf if settings.csrf is None else settings.csrf
        if csrf and method in _WRITING:
            found.add(403)
        timeout = _chosen(settings.timeout, rules.timeout)
        if timeout is not None:
            found.add(504)
        return found

    def _error(
        self, status: int, kinds: Sequence[type[Problem]], *, general: bool
    ) -> ResponseObject | Reference:
        typed = any(map(problems.is_typed, kinds))
        if not typed or not self._rules.problem_details:
            text = " or ".join(dict.fromkeys(map(problems.title_of, kinds))) or phrase(status)
            if text == phrase(status) or not self._rules.problem_details:
                return self._shared(pascal(phrase(status)), phrase(status), status, kinds)
            return self._problem(text, status, problems.problem(self._schemas), kinds)
        others = general and status != 422
        schema = problems.union_of(kinds, self._schemas, others=others)
        if status == 422 and general:
            parts = cast("list[Schema]", schema.get("anyOf") or schema.get("oneOf") or [schema])
            schema = Schema(anyOf=[*parts, problems.validation_problem(self._schemas)])
        titles = [problems.title_of(kind) for kind in kinds]
        return self._problem(" or ".join(dict.fromkeys(titles)), status, schema, kinds)

    def _problem(
        self, description: str, status: int | None, schema: Schema, kinds: Sequence[type[Problem]] = ()
    ) -> ResponseObject:
        made = ResponseObject(description=description)
        headers: dict[str, object] = {}
        if status == 401:
            headers["WWW-Authenticate"] = {"schema": {"type": "string"}}
        if status in (429, 503):
            headers["Retry-After"] = {"schema": {"type": "integer", "minimum": 0}}
        headers.update(self._headers(headers_of(kinds)))
        if headers:
            made["headers"] = headers
        made["content"] = {problems.PROBLEM_JSON: {"schema": self._schemas.spell(schema)}}
        return made

    def _shared(
        self, name: str, description: str, status: int | None, kinds: Sequence[type[Problem]] = ()
    ) -> ResponseObject | Reference:
        """A reference to an error response that operations have in common; the response itself where some
        say more of it than others.
        """
        if name not in self.shared or kinds:
            made = self._common(name, description, status, kinds)
            if self.shared.setdefault(name, made) != made:
                return made
        return {"$ref": f"#/components/responses/{name}"}

    def _common(
        self, name: str, description: str, status: int | None, kinds: Sequence[type[Problem]]
    ) -> ResponseObject:
        if not self._rules.problem_details:
            return _legacy(description, validation=name == "ValidationProblem")
        validation = name == "ValidationProblem"
        kind = problems.validation_problem if validation else problems.problem
        return self._problem(description, status, kind(self._schemas), kinds)


def _chosen(own: T | Enum, general: T) -> T:
    """What a route says for itself, or what holds for the application."""
    return general if isinstance(own, Enum) else own


def raises_of(operation: Operation) -> Iterable[type[Problem]]:
    """The problems that an operation declares."""
    return cast("Iterable[type[Problem]]", getattr(operation, "raises", ()))


def headers_of(sources: Iterable[object]) -> dict[str, object]:
    """The headers that hooks and problems say they put onto answers: their attribute `answer_headers`."""
    told: dict[str, object] = {}
    for source in sources:
        headers: object = getattr(source, "answer_headers", None)
        if isinstance(headers, Mapping):
            told.update(cast("Mapping[str, object]", headers))
    return told


def _foreign(operation: Operation) -> type[StarletteResponse] | None:
    """The Starlette response that a handler is annotated to return."""
    returns: object = operation.views[-1].view.returns
    kind = get_origin(returns) or returns
    return kind if isinstance(kind, type) and issubclass(kind, StarletteResponse) else None


def _may_be_refused(one: Input, operation: Operation) -> bool:
    """Whether an input that is there, or is not, may be invalid."""
    if one.source.value == "path":
        # What a convertor made has its type already; text that it hands on may still be none of the kind.
        field = operation.template.field(one.key)
        as_text = field is None or field.convertor in ("str", "path")
        more = one.marker is not None or get_origin(one.annotation) is Annotated
        return more or (as_text and one.annotation is not str)
    return one.required or one.carries == "whole" or bool(one.constraints) or not _takes_any_text(one)


def _takes_any_text(one: Input) -> bool:
    annotation = one.annotation
    return annotation is str or annotation == str | None or annotation == list[str]


def _event(item: Schema) -> Schema:
    """A server-sent event whose data is an item."""
    return {
        "type": "object",
        "properties": {
            "data": {"type": "string", "contentMediaType": "application/json", "contentSchema": item},
            "event": {"type": "string"},
            "id": {"type": "string"},
            "retry": {"type": "integer", "minimum": 0},
        },
        "required": ["data"],
    }


def _legacy(description: str, *, validation: bool) -> ResponseObject:
    """The short form of errors that `problem_details=False` keeps."""
    key: str = "errors" if validation else "error"
    value: Schema = {"type": "array", "items": {"type": "object"}} if validation else {"type": "string"}
    schema: Schema = {"type": "object", "properties": {key: value}, "required": [key]}
    content: dict[str, MediaType] = {"application/json": {"schema": schema}}
    if not validation:
        content["text/plain"] = {"schema": {"type": "string"}}
    return {"description": description, "content": content}


def _examples_of(operation: Operation, answers: Mapping[str, object]) -> dict[str, object]:
    """The examples that a route gives, by status."""
    settings = operation.settings
    found: dict[str, object] = {}
    if settings.examples is not None:
        success = next((status for status in answers if status.startswith(("1", "2", "3"))), "200")
        found[success] = settings.examples
    for status, examples in settings.response_examples.items():
        found[str(status)] = examples
    return found


def _with_examples(answer: object, examples: object) -> object:
    """A response with examples in its first media type."""
    made = dict(cast("Mapping[str, object]", answer or {"description": "Response"}))
    if "$ref" in made:
        made = {"description": "Response"}
    content = dict(
        cast("Mapping[str, Mapping[str, object]]", made.get("content") or {"application/json": {}})
    )
    media = next(iter(content))
    shown = {
        name: {key: jsonable(value) for key, value in one.items()}
        for name, one in named_examples(examples).items()
    }
    content[media] = {**content[media], "examples": shown}
    return {**made, "content": content}
