"""The names that the plugin looks for are where it looks."""

from __future__ import annotations

import importlib

import pytest

from responder._contract.convertors import BUILTIN
from responder._routing.decorators import Routes
from responder._routing.streamed import StreamRoutes
from responder._routing.views import VERBS
from responder.convertors import CONVERTORS
from responder_mypy import names
from responder_mypy.plugin import METHOD_HOOKS

DECORATORS = ("RouteDecorator", "SocketDecorator", "StreamDecorator")


@pytest.mark.parametrize("fullname", names.WATCHED)
def test_a_watched_name_is_defined_where_the_plugin_looks_for_it(fullname: str) -> None:
    module, _, name = fullname.rpartition(".")
    found = getattr(importlib.import_module(module), name)
    assert (found.__module__, found.__qualname__) == (module, name)


@pytest.mark.parametrize("method", [name for name in METHOD_HOOKS if not name.startswith("__")])
def test_a_hooked_method_exists_where_its_receiver_is_made(method: str) -> None:
    for base, _ in METHOD_HOOKS[method]:
        module, _, name = base.rpartition(".")
        assert callable(getattr(getattr(importlib.import_module(module), name), method))


def test_the_verbs_are_those_of_the_run_time() -> None:
    assert set(names.VERBS) == {name for name in VERBS if hasattr(Routes, name)}
    assert set(names.VIEW_VERBS) == set(VERBS)


def test_the_convertors_are_those_of_the_run_time() -> None:
    assert set(BUILTIN) == set(CONVERTORS)


def test_every_way_to_declare_a_route_is_hooked() -> None:
    declaring = {
        name
        for name, method in [*vars(Routes).items(), *vars(StreamRoutes).items()]
        if not name.startswith("_")
        and any(kind in str(getattr(method, "__annotations__", {}).get("return")) for kind in DECORATORS)
    }
    assert declaring <= set(METHOD_HOOKS)
    assert declaring >= {*names.VERBS, *names.STREAMS}
