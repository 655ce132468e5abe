"""What goes into binding and what comes out of it: records only.

`Facts` is what the caller knows around a handler, `Bound` is what was concluded.  The rules that lead from
one to the other are in `binding`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from responder._contract.convertors import BUILTIN, ConvertorFacts
from responder._contract.findings import Finding
from responder._contract.frozen import record
from responder._contract.shapes import UNKNOWN, Shape
from responder._contract.signature import Param
from responder._contract.sources import Source


@record
class Facts:
    """What the caller knows about the route and the application around a handler.

    `methods` is None for a route that answers every method.  `dependencies` maps the registered names to what
    they provide; None says that neither they nor the principals are known yet, `more` that there may be names
    beside those that are known.  `principals` are the names that the route's guard fills, and
    `principal` is the shape of what it gives.  `partial` says that shapes and defaults may be unknown merely
    because the caller can't see them (mypy); then what is unknown is left open instead of being reported.
    """

    kind: Literal["http", "websocket"] = "http"
    methods: frozenset[str] | None = None
    dependencies: Mapping[str, Shape] | None = None
    principals: frozenset[str] = frozenset()
    principal: Shape = UNKNOWN
    convertors: Mapping[str, ConvertorFacts] = BUILTIN
    partial: bool = False
    more: bool = False


@record
class ProviderFacts:
    """What the caller knows around a provider; see `Facts`."""

    scope: Literal["request", "app"] = "request"
    dependencies: Mapping[str, Shape] | None = None
    partial: bool = False
    more: bool = False


@record
class Input:
    """One parameter and its source.

    `key` is what the value is looked up by: the path field, the query name, the header in lower case with
    dashes, the dependency.  `required` is False when the parameter has a default to fall back on.  `embed`
    says that a body is the value of one key of a larger object.
    """

    name: str
    source: Source
    key: str
    param: Param
    required: bool
    embed: bool = False


@record
class Bound:
    """The outcome: inputs in the order of the signature, names still open, and everything that is wrong."""

    inputs: tuple[Input, ...] = ()
    pending: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@record
class Answer:
    """What one rule concluded about one parameter: an input, an open question, findings, or several of
    these.
    """

    input: Input | None = None
    pending: bool = False
    findings: tuple[Finding, ...] = ()
    lost: bool = False


OPEN = Answer(pending=True)
"""Not known yet."""

LOST = Answer(lost=True)
"""Nothing gives this parameter a value."""


def header_key(name: str, alias: str | None, convert_underscores: bool) -> str:
    """The header that a parameter reads, in lower case."""
    if alias is not None:
        return alias.lower()
    return (name.replace("_", "-") if convert_underscores else name).lower()


def marked(param: Param, source: Source) -> Input:
    """The input of a parameter whose marker names this source."""
    marker = param.marker
    alias = None if marker is None else marker.alias
    key = alias or param.name
    if source is Source.HEADER:
        key = header_key(param.name, alias, marker is None or marker.convert_underscores)
    elif source is Source.DEPENDS and marker is not None:
        key = marker.provider or param.name
    optional = param.has_default is not False or (marker is not None and marker.has_default)
    required = source in (Source.PATH, Source.DEPENDS, Source.PRINCIPAL) or not optional
    return Input(param.name, source, key, param, required, embed=marker is not None and marker.embed)


def plain(param: Param, source: Source) -> Input:
    """The input of an unmarked parameter that is looked up by its own name."""
    return Input(param.name, source, param.name, param, source not in (Source.DEFAULT, Source.EXTRAS))
