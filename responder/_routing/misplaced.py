"""Providers that need what a route has not: a WebSocket, where the route answers HTTP.

A provider is read once for all the routes that ask for it, so this can only be told of the two together.
Called by `plan`, and by `targets` for what stands in for others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from responder._contract.findings import Finding, found
from responder._contract.sources import Source
from responder._routing.providers import NO_OVERRIDES, Overrides, Ref, Supplier, Suppliers


def misplaced(
    refs: Iterable[Ref | None], suppliers: Suppliers, overrides: Overrides = NO_OVERRIDES
) -> Iterator[Finding]:
    """What is wrong with what an operation over HTTP asks for, and with what that asks for in turn."""
    done: set[int] = set()
    waiting = list(refs)
    while waiting:
        ref = waiting.pop()
        supplier = None if ref is None else suppliers.target(ref, overrides)
        if supplier is None or id(supplier) in done:
            continue
        done.add(id(supplier))
        waiting.extend(argument.ref for argument in supplier.arguments)
        yield from _of(supplier)


def _of(supplier: Supplier) -> Iterator[Finding]:
    for argument in supplier.arguments:
        if argument.source is Source.SOCKET:
            yield found("provider-socket", parameter=argument.name, handler=supplier.name)
