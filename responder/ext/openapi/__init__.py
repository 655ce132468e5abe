"""The OpenAPI document of an application, and the pages that show it.

`api.openapi` is the document (`OpenAPI`); `build` makes one from any routes.  The pages are in `pages`.
"""

from __future__ import annotations

from responder.application import Application
from responder.ext.openapi.authoring import OpenAPI, OpenAPISchema
from responder.ext.openapi.document import About, build
from responder.ext.openapi.objects import Document, OperationObject, Schema
from responder.ext.openapi.serving import add_document
from responder.registry import Registry

__all__ = ["About", "Document", "OpenAPI", "OpenAPISchema", "OperationObject", "Schema", "build", "install"]


def install(api: Application[Registry, object]) -> OpenAPI:
    """Serve the document of an application, and give it."""
    openapi = OpenAPI(api)
    add_document(api, openapi)
    return openapi
