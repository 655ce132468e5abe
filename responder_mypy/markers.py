"""From a marker's call to what the rules want to know of it."""

from __future__ import annotations

from typing import Final

from mypy.nodes import CallExpr, Expression, MemberExpr, NameExpr, RefExpr

from responder._contract.frozen import record
from responder._contract.markers import CONSTRAINTS
from responder._contract.signature import MarkerFacts
from responder._contract.sources import Source
from responder_mypy.compat import has_stars, keyword, positional
from responder_mypy.constants import UNSEEN, value_of
from responder_mypy.names import MARKERS


@record
class MarkerCall:
    """A marker as it is written."""

    source: Source
    call: CallExpr

    @property
    def provider(self) -> Expression | None:
        """What `Depends` is given."""
        return positional(self.call, 0) or keyword(self.call, "provider")


def marker_call(expression: Expression | None) -> MarkerCall | None:
    """The marker that an expression is, or None."""
    if not isinstance(expression, CallExpr) or not isinstance(expression.callee, RefExpr):
        return None
    source = MARKERS.get(expression.callee.fullname)
    return None if source is None else MarkerCall(source, expression)


def facts_of(marker: MarkerCall, given: Expression | None = None) -> MarkerFacts | None:
    """What a marker says, with the default that is `given` outside of it; None when it can't be known."""
    call = marker.call
    if marker.source is Source.DEPENDS:
        return MarkerFacts(Source.DEPENDS, provider=name_of(marker.provider))
    if has_stars(call):
        return None
    default = UNSEEN if given is None else value_of(given)
    has_default = given is not None
    options: dict[str, object] = {}
    for name, argument in zip(call.arg_names, call.args, strict=True):
        if name is not None:
            options[name] = value_of(argument)
        elif given is None and value_of(argument) is not ...:
            has_default, default = True, value_of(argument)
    alias, underscores = options.get("alias"), options.get("convert_underscores", True)
    if not (alias is None or isinstance(alias, str)) or not isinstance(underscores, bool):
        return None
    return MarkerFacts(
        source=marker.source,
        has_default=has_default or "default_factory" in options,
        default=default if isinstance(default, _PLAIN) else None,
        alias=alias,
        convert_underscores=underscores,
        embed=options.get("embed", False) is not False,
        constraints={
            name: value
            for name, value in options.items()
            if name in _CONSTRAINTS and value is not None and value is not UNSEEN
        },
    )


_PLAIN: Final = (str, int, float, bool)
_CONSTRAINTS: Final = frozenset(CONSTRAINTS)


def name_of(expression: Expression | None) -> str:
    """How findings call what an expression stands for."""
    if isinstance(expression, NameExpr | MemberExpr):
        return expression.name
    return "<lambda>" if expression is not None and type(expression).__name__ == "LambdaExpr" else "provider"
