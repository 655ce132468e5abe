"""What an import loads: nothing optional, and nothing that is only needed later."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.house.source import ROOT

OPTIONAL = (
    "redis graphql graphene strawberry jwt cryptography granian mypy pytest httpx2 prometheus_client"
    " sqlalchemy marshmallow watchfiles"
)
ON_USE = "jinja2 yaml multipart httpx uvicorn a2wsgi msgpack itsdangerous starlette.testclient"
LATER = "multiprocessing pkgutil argparse tomllib unittest difflib responder.testing responder._serve.server"

#: What an empty application may load and make, a few more than it does: a battery belongs behind its door.
OURS = 215
DATACLASSES = 50


def loaded(code: str) -> set[str]:
    """The modules that a fresh interpreter holds after running the code."""
    run = subprocess.run(
        [sys.executable, "-c", code + "\nimport sys; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(run.stdout.split())


@pytest.fixture(scope="module")
def after_import() -> set[str]:
    return loaded("import responder")


@pytest.fixture(scope="module")
def after_api() -> set[str]:
    return loaded("import responder; responder.API()")


@pytest.mark.parametrize("package", OPTIONAL.split())
def test_making_an_application_loads_no_optional_package(package: str, after_api: set[str]) -> None:
    assert package not in after_api


@pytest.mark.parametrize("package", [*ON_USE.split(), *LATER.split()])
def test_what_is_needed_later_is_loaded_later(package: str, after_api: set[str]) -> None:
    assert package not in after_api


BATTERIES = "auth cli clients graphql health logging metrics openapi pagination query ratelimit sqlalchemy"


@pytest.mark.parametrize("battery", BATTERIES.split())
def test_a_battery_that_nobody_asked_for_is_not_loaded(battery: str, after_api: set[str]) -> None:
    assert f"responder.ext.{battery}" not in after_api


def test_metrics_of_one_process_need_no_package() -> None:
    assert "prometheus_client" not in loaded("import responder; responder.API(metrics_route='/metrics')")


def test_an_empty_application_loads_few_modules(after_api: set[str]) -> None:
    ours = {name for name in after_api if name.partition(".")[0] == "responder"}
    assert len(ours) <= OURS, sorted(ours)


def test_few_classes_are_dataclasses() -> None:
    """Each costs half a millisecond of every start; `responder._contract.frozen` makes most of ours."""
    told = (
        "import responder, sys; responder.API()\n"
        "kinds = {value for name, module in list(sys.modules.items()) if name.startswith('responder')"
        " for value in vars(module).values() if isinstance(value, type)}\n"
        "ours = [one for one in kinds if one.__module__.startswith('responder')]\n"
        "print(*(f'class:{one.__qualname__}' for one in ours if '__dataclass_params__' in vars(one)))"
    )
    made = sorted(name for name in loaded(told) if name.startswith("class:"))
    assert len(made) <= DATACLASSES, made


def test_importing_the_front_door_loads_no_framework(after_import: set[str]) -> None:
    assert after_import & {"starlette", "pydantic", "anyio", "asyncio"} == set()


def test_the_contract_loads_the_standard_library_only() -> None:
    after = loaded("import responder._contract.binding")
    roots = {name.split(".")[0] for name in after}
    assert roots & {"starlette", "pydantic", "pydantic_core", "anyio", "orjson", "typing_extensions"} == set()


def test_the_front_door_knows_its_names_without_loading_them() -> None:
    assert "responder.api" not in loaded("import responder; assert 'API' in dir(responder)")
