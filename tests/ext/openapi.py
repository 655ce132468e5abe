"""What the tests of the document read out of it."""

from __future__ import annotations

from typing import Any

from responder import API


def operation(api: API, path: str, method: str = "get") -> Any:
    """One operation of the document."""
    paths: Any = api.openapi.document["paths"]
    return paths[path][method]


def whole(api: API) -> Any:
    """All of the document, for what not every document has."""
    return api.openapi.document


def components(api: API) -> Any:
    """The named schemas of the document."""
    return api.openapi.document.get("components", {}).get("schemas", {})


def parameters(api: API, path: str, method: str = "get") -> Any:
    """The parameters of an operation, by name."""
    return {one["name"]: one for one in operation(api, path, method).get("parameters", [])}


def schema_of_answer(api: API, path: str, method: str = "get", status: str = "200") -> Any:
    """The schema of an answer's only body."""
    (media,) = operation(api, path, method)["responses"][status]["content"].values()
    return media["schema"]
