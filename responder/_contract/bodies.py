"""Who may read the request body, on which methods, and how many may.

A body is declared by a marker or, on a writing method, by a model without a default.  These rules look at a
route's inputs together; which parameter is a body was decided before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from responder._contract.bound import Facts, Input
from responder._contract.findings import Finding, found
from responder._contract.places import allows_none, is_document
from responder._contract.signature import Param
from responder._contract.sources import Source

BODILESS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "CONNECT"})
"""The methods whose requests have no body."""


def is_body(param: Param) -> bool:
    """Whether an unmarked parameter asks for the request body by its type: required, or a model that may
    be None.
    """
    if not is_document(param.shape):
        return False
    return param.has_default is False or (param.has_default is True and allows_none(param.shape))


def body_findings(inputs: Sequence[Input], handler: str, facts: Facts) -> tuple[Finding, ...]:
    """What is wrong between the inputs that read the body, and between them and the route's methods."""
    bodies: list[Input] = []
    forms: list[Input] = []
    for input_ in inputs:
        if input_.source is Source.BODY:
            bodies.append(input_)
        elif input_.source is Source.FORM or input_.source is Source.FILE:
            forms.append(input_)
    if not bodies and not forms:
        return ()
    findings = list(_method_findings(bodies, forms, handler, facts))
    if findings:
        return tuple(findings)
    findings.extend(
        found("body-two", parameter=other.name, handler=handler, first=bodies[0].name)
        for other in bodies[1:]
        if not (other.embed and bodies[0].embed)
    )
    if bodies and forms:
        findings.append(found("body-form", parameter=bodies[0].name, handler=handler, form=forms[0].name))
    return tuple(findings)


def _method_findings(
    bodies: Sequence[Input], forms: Sequence[Input], handler: str, facts: Facts
) -> Iterator[Finding]:
    if facts.kind == "websocket":
        # A form on a handshake counts as missing, which is an answer; a body has no such answer.
        for body in bodies:
            yield found("body-websocket", parameter=body.name, handler=handler)
        return
    if facts.methods is None:
        for body in bodies:
            if body.required:
                yield found("body-every-method", parameter=body.name, handler=handler)
        return
    without = [method for method in sorted(facts.methods) if method in BODILESS]
    never = len(without) == len(facts.methods)
    for input_ in (*bodies, *forms):
        asks = input_.required or input_.source is Source.BODY if never else input_.required
        if without and asks and (never or input_.source is Source.BODY):
            yield found("body-method", parameter=input_.name, handler=handler, method=without[0])
