"""The table from full names to hooks; no analysis happens here.

mypy asks, for each call that it meets, whether there is a hook for it.  Methods are asked for under the class
of the receiver, which may be a subclass of the user's; so they are found by their own name first, and then by
a base of the class.

The plugin keeps nothing between two runs: all it learns is in types, which mypy caches and compares.  What
else a module's cache depends on is told by `report_config_data`: the rules as they are now, the settings,
and what aliases of `Annotated` say.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

from mypy.nodes import TypeInfo
from mypy.options import Options
from mypy.plugin import (
    FunctionContext,
    MethodContext,
    MethodSigContext,
    Plugin,
    ReportConfigContext,
)
from mypy.types import FunctionLike, Type
from typing_extensions import override

from responder._contract import version as contract
from responder_mypy import memory, names, worlds
from responder_mypy.calls import judge_call
from responder_mypy.dependencies import (
    on_add_dependency,
    on_dependency,
    on_dependency_function,
    on_depends,
    on_provider,
)
from responder_mypy.guard import guarded
from responder_mypy.hooks import on_event_handler, on_exception_handler, on_hook
from responder_mypy.registries import on_registry
from responder_mypy.routes import on_add_convertor, on_group, on_include_router, on_route, on_router
from responder_mypy.settings import read_settings
from responder_mypy.sources import aliases_of
from responder_mypy.urls import url_for_signature
from responder_mypy.views import on_add_route, on_route_spec, on_view

MethodHook: TypeAlias = Callable[[MethodContext], Type]
FunctionHook: TypeAlias = Callable[[FunctionContext], Type]
SignatureHook: TypeAlias = Callable[[MethodSigContext], FunctionLike]


def _method(base: str, hook: MethodHook) -> tuple[str, MethodHook]:
    return base, guarded(hook, lambda ctx: ctx.default_return_type)


_ROUTE: Final = (_method(names.ROUTES, on_route),)

METHOD_HOOKS: Final[Mapping[str, tuple[tuple[str, MethodHook], ...]]] = MappingProxyType(
    {
        **dict.fromkeys((*names.VERBS, "route", "websocket_route"), _ROUTE),
        **dict.fromkeys(names.STREAMS, (_method(names.STREAM_ROUTES, on_route),)),
        "add_route": (_method(names.ROUTES, on_add_route),),
        "group": (_method(names.HOST, on_group),),
        "include_router": (_method(names.HOST, on_include_router),),
        "add_convertor": (_method(names.APPLICATION, on_add_convertor),),
        "dependency": (_method(names.SUPPLIES, on_dependency),),
        "add_dependency": (_method(names.SUPPLIES, on_add_dependency),),
        "__call__": (
            _method(names.ROUTE_DECORATOR, on_view),
            _method(names.SOCKET_DECORATOR, on_view),
            _method(names.STREAM_DECORATOR, on_view),
            _method(names.DEPENDENCY_DECORATOR, on_dependency_function),
            _method(names.HOOK_DECORATOR, on_hook),
            _method(names.SOCKET_HOOK_DECORATOR, on_hook),
            _method(names.EXCEPTION_DECORATOR, on_hook),
            _method(names.EVENT_DECORATOR, on_hook),
        ),
        **dict.fromkeys(("before_request", "after_request"), (_method(names.ROUTES, on_hook),)),
        "add_event_handler": (_method(names.APPLICATION, on_event_handler),),
        **dict.fromkeys(
            ("exception_handler", "add_exception_handler"),
            (
                _method(names.APPLICATION, on_exception_handler),
                _method(names.ROUTER, on_exception_handler),
            ),
        ),
        "__init_subclass__": (_method(names.REGISTRY, on_registry),),
    }
)
"""The hooks of each method, by the method's bare name, each with the class that its receiver must have."""

FUNCTION_HOOKS: Final[Mapping[str, FunctionHook]] = MappingProxyType(
    {
        name: guarded(hook, lambda ctx: ctx.default_return_type)
        for name, hook in (
            (names.ROUTER, on_router),
            (names.ROUTE_SPEC, on_route_spec),
            (names.DEPENDS, on_depends),
            (names.PROVIDER_FUNCTION, on_provider),
        )
    }
)
"""The hook of each function, or class, by its full name."""

_FRAMEWORK: Final = f"{Path(contract.__file__).parents[1]}{os.sep}"
"""The framework itself, whose aliases change with its version only."""

_URL_FOR: Final[SignatureHook] = guarded(url_for_signature, lambda ctx: ctx.default_signature)
_CALL: Final[SignatureHook] = guarded(judge_call, lambda ctx: ctx.default_signature)


_has_base: Final[memory.Memory[tuple[str, str], bool]] = memory.Memory()


class ResponderPlugin(Plugin):
    """What mypy asks."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        settings = read_settings(options.config_file)
        worlds.use(settings)
        memory.begin(options)
        self._data = [digest(), settings.named_dependencies, settings.infer_handlers]

    @override
    def get_method_hook(self, fullname: str) -> MethodHook | None:
        """The hook for a method call."""
        owner, _, name = fullname.rpartition(".")
        hooks = METHOD_HOOKS.get(name)
        if hooks is None:
            return None
        for base, hook in hooks:
            if self._has_base(owner, base):
                return hook
        return None

    @override
    def get_function_hook(self, fullname: str) -> FunctionHook | None:
        """The hook for a function or a class that is called."""
        return FUNCTION_HOOKS.get(fullname)

    @override
    def get_method_signature_hook(self, fullname: str) -> SignatureHook | None:
        """The hook that refines the signature of a method."""
        owner, _, name = fullname.rpartition(".")
        if name == "call":
            is_client = self._has_base(owner, names.TEST_CLIENT) or self._has_base(
                owner, names.ASYNC_TEST_CLIENT
            )
            return _CALL if is_client else None
        if name != "url_for":
            return None
        is_ours = self._has_base(owner, names.APPLICATION) or self._has_base(owner, names.REQUEST)
        return _URL_FOR if is_ours else None

    @override
    def report_config_data(self, ctx: ReportConfigContext) -> object:
        """What else a module's cache depends on.

        This is also part of what importers of the module compare, so that another marker in an alias is seen
        by those who use it.
        """
        if "site-packages" in ctx.path or "typeshed" in ctx.path or ctx.path.startswith(_FRAMEWORK):
            return self._data
        aliases = aliases_of(ctx.path)
        return self._data if aliases is None else [*self._data, aliases]

    def _has_base(self, owner: str, base: str) -> bool:
        if owner == base:
            return True
        known = _has_base.get((owner, base))
        if known is not None:
            return known
        found = self.lookup_fully_qualified(owner)
        if found is None or not isinstance(found.node, TypeInfo):
            return False
        return _has_base.keep((owner, base), found.node.has_base(base))


@lru_cache(maxsize=1)
def digest() -> str:
    """A digest of the sources that decide what is reported."""
    combined = hashlib.sha256()
    for source in sources():
        combined.update(source.name.encode())
        combined.update(source.read_bytes())
    return combined.hexdigest()


def sources() -> Iterator[Path]:
    """This package's sources and the contract's, in a fixed order."""
    for module in (__file__, contract.__file__):
        yield from sorted(Path(module).parent.glob("*.py"))
