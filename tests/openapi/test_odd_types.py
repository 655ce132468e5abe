"""Odd types in the document: it is valid, it says what is served, and it is the same in any process."""

from __future__ import annotations

from typing import Annotated, Any

import jsonschema  # type: ignore[import-untyped]  # it has no types
import pytest
from openapi_spec_validator import (
    OpenAPIV30SpecValidator,
    OpenAPIV31SpecValidator,
    OpenAPIV32SpecValidator,
)

from responder import API, Body
from tests.openapi.odd import ODD
from tests.openapi.processes import documents_of
from tests.openapi.sample.app import VERSIONS

VALIDATORS: dict[str, Any] = {
    "3.0.3": OpenAPIV30SpecValidator,
    "3.1.1": OpenAPIV31SpecValidator,
    "3.2.0": OpenAPIV32SpecValidator,
}


def make(version: str = "3.1.1") -> API:
    """A route that answers with each type, and one that reads it."""
    api = API(openapi=version)
    for name, (annotation, value) in ODD.items():
        add(api, name, annotation, value)
    return api


def add(api: API, name: str, annotation: Any, value: object) -> None:
    def answer() -> Any:
        return value

    def read(*, body: Any) -> None: ...

    answer.__annotations__["return"] = annotation
    read.__annotations__["body"] = Annotated[annotation, Body()]
    api.get(f"/{name}", operation_id=f"get_{name}")(answer)
    api.put(f"/{name}", operation_id=f"put_{name}")(read)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_document_of_odd_types_is_valid(version: str) -> None:
    validator = VALIDATORS[version](make(version).openapi.document)
    assert [error.message for error in validator.iter_errors()] == []


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_what_is_served_of_odd_types_is_as_documented(version: str) -> None:
    api = make(version)
    document: Any = api.openapi.document
    judge: Any = jsonschema.Draft202012Validator
    checker = jsonschema.FormatChecker()
    wrong: dict[str, str] = {}
    for name in ODD:
        answer = api.requests.get(f"/{name}")
        content = document["paths"][f"/{name}"]["get"]["responses"]["200"]["content"]
        schema = content[answer.headers["content-type"].partition(";")[0]]["schema"]
        whole = {**schema, "components": document["components"]}
        for error in judge(whole, format_checker=checker).iter_errors(answer.json()):
            wrong[name] = f"{error.json_path}: {error.message}"
    assert wrong == {}


def test_what_is_sent_is_called_as_what_is_answered_where_they_differ() -> None:
    document: Any = make().openapi.document
    names = set(document["components"]["schemas"])
    assert {name.removesuffix("Input") for name in names} <= names
    assert {"IntOne2", "IntOne2Input"} <= names  # One[int], and One of an int that is more than 0


def test_the_order_of_odd_types_does_not_depend_on_the_process() -> None:
    assert len(documents_of("tests.openapi.test_odd_types")) == 1
