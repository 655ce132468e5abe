"""What authors got wrong about the document, told when the application is sealed and not when it is read.

Ids that two handlers share, examples that do not fit their type, headers that cannot be sent, docstrings
whose YAML cannot be used, security schemes that nobody declared.  Called by the application for all of its
routes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Final, cast

from pydantic import TypeAdapter, ValidationError

from responder.errors import Finding, Located, found
from responder.ext.openapi.identity import Documented, Namer, clashes, documented
from responder.ext.openapi.operation import guards_of, schemes_of
from responder.ext.openapi.overlay import BadOverlay, named_examples, read_docstring
from responder.ext.openapi.parameters import jsonable
from responder.ext.openapi.schemas import adapter_of
from responder.params import MISSING
from responder.routes import Input, Operation, Route

__all__ = ["faults_of"]

_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_COMPUTED: Final = frozenset(("extra_forbidden", "missing"))
"""What an example of an answer may have more or less than a request of the same model."""


def faults_of(
    routes: Iterable[Route], namer: Namer | None, schemes: Mapping[str, Mapping[str, object]]
) -> Iterator[Located]:
    """Everything that is wrong."""
    shown = documented(routes, namer)
    for first, second in clashes(shown):
        name, other = first.operation.name, second.operation.name
        finding = found(
            "operation-id", handler=_place(first, name), other=_place(second, other), name=second.id
        )
        yield Located(finding, second.operation.site, second.operation.label)
    meant = dict(schemes)
    for one in shown:
        own = [pair for guard in guards_of(one.operation) for pair in schemes_of(guard).items()]
        known = {name for name, _ in own}
        double = [name for name, scheme in own if meant.setdefault(name, scheme) != scheme]
        clashing = [found("security-clash", name=name) for name in double]
        for finding in (*_about(one.operation), *_strangers(one.operation, known, schemes), *clashing):
            yield Located(finding, one.operation.site, one.operation.label)


def _place(one: Documented, name: str) -> str:
    """A handler by its name and path, because the names alone are often the same."""
    return f"{name} ({one.method} {one.route.template.text})"


def _about(operation: Operation) -> Iterator[Finding]:
    yield from _docstring(operation)
    for one in operation.inputs:
        yield from _inputs(one)
    yield from _answers(operation)
    yield from _headers(operation)


def _strangers(operation: Operation, own: Container[str], schemes: Container[str]) -> Iterator[Finding]:
    for requirement in operation.settings.security or ():
        for name in requirement:
            if name not in own and name not in schemes:
                yield found("security-unknown", name=name)


def _docstring(operation: Operation) -> Iterator[Finding]:
    view = operation.views[-1].view
    for text in (view.function.__doc__, None if view.owner is None else view.owner.__doc__):
        try:
            read_docstring(text)
        except BadOverlay as error:
            yield found("docstring-yaml", handler=view.name, why=str(error))


def _inputs(one: Input) -> Iterator[Finding]:
    examples = () if one.marker is None else one.marker.examples or ()
    for number, example in enumerate(examples, start=1):
        why = misfit(one.adapter, example)
        if why is not None:
            place = f'parameter "{one.name}"'
            yield found("example-invalid", parameter=one.name, example=number, place=place, why=why)


def _answers(operation: Operation) -> Iterator[Finding]:
    settings, contract = operation.settings, operation.contract
    given: list[tuple[int | str, object]] = list(settings.response_examples.items())
    success = 200 if settings.status_code is None else settings.status_code
    if settings.examples is not None:
        given.insert(0, (success, settings.examples))
    for status, examples in given:
        number = int(status) if str(status).isdecimal() else None
        promise = None if number is None else contract.promised(number)
        if promise is None:
            continue
        for name, example in named_examples(examples).items():
            if "value" not in example:
                continue
            why = misfit(promise.adapter, example["value"], answered=True)
            if why is not None:
                yield found("example-invalid", example=name, place=f"the answer {status}", why=why)


def _headers(operation: Operation) -> Iterator[Finding]:
    for status, meaning in operation.settings.responses.items():
        if not isinstance(meaning, Mapping):
            continue
        headers = cast("Mapping[str, object]", meaning).get("headers")
        if headers is None:
            continue
        if not isinstance(headers, Mapping):
            yield found("header-invalid", name="*", status=status, why="headers= is a mapping of names")
            continue
        for name, value in cast("Mapping[object, object]", headers).items():
            why = _header(name, value)
            if why is not None:
                yield found("header-invalid", name=name, status=status, why=why)


def _header(name: object, value: object) -> str | None:
    if not isinstance(name, str) or not _HEADER.fullmatch(name):
        return "it is no name of a header"
    if isinstance(value, Mapping):
        return None
    adapter = adapter_of(value)
    return adapter if isinstance(adapter, str) else None


def misfit(adapter: TypeAdapter[object], example: object, *, answered: bool = False) -> str | None:
    """Why an example is not what an adapter reads; None when it is."""
    value = jsonable(example)
    if value is MISSING:
        return "it can not be written as JSON"
    try:
        adapter.validate_json(json.dumps(value))
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        if answered:
            faults = [
                fault for fault in faults if fault["type"] not in _COMPUTED or not _writes_more(adapter)
            ]
        if faults:
            place = ".".join(map(str, faults[0]["loc"]))
            return f"{place}: {faults[0]['msg']}" if place else faults[0]["msg"]
    except (TypeError, ValueError) as error:
        return str(error)
    return None


def _writes_more(adapter: TypeAdapter[object]) -> bool:
    """Whether what is written has other keys than what is read: computed fields, or aliases of its own."""
    return _has_key(adapter.core_schema, frozenset(("computed_fields", "serialization_alias")))


def _has_key(schema: object, keys: frozenset[str]) -> bool:
    if isinstance(schema, dict):
        parts = cast("Mapping[str, object]", schema)
        return any(parts.get(key) for key in keys) or any(_has_key(part, keys) for part in parts.values())
    if isinstance(schema, list | tuple):
        return any(_has_key(part, keys) for part in cast("Iterable[object]", schema))
    return False
