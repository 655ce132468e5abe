"""What the plugin uses of mypy beyond its plugin interface, in one place for all versions."""

from __future__ import annotations

from mypy.checker import TypeChecker
from mypy.messages import format_type_bare
from mypy.nodes import (
    ARG_POS,
    ARG_STAR,
    ARG_STAR2,
    MDEF,
    CallExpr,
    Context,
    Decorator,
    Expression,
    FuncDef,
    MemberExpr,
    MypyFile,
    NameExpr,
    SymbolNode,
    SymbolTableNode,
    TypeInfo,
)
from mypy.plugin import CheckerPluginInterface
from mypy.types import Instance, LiteralType, ProperType, Type, get_proper_type

from responder._contract.findings import Finding
from responder_mypy.codes import BY_NAME


def checker(api: CheckerPluginInterface) -> TypeChecker:
    """The type checker behind the interface."""
    if not isinstance(api, TypeChecker):
        raise TypeError(f"mypy gave a {type(api).__name__} where it gives a TypeChecker")
    return api


def tell(chk: TypeChecker, finding: Finding, place: Context, *, origin: Context | None = None) -> None:
    """Report a finding; a `type: ignore` on the line of `origin` covers it, too."""
    chk.msg.fail(finding.message, place, code=BY_NAME[finding.code], origin_context=origin)


def shown(chk: TypeChecker, typ: Type) -> str:
    """A type as its user would write it."""
    if isinstance(typ, Instance) and not typ.args and typ.last_known_value is None:
        return typ.type.name
    return format_type_bare(typ, chk.options)


def literal(chk: TypeChecker, text: str) -> LiteralType:
    """`Literal[text]`."""
    return LiteralType(text, chk.named_type("builtins.str"))


def with_argument(instance: Instance, index: int, value: Type) -> Instance:
    """The instance with another type argument."""
    arguments = list(instance.args)
    arguments[index] = value
    return Instance(instance.type, arguments, instance.line, instance.column)


def depend_on(chk: TypeChecker, fullname: str) -> None:
    """Have the daemon look again at what is being checked when this name changes, or comes into being."""
    if not (chk.options.fine_grained_incremental or chk.options.cache_fine_grained):
        return
    chk.tree.plugin_deps.setdefault(f"<{fullname}>", set()).add(chk.tscope.current_target())


def depend_on_members(chk: TypeChecker, info: TypeInfo) -> None:
    """The same for every member that a class has, loses or gets."""
    depend_on(chk, f"{info.fullname}[wildcard]")


def module(chk: TypeChecker, name: str) -> MypyFile | None:
    """A module of the program."""
    return chk.modules.get(name)


def symbol(tree: MypyFile, name: str) -> SymbolNode | None:
    """What a name of a module stands for."""
    entry = tree.names.get(name)
    return None if entry is None else entry.node


def publish(table: dict[str, SymbolTableNode], name: str, entry: SymbolTableNode) -> None:
    """Add a name that no source holds.  Names are compared by the daemon and kept in the cache."""
    entry.plugin_generated = True
    table[name] = entry


def type_of(chk: TypeChecker, expression: Expression) -> ProperType:
    """The type of an expression, without telling what is wrong with it."""
    with chk.msg.filter_errors(), chk.local_type_map:
        return get_proper_type(chk.expr_checker.accept(expression))


def decorated_type(chk: TypeChecker, node: Decorator) -> ProperType:
    """The type of a decorated function that has not been checked yet."""
    name = NameExpr(node.func.name)
    name.node, name.fullname, name.kind = node.func, node.func.fullname, MDEF
    result: Expression = name
    for decorator in reversed(node.original_decorators):
        result.set_line(node)
        result = CallExpr(decorator, [result], [ARG_POS], [None])
    result.set_line(node)
    return type_of(chk, result)


def check_again(chk: TypeChecker, function: FuncDef) -> None:
    """Check a body whose function's type has changed, where mypy was there before the decorators."""
    if not getattr(chk, "recurse_into_functions", True):
        return
    with chk.tscope.function_scope(function):
        chk.check_func_item(function, name=function.name)


def is_own(chk: TypeChecker, function: FuncDef) -> bool:
    """Whether the function's source is the module being checked; of others only types are kept."""
    if "." not in function.fullname:
        return True  # a function inside of a function is only in reach there
    if function.info:
        return function.info.module_name == chk.tree.fullname
    return function.fullname.rpartition(".")[0] == chk.tree.fullname


def class_at(chk: TypeChecker, made_up: Context) -> TypeInfo | None:
    """The class whose body has just been checked.  mypy makes up the call `Name.__init_subclass__()` for it,
    with the place of the class.
    """
    callee = made_up.callee if isinstance(made_up, CallExpr) else None
    name = callee.expr.name if isinstance(callee, MemberExpr) and isinstance(callee.expr, NameExpr) else ""
    node = symbol(chk.tree, name)
    if isinstance(node, TypeInfo) and node.defn.line == made_up.line:
        return node
    for _, entry, _ in chk.tree.local_definitions():
        node = entry.node
        if isinstance(node, TypeInfo) and (node.defn.name, node.defn.line) == (name, made_up.line):
            return node
    return None


def keyword(call: CallExpr, name: str) -> Expression | None:
    """The argument that is given by this name."""
    names = call.arg_names
    return call.args[names.index(name)] if name in names else None


def positional(call: CallExpr, index: int) -> Expression | None:
    """The argument at this place, when it is given by place."""
    for argument, kind in zip(call.args, call.arg_kinds, strict=True):
        if kind is ARG_POS:
            if index == 0:
                return argument
            index -= 1
    return None


def has_stars(call: CallExpr) -> bool:
    """Whether some arguments are only known when the call is made."""
    return ARG_STAR in call.arg_kinds or ARG_STAR2 in call.arg_kinds
