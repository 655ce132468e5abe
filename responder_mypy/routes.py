"""Declarations: `api.get("/users/{id:int}")`, groups, routers, and routers being included.

Each hook reads a path where it is written, reports what is wrong with it, and puts what it learned into the
type that the call has anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from mypy.nodes import CallExpr, Context, Expression, MemberExpr
from mypy.plugin import FunctionContext, MethodContext
from mypy.types import Instance, Type, get_proper_type

from responder._contract.convertors import BUILTIN
from responder._contract.findings import Finding, found
from responder._contract.template import EMPTY, Field, Template, join, parse, unknown_convertors
from responder_mypy import compat
from responder_mypy.constants import literal_text, text_of, texts_of
from responder_mypy.names import (
    GROUP,
    REGISTRY,
    ROUTE_DECORATOR,
    ROUTER,
    ROUTES,
    SOCKET_DECORATOR,
    STREAM_DECORATOR,
    STREAM_ROUTES,
    STREAMS,
)
from responder_mypy.options import check_options
from responder_mypy.specs import (
    MORE_IN_FRONT,
    UNKNOWN_PREFIX,
    Prefix,
    Spec,
    declaration,
    methods_of,
    prefix_of,
)
from responder_mypy.telling import at_offset, in_text
from responder_mypy.worlds import World, added_name, registry_of, world_of

_DECORATORS: Final = frozenset({ROUTE_DECORATOR, SOCKET_DECORATOR, STREAM_DECORATOR})


def on_route(ctx: MethodContext) -> Type:
    """A decorator is asked for: its type becomes that of a decorator for this route."""
    result = get_proper_type(ctx.default_return_type)
    call = ctx.context
    if not isinstance(result, Instance) or not isinstance(call, CallExpr):
        return ctx.default_return_type
    if result.type.fullname not in _DECORATORS or not _is_ours(ctx, call):
        return ctx.default_return_type
    spec = declared(ctx, call, "websocket" if result.type.fullname == SOCKET_DECORATOR else "http")
    if spec is None:
        return result
    return compat.with_argument(result, 1, compat.literal(compat.checker(ctx.api), spec.written))


def _is_ours(ctx: MethodContext, call: CallExpr) -> bool:
    """Whether the method is the framework's own; an override may make something else of the path."""
    receiver = get_proper_type(ctx.type)
    if not isinstance(receiver, Instance) or not isinstance(call.callee, MemberExpr):
        return False
    owner = receiver.type.get_containing_type_info(call.callee.name)
    return owner is not None and owner.fullname in (ROUTES, STREAM_ROUTES)


def declared(ctx: MethodContext, call: CallExpr, kind: str) -> Spec | None:
    """The route that a call declares; None when its path is wrong or not known."""
    chk = compat.checker(ctx.api)
    path = compat.positional(call, 0) or compat.keyword(call, "path")
    if compat.has_stars(call):
        compat.tell(chk, found("path-dynamic"), call)
        return None
    text = "" if path is None else _text(ctx, path)
    if text is None:
        compat.tell(chk, found("path-dynamic"), path or call)
        return None
    prefix = prefix_of(ctx.type)
    world = partial(_around, ctx, ctx.type, receiver_of(call))
    template = _checked(ctx, text, path or call, prefix, world, empty=_takes_nothing(ctx.type))
    if template is None:
        return None
    if len(call.args) > 1:
        check_options(chk, call)
    methods, unseen = _methods(call)
    return declaration(kind, methods, unseen, prefix.mark, template)


def listed(ctx: FunctionContext, call: CallExpr, kind: str) -> Spec | None:
    """The route that a `RouteSpec` will declare, below whatever prefix the list gets."""
    chk = compat.checker(ctx.api)
    path = compat.positional(call, 0)
    text = None if path is None or compat.has_stars(call) else _text(ctx, path)
    if text is None:
        compat.tell(chk, found("path-dynamic"), path or call)
        return None
    prefix = Prefix("", MORE_IN_FRONT)
    template = _checked(ctx, text, path or call, prefix, World, empty=True)
    if template is None:
        return None
    if len(call.args) > 2:
        check_options(chk, call)
    methods, unseen = _given_methods(call)
    return declaration(kind, methods, unseen, prefix.mark, template)


def receiver_of(call: CallExpr) -> Expression | None:
    """What the method is called on."""
    return call.callee.expr if isinstance(call.callee, MemberExpr) else None


def _text(ctx: MethodContext | FunctionContext, expression: Expression) -> str | None:
    text = text_of(expression)
    if text is not None:
        return text
    for given, types in zip(ctx.args, ctx.arg_types, strict=True):
        for argument, typ in zip(given, types, strict=False):
            if argument is expression:
                return literal_text(typ)
    return None


def _around(ctx: MethodContext | FunctionContext, receiver: Type, expression: Expression | None) -> World:
    """The world of what is declared; asked for by those few paths that have a convertor of the user's."""
    return world_of(compat.checker(ctx.api), registry_of(receiver), expression)


def _takes_nothing(receiver: Type) -> bool:
    """Whether the path "" means something here: the prefix itself."""
    proper = get_proper_type(receiver)
    return isinstance(proper, Instance) and (proper.type.has_base(GROUP) or proper.type.has_base(ROUTER))


def _methods(call: CallExpr) -> tuple[frozenset[str] | None, bool]:
    name = call.callee.name if isinstance(call.callee, MemberExpr) else ""
    if name in STREAMS:
        return frozenset({"GET"}), False
    if name not in ("route", "add_route", "websocket_route"):
        return frozenset({name.upper()}), False
    return _given_methods(call)


def _given_methods(call: CallExpr) -> tuple[frozenset[str] | None, bool]:
    given = compat.keyword(call, "methods")
    if given is None:
        return None, False
    texts = texts_of(given)
    return (None, True) if not texts else (methods_of(texts), False)


def _checked(
    ctx: MethodContext | FunctionContext,
    text: str,
    at: Expression | Context,
    prefix: Prefix,
    world: Callable[[], World],
    *,
    empty: bool,
) -> Template | None:
    """The whole template, after telling what is wrong with the part that is written here."""
    chk = compat.checker(ctx.api)
    template = parse(text, allow_empty=empty)
    place = at if isinstance(at, Expression) else None
    if isinstance(template, Finding):
        compat.tell(chk, template, at if place is None else at_offset(place, text, template), origin=at)
        return None
    outer = parse(prefix.text, allow_empty=True)
    whole = join(EMPTY if isinstance(outer, Finding) else outer, template)
    if isinstance(whole, Finding):
        compat.tell(chk, whole, at if place is None else at_offset(place, text, whole), origin=at)
        return None
    if any(field.convertor not in BUILTIN for field in template.fields) and world().settled:
        for finding in unknown_convertors(template, world().convertors):
            compat.tell(chk, finding, at if place is None else at_offset(place, text, finding), origin=at)
    return whole


def on_add_convertor(ctx: MethodContext) -> Type:
    """`api.add_convertor(Hex, "hex")`, which a registry has no use for: all its convertors stand in it."""
    registry = registry_of(ctx.type)
    call = ctx.context
    if registry is None or registry.fullname == REGISTRY or not isinstance(call, CallExpr):
        return ctx.default_return_type
    chk = compat.checker(ctx.api)
    given = compat.positional(call, 0) or call
    finding = found("convertor-undeclared", convertor=added_name(chk, call) or "...", registry=registry.name)
    compat.tell(chk, finding, given, origin=call)
    return ctx.default_return_type


def on_group(ctx: MethodContext) -> Type:
    """`api.group("/v1")`: the prefix goes into the type of the group."""
    result = get_proper_type(ctx.default_return_type)
    call = ctx.context
    if not isinstance(result, Instance) or result.type.fullname != GROUP or not isinstance(call, CallExpr):
        return ctx.default_return_type
    path = compat.positional(call, 0)
    prefix = prefix_of(ctx.type)
    chk = compat.checker(ctx.api)
    text = None if path is None else _text(ctx, path)
    if path is None or text is None:
        compat.tell(chk, found("path-dynamic"), path or call)
        return result
    world = partial(_around, ctx, ctx.type, receiver_of(call))
    whole = _checked(ctx, text.rstrip("/"), path, prefix, world, empty=True)
    if whole is None:
        return result
    inner = Prefix(whole.text, prefix.mark)
    return compat.with_argument(result, 1, compat.literal(chk, inner.written))


def on_router(ctx: FunctionContext) -> Type:
    """`Router("/users", outer="/{tenant}")`: both go into the type of the router."""
    result = get_proper_type(ctx.default_return_type)
    call = ctx.context
    if not isinstance(result, Instance) or result.type.fullname != ROUTER or not isinstance(call, CallExpr):
        return ctx.default_return_type
    if compat.has_stars(call) or len(result.args) < 3:
        return result
    chk = compat.checker(ctx.api)
    world = partial(_around, ctx, result, None)
    outer_at = compat.keyword(call, "outer")
    outer = Prefix("", MORE_IN_FRONT)
    if outer_at is not None:
        text = _text(ctx, outer_at)
        template = (
            None if text is None else _checked(ctx, text.rstrip("/"), outer_at, Prefix(""), world, empty=True)
        )
        if template is None:
            return result
        outer = Prefix(template.text)
        result = compat.with_argument(result, 2, compat.literal(chk, template.text))
    at = compat.positional(call, 0) or compat.keyword(call, "prefix")
    text = "" if at is None else _text(ctx, at)
    if text is None:
        compat.tell(chk, found("path-dynamic"), at or call)
        return result
    whole = _checked(ctx, text.rstrip("/"), at or call, outer, world, empty=True)
    if whole is None:
        return result
    return compat.with_argument(result, 1, compat.literal(chk, Prefix(whole.text, outer.mark).written))


def on_include_router(ctx: MethodContext) -> Type:
    """A router gets the prefix that it was promised, and no field twice."""
    call = ctx.context
    if not isinstance(call, CallExpr) or compat.has_stars(call):
        return ctx.default_return_type
    router_at = compat.positional(call, 0) or compat.keyword(call, "router")
    router = _argument_type(ctx, router_at)
    if router_at is None or not isinstance(router, Instance) or not router.type.has_base(ROUTER):
        return ctx.default_return_type
    prefix_at = compat.keyword(call, "prefix")
    text = "" if prefix_at is None else _text(ctx, prefix_at)
    host = prefix_of(ctx.type)
    chk = compat.checker(ctx.api)
    if text is None:
        compat.tell(chk, found("path-dynamic"), prefix_at or call)
        return ctx.default_return_type
    world = partial(_around, ctx, ctx.type, receiver_of(call))
    given = _checked(ctx, text.rstrip("/"), prefix_at or router_at, host, world, empty=True)
    if given is None:
        return ctx.default_return_type
    for finding in _inclusion(given, host, router):
        place = router_at if prefix_at is None else in_text(prefix_at, text, finding.parameter or "")
        compat.tell(chk, finding, place, origin=call)
    return ctx.default_return_type


def _argument_type(ctx: MethodContext, expression: Expression | None) -> Type | None:
    for given, types in zip(ctx.args, ctx.arg_types, strict=True):
        for argument, typ in zip(given, types, strict=False):
            if argument is expression:
                return get_proper_type(typ)
    return None


def _inclusion(given: Template, host: Prefix, router: Instance) -> list[Finding]:
    """What is wrong between the prefix a router gets and what it said it needs."""
    prefix = prefix_of(router)
    outer_text = literal_text(router.args[2]) if len(router.args) > 2 else None
    findings: list[Finding] = []
    if prefix.mark != UNKNOWN_PREFIX:
        own = parse(prefix.text[len(outer_text or "") :], allow_empty=True)
        whole = EMPTY if isinstance(own, Finding) else join(given, own)
        if isinstance(whole, Finding):
            findings.append(whole)
    outer = None if outer_text is None else parse(outer_text, allow_empty=True)
    if outer is None or isinstance(outer, Finding):
        return findings
    for field in given.fields:
        expected = outer.field(field.name)
        if expected is None:
            findings.append(found("router-field-extra", parameter=field.name, template=given.text))
        elif expected.convertor != field.convertor:
            findings.append(_other_convertor(field, expected))
    if not host.mark:
        missing = [name for name in outer.names if given.field(name) is None]
        findings += [found("router-field-missing", parameter=name) for name in missing]
    return findings


def _other_convertor(field: Field, expected: Field) -> Finding:
    return found(
        "router-convertor", parameter=field.name, convertor=field.convertor, declared=expected.convertor
    )
