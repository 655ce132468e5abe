"""What a marker may say: `Query(10, ge=1)` on `limit: int`.

Whether the place carries the type, whether each constraint applies to it, whether the constraints leave any
value, and whether the default keeps them.  Called by `binding` for every marked parameter; a mypy hook may
call the pieces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType

from responder._contract.findings import Finding, found
from responder._contract.places import PLACES, carries, spelling
from responder._contract.shapes import STR, Choice, Many, Nothing, Other, Scalar, Shape, Unknown
from responder._contract.signature import MarkerFacts, Param
from responder._contract.sources import Source

CONSTRAINTS = (
    "gt",
    "ge",
    "lt",
    "le",
    "multiple_of",
    "allow_inf_nan",
    "min_length",
    "max_length",
    "pattern",
    "max_digits",
    "decimal_places",
    "strict",
    "examples",
)
"""Every constraint a marker takes, in the order of the docs."""

MARKER_NAMES: Mapping[Source, str] = MappingProxyType(
    {
        Source.PATH: "Path",
        Source.QUERY: "Query",
        Source.HEADER: "Header",
        Source.COOKIE: "Cookie",
        Source.FORM: "Form",
        Source.FILE: "File",
        Source.BODY: "Body",
        Source.DEPENDS: "Depends",
        Source.PRINCIPAL: "Principal",
    }
)
"""How users call the marker of each source."""

_REAL = frozenset({"int", "float", "decimal.Decimal", "Decimal", "fractions.Fraction"})
_TIMES = frozenset({"datetime.date", "datetime.datetime", "datetime.time", "datetime.timedelta"})
_DECIMAL = frozenset({"decimal.Decimal", "Decimal"})
_TEXT = frozenset({"str", "bytes", "pydantic.types.SecretStr", "pydantic.types.SecretBytes"})
_ROOTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "gt": _REAL | _TIMES,
        "ge": _REAL | _TIMES,
        "lt": _REAL | _TIMES,
        "le": _REAL | _TIMES,
        "multiple_of": _REAL,
        "allow_inf_nan": frozenset({"float"}) | _DECIMAL,
        "min_length": _TEXT,
        "max_length": _TEXT,
        "pattern": frozenset({"str"}),
        "max_digits": _DECIMAL,
        "decimal_places": _DECIMAL,
    }
)
"""The scalars that each constraint applies to, by name or by base; what is missing here applies to all."""

_SIZED = frozenset({"min_length", "max_length"})
_PLAIN = frozenset({"int", "float", "bool", "str", "bytes", "uuid.UUID"}) | _DECIMAL | _TIMES
"""Scalars whose nature is known; a constraint is never refused on any other."""


def marker_findings(param: Param, marker: MarkerFacts) -> tuple[Finding, ...]:
    """Everything wrong with this marker on this parameter, whatever the route."""
    shape = _read_shape(param, marker)
    if not carries(marker.source, shape):
        return (
            found(
                "marker-place",
                parameter=param.name,
                type=param.annotation or spelling(shape),
                place=PLACES[marker.source],
            ),
        )
    return constraint_findings(marker, param.name, shape, param.annotation)


def constraint_findings(
    marker: MarkerFacts, parameter: str | None, shape: Shape, annotation: str = ""
) -> tuple[Finding, ...]:
    """What is wrong between a marker's constraints, its default and the type it stands on."""
    if not marker.constraints:
        return ()
    return tuple(_constraint_findings(marker, parameter, shape, annotation))


def _read_shape(param: Param, marker: MarkerFacts) -> Shape:
    """The shape to judge: text for a parameter without annotation, unless the value may be something else."""
    if param.annotation or marker.source not in (Source.QUERY, Source.HEADER, Source.COOKIE, Source.FORM):
        return param.shape
    return STR if isinstance(param.shape, Unknown) else param.shape


def _constraint_findings(
    marker: MarkerFacts, parameter: str | None, shape: Shape, annotation: str
) -> Iterator[Finding]:
    fitting: dict[str, object] = {}
    for name, value in marker.constraints.items():
        if value is None:
            continue
        if applies(name, shape):
            fitting[name] = value
        else:
            kind = annotation or spelling(shape)
            yield found("marker-constraint", parameter=parameter, constraint=name, type=kind)
    impossible = _impossible(fitting, parameter, _is_whole(shape))
    if impossible is not None:
        yield impossible
    pattern, broken = _compiled(fitting.get("pattern"), parameter)
    if broken is not None:
        yield broken
    if marker.has_default and impossible is None:
        yield from _default_findings(marker.default, fitting, pattern, parameter)


def applies(constraint: str, shape: Shape) -> bool:
    """Whether a constraint means something for a shape; what is not known well enough is let through."""
    roots = _ROOTS.get(constraint)
    if roots is None or isinstance(shape, Unknown | Other):
        return True
    if isinstance(shape, Choice):
        return any(applies(constraint, option) for option in shape.options if not isinstance(option, Nothing))
    if isinstance(shape, Many):
        return constraint in _SIZED
    if isinstance(shape, Scalar):
        if shape.name in roots or not roots.isdisjoint(shape.bases):
            return True
        return shape.name not in _PLAIN and _PLAIN.isdisjoint(shape.bases)
    return False


def _is_whole(shape: Shape) -> bool:
    options = shape.options if isinstance(shape, Choice) else (shape,)
    kinds = [option for option in options if not isinstance(option, Nothing)]
    return bool(kinds) and all(isinstance(kind, Scalar) and kind.name == "int" for kind in kinds)


def _impossible(constraints: Mapping[str, object], parameter: str | None, whole: bool) -> Finding | None:
    """The finding that no value can keep the constraints."""
    if len(constraints) < 2 and "max_length" not in constraints:
        return None
    lower = _bound(constraints, "ge", "gt", max)
    upper = None if lower is None else _bound(constraints, "le", "lt", min)
    if lower is not None and upper is not None:
        open_ends = int(lower == _number(constraints.get("gt"))) + int(
            upper == _number(constraints.get("lt"))
        )
        room = upper - lower
        if room < 0 or (room == 0 and open_ends) or (whole and _no_whole_number(lower, upper, constraints)):
            return found("marker-bounds", parameter=parameter, lower=lower, upper=upper)
    longest = _number(constraints["max_length"]) if "max_length" in constraints else None
    if longest is not None:
        shortest = _number(constraints.get("min_length"))
        if longest < (0 if shortest is None else shortest):
            return found("marker-bounds", parameter=parameter, lower=shortest or 0, upper=longest)
    return None


def _no_whole_number(lower: Decimal, upper: Decimal, constraints: Mapping[str, object]) -> bool:
    """Whether no integer lies between the bounds."""
    if not lower.is_finite() or not upper.is_finite() or upper - lower > 2:
        return False
    first = int(lower.to_integral_value(rounding="ROUND_CEILING"))
    if lower == first and lower == _number(constraints.get("gt")):
        first += 1
    return first > upper or (first == upper and upper == _number(constraints.get("lt")))


def _bound(
    constraints: Mapping[str, object], closed: str, opened: str, tightest: Callable[[list[Decimal]], Decimal]
) -> Decimal | None:
    known: list[Decimal] = []
    for name in (closed, opened):
        bound = _number(constraints[name]) if name in constraints else None
        if bound is not None:
            known.append(bound)
    return tightest(known) if known else None


def _number(value: object) -> Decimal | None:
    """The value as an exact number, when it is one that can be compared."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    return None if number.is_nan() else number


def _compiled(pattern: object, parameter: str | None) -> tuple[re.Pattern[str] | None, Finding | None]:
    if not isinstance(pattern, str):
        return None, None
    try:
        return re.compile(pattern), None
    except (re.error, OverflowError, RecursionError) as error:
        return None, found("marker-pattern", parameter=parameter, why=error)


_BOUNDS: tuple[tuple[str, Callable[[Decimal, Decimal], bool]], ...] = (
    ("gt", lambda value, bound: value > bound),
    ("ge", lambda value, bound: value >= bound),
    ("lt", lambda value, bound: value < bound),
    ("le", lambda value, bound: value <= bound),
    ("multiple_of", lambda value, bound: bound == 0 or value % bound == 0),
)


def _default_findings(
    default: object, constraints: Mapping[str, object], pattern: re.Pattern[str] | None, parameter: str | None
) -> Iterator[Finding]:
    """What the default breaks; a default that is no plain scalar is not judged."""
    number = _number(default)
    if number is not None:
        for name, keeps in _BOUNDS:
            bound = _number(constraints[name]) if name in constraints else None
            if bound is not None and not _keeps(number, bound, keeps):
                yield found(
                    "marker-bound",
                    parameter=parameter,
                    default=default,
                    constraint=name,
                    bound=constraints[name],
                )
    if isinstance(default, str | bytes) and not _SIZED.isdisjoint(constraints):
        shortest, longest = _number(constraints.get("min_length")), _number(constraints.get("max_length"))
        if shortest is not None and len(default) < shortest:
            yield found("marker-default-short", parameter=parameter, default=default, bound=shortest)
        if longest is not None and len(default) > longest:
            yield found("marker-default-long", parameter=parameter, default=default, bound=longest)
    if isinstance(default, str) and pattern is not None and pattern.search(default) is None:
        yield found("marker-default-pattern", parameter=parameter, default=default, pattern=pattern.pattern)


def _keeps(value: Decimal, bound: Decimal, keeps: Callable[[Decimal, Decimal], bool]) -> bool:
    try:
        return keeps(value, bound)
    except ArithmeticError:  # infinity has no remainder, and huge numbers have too many digits for one
        return True
