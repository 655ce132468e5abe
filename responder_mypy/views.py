"""Handlers: where a decorator meets the function or class it is put on.

`RouteDecorator.__call__` and `SocketDecorator.__call__` run last, with the type of the view after all inner
decorators, and with the source beside it.  The rules are the contract's; what is added here is what only a
type checker can say.
"""

from __future__ import annotations

from collections.abc import Sequence

from mypy.nodes import CallExpr, ClassDef, Context, Decorator, Expression, FuncDef, RefExpr
from mypy.plugin import FunctionContext, MethodContext
from mypy.types import CallableType, Instance, NoneType, Type, get_proper_type

from responder._contract.binding import Bound, Facts, bind
from responder._contract.findings import Finding, found
from responder._contract.frozen import record
from responder._contract.places import carries
from responder._contract.principals import PRINCIPALS
from responder._contract.sources import Source
from responder._contract.template import Template
from responder_mypy import compat
from responder_mypy.classes import Verb, class_findings, needed, step_findings, steps_of, verbs_of
from responder_mypy.inferring import infer
from responder_mypy.names import ROUTE_DECORATOR, SOCKET_DECORATOR, STREAM_DECORATOR
from responder_mypy.principals import check_principals, given_by, guards_of, shape_given
from responder_mypy.providers import check_inputs
from responder_mypy.raising import check_raises
from responder_mypy.reading import Read, read
from responder_mypy.responses import check_items, check_response, check_responses
from responder_mypy.rivals import check_rivals
from responder_mypy.routes import declared, listed, receiver_of
from responder_mypy.specs import Spec, spec_of
from responder_mypy.telling import Site
from responder_mypy.unresolved import check_names
from responder_mypy.urls import publish_route
from responder_mypy.worlds import World, infers, registry_of, world_of


@record
class Case:
    """One route and what is known around it."""

    site: Site
    spec: Spec
    template: Template
    world: World
    call: CallExpr | None
    """The call that declares the route, when it is written beside the handler."""


def on_view(ctx: MethodContext) -> Type:
    """A decorator is applied to a handler, which it gives back as it is."""
    decorator = ctx.type
    if not isinstance(decorator, Instance) or len(decorator.args) < 2 or not ctx.arg_types[0]:
        return ctx.default_return_type
    chk = compat.checker(ctx.api)
    spec = spec_of(decorator.args[1])
    target = ctx.args[0][0] if ctx.args and ctx.args[0] else None
    publish_route(chk, ctx.context, target, spec)
    view = get_proper_type(ctx.arg_types[0][0])
    template = None if spec is None else spec.template
    if spec is None or not isinstance(template, Template) or not isinstance(view, CallableType):
        return ctx.default_return_type
    call = _declaring_call(ctx)
    world = world_of(chk, registry_of(decorator), None if call is None else receiver_of(call))
    whole = ctx.context.func if isinstance(ctx.context, Decorator) else ctx.context
    path = None if call is None else compat.positional(call, 0) or compat.keyword(call, "path")
    case = Case(Site(chk, whole, path), spec, template, world, call)
    function = _function(ctx.context, target)
    if call is not None:
        check_rivals(case.site, call)
    inferred = check_view(case, view, function)
    if view.is_type_obj():
        if decorator.type.fullname == ROUTE_DECORATOR and len(decorator.args) > 2:
            check_responses(case.site, decorator.args[2], verbs_of(chk, view.type_object()), call)
    else:
        if decorator.type.fullname == STREAM_DECORATOR:
            check_items(case.site, view, function.name if function is not None else "handler", call)
        elif decorator.type.fullname != SOCKET_DECORATOR and len(decorator.args) > 2:
            check_response(case.site, decorator.args[2], view, function, call)
    return ctx.default_return_type if inferred is None else inferred


def on_add_route(ctx: MethodContext) -> Type:
    """`api.add_route("/x", show)`."""
    call = ctx.context
    if not isinstance(call, CallExpr) or compat.has_stars(call):
        return ctx.default_return_type
    target = compat.positional(call, 1) or compat.keyword(call, "endpoint")
    if target is None or compat.keyword(call, "before_request") is not None:
        return ctx.default_return_type
    kind = _kind(call)
    known = None if kind is None else _known(ctx, declared(ctx, call, kind), target)
    if known is None:
        return ctx.default_return_type
    spec, template, view = known
    chk = compat.checker(ctx.api)
    path = compat.positional(call, 0) or compat.keyword(call, "path")
    world = world_of(chk, registry_of(ctx.type), receiver_of(call))
    case = Case(Site(chk, call, path), spec, template, world, call)
    check_rivals(case.site, call)
    check_view(case, view, _function(call, target))
    return ctx.default_return_type


def on_route_spec(ctx: FunctionContext) -> Type:
    """`RouteSpec("/x", show)`, for a list of routes."""
    call = ctx.context
    target = compat.positional(call, 1) if isinstance(call, CallExpr) else None
    if not isinstance(call, CallExpr) or target is None or compat.keyword(call, "before_request") is not None:
        return ctx.default_return_type
    kind = _kind(call)
    known = None if kind is None else _known(ctx, listed(ctx, call, kind), target)
    if known is not None:
        spec, template, view = known
        site = Site(compat.checker(ctx.api), call, compat.positional(call, 0))
        check_view(Case(site, spec, template, World(), call), view, _function(call, target))
    return ctx.default_return_type


def _kind(call: CallExpr) -> str | None:
    """What `websocket=` makes of a route; None where that is not written out."""
    socket = compat.keyword(call, "websocket")
    return "http" if socket is None else "websocket" if _is_true(socket) else None


def _known(
    ctx: FunctionContext | MethodContext, spec: Spec | None, target: Expression
) -> tuple[Spec, Template, CallableType] | None:
    """A route and its handler, where enough is known of both to judge them."""
    template = None if spec is None else spec.template
    view = get_proper_type(compat.checker(ctx.api).lookup_type_or_none(target))
    if spec is None or not isinstance(template, Template) or not isinstance(view, CallableType):
        return None
    return spec, template, view


def _is_true(expression: Expression) -> bool:
    return isinstance(expression, RefExpr) and expression.fullname == "builtins.True"


def _declaring_call(ctx: MethodContext) -> CallExpr | None:
    """The call that made the decorator which is being applied."""
    context = ctx.context
    if isinstance(context, CallExpr):
        return context.callee if isinstance(context.callee, CallExpr) else None
    decorators: list[Expression] = []
    if isinstance(context, Decorator):
        decorators = context.original_decorators
    elif isinstance(context, ClassDef):
        decorators = context.decorators
    stand_in = ctx.args[0][0] if ctx.args and ctx.args[0] else None
    for decorator in decorators:
        same = stand_in is not None and (decorator.line, decorator.column) == (stand_in.line, stand_in.column)
        if same and isinstance(decorator, CallExpr):
            return decorator
    return None


def _function(context: Context, target: Expression | None) -> FuncDef | None:
    """The source of a handler, if it is a plain function."""
    if isinstance(context, Decorator):
        return context.func
    node = target.node if isinstance(target, RefExpr) else None
    if isinstance(node, Decorator):
        node = node.func
    return node if isinstance(node, FuncDef) else None


def check_view(case: Case, view: CallableType, function: FuncDef | None) -> CallableType | None:
    """Everything the rules have to say about a handler; its new type, if it got one."""
    if view.is_type_obj():
        _check_class(case, view)
        return None
    name = function.name if function is not None else (view.name or "handler").partition(" ")[0]
    one = read(case.site.chk, view, function, name)
    if one is None:
        return None
    if case.spec.kind == "websocket" and one.function is not None and not one.function.is_coroutine:
        if not _gives_awaitable(view):
            case.site.tell([found("socket-handler-sync", handler=name)])
    methods = frozenset({"POST"}) if case.spec.unseen else case.spec.methods
    bound = _check_one(case, one, methods)
    if one.function is None or not infers():
        return None
    return infer(case.site.chk, one.function, view, bound, case.template, case.world)


def _gives_awaitable(view: CallableType) -> bool:
    result = get_proper_type(view.ret_type)
    if isinstance(result, Instance):
        return result.type.get("__await__") is not None
    return not isinstance(result, NoneType)


def _check_class(case: Case, view: CallableType) -> None:
    info = view.type_object()
    chk = case.site.chk
    if case.spec.kind == "websocket":
        verbs = steps_of(chk, info)
        step_findings(case.site, info, verbs)
        verbs = [step for step in verbs if step.name.endswith(".on_connect")]
    else:
        verbs = verbs_of(chk, info)
        class_findings(case.site, info, verbs)
    missing = needed(view)
    if missing:
        why = f"it needs {', '.join(missing)}"
        case.site.tell([found("view-constructor", view=info.name, why=why)])
    implemented = frozenset(verb.method for verb in verbs if verb.method is not None)
    for verb in verbs:
        one = read(chk, verb.type, verb.function, verb.name, drop=verb.drop)
        if one is not None:
            inner = Site(chk, _where(verb, case.site.whole), case.site.path)
            methods = _served(case.spec, verb, implemented)
            _check_one(Case(inner, case.spec, case.template, case.world, case.call), one, methods)


def _where(verb: Verb, otherwise: Context) -> Context:
    return otherwise if verb.function is None else verb.function


def _served(spec: Spec, verb: Verb, implemented: frozenset[str]) -> frozenset[str] | None:
    if verb.method is not None:
        return frozenset({verb.method})
    if spec.unseen:
        return frozenset({"POST"})
    return spec.methods or implemented or frozenset({"GET", "POST"})


def _check_one(case: Case, one: Read, methods: frozenset[str] | None) -> Bound:
    guards: Sequence[Expression] | None = ()
    gives: Type | None = None
    if _asks_for_a_principal(one, case.world):
        guards = guards_of(case.site.chk, case.call)
        gives = given_by(case.site.chk, guards)
    facts = Facts(
        kind="websocket" if case.spec.kind == "websocket" else "http",
        methods=methods,
        dependencies=case.world.dependencies,
        # Where guards are not known, somebody may have put one there.
        principals=frozenset() if guards == () else PRINCIPALS,
        principal=shape_given(guards, gives),
        convertors=case.world.convertors,
        partial=True,
        more=not case.world.closed,
    )
    bound = bind(case.template, one.signature, facts)
    findings = [finding for finding in bound.findings if _stands(case, one, finding)]
    case.site.tell(findings, one)
    told = {finding.parameter for finding in findings}
    check_inputs(case.site, case.world, one, bound, told, case.call)
    check_principals(case.site, one, bound, told, gives)
    check_names(case.site, one)
    check_raises(case.site, case.world, case.call, one, bound)
    return bound


def _asks_for_a_principal(one: Read, world: World) -> bool:
    for param in one.signature.params:
        # A dependency of that name comes first.
        if param.name in PRINCIPALS and param.name not in world.supplies:
            return True
        if param.marker is not None and param.marker.source is Source.PRINCIPAL:
            return True
    return False


def _stands(case: Case, one: Read, finding: Finding) -> bool:
    """Whether a finding holds wherever the route will be included."""
    if finding.rule.name == "path-marker" and case.spec.prefix_mark:
        return False
    if finding.rule.name != "parameter-unknown" or not case.spec.prefix_mark:
        return True
    shape = next((param.shape for param in one.signature.params if param.name == finding.parameter), None)
    # A field of a prefix gives what text can carry, and nothing else.
    return shape is not None and not carries(Source.PATH, shape)
