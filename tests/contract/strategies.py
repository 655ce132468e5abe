"""Templates, paths, shapes and signatures for the property tests of this folder."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hypothesis import strategies as st

from responder._contract.convertors import BUILTIN, ConvertorFacts
from responder._contract.findings import Finding
from responder._contract.shapes import (
    BOOL,
    FLOAT,
    INT,
    NOTHING,
    STR,
    UNKNOWN,
    UUID,
    Choice,
    Many,
    Model,
    Other,
    Scalar,
    Shape,
    Upload,
)
from responder._contract.template import Field, Template, parse

OWN: Mapping[str, ConvertorFacts] = {
    **BUILTIN,
    "slug": ConvertorFacts("slug", "[a-z0-9-]*", STR),
    "tail": ConvertorFacts("tail", "(?s:.*)", STR, spans=True),
    "date": ConvertorFacts("date", r"[0-9]{4}-[0-9]{2}", Scalar("datetime.date")),
}
"""The built-in convertors and some of an application's own, two of which match nothing at all."""

NAMES = ("a", "b", "c", "user_id", "id")


def parsed(text: str) -> Template:
    template = parse(text)
    assert isinstance(template, Template), template.message
    return template


def matches(template: Template, path: str, known: Mapping[str, ConvertorFacts] = OWN) -> bool:
    """The slow and obvious answer that the clever ones are compared with."""
    pattern = "".join(
        f"(?:{known[part.convertor].pattern})" if isinstance(part, Field) else re.escape(part)
        for part in template.parts
    )
    return re.fullmatch(pattern, path) is not None


literals = st.text(alphabet="/ab1.-\u00e9", min_size=1, max_size=4)


@st.composite
def templates(draw: st.DrawFn, convertors: tuple[str, ...] = tuple(BUILTIN)) -> Template:
    """Templates of a few literals and fields, with names that are each used once."""
    names = draw(st.permutations(NAMES))
    text = "/"
    for name in names[: draw(st.integers(0, 3))]:
        text += draw(literals) if draw(st.booleans()) else ""
        text += str(Field(name, draw(st.sampled_from(convertors))))
    text += draw(literals) if draw(st.booleans()) else ""
    return parsed(text)


def texts(facts: ConvertorFacts) -> st.SearchStrategy[str]:
    """Texts that a convertor accepts, often ones that look like another convertor's."""
    typical = st.sampled_from(
        [
            "1",
            "12",
            "1.5",
            "a",
            "a-b",
            "ab/1",
            "/",
            "",
            "2024-05",
            "01234567-89ab-cdef-0123-456789ABCDEF",
            "\n",
            "\u00e9",
            "\u0663",
        ]
    )
    return typical.filter(lambda text: re.fullmatch(facts.pattern, text) is not None)


@st.composite
def paths(draw: st.DrawFn, template: Template) -> str:
    """A path that the template matches."""
    return "".join(
        draw(texts(OWN[part.convertor])) if isinstance(part, Field) else part for part in template.parts
    )


scalars: st.SearchStrategy[Shape] = st.sampled_from(
    [INT, STR, FLOAT, BOOL, UUID, Scalar("app.Color", ("str",)), Scalar("decimal.Decimal")]
)
plain_shapes: st.SearchStrategy[Shape] = st.one_of(
    scalars,
    st.sampled_from(
        [UNKNOWN, NOTHING, Upload(), Model("app.Item"), Model("app.Order"), Other("app.Session")]
    ),
)
shapes: st.SearchStrategy[Shape] = st.one_of(
    plain_shapes,
    plain_shapes.map(Many),
    st.lists(plain_shapes, min_size=2, max_size=3).map(lambda options: Choice(tuple(options))),
)


def messages(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.message for finding in findings]
