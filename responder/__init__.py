"""A strictly typed web framework.

This is the front door: every public name, each imported when it is first asked for, so that the door itself
opens in no time and the mypy plugin can walk in without loading the framework.  Type checkers see plain
imports.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from responder._contract.version import __version__

if TYPE_CHECKING:
    from responder.api import API as API
    from responder.convertors import Convertor as Convertor
    from responder.errors import ConfigurationError as ConfigurationError
    from responder.errors import DependencyCycleError as DependencyCycleError
    from responder.errors import DependencyError as DependencyError
    from responder.errors import DependencyResolutionError as DependencyResolutionError
    from responder.errors import DependencyScopeError as DependencyScopeError
    from responder.errors import Problem as Problem
    from responder.errors import RouteError as RouteError
    from responder.errors import RouteNotFoundError as RouteNotFoundError
    from responder.errors import abort as abort
    from responder.models import FormLimits as FormLimits
    from responder.models import Request as Request
    from responder.models import Response as Response
    from responder.models import UploadFile as UploadFile
    from responder.models import WebSocket as WebSocket
    from responder.params import Body as Body
    from responder.params import Cookie as Cookie
    from responder.params import Depends as Depends
    from responder.params import File as File
    from responder.params import Form as Form
    from responder.params import Header as Header
    from responder.params import Path as Path
    from responder.params import Query as Query
    from responder.registry import Registry as Registry
    from responder.registry import provider as provider
    from responder.routes import Router as Router
    from responder.streaming import SSE as SSE

__all__ = [
    "API",
    "SSE",
    "Body",
    "ConfigurationError",
    "Convertor",
    "Cookie",
    "DependencyCycleError",
    "DependencyError",
    "DependencyResolutionError",
    "DependencyScopeError",
    "Depends",
    "File",
    "Form",
    "FormLimits",
    "Header",
    "Path",
    "Problem",
    "Query",
    "Registry",
    "Request",
    "Response",
    "RouteError",
    "RouteNotFoundError",
    "Router",
    "UploadFile",
    "WebSocket",
    "abort",
    "provider",
    "__version__",
]

_HOMES = {
    "API": "responder.api",
    "SSE": "responder.streaming",
    "Body": "responder.params",
    "ConfigurationError": "responder.errors",
    "Convertor": "responder.convertors",
    "Cookie": "responder.params",
    "DependencyCycleError": "responder.errors",
    "DependencyError": "responder.errors",
    "DependencyResolutionError": "responder.errors",
    "DependencyScopeError": "responder.errors",
    "Depends": "responder.params",
    "File": "responder.params",
    "Form": "responder.params",
    "FormLimits": "responder.models",
    "Header": "responder.params",
    "Path": "responder.params",
    "Problem": "responder.errors",
    "Query": "responder.params",
    "Registry": "responder.registry",
    "Request": "responder.models",
    "Response": "responder.models",
    "RouteError": "responder.errors",
    "RouteNotFoundError": "responder.errors",
    "Router": "responder.routes",
    "UploadFile": "responder.models",
    "WebSocket": "responder.models",
    "abort": "responder.errors",
    "provider": "responder.registry",
}


if not TYPE_CHECKING:  # a module with `__getattr__` has every name for type checkers, misspelt ones too

    def __getattr__(name: str) -> object:
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value: object = getattr(importlib.import_module(home), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__} - {"TYPE_CHECKING", "importlib", "annotations"})
