"""Types for handlers that have none: `def show(req, resp, *, id, limit=Query(10))`.

Off by default (`infer_handlers = true`).  The types are those that the route implies: what the convertor
gives, what the dependency provides, the type of a marker's default.  mypy 2.4 looks at decorators before it
looks into functions, so that the body is then checked with them; where the body came first it is checked
again.
"""

from __future__ import annotations

from mypy.checker import TypeChecker
from mypy.nodes import Argument, FuncDef, TypeInfo
from mypy.types import AnyType, CallableType, Instance, Type, TypeOfAny, UninhabitedType, get_proper_type

from responder._contract.binding import Bound, Input
from responder._contract.sources import Source
from responder._contract.template import Template
from responder_mypy import compat
from responder_mypy.names import REQUEST, RESPONSE, SOCKET
from responder_mypy.reading import is_unannotated
from responder_mypy.worlds import World

_OBJECTS = {Source.REQUEST: REQUEST, Source.RESPONSE: RESPONSE, Source.SOCKET: SOCKET}
_YIELDS = {"str": "builtins.str", "path": "builtins.str", "int": "builtins.int", "float": "builtins.float"}


def infer(
    chk: TypeChecker, function: FuncDef, typ: CallableType, bound: Bound, template: Template, world: World
) -> CallableType | None:
    """The type with every unannotated parameter filled in; None when there is nothing to fill in."""
    inputs = {input_.name: input_ for input_ in bound.inputs}
    types: list[Type] = []
    changed = False
    for argument, given in zip(function.arguments, typ.arg_types, strict=True):
        input_ = inputs.get(argument.variable.name)
        implied = None
        if is_unannotated(given) and input_ is not None:
            implied = _implied(chk, input_, argument, template, world)
        types.append(given if implied is None else implied)
        changed = changed or implied is not None
    if not changed:
        return None
    anything = AnyType(TypeOfAny.explicit)
    types = [anything if is_unannotated(one) else one for one in types]
    result = typ.ret_type
    if is_unannotated(result):
        result = anything
        if function.is_coroutine:
            result = chk.named_generic_type("typing.Coroutine", [anything, anything, anything])
    signature = CallableType(
        types,
        list(typ.arg_kinds),
        list(typ.arg_names),
        result,
        chk.named_type("builtins.function"),
        name=function.name,
        definition=function,
    )
    function.type = signature
    compat.check_again(chk, function)
    return signature


def _implied(
    chk: TypeChecker, input_: Input, argument: Argument, template: Template, world: World
) -> Type | None:
    if input_.source in _OBJECTS:
        return _instance(chk, _OBJECTS[input_.source])
    if input_.source is Source.NAMED:
        supply = world.supplies.get(input_.name)
        return None if supply is None else supply.type
    if argument.initializer is not None:
        found = compat.type_of(chk, argument.initializer)
        if isinstance(found, AnyType | UninhabitedType):
            return None
        plain = isinstance(found, Instance) and found.last_known_value is not None
        return Instance(found.type, found.args) if plain and isinstance(found, Instance) else found
    field = template.field(input_.key) if input_.source is Source.PATH else None
    name = None if field is None else _YIELDS.get(field.convertor)
    return None if name is None else chk.named_generic_type(name, [])


def _instance(chk: TypeChecker, fullname: str) -> Type | None:
    module, _, name = fullname.rpartition(".")
    tree = compat.module(chk, module)
    node = None if tree is None else compat.symbol(tree, name)
    if not isinstance(node, TypeInfo):
        return None
    defaults = [get_proper_type(variable.default) for variable in node.defn.type_vars]
    return Instance(
        node, [one if not is_unannotated(one) else AnyType(TypeOfAny.explicit) for one in defaults]
    )
