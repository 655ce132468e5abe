"""`Param` and `Signature`: a handler or provider as the rules see it, whoever read it.

The run time fills these from a live callable, the mypy plugin from a type; the rules in `binding` cannot tell
which.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from responder._contract.frozen import record
from responder._contract.shapes import UNKNOWN, Shape
from responder._contract.sources import Source

ParamKind = Literal["positional-only", "positional", "keyword", "var-positional", "var-keyword"]
Role = Literal["request", "response", "socket"]


@record
class MarkerFacts:
    """What a marker says: `Query(10, alias="q", ge=1)`, `Depends(f)`, `Annotated[T, Body(embed=True)]`.

    `source` is DEPENDS for `Depends`.  `has_default` is False for a required marker.  `default` is the
    literal default when it is known to be a plain scalar, else None.  `provider` is the display name for
    DEPENDS; for PRINCIPAL that of the guard, None for the route's own, and `provides` is what it gives.
    """

    source: Source
    has_default: bool = False
    default: object = None
    alias: str | None = None
    convert_underscores: bool = True
    embed: bool = False
    constraints: Mapping[str, object] = MappingProxyType({})
    provider: str | None = None
    provides: Shape = UNKNOWN


@record
class Param:
    """One parameter.

    `annotation` is the user's own spelling ("" when there is none).  `has_default` is None when unknown, and
    counts a marker's default as well as a plain one; a required marker (`Query()`) leaves it False. `role` is
    set when the *annotation* says request, response or socket.
    """

    name: str
    kind: ParamKind = "keyword"
    shape: Shape = UNKNOWN
    annotation: str = ""
    has_default: bool | None = False
    marker: MarkerFacts | None = None
    role: Role | None = None


@record
class Signature:
    """A callable's name as users know it, its parameters in order (without a bound `self`), and what it
    returns.
    """

    name: str
    params: tuple[Param, ...]
    returns: Shape = UNKNOWN
