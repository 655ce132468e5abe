"""Hooks, events and exception handlers: what types can't say of them.

That a hook takes the request and the response is in its type; that it is a generator, whose body would never
run, is not.  The same goes for what runs at start-up and shutdown.
"""

from __future__ import annotations

from collections.abc import Iterator

from mypy.nodes import CallExpr, Decorator, Expression, FuncDef, RefExpr
from mypy.plugin import MethodContext
from mypy.types import Type

from responder._contract.findings import Finding, found
from responder_mypy import compat
from responder_mypy.constants import value_of


def on_hook(ctx: MethodContext) -> Type:
    """`@api.before_request`, bare or called, `api.after_request(hook)` and `@api.on_event("startup")`."""
    context = ctx.context
    if isinstance(context, Decorator):
        # With other decorators it is another callable.
        if len(context.original_decorators) == 1:
            for finding in _findings(context.func):
                compat.tell(compat.checker(ctx.api), finding, context.func, origin=context)
    elif isinstance(context, CallExpr):
        _judge(ctx, compat.positional(context, 0))
    return ctx.default_return_type


def on_event_handler(ctx: MethodContext) -> Type:
    """`api.add_event_handler("startup", function)`."""
    _judge(ctx, next(iter(ctx.args[1]), None))
    return ctx.default_return_type


def _judge(ctx: MethodContext, given: Expression | None) -> None:
    if given is not None:
        for finding in hook_findings(given):
            compat.tell(compat.checker(ctx.api), finding, given, origin=ctx.context)


def hook_findings(given: Expression) -> Iterator[Finding]:
    """What is wrong with a hook that is given by name."""
    node = given.node if isinstance(given, RefExpr) else None
    if isinstance(node, FuncDef):
        yield from _findings(node)


def _findings(function: FuncDef) -> Iterator[Finding]:
    if function.is_generator or function.is_async_generator:
        yield found("hook-generator", hook=function.name)


def on_exception_handler(ctx: MethodContext) -> Type:
    """`@api.exception_handler(404)` and `api.add_exception_handler(404, f)`: only errors are answered so, and
    by no generator.
    """
    call = ctx.context
    given = compat.positional(call, 0) if isinstance(call, CallExpr) else None
    status = None if given is None else value_of(given)
    if given is not None and isinstance(status, int) and not isinstance(status, bool):
        if not 400 <= status <= 599:
            compat.tell(compat.checker(ctx.api), found("handler-status", status=status), given)
    if len(ctx.args) > 1:
        _judge(ctx, next(iter(ctx.args[1]), None))
    return ctx.default_return_type
