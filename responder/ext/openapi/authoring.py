"""`api.openapi`: the document of an application, and what authors add to it beside their routes.

The document is built when it is first asked for, and again when something was declared since.  It may be
asked for whether it is served or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Generic, TypeVar, cast

from pydantic import TypeAdapter

from responder.application import Application
from responder.errors import ConfigurationError, Located
from responder.ext.openapi.answers import Rules
from responder.ext.openapi.checks import faults_of
from responder.ext.openapi.document import TITLE, VERSION, About, build
from responder.ext.openapi.identity import Namer
from responder.ext.openapi.marshmallows import schema_of
from responder.ext.openapi.objects import (
    Document,
    ExternalDocs,
    Info,
    Requirement,
    ServerObject,
    Tag,
    is_object,
)
from responder.ext.openapi.schemas import adapter_of
from responder.ext.openapi.writing import to_json, to_yaml
from responder.models import State
from responder.registry import Registry
from responder.routes import Route, Router

__all__ = ["OpenAPI", "OpenAPISchema", "SchemaDecorator"]

ClassT = TypeVar("ClassT", bound=type)
NamerT = TypeVar("NamerT", bound=Callable[[Route, str], "str | None"])

DEFAULT_VERSION = "3.1.1"


class SchemaDecorator:
    """Puts a class among the components, and gives it back as it is."""

    __slots__ = ("_add", "_name")

    def __init__(self, name: str, add: Callable[[str, object], None]) -> None:
        self._name = name
        self._add = add

    def __call__(self, schema: ClassT, /) -> ClassT:
        """Add a class."""
        self._add(self._name, schema)
        return schema


class OpenAPI:
    """The document of one application."""

    def __init__(self, api: Application[Registry, object]) -> None:
        self._api = api
        self._changes = 0
        self._built: tuple[tuple[Route, ...], int, Document] | None = None
        self._schemas: dict[str, TypeAdapter[object] | Mapping[str, object]] = {}
        self._names: dict[object, str] = {}
        self._schemes: dict[str, Mapping[str, object]] = {}
        self._security: list[Requirement] = []
        self._tags: dict[str, Tag] = {}
        self._namer: Namer | None = None
        self.webhooks: Router[Registry, str, str] = Router()
        """Requests that the service sends: declared like routes, shown in the document, and never served."""

    # -- what it is

    @property
    def enabled(self) -> bool:
        """Whether the document is served."""
        return self._api.settings.document.version is not None

    @property
    def version(self) -> str:
        """The version of OpenAPI that it is written in."""
        return self._api.settings.document.version or DEFAULT_VERSION

    @property
    def document(self) -> Document:
        """The document; not to be changed."""
        operations = self._api.operations
        state = (self._changes, len(self.webhooks.batch().routes))
        built = self._built
        if built is None or built[0] is not operations or built[1] != hash(state):
            built = self._built = operations, hash(state), build(operations, self._about())
        return built[2]

    def in_version(self, version: str) -> Document:
        """The document in another version of OpenAPI than the one that is served."""
        return build(self._api.operations, replace(self._about(), version=version))

    @property
    def openapi(self) -> str:
        """The document as YAML."""
        return self.to_yaml()

    def to_json(self, root_path: str = "") -> str:
        """The document as JSON; `root_path` is where a proxy put the application."""
        return to_json(self.at(root_path))

    def to_yaml(self, root_path: str = "") -> str:
        """The document as YAML; `root_path` is where a proxy put the application."""
        return to_yaml(self.at(root_path))

    def at(self, root_path: str) -> Mapping[str, object]:
        """The document for clients that reach the application below `root_path`."""
        document = cast("Mapping[str, object]", self.document)
        if not root_path or self._api.settings.document.servers:
            return document
        return {key: [{"url": root_path}] if key == "servers" else one for key, one in document.items()}

    # -- what is added to it

    def schema(self, name: str) -> SchemaDecorator:
        """Show a class among the components, under this name: a model, or a marshmallow schema."""
        return SchemaDecorator(name, self.add_schema)

    def add_schema(self, name: str, schema: object) -> None:
        """Show a type among the components: what pydantic reads, a marshmallow schema, or a JSON Schema."""
        if name in self._schemas:
            raise ConfigurationError(f"There is a schema {name!r} already.")
        if not name or not all(part.isalnum() or part in "._-" for part in name):
            raise ConfigurationError(
                f"A schema is called by letters, digits, '.', '_' and '-', not {name!r}."
            )
        foreign = schema if is_object(schema) else schema_of(schema)
        if foreign is not None:
            self._schemas[name] = foreign
        else:
            self._schemas[name] = _adapter(name, schema)
            with suppress(TypeError):  # what cannot be a key is no class
                self._names[schema] = name
        self._changes += 1

    def add_security_scheme(
        self, scheme: object, definition: Mapping[str, object] | None = None, *, default: bool = False
    ) -> None:
        """Show how callers prove who they are: an auth helper, or a name and an OpenAPI security scheme.

        With `default` every operation asks for it unless it says otherwise.
        """
        if not self.enabled:
            raise RuntimeError("There is no OpenAPI document; pass API(openapi=...) or API(docs_route=...)")
        for name, one in _schemes(scheme, definition).items():
            if self._schemes.setdefault(name, one) != one:
                raise ConfigurationError(f"There is another security scheme {name!r} already.")
            if default and {name: list[str]()} not in self._security:
                self._security.append({name: []})
        self._changes += 1

    def tag(
        self,
        name: str,
        description: str | None = None,
        *,
        external_docs: ExternalDocs | None = None,
        parent: str | None = None,
    ) -> None:
        """Say what a tag means.  Tags stand in the document in the order in which they were told."""
        tag = Tag(name=name)
        if description is not None:
            tag["description"] = description
        if external_docs is not None:
            tag["externalDocs"] = external_docs
        if parent is not None and self.version.startswith("3.2"):
            tag["parent"] = parent
        self._tags[name] = tag
        self._changes += 1

    def operation_ids(self, namer: NamerT, /) -> NamerT:
        """Let `namer(route, method)` call operations; None leaves one to the rule.  Also a decorator."""
        self._namer = namer
        self._changes += 1
        return namer

    # -- what it is built from

    @property
    def namer(self) -> Namer | None:
        """What calls operations, where there is something."""
        return self._namer

    def faults(self, routes: tuple[Route, ...]) -> Iterator[Located]:
        """What is wrong with what authors said about these routes."""
        return faults_of((*routes, *self._webhook_routes()), self._namer, self._schemes)

    @property
    def schemes(self) -> Mapping[str, Mapping[str, object]]:
        """The security schemes that were added by name."""
        return self._schemes

    def _about(self) -> About:
        settings = self._api.settings
        return About(
            version=self.version,
            info=_info(self._api),
            servers=cast("tuple[ServerObject, ...]", settings.document.servers) or ({"url": "/"},),
            tags=tuple(self._tags.values()),
            schemes=dict(self._schemes),
            security=tuple(self._security),
            schemas=dict(self._schemas),
            names=dict(self._names),
            webhooks=self._webhook_routes(),
            rules=Rules(
                limit=settings.max_request_size,
                timeout=settings.request_timeout,
                csrf=settings.csrf,
                etag=settings.auto_etag,
                problem_details=settings.problem_details,
            ),
            decimals=settings.json_decimal,
            namer=self._namer,
        )

    def _webhook_routes(self) -> tuple[Route, ...]:
        """The webhooks, planned like routes by an application that nobody serves."""
        if not self.webhooks.batch().routes:
            return ()
        settings = self._api.settings
        aside: Application[Registry, State] = Application(type(settings)(), None, State())
        aside.include_router(self.webhooks)
        return aside.operations


RegT = TypeVar("RegT", bound=Registry)
StateT = TypeVar("StateT")


class OpenAPISchema(OpenAPI, Generic[RegT, StateT]):
    """The document of an application, by the name that older code knows: `OpenAPISchema(app=api)`."""

    def __init__(self, app: Application[RegT, StateT]) -> None:
        super().__init__(cast("Application[Registry, object]", app))
        self.app = app


def _adapter(name: str, schema: object) -> TypeAdapter[object]:
    adapter = adapter_of(schema)
    if isinstance(adapter, str):
        raise ConfigurationError(f"The schema {name!r} cannot be read: {adapter}")
    return adapter


def _schemes(scheme: object, definition: Mapping[str, object] | None) -> Mapping[str, Mapping[str, object]]:
    if isinstance(scheme, str):
        if definition is None:
            raise ConfigurationError(
                f"add_security_scheme({scheme!r}) needs the scheme: a mapping with a type."
            )
        return {scheme: definition}
    schemes: object = getattr(scheme, "schemes", None)
    if not isinstance(schemes, Mapping) or not schemes:
        raise ConfigurationError("add_security_scheme() takes an auth helper, or a name and a mapping.")
    return cast("Mapping[str, Mapping[str, object]]", schemes)


def _info(api: Application[Registry, object]) -> Info:
    settings = api.settings
    made = Info(title=settings.title or TITLE)
    if settings.description:
        made["description"] = settings.description
    if settings.terms_of_service:
        made["termsOfService"] = settings.terms_of_service
    if settings.contact:
        made["contact"] = dict(settings.contact)
    if settings.license:
        made["license"] = dict(settings.license)
    made["version"] = settings.version or VERSION
    return made
