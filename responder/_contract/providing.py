"""The rules for dependency providers: where each of their parameters gets its value.

A provider may take the request, markers, other dependencies (by `Depends` or by name) and parameters with
defaults. It has no template, no body by type and no principals; one that lives as long as the application may
not look at a request at all.
"""

from __future__ import annotations

from responder._contract.bound import LOST, OPEN, Answer, Bound, Input, ProviderFacts, marked, plain
from responder._contract.findings import Finding, found
from responder._contract.hints import resemblance
from responder._contract.markers import marker_findings
from responder._contract.places import assignable, spelling
from responder._contract.roles import ROLE_SOURCES, role_of
from responder._contract.shapes import Unknown
from responder._contract.signature import Param, Signature
from responder._contract.sources import Source


def bind_provider(signature: Signature, facts: ProviderFacts) -> Bound:
    """Where each parameter of a provider gets its value."""
    inputs: list[Input] = []
    pending: list[str] = []
    findings: list[Finding] = []
    for param in signature.params:
        answer = _answer(param, signature.name, facts)
        if answer.lost:
            answer = Answer(findings=(_unknown(param, signature.name, facts),))
        if answer.input is not None:
            inputs.append(answer.input)
        if answer.pending:
            pending.append(param.name)
        findings.extend(answer.findings)
    return Bound(tuple(inputs), tuple(pending), tuple(findings))


def _answer(param: Param, provider: str, facts: ProviderFacts) -> Answer:
    if param.kind in ("var-positional", "var-keyword"):
        return Answer()
    for rule in (_role, _marker, _named):
        answer = rule(param, provider, facts)
        if answer is not None:
            return answer
    if param.has_default is None or (facts.partial and param.annotation and isinstance(param.shape, Unknown)):
        return OPEN
    return Answer(plain(param, Source.DEFAULT)) if param.has_default else LOST


def _role(param: Param, provider: str, facts: ProviderFacts) -> Answer | None:
    role = role_of(param)
    if role is None:
        return None
    if role == "response":
        return LOST
    if facts.scope == "app":
        return Answer(findings=(found("app-scope-request", parameter=param.name, handler=provider),))
    return Answer(plain(param, ROLE_SOURCES[role]))


def _marker(param: Param, provider: str, facts: ProviderFacts) -> Answer | None:
    marker = param.marker
    if marker is None:
        return None
    if marker.source is Source.DEPENDS:
        return Answer(marked(param, Source.DEPENDS))
    if marker.source is Source.PRINCIPAL:
        return LOST if marker.provider is None else Answer(marked(param, Source.PRINCIPAL))
    if facts.scope == "app":
        return Answer(findings=(found("app-scope-request", parameter=param.name, handler=provider),))
    return Answer(marked(param, marker.source), findings=marker_findings(param, marker))


def _named(param: Param, provider: str, facts: ProviderFacts) -> Answer | None:
    if facts.dependencies is None:
        return OPEN
    if param.name not in facts.dependencies:
        return OPEN if facts.more else None
    if param.kind == "positional-only":
        return Answer(findings=(found("positional-only", parameter=param.name, handler=provider),))
    provided = facts.dependencies[param.name]
    findings: tuple[Finding, ...] = ()
    if not assignable(provided, param.shape):
        findings = (
            found(
                "provider-type",
                parameter=param.name,
                type=spelling(provided),
                handler=provider,
                annotation=param.annotation or spelling(param.shape),
            ),
        )
    return Answer(plain(param, Source.NAMED), findings=findings)


def _unknown(param: Param, provider: str, facts: ProviderFacts) -> Finding:
    hint = resemblance(param.name, facts.dependencies or ())
    return found("provider-parameter", parameter=param.name, handler=provider, hint=hint)
