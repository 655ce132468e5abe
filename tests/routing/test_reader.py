"""Handlers and providers, read: what each parameter is, and what could not be understood."""

# Functions that say nothing of their types, or name some that only run time knows, are what is read here.
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false

from __future__ import annotations

import functools
import typing
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal, Optional

import pytest
from pydantic import BaseModel
from typing_extensions import TypeAliasType

import responder
from responder import Depends, Query, Request, Response
from responder._contract.shapes import INT, NOTHING, STR, UNKNOWN, Choice, Many, Model
from responder._contract.sources import Source
from responder._routing.reader import Read, call_style, display_name, names_around, read
from responder.params import MISSING, Dependency, Marker
from tests.routing.asking import ask

if TYPE_CHECKING:
    from decimal import Decimal as OnlyForCheckers


class Item(BaseModel):
    name: str


def source() -> int:
    return 1


Alias = TypeAliasType("Alias", Annotated[int, Query(ge=1)])
PlainAlias = TypeAliasType("PlainAlias", int)


def one(function: Callable[..., object], **local_names: object) -> Read:
    return read(function, "handler", local_names)


def test_every_parameter_is_read_with_its_kind_shape_default_and_marker() -> None:
    def handler(  # type: ignore[no-untyped-def]  # a parameter without annotation is one of the cases
        req: Request,
        item: Item,
        /,
        size: int = 3,
        *rest: str,
        tag: Annotated[list[str], "noted", Query(alias="t")],
        maybe: Annotated[int, Query()] | None = None,
        old: int = Query(5, ge=1),
        made: list[int] = Query(default_factory=list),
        value: int = Depends(source),
        bare,
        **more: object,
    ) -> Item | None: ...

    result = one(handler, Item=Item)
    assert result.findings == ()
    told = {param.name: (param.kind, param.shape, param.has_default) for param in result.signature.params}
    assert told["req"][0] == "positional-only"
    assert told["item"] == ("positional-only", Model("Item"), False)
    assert told["size"] == ("positional", INT, True)
    assert told["rest"] == ("var-positional", STR, False)
    assert told["tag"] == ("keyword", Many(STR), False)
    assert told["maybe"] == ("keyword", Choice((INT, NOTHING)), True)
    assert told["old"] == ("keyword", INT, True)
    assert told["made"] == ("keyword", Many(INT), True)
    assert told["value"] == ("keyword", INT, False)
    assert told["bare"] == ("keyword", UNKNOWN, False)
    assert told["more"][0] == "var-keyword"
    live = {param.name: param for param in result.params}
    assert live["tag"].annotation == Annotated[list[str], "noted"]
    assert isinstance(live["tag"].marker, Marker)
    assert (live["maybe"].default, live["old"].default, live["made"].default) == (None, 5, MISSING)
    assert isinstance(live["value"].marker, Dependency)
    assert live["bare"].annotation is MISSING
    assert result.signature.returns == Choice((Model("Item"), NOTHING))
    roles = [param.role for param in result.signature.params]
    assert roles[0] == "request"
    facts = {param.name: param.marker for param in result.signature.params}
    assert facts["tag"] is not None
    assert (facts["tag"].source, facts["tag"].alias) == (Source.QUERY, "t")
    assert facts["value"] is not None
    assert facts["value"].provider == "source"


def test_types_are_spelt_as_their_user_would() -> None:
    def handler(
        a: list[Item],
        b: Optional[int],  # noqa: UP045 - the old spelling has to work as well
        c: dict[str, int],
        d: tuple[int, ...],
        e: Annotated[str, "x"],
        f: Literal["a"],
        g: typing.Any,
        h: Callable[[int], str],
    ) -> None: ...

    texts = [param.annotation for param in one(handler, Item=Item).signature.params]
    assert texts[:5] == ["list[Item]", "int | None", "dict[str, int]", "tuple[int, ...]", "str"]
    assert texts[5:7] == ["Literal['a']", "Any"]


def test_an_alias_may_carry_a_marker() -> None:
    def handler(size: Alias, plain: PlainAlias) -> None: ...

    result = one(handler)
    assert isinstance(result.params[0].marker, Marker)
    assert result.params[0].annotation is int
    assert result.params[1].marker is None
    assert [param.shape for param in result.signature.params] == [INT, INT]


def test_an_annotation_that_cannot_be_resolved_is_a_finding_and_hides_no_other() -> None:
    def handler(amount: OnlyForCheckers, size: int) -> OnlyForCheckers:
        return amount * size

    result = one(handler)
    assert [finding.rule.name for finding in result.findings] == [
        "annotation-unresolvable",
        "return-unresolvable",
    ]
    assert "OnlyForCheckers" in result.findings[0].message
    assert [param.shape for param in result.signature.params] == [UNKNOWN, INT]


def test_names_of_the_scope_around_and_of_closures_are_found() -> None:
    class Local(BaseModel):
        name: str

    inner: type[BaseModel] = Local

    def closing(item: inner) -> None:  # type: ignore[valid-type]  # a closure's own name
        print(inner)  # noqa: T201 - makes it a closure

    def around(item: Local) -> None: ...

    def later(item: unset) -> None:  # type: ignore[valid-type]  # filled below
        print(unset)  # noqa: T201

    assert one(closing).signature.params[0].shape == Model("Local")
    assert read(around, "around", names_around(0)).signature.params[0].shape == Model("Local")
    assert [finding.rule.name for finding in one(later).findings] == ["annotation-unresolvable"]
    unset = Local
    assert one(later).findings == ()
    assert names_around(10_000) == {}
    assert eval("names_around(0)", {"names_around": names_around}) == {}


def test_type_parameters_and_forward_references_are_resolved() -> None:
    item = typing.TypeVar("item")

    def generic(value) -> None: ...  # type: ignore[no-untyped-def]  # annotated below

    generic.__annotations__ = {"value": typing.ForwardRef("item"), "return": "None"}
    setattr(generic, "__type_params__", (item,))  # noqa: B010 - what newer Pythons set themselves
    result = one(generic)
    assert result.findings == ()
    assert result.signature.params[0].shape == UNKNOWN


def test_what_has_no_signature_is_a_finding() -> None:
    assert [finding.rule.name for finding in read(dict, "dict", {}).findings] == ["signature-unreadable"]


class Awaited:
    async def __call__(self, size: int) -> str:
        return ""


async def agen() -> AsyncIterator[int]:
    yield 1


def gen() -> Iterator[int]:
    yield 1


async def coroutine() -> int:
    return 1


@functools.wraps(gen)
def wrapped() -> Iterator[int]:
    yield from gen()


@pytest.mark.parametrize(
    ("function", "style", "name"),
    [
        (coroutine, "async", "coroutine"),
        (functools.partial(functools.partial(coroutine)), "async", "coroutine"),
        (Awaited(), "async", "Awaited"),
        (agen, "asyncgen", "agen"),
        (gen, "gen", "gen"),
        (wrapped, "gen", "gen"),
        (Item, "sync", "Item"),
        (len, "sync", "len"),
        (lambda: 1, "sync", "<lambda>"),
    ],
)
def test_a_callable_is_known_by_how_it_runs_and_by_its_name(
    function: Callable[..., object], style: str, name: str
) -> None:
    assert (call_style(function), display_name(function)) == (style, name)


def test_return_annotations_are_those_of_the_function_within() -> None:
    assert one(functools.partial(coroutine)).returns is int
    assert one(Awaited()).returns is str
    assert one(Awaited()).signature.params[0].shape == INT
    assert one(Item).returns is MISSING
    assert one(wrapped).signature.returns != UNKNOWN


def test_a_class_as_a_provider_is_read_by_its_constructor() -> None:
    class Pager:
        def __init__(self, page: int = Query(1), size: Annotated[int, Query(ge=1)] = 10) -> None:
            self.at = page * size

    class Bare:
        """No constructor of its own."""

    api = responder.API()

    @api.get("/")
    def view(resp: Response, *, pager: Pager = Depends(Pager), bare: Bare = Depends(Bare)) -> int:
        return pager.at

    assert ask(api, "GET", "/", b"page=3").body == b"30"
    assert ask(api, "GET", "/", b"size=0").status == 422
