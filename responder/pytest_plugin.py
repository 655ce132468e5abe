"""Fixtures for pytest, there as soon as this package is installed.

`responder_app` is the application under test: the one that the ini option `responder_app` names, else
`[tool.responder] app` in `pyproject.toml`; a fixture of that name in your `conftest.py` takes its place.
`api_client` and `async_api_client` talk to it, `overrides` exchanges its dependencies until the test ends.

pytest imports this module in every run, so it imports the rest when a fixture is asked for.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, TypeAlias

import pytest

if TYPE_CHECKING:
    from responder.application import Application
    from responder.registry import Registry
    from responder.testing import AsyncTestClient, Overrides, TestClient

    App: TypeAlias = Application[Registry, object]

__all__ = ["api_client", "async_api_client", "overrides", "pytest_addoption", "responder_app"]

_OPTION = "responder_app"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini option."""
    parser.addini(_OPTION, "the application that is tested, as package.module:name or file.py:name")


@pytest.fixture
def responder_app(pytestconfig: pytest.Config) -> App:
    """The application under test, as the configuration names it; override it to test another."""
    from responder.ext.cli.load import load
    from responder.ext.cli.targets import InvalidTarget, configured_target, read_target

    text = str(pytestconfig.getini(_OPTION))
    root = pytestconfig.rootpath
    try:
        target = read_target(text, root) if text else configured_target(root)
        if target is None:
            raise InvalidTarget("nobody names it")
        return load(target).application
    except InvalidTarget as error:
        pytest.fail(
            f"The application under test: {error}. Name it as `{_OPTION} = package.module:name` in pytest's "
            f'configuration, as [tool.responder] app = "package.module:name" in pyproject.toml, or by a '
            f"fixture `{_OPTION}` that gives it.",
            pytrace=False,
        )


@pytest.fixture
def api_client(responder_app: App) -> Generator[TestClient, None, None]:
    """A blocking client; the application's lifespan runs while the test does."""
    with responder_app.test_client(_base_url(responder_app), follow_redirects=True) as client:
        yield client


@pytest.fixture
def async_api_client(responder_app: App) -> AsyncTestClient:
    """A client to be awaited: `async with async_api_client as client:` runs the lifespan."""
    from responder.testing import AsyncTestClient

    return AsyncTestClient(responder_app, _base_url(responder_app))


@pytest.fixture
def overrides(responder_app: App) -> Generator[Overrides, None, None]:
    """Exchange dependencies until the test ends: `overrides.override(get_db).with_value(FakeDb())`."""
    from responder.testing import Overrides

    with Overrides(responder_app) as chosen:
        yield chosen


def _base_url(app: App) -> str:
    """An address that the application lets in, whatever hosts it allows."""
    hosts = app.settings.allowed_hosts
    host = "testserver" if not hosts or "*" in hosts else hosts[0]
    return f"http://{host.replace('*', 'testserver')}"
