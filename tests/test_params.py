"""Markers at run time: frozen records of what was written, and clear words about what can't be meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError
from typing import Annotated, Any, cast, get_args

import pytest

from responder import API, RouteError
from responder._contract.sources import Source
from responder.params import (
    MISSING,
    Body,
    Cookie,
    Dependency,
    Depends,
    File,
    Form,
    Header,
    Marker,
    Path,
    Query,
)
from responder.registry import Registry, provider

MARKERS: list[tuple[Callable[..., object], Source]] = [
    (Query, Source.QUERY),
    (Header, Source.HEADER),
    (Cookie, Source.COOKIE),
    (Path, Source.PATH),
    (Form, Source.FORM),
    (File, Source.FILE),
    (Body, Source.BODY),
]
ALL = pytest.mark.parametrize(("make", "source"), MARKERS, ids=[source.value for _, source in MARKERS])


def marker(value: object) -> Marker:
    assert isinstance(value, Marker)
    return value


def make_session() -> Iterator[str]:
    yield "session"


@ALL
def test_a_marker_names_its_source_and_is_required_by_itself(
    make: Callable[..., object], source: Source
) -> None:
    for made in (marker(make()), marker(make(...))):
        assert made.source is source
        assert made.default is MISSING
        assert made.constraints == {}


@ALL
def test_none_is_a_default_like_any_other(make: Callable[..., object], source: Source) -> None:
    assert marker(make(None)).default is None


@ALL
def test_an_unknown_keyword_is_named_with_the_valid_ones(make: Callable[..., object], source: Source) -> None:
    with pytest.raises(TypeError) as caught:
        make(1, min_lenght=3)
    text = str(caught.value)
    assert f'{source.value.capitalize()}() has no option "min_lenght"; did you mean "min_length"?' in text
    assert "multiple_of" in text
    assert "decimal_places" in text


def test_every_constraint_is_kept_as_it_was_given() -> None:
    given = {
        "gt": 0,
        "ge": 1,
        "lt": 9,
        "le": 8,
        "multiple_of": 2,
        "allow_inf_nan": False,
        "min_length": 1,
        "max_length": 5,
        "pattern": "a+",
        "max_digits": 3,
        "decimal_places": 2,
        "strict": True,
    }
    make = cast("Callable[..., object]", Query)
    assert marker(make(4, **given)).constraints == given


def test_what_documents_a_marker_is_kept_beside_its_constraints() -> None:
    made = marker(
        Header(
            "x",
            alias="X-Id",
            description="who",
            deprecated=True,
            examples=["a", "b"],
            convert_underscores=False,
        )
    )
    assert (made.alias, made.description, made.deprecated) == ("X-Id", "who", True)
    assert (made.examples, made.convert_underscores) == (("a", "b"), False)
    assert made.constraints == {}


def test_underscores_are_converted_unless_told_otherwise() -> None:
    assert marker(Header()).convert_underscores is True


def test_a_default_may_be_made_anew_for_each_request() -> None:
    made = marker(Query(default_factory=list))
    assert made.default is MISSING
    assert made.default_factory is list


def test_a_default_and_a_factory_contradict_each_other() -> None:
    make = cast("Callable[..., object]", Query)
    with pytest.raises(TypeError, match="default or a default_factory, not both"):
        make(1, default_factory=list)
    with pytest.raises(TypeError, match="must be callable"):
        make(default_factory=[])


def test_a_body_may_be_embedded_under_its_name() -> None:
    assert marker(Body(embed=True)).embed is True
    assert marker(Body()).embed is False


def test_embedding_is_for_bodies_only() -> None:
    make = cast("Callable[..., object]", Query)
    with pytest.raises(TypeError, match='Query\\(\\) has no option "embed"'):
        make(embed=True)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"alias": 3}, 'Option "alias" of Query() must be a string'),
        ({"description": b"x"}, 'Option "description" of Query() must be a string'),
        ({"deprecated": "yes"}, 'Option "deprecated" of Query() must be True or False'),
        ({"convert_underscores": 1}, 'Option "convert_underscores" of Query() must be True or False'),
        ({"examples": "abc"}, 'Option "examples" of Query() must be a list'),
    ],
)
def test_an_option_of_the_wrong_type_is_named(options: dict[str, object], says: str) -> None:
    make = cast("Callable[..., object]", Query)
    with pytest.raises(RouteError) as caught:
        make(**options)
    assert says in str(caught.value)
    assert caught.value.code == "responder-marker"


WRONG: list[tuple[Callable[[Callable[..., object]], object], str, str]] = [
    (lambda make: make(1, min_lenght=3), "marker-option", "responder-marker"),
    (lambda make: make(alias=3), "marker-value", "responder-marker"),
    (lambda make: make(1, default_factory=list), "marker-defaults", "responder-marker"),
    (lambda make: Depends(cast("Callable[[], int]", 3)), "depends-provider", "responder-dependency"),
]


@pytest.mark.parametrize(("wrong", "rule", "code"), WRONG)
def test_what_is_wrong_with_a_marker_is_told_with_code_line_and_anchor(
    wrong: Callable[[Callable[..., object]], object], rule: str, code: str
) -> None:
    with pytest.raises(RouteError) as caught:
        wrong(Query)
    assert isinstance(caught.value, TypeError)
    assert caught.value.code == code
    (told,) = caught.value.findings
    assert told.finding.rule.name == rule
    assert told.site is not None
    assert told.site.file == __file__
    assert str(caught.value).endswith(f"(docs/rules.md#{rule})")


def test_a_marker_cannot_be_changed() -> None:
    made = marker(Query(1))
    with pytest.raises(FrozenInstanceError):
        made.default = 2  # type: ignore[misc]  # that it is refused is the point
    with pytest.raises(TypeError):
        made.constraints["ge"] = 1  # type: ignore[index]  # that it is refused is the point


def test_a_marker_in_annotated_stays_itself_also_where_typing_hashes_it() -> None:
    # Pyright has no type for what `Annotated` gives.
    one: Any = Annotated[int, Query(1, ge=0)]
    other: Any = Annotated[int, Query(True, ge=0)]
    options = [one | None, other | None]
    defaults = [marker(get_args(get_args(option)[0])[1]).default for option in options]
    assert [repr(default) for default in defaults] == ["1", "True"]


def test_two_depends_of_one_provider_are_equal() -> None:
    depends: Callable[..., object] = Depends
    one = depends(make_session)
    assert isinstance(one, Dependency)
    assert one.provider is make_session
    assert one == depends(make_session)
    assert one != depends(lambda: "session")


def test_depends_takes_an_entry_of_a_registry() -> None:
    class Deps(Registry):
        db = provider(make_session)

    one: object = Depends(Deps.db)
    assert isinstance(one, Dependency)
    assert one.provider is Deps.db


def test_depends_needs_something_to_call() -> None:
    make: Callable[..., object] = Depends
    with pytest.raises(TypeError, match="needs a provider that can be called, not 'db'"):
        make("db")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"min_length": -3}, "min_length=-3: OverflowError"),
        ({"min_length": "3"}, "min_length='3': TypeError"),
        ({"pattern": 3}, "pattern=3: SchemaError: Invalid pattern"),
    ],
)
def test_constraints_that_mean_nothing_are_told_at_their_route(options: dict[str, Any], why: str) -> None:
    api = API()

    @api.get("/items")
    def items(*, name: str = Query(**options)) -> str:
        return name

    (told,) = api.check()
    assert told.finding.rule.name == "annotation-unsupported"
    assert why in told.finding.message
    assert told.site is not None
    assert told.site.file == __file__
