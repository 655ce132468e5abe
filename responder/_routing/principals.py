"""Of which type a route's principals are, and which guards its handlers ask for themselves.

What shapes tell is judged by the shared rules; here it is classes that are compared.  Called by `plan`.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable

import typing_extensions

from responder._contract.findings import Finding
from responder._contract.places import spelling
from responder._contract.principals import mismatch
from responder._contract.shapes import UNKNOWN, Many, Shape
from responder._contract.sources import Source
from responder._routing.authenticating import Guards
from responder._routing.provided import handed_out, is_union
from responder._routing.providers import Argument, identity
from responder._routing.shaping import shape_of, union_of
from responder._routing.views import View
from responder.guards import Auth
from responder.params import MISSING


def principal_of(guard: Callable[..., object]) -> object:
    """The type of what handlers see of a guard, as far as it says so; else `MISSING`."""
    given = handed_out(guard)
    # A function that names nobody lets nobody in, so None is not among what a handler sees.
    return given if isinstance(guard, Auth) else _without_none(given)


def shape_of_principal(guards: Guards) -> Shape | None:
    """The shape of what handlers see of a route's guards; None when there are none."""
    if not guards:
        return None
    first, *others = guards
    if others:
        return Many(UNKNOWN)
    principal = principal_of(first)
    return UNKNOWN if principal is MISSING else shape_of(principal)


def misfits(arguments: Iterable[Argument], one: View, guards: Guards) -> list[Finding]:
    """Principals whose class can not be what a handler declares: what shapes alone don't tell."""
    declared = {param.name: param.annotation for param in one.params}
    findings: list[Finding] = []
    for argument in arguments:
        if argument.source is not Source.PRINCIPAL:
            continue
        named = None if argument.ref is None else argument.ref.provider
        guard = guards[0] if named is None and len(guards) == 1 else named
        have = MISSING if guard is None else principal_of(guard)
        want = declared[argument.name]
        if have is MISSING or want is MISSING or may_be(have, want):
            continue
        param = next(param for param in one.signature.params if param.name == argument.name)
        findings.append(mismatch(param, one.name, spelling(shape_of(have))))
    return findings


def guards_of(declared: Guards, arguments: Iterable[Argument]) -> Guards:
    """Every guard of an operation: the route's own, then those that its parameters are annotated with."""
    named = [
        argument.ref.provider
        for argument in arguments
        if argument.source is Source.PRINCIPAL and argument.ref is not None
    ]
    guards = (*declared, *(guard for guard in named if guard is not None))
    return tuple({identity(guard): guard for guard in guards}.values())


def may_be(have: object, want: object) -> bool:
    """Whether a value of one type may stand where another is declared; False only where that is certain."""
    if typing.Any in (have, want):
        return True
    if isinstance(want, type) and isinstance(have, type):
        promoted = have in (int, float) and want in (float, complex)
        try:
            return promoted or issubclass(have, want)
        except TypeError:  # a protocol, or a TypedDict: no class that can be asked
            return True
    if is_union(have):
        return all(may_be(option, want) for option in typing_extensions.get_args(have))
    if is_union(want):
        return any(may_be(have, option) for option in typing_extensions.get_args(want))
    return True


def _without_none(annotation: object) -> object:
    if annotation is None or annotation is type(None):
        return MISSING
    if not is_union(annotation):
        return annotation
    return union_of(one for one in typing_extensions.get_args(annotation) if one is not type(None))
