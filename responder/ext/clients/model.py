"""What an OpenAPI document says, in the words of a client: calls, arguments, answers and errors.

Knows no language; the writers do.  Reads documents of any origin, so it takes nothing for granted that the
specification leaves open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast
from urllib.parse import unquote

from responder.errors import ConfigurationError

__all__ = [
    "TEMPLATED",
    "Argument",
    "Body",
    "Call",
    "Failure",
    "Returns",
    "Schema",
    "Service",
    "component",
    "read_service",
]

Schema: TypeAlias = Mapping[str, object]
Place: TypeAlias = Literal["path", "query", "header", "cookie"]
Style: TypeAlias = Literal["", ",", " ", "|", "deep", "json"]

VERBS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
PLACES: Final[tuple[Place, ...]] = ("path", "query", "header", "cookie")
ITEM: Final = "x-responder-item-schema"
ANYTHING: Final[Schema] = {}
TEMPLATED: Final = re.compile(r"\{([^{}]*)\}")
"""A parameter in a path."""
SCHEMAS: Final = "#/components/schemas/"
DELIMITERS: Final[Mapping[object, Style]] = {"spaceDelimited": " ", "pipeDelimited": "|"}
OWN_HEADERS: Final = frozenset({"accept", "content-type", "authorization"})
"""Headers that parameters can not be: what is sent and who sends it says them."""


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter that is not the body."""

    name: str
    place: Place
    schema: Schema
    required: bool
    description: str
    style: Style = ""
    """How a list or an object is written: one by one, joined, `name[key]=value`, or as JSON."""


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent."""

    kind: Literal["json", "form", "multipart", "raw"]
    media_type: str
    schema: Schema
    required: bool
    files: tuple[str, ...] = ()
    """The fields of a multipart form that are files."""


@dataclass(frozen=True, slots=True)
class Returns:
    """What a successful answer holds; `maybe` when it may also hold nothing."""

    kind: Literal["json", "text", "bytes", "events", "items", "nothing"]
    schema: Schema
    media_type: str = ""
    maybe: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """A kind of problem that has a name: the schema of its document, and its type."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Call:
    """One operation."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    deprecated: bool
    arguments: tuple[Argument, ...]
    body: Body | None
    returns: Returns
    failures: tuple[Failure, ...]
    redirects: bool
    """Whether a redirect is among its answers."""


@dataclass(frozen=True, slots=True)
class Service:
    """Everything that a client is made from."""

    title: str
    version: str
    schemas: Mapping[str, Schema]
    calls: tuple[Call, ...]
    failures: tuple[Failure, ...]
    api_key: tuple[str, str] | None
    """Where the first API key goes, and under which name."""


def read_service(document: Mapping[str, object]) -> Service:
    """Read a document; raises `ConfigurationError` for what is none."""
    if "openapi" not in document or not isinstance(document.get("paths", {}), dict):
        raise ConfigurationError(
            "A client is made from an OpenAPI document, which has `openapi` and `paths`."
        )
    document = mapping(_plain(document))
    reader = _Reader(document)
    calls = tuple(reader.calls())
    info = mapping(document.get("info"))
    failures = {failure.name: failure for call in calls for failure in call.failures}
    return Service(
        title=str(info.get("title", "API")),
        version=str(info.get("version", "")),
        schemas=reader.schemas,
        calls=calls,
        failures=tuple(failures[name] for name in sorted(failures)),
        api_key=reader.api_key(),
    )


def component(reference: object) -> str | None:
    """The name of the schema that a reference means; None where it means something else."""
    if not isinstance(reference, str) or not reference.startswith(SCHEMAS):
        return None
    return unquote(reference.removeprefix(SCHEMAS)).replace("~1", "/").replace("~0", "~")


def _plain(value: object) -> object:
    """The same as JSON has it: YAML takes the keys of responses for numbers, and some texts for dates."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in cast("Mapping[object, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in cast("Sequence[object]", value)]
    return value if value is None or isinstance(value, str | int | float) else str(value)


class _Reader:
    """Reads one document."""

    def __init__(self, document: Mapping[str, object]) -> None:
        self._document = document
        self._components = mapping(document.get("components"))
        found = mapping(self._components.get("schemas"))
        self.schemas: dict[str, Schema] = {name: mapping(schema) for name, schema in found.items()}

    def api_key(self) -> tuple[str, str] | None:
        for scheme in map(mapping, mapping(self._components.get("securitySchemes")).values()):
            if scheme.get("type") == "apiKey" and scheme.get("in") in ("query", "header", "cookie"):
                return str(scheme.get("in")), str(scheme.get("name"))
        return None

    def calls(self) -> Iterator[Call]:
        for path, item in mapping(self._document.get("paths")).items():
            shared = mapping(self._found(item)) if path.startswith("/") else ANYTHING
            for verb in VERBS:
                if verb in shared:
                    yield self._call(path, verb, mapping(shared[verb]), listed(shared.get("parameters")))

    def _found(self, value: object) -> object:
        """What a reference leads to; the value itself where it is none."""
        for _ in range(20):
            reference = mapping(value).get("$ref")
            if not isinstance(reference, str) or not reference.startswith("#/"):
                return value
            value = self._document
            for step in reference[2:].split("/"):
                value = mapping(value).get(unquote(step).replace("~1", "/").replace("~0", "~"))
        return {}

    def _call(self, path: str, verb: str, operation: Schema, shared: Sequence[object]) -> Call:
        given = [mapping(self._found(one)) for one in (*shared, *listed(operation.get("parameters")))]
        templated: list[Schema] = [{"in": "path", "name": name} for name in TEMPLATED.findall(path)]
        known = {(one.get("in"), one.get("name")): one for one in (*templated, *given) if _is_parameter(one)}
        arguments = [self._argument(one) for one in known.values()]
        answers = {
            status: mapping(self._found(answer))
            for status, answer in mapping(operation.get("responses")).items()
        }
        return Call(
            id=str(operation.get("operationId") or f"{verb} {path}"),
            method=verb.upper(),
            path=path,
            summary=str(operation.get("summary", "")),
            description=str(operation.get("description", "")),
            deprecated=operation.get("deprecated") is True,
            arguments=tuple(sorted(arguments, key=lambda one: (not one.required, PLACES.index(one.place)))),
            body=self._body(mapping(self._found(operation.get("requestBody")))),
            returns=self._returns(answers),
            failures=tuple(dict.fromkeys(self._failures(answers))),
            redirects=any(status[:1] == "3" for status in answers),
        )

    def _argument(self, given: Schema) -> Argument:
        schema = mapping(given.get("schema"))
        content = mapping(given.get("content"))
        for media in content.values():
            schema = schema or mapping(mapping(media).get("schema"))
        place = cast("Place", given["in"])
        if place == "path" and not schema:
            schema = {"type": "string"}
        return Argument(
            name=str(given.get("name")),
            place=place,
            schema=schema,
            required=place == "path" or given.get("required") is True,
            description=str(given.get("description", "")),
            style="json" if any(map(_is_json, content)) else _style(place, given),
        )

    def _body(self, given: Schema) -> Body | None:
        content = mapping(given.get("content"))
        if not content:
            return None
        media_type = min(content, key=_preference)
        schema = mapping(mapping(content[media_type]).get("schema"))
        required = given.get("required") is True
        if _is_json(media_type):
            return Body("json", media_type, schema, required)
        if media_type == "application/x-www-form-urlencoded":
            return Body("form", media_type, schema, required)
        if media_type == "multipart/form-data":
            return Body("multipart", media_type, schema, required, tuple(self._files(schema)))
        return Body("raw", media_type, schema, required)

    def _files(self, schema: Schema) -> Iterator[str]:
        """The fields of a form that are files, or lists of files."""
        whole = mapping(self._found(schema))
        for name, field in mapping(whole.get("properties")).items():
            inner = mapping(self._found(field))
            choices = [inner, inner.get("items"), *listed(inner.get("anyOf"))]
            if any(_is_file(mapping(self._found(one))) for one in choices):
                yield name

    def _returns(self, answers: Mapping[str, Schema]) -> Returns:
        good = {status: answer for status, answer in sorted(answers.items()) if status[:1] == "2"}
        empty = any(not mapping(answer.get("content")) for answer in good.values())
        for answer in good.values():
            content = mapping(answer.get("content"))
            if content:
                media_type = min(content, key=_preference)
                return _returned(media_type, mapping(content[media_type]), empty)
        return Returns("nothing", ANYTHING)

    def _failures(self, answers: Mapping[str, Schema]) -> Iterator[Failure]:
        for status, answer in sorted(answers.items()):
            if status[:1] in "45":
                for media in mapping(answer.get("content")).values():
                    yield from self._named(mapping(mapping(media).get("schema")), set())

    def _named(self, schema: Schema, seen: set[str]) -> Iterator[Failure]:
        """Every problem below a schema whose `type` is one text."""
        for choice in (*listed(schema.get("oneOf")), *listed(schema.get("anyOf"))):
            yield from self._named(mapping(choice), seen)
        name = component(schema.get("$ref"))
        if name is not None and name not in seen:
            seen.add(name)
            found = self.schemas.get(name, ANYTHING)
            kind = mapping(mapping(found.get("properties")).get("type"))
            values = [kind["const"]] if "const" in kind else listed(kind.get("enum"))
            if len(values) == 1 and isinstance(values[0], str):
                if values[0] != "about:blank":
                    yield Failure(name, values[0])
            elif "oneOf" in found or "anyOf" in found:
                yield from self._named(found, seen)


def _is_parameter(given: Schema) -> bool:
    name, place = given.get("name"), given.get("in")
    if not isinstance(name, str) or place not in PLACES:
        return False
    return place != "header" or name.lower() not in OWN_HEADERS


def _style(place: Place, given: Schema) -> Style:
    """How a parameter of several values is written, by the rules of the specification."""
    style = given.get("style")
    if place != "query":
        return ","
    if style == "deepObject":
        return "deep"
    if style in DELIMITERS:
        return DELIMITERS[style]
    return "," if given.get("explode") is False else ""


def _returned(media_type: str, media: Schema, maybe: bool) -> Returns:
    schema = mapping(media.get("schema"))
    item = mapping(media.get(ITEM)) or mapping(media.get("itemSchema"))
    if media_type == "text/event-stream":
        return Returns("events", item or mapping(schema.get("contentSchema")), media_type)
    if media_type in ("application/x-ndjson", "application/jsonl"):
        return Returns("items", item or mapping(schema.get("contentSchema")), media_type)
    if _is_json(media_type):
        return Returns("json", schema, media_type, maybe)
    if media_type.startswith("text/"):
        return Returns("text", schema, media_type, maybe)
    return Returns("bytes", schema, media_type, maybe)


def _preference(media_type: str) -> tuple[int, str]:
    """JSON first, then streams, forms, and whatever else by name."""
    order = ("text/event-stream", "application/x-ndjson", "multipart/form-data")
    if _is_json(media_type):
        return 0, media_type
    return (order.index(media_type) + 1 if media_type in order else len(order) + 1), media_type


def _is_json(media_type: str) -> bool:
    plain = media_type.partition(";")[0].strip()
    return plain == "application/json" or plain.endswith("+json")


def _is_file(schema: Schema) -> bool:
    """Whether a part of a form is a file, alone or in a list."""
    items = mapping(schema.get("items"))
    return any(one.get("format") == "binary" or "contentMediaType" in one for one in (schema, items))


def mapping(value: object) -> Schema:
    """A value that should be an object; an empty one for anything else."""
    return cast("Schema", value) if isinstance(value, Mapping) else ANYTHING


def listed(value: object) -> Sequence[object]:
    """A value that should be a list; an empty one for anything else."""
    return cast("list[object]", value) if isinstance(value, list | tuple) else ()
