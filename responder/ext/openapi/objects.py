"""The shapes of an OpenAPI document, as far as we write it: a `TypedDict` for each of its objects.

They cost nothing at run time.  Schemas are left as plain mappings: what they may hold is JSON Schema's
business, and differs between versions.
"""

from __future__ import annotations

from typing import Required, TypeAlias, TypedDict

from typing_extensions import TypeIs

__all__ = [
    "Components",
    "Document",
    "ExternalDocs",
    "Info",
    "MediaType",
    "OperationObject",
    "PathItem",
    "RequestBody",
    "Requirement",
    "ResponseObject",
    "Schema",
    "ServerObject",
    "Tag",
    "is_array",
    "is_object",
]

Schema: TypeAlias = dict[str, object]
"""A JSON Schema object, in the dialect of the document's version."""

Reference = TypedDict("Reference", {"$ref": str})
"""A reference to something under `components`."""

Requirement: TypeAlias = dict[str, list[str]]
"""A security requirement: every scheme in it, with its scopes, at once."""


class Info(TypedDict, total=False):
    """Who offers the service."""

    title: Required[str]
    summary: str
    description: str
    termsOfService: str
    contact: dict[str, object]
    license: dict[str, object]
    version: str


class ServerObject(TypedDict, total=False):
    """Where the service is."""

    url: str
    description: str
    variables: dict[str, object]


class ExternalDocs(TypedDict, total=False):
    """More to read elsewhere."""

    url: str
    description: str


class Tag(TypedDict, total=False):
    """A group of operations."""

    name: Required[str]
    summary: str
    description: str
    externalDocs: ExternalDocs
    parent: str
    kind: str


class MediaType(TypedDict, total=False):
    """A body in one media type."""

    schema: Schema
    itemSchema: Schema
    example: object
    examples: dict[str, object]
    encoding: dict[str, object]


Parameter = TypedDict(
    "Parameter",
    {
        "name": Required[str],
        "in": Required[str],
        "description": str,
        "required": bool,
        "deprecated": bool,
        "style": str,
        "explode": bool,
        "schema": Schema,
        "example": object,
        "examples": dict[str, object],
    },
    total=False,
)
"""A value in the path, the query string, a header or a cookie."""


class RequestBody(TypedDict, total=False):
    """What a client sends."""

    description: str
    required: bool
    content: dict[str, MediaType]


class ResponseObject(TypedDict, total=False):
    """What is answered with one status."""

    description: str
    headers: dict[str, object]
    content: dict[str, MediaType]
    links: dict[str, object]


class OperationObject(TypedDict, total=False):
    """One method of one path."""

    operationId: str
    tags: list[str]
    summary: str
    description: str
    deprecated: bool
    parameters: list[Parameter | Reference]
    requestBody: RequestBody | Reference
    responses: dict[str, ResponseObject | Reference]
    callbacks: dict[str, object]
    security: list[Requirement]
    servers: list[ServerObject]
    externalDocs: ExternalDocs


class PathItem(TypedDict, total=False):
    """The operations of one path."""

    get: OperationObject
    put: OperationObject
    post: OperationObject
    delete: OperationObject
    options: OperationObject
    head: OperationObject
    patch: OperationObject
    trace: OperationObject
    query: OperationObject
    additionalOperations: dict[str, OperationObject]


class Components(TypedDict, total=False):
    """What operations refer to."""

    schemas: dict[str, Schema]
    responses: dict[str, ResponseObject]
    securitySchemes: dict[str, dict[str, object]]


class Document(TypedDict, total=False):
    """A whole OpenAPI document."""

    openapi: Required[str]
    info: Required[Info]
    servers: Required[list[ServerObject]]
    security: list[Requirement]
    tags: Required[list[Tag]]
    paths: Required[dict[str, PathItem]]
    webhooks: dict[str, PathItem]
    components: Components
    externalDocs: ExternalDocs


def is_object(value: object) -> TypeIs[dict[str, object]]:
    """Whether a value is an object of JSON."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeIs[list[object]]:
    """Whether a value is an array of JSON."""
    return isinstance(value, list)
