"""The fixtures of the pytest plugin, in a run of pytest of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

APP = """
from contextlib import asynccontextmanager

from responder import API, Depends

state = []


@asynccontextmanager
async def lifespan(app):
    state.append("up")
    yield
    state.append("down")


def who():
    return "real"


api = API(lifespan=lifespan, allowed_hosts=["*.example.org"])


@api.get("/")
def index(name: str = Depends(who)) -> str:
    return name


@api.get("/state")
def get_state() -> list:
    return state
"""

TESTS = """
import asyncio

from shop import api, state, who


def test_the_client_runs_the_lifespan(api_client):
    assert state[-1] == "up"
    assert api_client.get("/").text == "real"


def test_it_has_ended_meanwhile():
    assert state[-1] == "down"


def test_an_override_lasts_for_the_test(api_client, overrides):
    overrides.override(who).with_value("fake")
    assert api_client.get("/").text == "fake"


def test_and_no_longer(api_client):
    assert api_client.get("/").text == "real"


def test_the_client_to_be_awaited(async_api_client):
    async def main():
        async with async_api_client as client:
            assert state[-1] == "up"
            return (await client.get("/")).text

    assert asyncio.run(main()) == "real"


def test_the_application_itself(responder_app):
    assert responder_app is api
"""


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the tests of a folder with our plugin alone, every warning an error."""
    # What the run around this one was told is not for this one.
    environ = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    environ |= {"PYTHONPATH": f"{ROOT}:{folder}", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-W", "error", "-m", "pytest", "-W", "error", "-p", "responder.pytest_plugin"]
    return subprocess.run(
        [*command, "-q", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop.py").write_text(APP, encoding="utf-8")
    (tmp_path / "test_shop.py").write_text(TESTS, encoding="utf-8")
    return tmp_path


CONFTEST = """
import pytest
from shop import api


@pytest.fixture
def responder_app():
    return api
"""
PYPROJECT = '[tool.responder]\napp = "shop:api"\n[tool.pytest.ini_options]\nminversion = "7"\n'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pytest.ini", "[pytest]\nresponder_app = shop:api\n"),
        ("pytest.ini", "[pytest]\nresponder_app = shop.py\n"),
        ("pyproject.toml", PYPROJECT),
        (
            "conftest.py",
            "import pytest, shop\n\n@pytest.fixture\ndef responder_app():\n    return shop.api\n",
        ),
    ],
    ids=["ini", "file", "pyproject", "conftest"],
)
def test_the_fixtures_work_however_the_application_is_named(name: str, content: str, folder: Path) -> None:
    (folder / name).write_text(content, encoding="utf-8")
    if "shop.py" in content:
        # A file is a module of its own.
        (folder / "test_shop.py").write_text(
            "def test(api_client):\n    assert api_client.get('/').text == 'real'\n"
        )
    run = run_pytest(folder)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("ini", "says"),
    [("", "nobody names it"), ("responder_app = shop:app", "app"), ("responder_app = shap:api", "shap")],
)
def test_an_application_that_is_not_found_is_told_in_a_sentence(ini: str, says: str, folder: Path) -> None:
    (folder / "pytest.ini").write_text(f"[pytest]\n{ini}\n", encoding="utf-8")
    run = run_pytest(folder, "test_shop.py::test_the_application_itself")
    assert run.returncode == 1
    assert says in run.stdout
    assert "responder_app = package.module:name" in run.stdout
    assert "Traceback" not in run.stdout


def test_a_run_that_uses_no_fixture_loads_nothing_of_us(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import sys\n\n"
        "def test_it():\n"
        "    assert not {'responder.api', 'pydantic', 'starlette'} & set(sys.modules)\n",
        encoding="utf-8",
    )
    run = run_pytest(tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    "conftest", ["", "import sys\n\nsys.modules['httpx2'] = None\n"], ids=["with", "without"]
)
def test_a_first_test_warns_of_nothing_with_httpx2_or_without(conftest: str, folder: Path) -> None:
    (folder / "conftest.py").write_text(conftest, encoding="utf-8")
    (folder / "test_shop.py").write_text(
        "from shop import api\n\ndef test_first():\n    assert api.requests.get('/').status_code == 400\n",
        encoding="utf-8",
    )
    run = run_pytest(folder)
    assert run.returncode == 0, run.stdout + run.stderr
