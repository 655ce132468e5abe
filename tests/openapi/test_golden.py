"""The document of the sample is the one that was reviewed, in every version and on every run."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.openapi.documents import golden_file
from tests.openapi.processes import documents_of
from tests.openapi.sample.app import VERSIONS, make


@pytest.mark.parametrize("version", VERSIONS)
def test_the_document_is_the_golden_one(version: str) -> None:
    kept = golden_file(version).read_text(encoding="utf-8")
    assert make(version).openapi.to_yaml() == kept, "reviewed?  then: python -m tests.openapi.documents"


@pytest.mark.parametrize("version", VERSIONS)
def test_json_and_yaml_say_the_same(version: str) -> None:
    api = make(version)
    assert yaml.safe_load(api.openapi.to_yaml()) == json.loads(api.openapi.to_json())
    assert json.loads(api.openapi.to_json())["openapi"] == version


def test_the_bytes_do_not_depend_on_the_process() -> None:
    assert len(documents_of("tests.openapi.sample.app")) == 1


def test_the_served_document_is_the_same() -> None:
    api = make()
    assert api.requests.get("/schema.yml").text == golden_file("3.1.1").read_text(encoding="utf-8")
    wanted = api.requests.get("/schema.yml", headers={"Accept": "application/json"})
    assert wanted.json() == json.loads(api.openapi.to_json())
