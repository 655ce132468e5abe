"""`url_for(view, ...)`: the names and types that a view's path asks for.

What a view is declared with is kept beside it under a name that no source can spell, in the table of names
that mypy caches and the daemon compares.  A name as text is looked up at run time only.
"""

from __future__ import annotations

from typing import Final

from mypy.checker import TypeChecker
from mypy.nodes import (
    ARG_NAMED,
    ARG_POS,
    GDEF,
    ClassDef,
    Context,
    Decorator,
    Expression,
    RefExpr,
    SymbolTableNode,
    TypeInfo,
    Var,
)
from mypy.plugin import MethodSigContext
from mypy.types import AnyType, CallableType, FunctionLike, Instance, Type, TypeOfAny

from responder._contract.template import Template
from responder_mypy import compat
from responder_mypy.constants import literal_text
from responder_mypy.specs import Spec, spec_of

SUFFIX: Final = " route"


def publish_route(chk: TypeChecker, context: Context, target: Expression | None, spec: Spec | None) -> None:
    """Keep what a view of this module is declared with; each declaration has a line of its own."""
    name = _own_name(chk, context, target)
    if name is None:
        return
    stand_in = context if target is None else target
    place = f"{stand_in.line}:{stand_in.column}"
    text = "" if spec is None else f"{place}={spec.written}"
    if name + SUFFIX in chk.tree.names:
        lines = dict(_lines(chk, f"{chk.tree.fullname}.{name}"))
        lines.pop(place, None)
        if spec is not None:
            lines[place] = spec.written
        text = "\n".join(f"{key}={value}" for key, value in sorted(lines.items()))
    node = Var(name + SUFFIX, compat.literal(chk, text))
    node._fullname = f"{chk.tree.fullname}.{name}{SUFFIX}"
    compat.publish(chk.tree.names, name + SUFFIX, SymbolTableNode(GDEF, node))


def _own_name(chk: TypeChecker, context: Context, target: Expression | None) -> str | None:
    """The name of a view that stands at the top level of this module."""
    if isinstance(context, Decorator):
        fullname = context.func.fullname
    elif isinstance(context, ClassDef):
        fullname = context.fullname
    else:
        fullname = target.fullname if isinstance(target, RefExpr) else ""
    module, _, name = fullname.rpartition(".")
    return name if module == chk.tree.fullname and "@" not in name else None


def _lines(chk: TypeChecker, fullname: str) -> list[tuple[str, str]]:
    module, _, name = fullname.rpartition(".")
    tree = compat.module(chk, module)
    node = None if tree is None else compat.symbol(tree, name + SUFFIX)
    text = literal_text(node.type) if isinstance(node, Var) else None
    pairs = [line.partition("=") for line in (text or "").split("\n") if line]
    return [(place, written) for place, _, written in pairs]


def url_for_signature(ctx: MethodSigContext) -> FunctionLike:
    """The signature that `url_for` has for one view; mypy itself then tells what does not fit."""
    default = ctx.default_signature
    view = ctx.args[0][0] if ctx.args and ctx.args[0] else None
    if not isinstance(view, RefExpr) or isinstance(view.node, Var) or "." not in view.fullname:
        return default
    chk = compat.checker(ctx.api)
    template = template_of(chk, view)
    if template is None or not isinstance(view.node, Decorator | TypeInfo):
        return default
    return _signature(chk, default, template)


def template_of(chk: TypeChecker, view: RefExpr) -> Template | None:
    """The path that a view is declared with; None where there are several, or none that is known."""
    compat.depend_on(chk, f"{view.fullname}{SUFFIX}")
    lines = _lines(chk, view.fullname)
    # Declared twice, the view has several paths, and any of them may be meant.
    if len(lines) != 1:
        return None
    spec = spec_of(compat.literal(chk, lines[0][1]))
    template = None if spec is None or spec.prefix_mark else spec.template
    return template if isinstance(template, Template) else None


def _signature(chk: TypeChecker, default: CallableType, template: Template) -> CallableType:
    names: list[str | None] = [default.arg_names[0], *template.names]
    types: list[Type] = [default.arg_types[0]]
    types += [_written_as(chk, field.convertor) for field in template.fields]
    kinds = [ARG_POS, *[ARG_NAMED] * len(template.fields)]
    return CallableType(
        types,
        kinds,
        names,
        default.ret_type,
        default.fallback,
        name=default.name,
        definition=default.definition,
        is_bound=default.is_bound,
    )


def _written_as(chk: TypeChecker, convertor: str) -> Type:
    """What a convertor can write; texts are made of anything, and others are left to themselves."""
    if convertor in ("int", "float"):
        return chk.named_generic_type(f"builtins.{convertor}", [])
    tree = compat.module(chk, "uuid") if convertor == "uuid" else None
    node = None if tree is None else compat.symbol(tree, "UUID")
    if isinstance(node, TypeInfo):
        return Instance(node, [])
    return AnyType(TypeOfAny.special_form)
