"""The route that serves the document: YAML, or JSON for who asks for it and under a path that ends so."""

from __future__ import annotations

from typing import Final

from responder.application import Application
from responder.ext.openapi.authoring import OpenAPI
from responder.registry import Registry
from responder.types import Request, Response

__all__ = ["SchemaPage", "add_document"]

_MOST: Final = 16
"""How many places of an application are remembered; a proxy may tell any."""


class SchemaPage:
    """Answers with the document, which it writes once for each form and place of the application."""

    def __init__(self, openapi: OpenAPI, route: str) -> None:
        self._openapi = openapi
        self._always_json = route.endswith(".json")
        self._written: dict[tuple[int, bool, str], tuple[object, bytes]] = {}
        self.__name__ = "openapi_document"

    async def __call__(self, req: Request, resp: Response) -> None:
        """Answer."""
        as_json = self._always_json or "json" in req.headers.get("accept", "").lower()
        if not self._always_json:
            resp.headers["Vary"] = "Accept"
        resp.content = self._bytes(as_json, str(req.scope.get("root_path", "")))
        resp.mimetype = "application/json" if as_json else "application/yaml"

    def _bytes(self, as_json: bool, root_path: str) -> bytes:
        document = self._openapi.document
        key = (id(document), as_json, root_path)
        known = self._written.get(key)
        if known is not None and known[0] is document:
            return known[1]
        text = self._openapi.to_json(root_path) if as_json else self._openapi.to_yaml(root_path)
        if len(self._written) >= _MOST:
            self._written.clear()
        self._written[key] = document, text.encode()
        return self._written[key][1]


def add_document(api: Application[Registry, object], openapi: OpenAPI) -> None:
    """Serve the document of an application where its settings say."""
    asked = api.settings.document
    api.add_route(
        asked.route,
        SchemaPage(openapi, asked.route),
        methods=["GET"],
        include_in_schema=False,
        auth=None,
        gives_way=asked.implied,
    )
    api.add_check(openapi.faults)
