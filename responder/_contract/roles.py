"""Which parameters are the request, the response or the socket.

By annotation anywhere; by a reserved name anywhere, when no annotation says otherwise; and by position, for
leading parameters without annotation.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from responder._contract.bound import OPEN, Answer, Facts, plain
from responder._contract.findings import found
from responder._contract.shapes import Unknown
from responder._contract.signature import Param, Role, Signature
from responder._contract.sources import Source
from responder._contract.template import Template

RESERVED: Mapping[str, Role] = MappingProxyType(
    {
        "req": "request",
        "request": "request",
        "resp": "response",
        "response": "response",
        "ws": "socket",
        "websocket": "socket",
    }
)
"""The names that mean an object of the framework; no dependency may be called so."""

ROLE_SOURCES: Mapping[Role, Source] = MappingProxyType(
    {"request": Source.REQUEST, "response": Source.RESPONSE, "socket": Source.SOCKET}
)

_WORDS: Mapping[Role, str] = MappingProxyType(
    {"request": "request", "response": "response", "socket": "WebSocket"}
)


def is_untyped(param: Param) -> bool:
    """Whether nothing in the signature says what the parameter is: no marker and no telling annotation."""
    return param.marker is None and param.role is None and isinstance(param.shape, Unknown)


def role_of(param: Param) -> Role | None:
    """The role that the parameter's annotation or reserved name gives it."""
    if param.marker is not None or (param.role is None and not isinstance(param.shape, Unknown)):
        return None
    if param.kind in ("var-positional", "var-keyword"):
        return None
    return RESERVED.get(param.name) if param.role is None else param.role


def roles(template: Template, signature: Signature, facts: Facts) -> Mapping[str, Answer]:
    """The answer for each parameter that is, or may be, an object of the framework."""
    answers: dict[str, Answer] = {}
    taken: set[Role] = set()
    for param in signature.params:
        role = role_of(param)
        if role is None or _is_field(param, template):
            continue
        if facts.kind == "websocket" and role == "request" and _leads(param, signature):
            role = "socket"
        taken.add(role)
        answers[param.name] = _in_role(param, role, template, signature, facts)
    free: list[Role] = [role for role in _expected(facts) if role not in taken]
    if not free:
        return answers
    for param in signature.params:
        if not isinstance(param.shape, Unknown) or param.name in answers:
            continue
        if free and _may_be_positional(param, template):
            if facts.dependencies is None or (facts.more and param.name not in facts.dependencies):
                answers[param.name] = OPEN
            elif param.name not in facts.dependencies and param.name not in facts.principals:
                answers[param.name] = Answer(plain(param, ROLE_SOURCES[free.pop(0)]))
    return answers


def _expected(facts: Facts) -> tuple[Role, ...]:
    return ("request", "response") if facts.kind == "http" else ("socket",)


def _is_field(param: Param, template: Template) -> bool:
    """Whether the reserved name is one of the path's, and the parameter can be filled by it."""
    return param.kind == "keyword" and param.role is None and template.field(param.name) is not None


def _leads(param: Param, signature: Signature) -> bool:
    """Whether the parameter comes first, by a name that says request and an annotation that says nothing."""
    return param.role is None and param is signature.params[0]


def _may_be_positional(param: Param, template: Template) -> bool:
    return (
        param.kind in ("positional-only", "positional")
        and param.has_default is False
        and is_untyped(param)
        and template.field(param.name) is None
    )


def _in_role(param: Param, role: Role, template: Template, signature: Signature, facts: Facts) -> Answer:
    if facts.kind == "http" and role == "socket":
        return Answer(findings=(found("socket-on-http", parameter=param.name, handler=signature.name),))
    word = _WORDS[role]
    if facts.kind == "websocket" and role != "socket":
        return Answer(
            findings=(found("http-on-socket", parameter=param.name, handler=signature.name, role=word),)
        )
    if param.role is None and template.field(param.name) is not None:
        clash = found("path-reserved", parameter=param.name, handler=signature.name, role=word)
        return Answer(plain(param, ROLE_SOURCES[role]), findings=(clash,))
    return Answer(plain(param, ROLE_SOURCES[role]))
