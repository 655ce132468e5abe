"""The sample, put together for a version of OpenAPI."""

from __future__ import annotations

from responder import API
from responder._serve.options import OpenAPITheme
from tests.openapi.sample.access import access
from tests.openapi.sample.authored import author, authored
from tests.openapi.sample.items import items, things
from tests.openapi.sample.shelf import Shelf
from tests.openapi.sample.traffic import traffic

VERSIONS = ("3.0.3", "3.1.1", "3.2.0")


def make(version: str = "3.1.1", theme: OpenAPITheme = "swagger_ui") -> API:
    """The application, with its document in one version."""
    api = API(
        openapi=version,
        title="Sample",
        version="1.2.3",
        description="Everything that a document can say.",
        terms_of_service="https://example.com/terms",
        contact={"name": "Somebody", "email": "somebody@example.com"},
        license={"name": "Apache 2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        docs_route="/docs",
        secret_key="of the sample, and no secret",
        openapi_theme=theme,
    )
    api.state.shelf = Shelf()
    for router in (items, things, traffic, access, authored):
        api.include_router(router)
    author(api)
    return api
