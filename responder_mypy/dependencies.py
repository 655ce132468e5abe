"""`@api.dependency()` and `api.add_dependency()`."""

from __future__ import annotations

from typing import Final

from mypy.nodes import CallExpr, Decorator, Expression, FuncDef, MemberExpr, NameExpr, RefExpr
from mypy.plugin import FunctionContext, MethodContext
from mypy.types import CallableType, Instance, Type, get_proper_type

from responder_mypy import compat
from responder_mypy.constants import text_of
from responder_mypy.names import DEPENDENCY_DECORATOR, PROVIDER
from responder_mypy.providers import check_named
from responder_mypy.routes import receiver_of
from responder_mypy.telling import Site
from responder_mypy.worlds import Supply, provided, registry_of, world_of

ITERATES: Final = frozenset({"typing.Iterator", "typing.AsyncIterator"})
"""What the overloads of `Depends` and `provider` take for a generator."""


def on_dependency(ctx: MethodContext) -> Type:
    """`@api.dependency` put on a function, or `api.dependency(f)`; called with options it comes later."""
    context = ctx.context
    if isinstance(context, Decorator):
        receiver = _bare_receiver(context)
        if receiver is not None:
            _check(ctx, ctx.type, receiver, context.func.name, "request", context)
    elif isinstance(context, CallExpr):
        provider = compat.positional(context, 0)
        result = get_proper_type(ctx.default_return_type)
        # `dependency(NAME)` gives a decorator, whatever the name is written with.
        named = isinstance(result, Instance) and result.type.fullname == DEPENDENCY_DECORATOR
        if isinstance(provider, NameExpr | MemberExpr) and not named:
            _check(ctx, ctx.type, receiver_of(context), provider.name, "request", context)
    return ctx.default_return_type


def _bare_receiver(node: Decorator) -> Expression | None:
    for decorator in node.original_decorators:
        if isinstance(decorator, MemberExpr) and decorator.name == "dependency":
            return decorator.expr
    return None


def on_dependency_function(ctx: MethodContext) -> Type:
    """`@api.dependency(...)` put on a function."""
    context = ctx.context
    call: CallExpr | None = None
    name: str | None = None
    if isinstance(context, Decorator):
        name = context.func.name
        calls = [one for one in context.original_decorators if isinstance(one, CallExpr)]
        call = next((one for one in calls if _is_dependency(one)), None)
    elif isinstance(context, CallExpr) and isinstance(context.callee, CallExpr):
        call = context.callee
        provider = compat.positional(context, 0)
        name = provider.name if isinstance(provider, NameExpr | MemberExpr) else None
    if call is None or compat.has_stars(call) or not _is_dependency(call):
        return ctx.default_return_type
    given = compat.positional(call, 0) or compat.keyword(call, "name")
    scope = compat.keyword(call, "scope")
    name = name if given is None else text_of(given)
    if name is not None:
        scope_text = "request" if scope is None else text_of(scope)
        _check(ctx, ctx.type, receiver_of(call), name, scope_text, context)
    return ctx.default_return_type


def _is_dependency(call: CallExpr) -> bool:
    return isinstance(call.callee, MemberExpr) and call.callee.name == "dependency"


def on_add_dependency(ctx: MethodContext) -> Type:
    """`api.add_dependency("name", f)`."""
    call = ctx.context
    if not isinstance(call, CallExpr) or compat.has_stars(call):
        return ctx.default_return_type
    name = text_of(compat.positional(call, 0) or compat.keyword(call, "name"))
    scope = compat.keyword(call, "scope")
    if name is not None:
        scope_text = "request" if scope is None else text_of(scope)
        _check(ctx, ctx.type, receiver_of(call), name, scope_text, call)
    return ctx.default_return_type


def _check(
    ctx: MethodContext,
    holder: Type,
    receiver: Expression | None,
    name: str,
    scope: str | None,
    context: Decorator | CallExpr | object,
) -> None:
    chk = compat.checker(ctx.api)
    world = world_of(chk, registry_of(holder), receiver)
    function = _function(context)
    if function is not None and not compat.is_own(chk, function):
        function = None
    typ = None if function is None else get_proper_type(function.type)
    given = provided(typ, function) if isinstance(typ, CallableType) else None
    whole = context.func if isinstance(context, Decorator) else ctx.context
    supply = Supply(name, given, scope, typ if isinstance(typ, CallableType) else None, function)
    check_named(Site(chk, whole), world, supply)


def _function(context: object) -> FuncDef | None:
    """The provider as it is written, if nothing else decorates it."""
    if isinstance(context, Decorator):
        return context.func if len(context.original_decorators) == 1 else None
    if isinstance(context, CallExpr):
        for argument in context.args:
            node = argument.node if isinstance(argument, RefExpr) else None
            if isinstance(node, FuncDef):
                return node
    return None


def on_depends(ctx: FunctionContext) -> Type:
    """`Depends(f)`: a function that returns an iterator, and is no generator, provides the iterator."""
    returned = _returned_iterator(ctx)
    return ctx.default_return_type if returned is None else returned


def on_provider(ctx: FunctionContext) -> Type:
    """`name = provider(f)` in a registry: the same."""
    result = get_proper_type(ctx.default_return_type)
    returned = _returned_iterator(ctx)
    if returned is None or not isinstance(result, Instance) or result.type.fullname != PROVIDER:
        return ctx.default_return_type
    return compat.with_argument(result, 1, returned)


def _returned_iterator(ctx: FunctionContext) -> Type | None:
    """The iterator that a provider returns on purpose; types alone can't tell it from a generator."""
    given = ctx.args[0][0] if ctx.args and ctx.args[0] else None
    function = given.node if isinstance(given, RefExpr) else None
    if not isinstance(function, FuncDef) or function.is_generator or function.is_async_generator:
        return None
    typ = get_proper_type(function.type)
    result = get_proper_type(typ.ret_type) if isinstance(typ, CallableType) else None
    if not isinstance(result, Instance) or (isinstance(typ, CallableType) and typ.variables):
        return None
    return result if any(base.fullname in ITERATES for base in result.type.mro) else None
