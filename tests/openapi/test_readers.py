"""The sample's document, in every version, read by the tools that users give it to: none has a complaint."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest

from tests.openapi.needs import need_packages
from tests.openapi.readers import json_objects, node, python
from tests.openapi.sample.app import VERSIONS, make

# openapi-python-client reads no 3.2 yet.
FOR_THE_CLIENT = ("3.0.3", "3.1.1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds `3.1.1.json` and so on."""
    made = tmp_path_factory.mktemp("documents")
    for version in VERSIONS:
        (made / f"{version}.json").write_text(make(version).openapi.to_json(), encoding="utf-8")
    return made


@pytest.mark.parametrize("version", VERSIONS)
def test_the_validator_finds_nothing(folder: Path, version: str) -> None:
    need_packages("openapi_spec_validator")
    from openapi_spec_validator import (
        OpenAPIV30SpecValidator,
        OpenAPIV31SpecValidator,
        OpenAPIV32SpecValidator,
    )

    kinds = {"3.0": OpenAPIV30SpecValidator, "3.1": OpenAPIV31SpecValidator, "3.2": OpenAPIV32SpecValidator}
    validator = kinds[version[:3]](json.loads((folder / f"{version}.json").read_text()))
    assert list(validator.iter_errors()) == []


@pytest.mark.parametrize("version", FOR_THE_CLIENT)
def test_a_generated_python_client_is_complete_and_strictly_typed(folder: Path, version: str) -> None:
    need_packages("openapi_python_client")
    package = f"client_{version.replace('.', '_')}"
    config = folder / "client.yml"
    # It knows no lines of JSON, so it is told to take them for text.
    config.write_text(
        "post_hooks: []\ncontent_type_overrides: {application/x-ndjson: text/plain}\n", encoding="utf-8"
    )
    said = python(
        folder, "openapi_python_client", "generate", "--path", f"{version}.json", "--meta", "none",
        "--output-path", package, "--config", config, "--fail-on-warning",
    )  # fmt: skip
    assert "WARNING" not in said.upper(), said
    made = {file.stem for file in (folder / package / "api").rglob("*.py")}
    assert operation_ids(folder, version) <= made
    options = ["--strict", "--cache-dir", "types", "--config-file=", "--no-error-summary"]
    assert python(folder, "mypy", *options, package) == ""


def operation_ids(folder: Path, version: str) -> set[str]:
    """The names of all operations."""
    paths = json.loads((folder / f"{version}.json").read_text())["paths"]
    return {
        operation["operationId"]
        for path in paths.values()
        for operation in path.values()
        if isinstance(operation, dict) and "operationId" in operation
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_generated_models_can_be_imported(folder: Path, version: str) -> None:
    need_packages("datamodel_code_generator")
    module = f"models_{version.replace('.', '_')}"
    python(
        folder, "datamodel_code_generator", "--input", f"{version}.json", "--input-file-type", "openapi",
        "--output", f"{module}.py", "--output-model-type", "pydantic_v2.BaseModel",
        "--target-python-version", "3.11", "--formatters", "builtin", "--disable-timestamp",
    )  # fmt: skip
    assert python(folder, module) == ""


# What a user would write: the models by name, and what a path takes and gives.
USED = """\
import type { components, paths } from "./3.1.1";
type Item = components["schemas"]["Item"];
type Found = paths["/items/{id}"]["get"]["responses"][200]["content"]["application/json"];
const same: (item: Item) => Found = (item) => item;
const colour: components["schemas"]["Colour"] = "deep-blue";
// @ts-expect-error
const wrong: components["schemas"]["Colour"] = "yellow";
export const used = [same, colour, wrong];
"""


def test_generated_typescript_is_strictly_typed(folder: Path) -> None:
    for version in VERSIONS:
        node(folder, "openapi-typescript", f"{version}.json", "--output", f"{version}.ts")
    (folder / "used.ts").write_text(USED, encoding="utf-8")
    files = [f"{version}.ts" for version in VERSIONS]
    assert node(folder, "tsc", "--strict", "--noEmit", "--target", "es2022", "used.ts", *files) == ""


def test_redocly_finds_nothing(folder: Path) -> None:
    # In 3.0 only an extension can say what the items of a stream are, and that counts as no use.
    ignored = {"3.0.3.json": {"no-unused-components": ["#/components/schemas/Progress"]}}
    # An operation that takes nothing has nothing to refuse; all others have an answer of that kind.
    for version in VERSIONS:
        ignored.setdefault(f"{version}.json", {})["operation-4xx-response"] = undemanding(folder, version)
    (folder / ".redocly.lint-ignore.yaml").write_text(json.dumps(ignored), encoding="utf-8")
    rules = ("--extends", "recommended")
    files = [f"{version}.json" for version in VERSIONS]
    found = list(json_objects(node(folder, "redocly", "lint", *rules, "--format", "json", *files)))
    assert len(found) == len(VERSIONS)
    problems = [problem for one in found for problem in cast("list[dict[str, object]]", one["problems"])]
    assert [problem for problem in problems if not problem.get("ignored")] == []


def undemanding(folder: Path, version: str) -> list[str]:
    """Where the answers are of the operations that ask for nothing, nor for anybody."""
    paths = json.loads((folder / f"{version}.json").read_text())["paths"]
    return [
        f"#/paths/{path.replace('~', '~0').replace('/', '~1')}/{method}/responses"
        for path, item in paths.items()
        for method, operation in item.items()
        if not ({"parameters", "requestBody"} & operation.keys() or operation["security"])
    ]


def test_spectral_finds_nothing(folder: Path) -> None:
    (folder / ".spectral.yaml").write_text("extends: spectral:oas\n", encoding="utf-8")
    files = [f"{version}.json" for version in VERSIONS]
    said = node(folder, "spectral", "lint", "--fail-severity", "hint", *files)
    assert said.startswith("No results with a severity of")
