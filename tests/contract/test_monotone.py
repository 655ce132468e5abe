"""More knowledge never turns a finding into silence, and no parameter is forgotten."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from responder._contract.binding import Bound, Facts, ProviderFacts, bind, bind_provider
from responder._contract.convertors import BUILTIN
from responder._contract.shapes import Shape
from responder._contract.signature import MarkerFacts, Param, ParamKind, Role, Signature
from responder._contract.sources import Source
from tests.contract.strategies import NAMES, OWN, shapes, templates

KINDS: tuple[ParamKind, ...] = ("positional-only", "positional", "keyword", "var-positional", "var-keyword")
ROLES: tuple[Role | None, ...] = (None, None, None, "request", "response", "socket")
PARAMETERS = (*NAMES, "req", "resp", "ws", "request", "db", "user")

markers = st.builds(
    MarkerFacts,
    source=st.sampled_from(
        [
            Source.PATH,
            Source.QUERY,
            Source.HEADER,
            Source.COOKIE,
            Source.FORM,
            Source.FILE,
            Source.BODY,
            Source.DEPENDS,
        ]
    ),
    alias=st.sampled_from([None, None, *NAMES]),
    embed=st.booleans(),
    constraints=st.sampled_from([{}, {"ge": 1}, {"min_length": 1}]),
)


@st.composite
def params(draw: st.DrawFn, name: str) -> Param:
    shape = draw(shapes)
    return Param(
        name,
        draw(st.sampled_from(KINDS)),
        shape,
        draw(st.sampled_from(["", "A"])),
        draw(st.sampled_from([False, False, True, None])),
        draw(st.one_of(st.none(), st.none(), markers)),
        draw(st.sampled_from(ROLES)),
    )


@st.composite
def signatures(draw: st.DrawFn) -> Signature:
    names = draw(st.lists(st.sampled_from(PARAMETERS), unique=True, max_size=5))
    chosen = sorted((draw(params(name)) for name in names), key=lambda param: KINDS.index(param.kind))
    return Signature("show", tuple(chosen))


known: st.SearchStrategy[dict[str, Shape]] = st.dictionaries(st.sampled_from(PARAMETERS), shapes, max_size=3)
facts = st.builds(
    Facts,
    kind=st.sampled_from(["http", "websocket"]),
    methods=st.sampled_from([None, frozenset({"GET"}), frozenset({"POST"}), frozenset({"GET", "PUT"})]),
    dependencies=known,
    principals=st.sampled_from([frozenset[str](), frozenset({"user"})]),
    convertors=st.just(OWN),
    partial=st.booleans(),
)


def answered(bound: Bound) -> set[str]:
    return (
        {one.name for one in bound.inputs}
        | set(bound.pending)
        | {one.parameter or "" for one in bound.findings}
    )


@settings(max_examples=200)
@given(st.data())
def test_every_parameter_has_one_answer(data: st.DataObject) -> None:
    template, signature, case = data.draw(templates(tuple(OWN))), data.draw(signatures()), data.draw(facts)
    case = replace(case, dependencies=data.draw(st.sampled_from([None, case.dependencies])))
    result = bind(template, signature, case)
    assert {param.name for param in signature.params} <= answered(result)
    assert not {one.name for one in result.inputs} & set(result.pending)
    assert len({one.name for one in result.inputs}) == len(result.inputs)
    order = [param.name for param in signature.params]
    assert [one.name for one in result.inputs] == sorted((one.name for one in result.inputs), key=order.index)


@settings(max_examples=400)
@given(st.data())
def test_learning_the_dependencies_silences_nothing(data: st.DataObject) -> None:
    template, signature, case = data.draw(templates(tuple(OWN))), data.draw(signatures()), data.draw(facts)
    early = bind(template, signature, replace(case, dependencies=None))
    late = bind(template, signature, case)
    assert_no_less_is_said(early, late)
    # What had a source keeps it.
    before = {one.name: one.source for one in early.inputs}
    assert before.items() <= {one.name: one.source for one in late.inputs}.items()
    assert set(late.pending) <= set(early.pending)
    if not case.partial and all(param.has_default is not None for param in signature.params):
        assert late.pending == ()


@settings(max_examples=200)
@given(st.data())
def test_learning_convertors_silences_nothing(data: st.DataObject) -> None:
    template, signature, case = data.draw(templates(tuple(OWN))), data.draw(signatures()), data.draw(facts)
    assert_no_less_is_said(
        bind(template, signature, replace(case, convertors=BUILTIN)), bind(template, signature, case)
    )


@settings(max_examples=200)
@given(st.data())
def test_seeing_all_of_it_silences_nothing(data: st.DataObject) -> None:
    template, signature, case = data.draw(templates(tuple(OWN))), data.draw(signatures()), data.draw(facts)
    assert_no_less_is_said(
        bind(template, signature, replace(case, partial=True)),
        bind(template, signature, replace(case, partial=False)),
    )


@settings(max_examples=200)
@given(signatures(), known, st.sampled_from(["request", "app"]), st.booleans())
def test_a_provider_is_judged_the_same_way(
    signature: Signature, dependencies: dict[str, Shape], scope: str, partial: bool
) -> None:
    case = ProviderFacts("app" if scope == "app" else "request", None, partial)
    early = bind_provider(signature, case)
    late = bind_provider(signature, replace(case, dependencies=dependencies))
    assert_no_less_is_said(early, late)
    before = {one.name: one.source for one in early.inputs}
    assert before.items() <= {one.name: one.source for one in late.inputs}.items()


def assert_no_less_is_said(early: Bound, late: Bound) -> None:
    """Each early finding is still there, or one of the same code is."""
    said = [finding.code for finding in late.findings]
    for finding in early.findings:
        assert finding.code in said
        said.remove(finding.code)
