"""The whole document: a pure function of the plan and of what an application says about itself.

The same input gives the same bytes.  Objects have their keys in the order of the specification, paths and
components are sorted, tags stand in the order in which they are declared and then used.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, cast

from pydantic import TypeAdapter

from responder.ext.openapi.answers import Answers, Rules
from responder.ext.openapi.generator import DecimalText
from responder.ext.openapi.identity import Documented, Namer, documented
from responder.ext.openapi.objects import (
    Components,
    Document,
    Info,
    OperationObject,
    PathItem,
    Requirement,
    ServerObject,
    Tag,
)
from responder.ext.openapi.operation import Writer
from responder.ext.openapi.schemas import Schemas
from responder.routes import Route

__all__ = ["About", "build"]

TITLE: Final = "Responder API"
VERSION: Final = "0.1.0"
ROOT: Final[tuple[ServerObject, ...]] = ({"url": "/"},)

_log: Final = logging.getLogger("responder")


@dataclass(frozen=True, slots=True)
class About:
    """Everything that a document says beside the operations."""

    version: str = "3.1.1"
    info: Info = field(default_factory=lambda: Info(title=TITLE, version=VERSION))
    servers: tuple[ServerObject, ...] = ROOT
    tags: tuple[Tag, ...] = ()
    schemes: Mapping[str, Mapping[str, object]] = field(default_factory=dict[str, Mapping[str, object]])
    security: tuple[Requirement, ...] = ()
    schemas: Mapping[str, TypeAdapter[object] | Mapping[str, object]] = field(
        default_factory=dict[str, "TypeAdapter[object] | Mapping[str, object]"]
    )
    """Components that were asked for by name: types, and schemas as they are."""
    names: Mapping[object, str] = field(default_factory=dict[object, str])
    """The names that were given to classes."""
    webhooks: tuple[Route, ...] = ()
    rules: Rules = field(default_factory=Rules)
    decimals: DecimalText = "string"
    namer: Namer | None = None


def build(routes: Iterable[Route], about: About) -> Document:
    """The document of some routes."""
    with _uncollected():
        return _build(routes, about)


@contextmanager
def _uncollected() -> Generator[None, None, None]:
    """Do without the collector of cycles for a moment.

    Nearly all that is made here stays, and looking through it again and again takes as long as making it.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _build(routes: Iterable[Route], about: About) -> Document:
    schemas = Schemas(about.version, about.decimals, about.names)
    answers = Answers(schemas, about.rules, about.version)
    writer = Writer(schemas, answers, about.security)
    shown = documented(routes, about.namer)
    paths = _paths(shown, writer)
    hooks = _webhooks(about, writer)
    extra = [_registered(schemas, name, one) for name, one in about.schemas.items()]
    written = {"paths": paths, "webhooks": hooks, "responses": answers.shared, "extra": extra}
    whole, components = schemas.finish(written)
    document = Document(
        openapi=about.version,
        info=about.info,
        servers=list(about.servers),
        security=list(about.security),
        tags=_tags(about.tags, (*paths.values(), *hooks.values())),
        paths=cast("dict[str, PathItem]", whole["paths"]),
    )
    if not about.security:
        del document["security"]
    if hooks:
        key = "x-webhooks" if about.version.startswith("3.0") else "webhooks"
        cast("dict[str, object]", document)[key] = whole["webhooks"]
    made = Components()
    if components:
        made["schemas"] = components
    shared = cast("dict[str, object]", whole["responses"])
    if shared:
        made["responses"] = cast("dict[str, object]", dict(sorted(shared.items())))  # type: ignore[typeddict-item]
    schemes = {**writer.schemes, **about.schemes}
    if about.version.startswith("3.0"):
        _without_scopes(document, schemes)
    if schemes:
        made["securitySchemes"] = {name: dict(schemes[name]) for name in sorted(schemes)}
    if made:
        document["components"] = made
    return document


def _without_scopes(document: Document, schemes: Mapping[str, Mapping[str, object]]) -> None:
    """Leave scopes to those schemes that have them by OpenAPI 3.0: since 3.1 all may."""
    asked: list[list[Requirement]] = [document.get("security", [])]
    for item in document.get("paths", {}).values():
        operations = cast("Mapping[str, OperationObject]", item).values()
        asked.extend(operation.get("security", []) for operation in operations)
    for requirements in asked:
        for index, requirement in enumerate(requirements):
            requirements[index] = {
                name: scopes if schemes.get(name, {}).get("type") in _SCOPED else []
                for name, scopes in requirement.items()
            }


def _registered(
    schemas: Schemas, name: str, one: TypeAdapter[object] | Mapping[str, object]
) -> Mapping[str, object]:
    """A reference to a component that was asked for by name, so that it is there though nothing uses it."""
    if isinstance(one, TypeAdapter):
        made = schemas.raw(one, "serialization")
        return made if "$ref" in made else schemas.add(name, lambda: made, fixed=True)
    return schemas.add(name, lambda: dict(one), fixed=True)


def _paths(shown: Sequence[Documented], writer: Writer) -> dict[str, PathItem]:
    """The paths, sorted; templates that differ only in the names of their fields are one path."""
    spelled: dict[tuple[str, ...], str] = {}
    paths: dict[str, dict[str, OperationObject]] = {}
    firsts: dict[tuple[str, str], str] = {}
    for one in shown:
        template = one.route.template
        shape = tuple(part if isinstance(part, str) else "{}" for part in template.parts)
        path = spelled.setdefault(shape, template.public)
        item = paths.setdefault(path, {})
        method = one.method.lower()
        first = firsts.setdefault((path, method), template.text)
        if method in item:
            _log.warning(
                "OpenAPI knows no convertors: the document cannot have %s %s beside %s, and shows the latter,"
                " which was declared first; include_in_schema=False on either chooses the other",
                one.method,
                template.text,
                first,
            )
            continue
        item[method] = writer.write(one, _fields(path))
    return {path: cast("PathItem", _in_order(paths[path])) for path in sorted(paths)}


_SCOPED: Final = ("oauth2", "openIdConnect")
_ORDER: Final = ("get", "post", "put", "patch", "delete", "trace")


def _in_order(item: Mapping[str, OperationObject]) -> dict[str, OperationObject]:
    return {method: item[method] for method in _ORDER if method in item}


def _fields(path: str) -> list[str]:
    """The names of the fields of a path, as the document spells it."""
    return [part.partition("}")[0] for part in path.split("{")[1:]]


def _webhooks(about: About, writer: Writer) -> dict[str, PathItem]:
    hooks: dict[str, dict[str, OperationObject]] = {}
    for one in documented(about.webhooks, about.namer):
        name = one.route.template.public.lstrip("/")
        hooks.setdefault(name, {})[one.method.lower()] = _as_webhook(
            writer.write(one, one.route.template.names)
        )
    return {name: cast("PathItem", _in_order(hooks[name])) for name in sorted(hooks)}


def _as_webhook(operation: OperationObject) -> OperationObject:
    """What the other side answers, and whom it lets in, is its own business: only success is told."""
    responses = operation.get("responses", {})
    kept = {status: answer for status, answer in responses.items() if "$ref" not in answer}
    operation["responses"] = {status: kept[status] for status in kept if status != "default"}
    operation["security"] = []
    return operation


def _tags(declared: Sequence[Tag], items: Iterable[PathItem]) -> list[Tag]:
    """Every tag with a description: the declared ones first, then the others as they are used."""
    tags: dict[str, Tag] = {tag["name"]: tag.copy() for tag in declared}
    used: dict[str, None] = {}
    for item in items:
        for operation in cast("Mapping[str, OperationObject]", item).values():
            used.update(dict.fromkeys(operation.get("tags", ())))
    for name in sorted(used.keys() - tags.keys()):
        tags[name] = Tag(name=name)
    for name, tag in tags.items():
        tag.setdefault("description", f"Operations on {name.lower()}.")
    return list(tags.values())
