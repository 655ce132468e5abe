"""The rules: where each parameter of a handler gets its value, or what is wrong with it.

`bind` is for handlers, `bind_provider` for dependency providers.  Both are pure: a template, a signature and
what the caller knows go in; inputs, open questions and findings come out.  The run time asks at the decorator
(knowing little) and at start-up (knowing all), the mypy plugin in between.  More knowledge turns an open
question into an answer or a finding, and never a finding into silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from responder._contract.bodies import body_findings, is_body
from responder._contract.bound import (
    LOST,
    OPEN,
    Answer,
    Bound,
    Facts,
    Input,
    ProviderFacts,
    header_key,
    marked,
    plain,
)
from responder._contract.convertors import CARRIES_TEXT
from responder._contract.findings import Finding, found
from responder._contract.frozen import record
from responder._contract.hints import resemblance
from responder._contract.markers import MARKER_NAMES, marker_findings
from responder._contract.places import PLACES, assignable, carries, spelling
from responder._contract.principals import by_marker, by_name
from responder._contract.providing import bind_provider
from responder._contract.roles import RESERVED, roles
from responder._contract.shapes import Model, Other, Scalar, Unknown
from responder._contract.signature import MarkerFacts, Param, Signature
from responder._contract.sources import Source
from responder._contract.template import Field, Template

__all__ = [
    "RESERVED",
    "Bound",
    "Facts",
    "Input",
    "ProviderFacts",
    "bind",
    "bind_provider",
    "header_key",
]


@record
class _Case:
    """One question: this handler on this template, with what is known."""

    template: Template
    signature: Signature
    facts: Facts
    roles: Mapping[str, Answer]

    @property
    def handler(self) -> str:
        return self.signature.name


def bind(template: Template, signature: Signature, facts: Facts, earlier: Bound | None = None) -> Bound:
    """Where each parameter of a handler gets its value, and what is wrong.

    Convertors that nobody knows are not reported here but by `unknown_convertors`.  `earlier` is what was
    concluded when less was known; what it left open is asked now, and nothing else.
    """
    case = _Case(template, signature, facts, roles(template, signature, facts))
    settled = {} if earlier is None else _settled(earlier)
    answers = {param.name: settled.get(param.name) or _answer(case, param) for param in signature.params}
    inputs: list[Input] = []
    pending: list[str] = []
    lost: list[str] = []
    findings: list[Finding] = []
    for name, answer in answers.items():
        if answer.input is not None:
            inputs.append(answer.input)
        if answer.pending:
            pending.append(name)
        if answer.lost:
            lost.append(name)
        findings += answer.findings
    left = _fields_left(case, answers, inputs)
    if lost or left:
        findings += _unsourced(case, lost, left, [*pending, *_defaults(inputs)])
    findings += body_findings(inputs, case.handler, facts)
    return Bound(tuple(inputs), tuple(pending), tuple(findings))


def _settled(earlier: Bound) -> dict[str, Answer]:
    """What more knowledge doesn't change; of principals it may tell the type."""
    if earlier.findings:
        return {}
    return {one.name: Answer(one) for one in earlier.inputs if one.source is not Source.PRINCIPAL}


def _answer(case: _Case, param: Param) -> Answer:
    """The first rule that applies decides."""
    if param.kind == "var-keyword" or param.kind == "var-positional":
        return _variadic(case, param)
    answer = _unmarked(case, param) if param.marker is None else _marked(case, param, param.marker)
    return answer if param.kind != "positional-only" else _by_keyword(case, param, answer)


def _by_keyword(case: _Case, param: Param, answer: Answer) -> Answer:
    """Values go in by name, so only the framework's own objects and defaults can fill a positional-only
    parameter.
    """
    by_name = answer.input is not None and (answer.input.source.is_input or answer.input.source in _BY_NAME)
    if not by_name and not answer.lost:
        return answer
    return Answer(findings=(found("positional-only", parameter=param.name, handler=case.handler),))


_BY_NAME = frozenset({Source.DEPENDS, Source.NAMED, Source.PRINCIPAL})


def _variadic(case: _Case, param: Param) -> Answer:
    if param.kind == "var-keyword":
        return Answer(plain(param, Source.EXTRAS))
    return Answer(findings=(found("handler-arguments", parameter=param.name, handler=case.handler),))


def _unmarked(case: _Case, param: Param) -> Answer:
    role = case.roles.get(param.name)
    if role is not None:
        return role
    field = case.template.field(param.name)
    if field is not None:
        wrong = _field_type(case, param, field)
        return Answer(plain(param, Source.PATH), findings=() if wrong is None else (wrong,))
    return (
        _named(case, param)
        or by_name(param, case.handler, case.facts)
        or _body(case, param)
        or _default(case, param)
        or LOST
    )


def _marked(case: _Case, param: Param, marker: MarkerFacts) -> Answer:
    """A parameter with a marker is never the framework's own object."""
    if marker.source is Source.PATH:
        key = marker.alias or param.name
        if case.template.field(key) is None:
            return Answer(findings=(_bad_path_marker(case, param, key),))
    elif case.template.field(param.name) is not None:
        unused = found(
            "marker-unused",
            parameter=param.name,
            template=case.template.text,
            marker=MARKER_NAMES[marker.source],
        )
        return Answer(findings=(unused,))
    if marker.source is Source.DEPENDS:
        return Answer(marked(param, Source.DEPENDS))
    if marker.source is Source.PRINCIPAL:
        return by_marker(param, marker, case.handler, case.facts)
    return Answer(marked(param, marker.source), findings=marker_findings(param, marker))


def _bad_path_marker(case: _Case, param: Param, key: str) -> Finding:
    return found(
        "path-marker",
        parameter=param.name,
        alias=key,
        template=case.template.text,
        hint=resemblance(key, case.template.names),
    )


def _field_type(case: _Case, param: Param, field: Field) -> Finding | None:
    """Whether what the convertor yields fits the annotation; text may still be turned into anything text
    carries.
    """
    facts = case.facts.convertors.get(field.convertor)
    if facts is None or param.has_default is None or isinstance(param.shape, Unknown):
        return None
    if param.shape is facts.yields and isinstance(param.shape, Scalar):
        return None
    readable = carries(Source.PATH, param.shape)
    annotation = param.annotation or spelling(param.shape)
    if field.convertor in CARRIES_TEXT:
        if readable or param.shape == Other("object"):
            return None
        return found("marker-place", parameter=param.name, type=annotation, place=PLACES[Source.PATH])
    vague = param.shape == Other("object") or not isinstance(facts.yields, Scalar)
    if assignable(facts.yields, param.shape) and (readable or vague):
        return None
    fitting = [name for name, other in case.facts.convertors.items() if other.yields == param.shape]
    return found(
        "path-type",
        parameter=param.name,
        type=spelling(facts.yields),
        convertor=field.convertor,
        handler=case.handler,
        annotation=annotation,
        hint=f"{{{field.name}:{fitting[0]}}}" if fitting else None,
    )


def _named(case: _Case, param: Param) -> Answer | None:
    dependencies = case.facts.dependencies
    if dependencies is None:
        return OPEN
    if param.name not in dependencies:
        return OPEN if case.facts.more else None
    provided = dependencies[param.name]
    if assignable(provided, param.shape):
        return Answer(plain(param, Source.NAMED))
    wrong = found(
        "dependency-type",
        parameter=param.name,
        type=spelling(provided),
        handler=case.handler,
        annotation=param.annotation or spelling(param.shape),
    )
    return Answer(plain(param, Source.NAMED), findings=(wrong,))


def _body(case: _Case, param: Param) -> Answer | None:
    if not is_body(param) or (case.facts.kind == "websocket" and param.has_default):
        return None
    if isinstance(param.shape, Model):
        alike = [name for name, shape in (case.facts.dependencies or {}).items() if shape == param.shape]
        if resemblance(param.name, alike) is not None:
            return LOST
    return Answer(marked(param, Source.BODY))


def _default(case: _Case, param: Param) -> Answer | None:
    if param.has_default is None:
        return OPEN
    if param.has_default:
        return Answer(plain(param, Source.DEFAULT))
    unseen = case.facts.partial and bool(param.annotation) and isinstance(param.shape, Unknown)
    return OPEN if unseen else None


def _fields_left(case: _Case, answers: Mapping[str, Answer], inputs: Sequence[Input]) -> list[str]:
    """The fields of the template that nobody takes, as far as one can tell."""
    taken = {one.key for one in inputs if one.source is Source.PATH}
    left = [name for name in case.template.names if name not in taken]
    if not left:
        return left
    if any(param.kind == "var-keyword" or _may_hide_a_marker(param) for param in case.signature.params):
        return []
    # A parameter of that name was judged already, and so was a marker that could not have meant another
    # field.
    judged = {name for name, answer in answers.items() if answer.findings}
    judged |= {finding.hint for answer in answers.values() for finding in answer.findings if finding.hint}
    return [name for name in left if name not in judged]


def _may_hide_a_marker(param: Param) -> bool:
    """Whether the parameter has a default that can't be seen; it may be `Path(alias=...)`."""
    return param.has_default is None


def _defaults(inputs: Sequence[Input]) -> list[str]:
    return [input_.name for input_ in inputs if input_.source is Source.DEFAULT]


def _unsourced(case: _Case, lost: list[str], fields: list[str], spare: list[str]) -> list[Finding]:
    """Findings for parameters without a source and for fields without a taker; one mistake is told once."""
    findings: list[Finding] = []
    left = list(fields)
    for name in lost:
        rule, hint = "path-misspelt", resemblance(name, left)
        if hint is not None:
            left.remove(hint)
        else:
            rule, hint = "parameter-unknown", resemblance(name, case.facts.dependencies or ())
        findings.append(
            found(rule, parameter=name, handler=case.handler, template=case.template.text, hint=hint)
        )
    for field in left:
        misspelt = resemblance(field, spare)
        findings.append(
            found(
                "path-not-accepted",
                parameter=field,
                handler=case.handler,
                hint=None if misspelt is None else field,
                instead_of=misspelt,
            )
        )
    return findings
