"""Inputs are read twice: quickly by generated lines, and again by `explain` when one of them does not fit.

The two never disagree about what fits, and both agree with a reading that is written out here with nothing
but the standard library and pydantic.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Annotated, Literal, cast
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from annotated_types import Ge, MaxLen
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.types import Scope
from typing_extensions import TypedDict, override

import responder
from responder import Body, Cookie, Depends, Header, Path, Query
from responder._http.problems import RequestInvalid
from responder._routing.explain import Received, explain
from responder._routing.plan import Operation
from responder._routing.shaping import annotated
from responder.convertors import Convertor
from responder.params import MISSING
from tests.routing.asking import Answer, Line, ask, scope_of

adapter = cast("Callable[[object], TypeAdapter[object]]", TypeAdapter)


class Colour(enum.StrEnum):
    RED = "red"
    BLUE = "blue"


class Size(enum.Enum):
    SMALL = 1
    LARGE = "large"


@dataclass(frozen=True)
class Case:
    """One declared input: its type, whether it collects, how text becomes its value, and its default."""

    annotation: object
    many: bool = False
    default: object = MISSING
    constraints: tuple[tuple[str, object], ...] = ()
    words: tuple[tuple[str, object], ...] = ()

    def value(self, raw: list[str]) -> object:
        """What the input is for these texts; raises `ValidationError`."""
        if not raw:
            if self.default is MISSING:
                raise _missing()
            return self.default
        words = dict(self.words)
        given: object = [words.get(text, text) for text in raw] if self.many else words.get(raw[-1], raw[-1])
        field: Callable[..., object] = Field
        return adapter(annotated(self.annotation, [field(**dict(self.constraints))])).validate_python(given)


def _missing() -> ValidationError:
    return ValidationError.from_exception_data("", [{"type": "missing", "loc": (), "input": None}])


CASES: dict[str, Case] = {
    "text": Case(str),
    "number": Case(int),
    "ratio": Case(float),
    "flag": Case(bool),
    "identity": Case(uuid.UUID),
    "amount": Case(decimal.Decimal),
    "day": Case(datetime.date),
    "colour": Case(Colour),
    "size": Case(Size, words=(("1", Size.SMALL),)),
    "choice": Case(Literal["a", "b"]),
    "step": Case(Literal[1, 2], words=(("1", 1), ("2", 2))),
    "mixed": Case(Literal["a", 1], words=(("1", 1),)),
    "maybe": Case(int | None, default=None),
    "maybe_step": Case(Literal[1] | None, default=None, words=(("1", 1),)),
    "defaulted": Case(int, default=7),
    "odd_default": Case(int, default="not a number"),
    "defaulted_text": Case(str, default=""),
    "positive": Case(int, constraints=(("ge", 1), ("multiple_of", 2))),
    "short": Case(str, constraints=(("max_length", 2), ("pattern", "^[a-z]*$"))),
    "annotated": Case(Annotated[int, Ge(2)]),
}
LISTS: dict[str, Case] = {
    "texts": Case(list[str], many=True),
    "numbers": Case(list[int], many=True),
    "maybe_numbers": Case(list[int] | None, many=True, default=None),
    "unique": Case(set[int], many=True, default=None),
    "frozen": Case(frozenset[str], many=True),
    "row": Case(tuple[int, ...], many=True),
    "pair": Case(tuple[int, str], many=True),
    "few": Case(list[int], many=True, constraints=(("max_length", 1),)),
}
MARKERS: Mapping[str, Callable[..., object]] = {
    "query": Query,
    "header": Header,
    "cookie": Cookie,
    "path": Path,
}


def declare(app: responder.API, source: str, name: str, case: Case) -> None:
    def view(*, value: object) -> dict[str, str]:
        return {"value": repr(value)}

    default: list[object] = [] if case.default is MISSING else [case.default]
    marker = MARKERS[source](*default, **dict(case.constraints))
    view.__annotations__ = {"value": case.annotation}
    view.__kwdefaults__ = {"value": marker}
    tail = "/{value}" if source == "path" else ""
    app.get(f"/{source}/{name}{tail}")(view)


api = responder.API()
for source_ in ("query", "header", "cookie"):
    for name_, case_ in {**CASES, **LISTS}.items():
        declare(api, source_, name_, case_)
for name_, case_ in CASES.items():
    if case_.default is MISSING:
        declare(api, "path", name_, case_)


def operation(app: responder.API, path: str) -> Operation:
    route = app.path_matches_route(path)
    assert route is not None
    return next(iter(route.operations.values()))


def faults(app: responder.API, scope: Scope, values: Mapping[str, object]) -> list[object]:
    """What `explain` finds, asked by itself."""
    problem = explain(operation(app, scope["path"]).inputs, Received(scope, values))
    assert isinstance(problem, RequestInvalid)
    return list(problem.errors or ())


def assert_read_alike(answer: Answer, case: Case, raw: list[str], found: list[object]) -> None:
    try:
        expected = case.value(raw)
    except ValidationError:
        assert answer.status == 422
        assert found
        told = answer.json()
        assert isinstance(told, dict)
        assert told["errors"] == json.loads(json.dumps(found))
    else:
        assert answer.status == 200, answer.body
        assert answer.json() == {"value": repr(expected)}
        assert found == []


WORDS = """
0 1 2 -3 007 1.5 1e3 nan a b red BLUE large Size.SMALL true on 2026-01-02 None null 1_0 ä [1]
00000000-0000-0000-0000-000000000003 999999999999999999999999999999 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
"""
TEXTS = st.sampled_from(["", " 1", *WORDS.split()])
SAFE = TEXTS.filter(str.isascii).map(str.strip)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([*CASES, *LISTS]), st.lists(st.tuples(st.sampled_from(["value", "other"]), TEXTS)))
def test_queries_are_read_alike(name: str, pairs: list[tuple[str, str]]) -> None:
    query = urlencode(pairs).encode()
    raw = [text for key, text in parse_qsl(query.decode(), keep_blank_values=True) if key == "value"]
    path = f"/query/{name}"
    found = faults(api, scope_of("GET", path, query), {})
    assert_read_alike(ask(api, "GET", path, query), {**CASES, **LISTS}[name], raw, found)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([*CASES, *LISTS]), st.lists(st.tuples(st.sampled_from(["value", "other"]), SAFE)))
def test_headers_are_read_alike(name: str, pairs: list[tuple[str, str]]) -> None:
    headers = [(key.encode(), text.encode()) for key, text in pairs]
    raw = [text for key, text in pairs if key == "value"]
    path = f"/header/{name}"
    found = faults(api, scope_of("GET", path, headers=headers), {})
    assert_read_alike(ask(api, "GET", path, headers=headers), {**CASES, **LISTS}[name], raw, found)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([*CASES, *LISTS]),
    st.lists(st.lists(st.tuples(st.sampled_from(["value", "other"]), SAFE), min_size=1), max_size=2),
    st.booleans(),
)
def test_cookies_are_read_alike(name: str, lines: list[list[tuple[str, str]]], quoted: bool) -> None:
    form = '{}="{}"' if quoted else "{}={}"
    headers = [(b"cookie", "; ".join(form.format(*pair) for pair in line).encode()) for line in lines]
    raw = [text for line in lines for key, text in line if key == "value"]
    path = f"/cookie/{name}"
    found = faults(api, scope_of("GET", path, headers=headers), {})
    assert_read_alike(ask(api, "GET", path, headers=headers), {**CASES, **LISTS}[name], raw, found)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([name for name, case in CASES.items() if case.default is MISSING]), TEXTS.filter(bool))
def test_paths_are_read_alike(name: str, text: str) -> None:
    path = f"/path/{name}/{text}"
    found = faults(api, scope_of("GET", path), {"value": text})
    assert_read_alike(ask(api, "GET", path), CASES[name], [text], found)


class Page(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    number: int
    size: int = Field(default=10, alias="per-page", ge=1)
    tags: list[str] = []
    sort: Literal["up", "down"] | None = None


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")
    number: int = 1


class Loose(TypedDict):
    number: int
    tags: list[str]


models = responder.API()


@models.get("/page")
def page(*, value: Annotated[Page, Query()]) -> dict[str, str]:
    return {"value": repr(value)}


@models.get("/strict")
def strict(*, value: Annotated[Strict, Query()]) -> dict[str, str]:
    return {"value": repr(value)}


@models.get("/loose")
def loose(*, value: Annotated[Loose, Query()]) -> dict[str, str]:
    return {"value": repr(value)}


@models.get("/maybe")
def maybe(*, value: Annotated[Page | None, Query()] = None) -> dict[str, str]:
    return {"value": repr(value)}


WHOLE: dict[str, object] = {"page": Page, "strict": Strict, "loose": Loose, "maybe": Page | None}


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(sorted(WHOLE)),
    st.lists(
        st.tuples(st.sampled_from(["number", "per-page", "size", "tags", "sort", "x"]), TEXTS), max_size=5
    ),
)
def test_models_of_the_query_are_read_alike(name: str, pairs: list[tuple[str, str]]) -> None:
    query = urlencode(pairs).encode()
    whole: dict[str, object] = {}
    for key, text in pairs:
        whole[key] = [value for other, value in pairs if other == "tags"] if key == "tags" else text
    answer = ask(models, "GET", f"/{name}", query)
    found = faults(models, scope_of("GET", f"/{name}", query), {})
    if name == "maybe" and not pairs:
        assert (answer.json(), found) == ({"value": "None"}, [])
        return
    try:
        expected = adapter(WHOLE[name]).validate_python(whole)
    except ValidationError as wrong:
        count = wrong.error_count()
        assert (answer.status, len(found)) == (422, count)
    else:
        assert (answer.json(), found) == ({"value": repr(expected)}, [])


bodies = responder.API()


@bodies.post("/json")
def body(*, value: Annotated[list[int] | Strict | None, Body()], flag: bool = Query(False)) -> dict[str, str]:
    return {"value": repr(value)}


WORDS_OF_JSON = rb"""
[] [1,2] ["1"] {} {"number":2} {"number":"x"} {"a":1} null { [NaN] {"number":NaN} "NaN" [1]x ["Infinity"]
[1e400]
"""
JSON_TEXTS = [b"", b"\xff", *WORDS_OF_JSON.split()]


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(JSON_TEXTS),
    st.sampled_from([b"", b"flag=1", b"flag=x"]),
)
def test_bodies_are_read_alike(content: bytes, query: bytes) -> None:
    answer = ask(bodies, "POST", "/json", query, [(b"content-type", b"application/json")], [content])
    try:
        decoded = json.loads(content, parse_constant=_refuse)
    except ValueError:
        assert answer.status == 400
        assert b"Invalid JSON body" in answer.body
        return
    try:
        expected = adapter(list[int] | Strict | None).validate_python(decoded)
    except ValidationError:
        assert answer.status == 422
        assert b'"body"' in answer.body
        assert (b'"flag"' in answer.body) == (query == b"flag=x")
        return
    assert answer.status == (422 if query == b"flag=x" else 200)
    assert b'"body"' not in answer.body
    assert answer.status == 422 or answer.json() == {"value": repr(expected)}


def _refuse(constant: str) -> float:
    raise ValueError(constant)


@bodies.post("/raw")
def raw_body(*, value: Annotated[bytes, Body()], flag: bool = Query(False)) -> dict[str, str]:
    return {"value": repr(value)}


@bodies.post("/maybe-raw")
def maybe_raw(*, value: Annotated[bytes | None, Body()] = None) -> dict[str, str]:
    return {"value": repr(value)}


@bodies.post("/short-raw")
def short_raw(*, value: Annotated[bytes, MaxLen(3), Body()]) -> dict[str, str]:
    return {"value": repr(value)}


@pytest.mark.parametrize("kind", [b"application/json", b"text/plain", b"application/yaml", b""])
@pytest.mark.parametrize("content", [b"", b"abc", b"\xff\xfe", b"{}"])
def test_bytes_are_taken_as_they_come(kind: bytes, content: bytes) -> None:
    headers = [(b"content-type", kind)] if kind else []
    assert ask(bodies, "POST", "/raw", b"", headers, [content]).json() == {"value": repr(content)}
    expected = repr(content or None)
    assert ask(bodies, "POST", "/maybe-raw", b"", headers, [content]).json() == {"value": expected}


def test_bytes_are_not_blamed_for_what_another_input_did() -> None:
    answer = ask(bodies, "POST", "/raw", b"flag=x", [], [b"abc"])
    assert answer.status == 422
    assert b'["query","flag"]' in answer.body
    assert b'"body"' not in answer.body


def test_constraints_of_bytes_are_kept() -> None:
    assert ask(bodies, "POST", "/short-raw", chunks=[b"abc"]).status == 200
    answer = ask(bodies, "POST", "/short-raw", chunks=[b"abcd"])
    assert answer.status == 422
    assert b'"loc":["body"]' in answer.body


# --- what several parameters ask for, and what the framework itself looks at
# ----------------------------------------------------------------------------

shared = responder.API()
Key = Annotated[str, Header(alias="x-key")]


def also_a_page(page: str = Query()) -> str:
    return f"page {page}"


def also_a_key(key: Key) -> str:
    return f"key {key}"


@shared.get("/query")
def two_queries(*, page: int = Query(), other: str = Depends(also_a_page)) -> dict[str, object]:
    return {"page": page, "other": other}


@shared.get("/lists")
def one_and_all(*, tag: str = Query(), tags: list[str] = Query(alias="tag")) -> dict[str, object]:
    return {"tag": tag, "tags": tags}


@shared.get("/header")
def two_headers(*, x_key: str = Header(), other: str = Depends(also_a_key)) -> dict[str, object]:
    return {"key": x_key, "other": other}


@shared.get("/accept")
def the_accept(*, accept: str = Header()) -> dict[str, object]:
    return {"accept": accept}


@shared.get("/cookies")
def the_cookies(*, cookie: str = Header(), sid: str = Cookie()) -> dict[str, object]:
    return {"cookie": cookie, "sid": sid}


@shared.post("/body")
def the_body(
    *,
    content_type: str = Header(),
    content_length: int = Header(),
    value: Annotated[dict[str, int], Body()],
) -> dict[str, object]:
    return {"type": content_type, "length": content_length, "value": value}


def test_two_parameters_may_ask_for_the_same_key() -> None:
    assert ask(shared, "GET", "/query", b"page=3").json() == {"page": 3, "other": "page 3"}
    assert ask(shared, "GET", "/lists", b"tag=a&tag=b").json() == {"tag": "b", "tags": ["a", "b"]}
    headers: list[Line] = [(b"x-key", b"v")]
    assert ask(shared, "GET", "/header", headers=headers).json() == {"key": "v", "other": "key v"}


def test_a_header_that_the_framework_reads_may_be_declared_as_well() -> None:
    answer = ask(shared, "GET", "/accept", headers=[(b"accept", b"application/yaml")])
    assert answer.header(b"content-type") == b"application/yaml"
    assert answer.body == b"accept: application/yaml\n"
    answer = ask(shared, "GET", "/cookies", headers=[(b"cookie", b"sid=1; b=2")])
    assert answer.json() == {"cookie": "sid=1; b=2", "sid": "1"}
    headers: list[Line] = [(b"content-type", b"application/yaml"), (b"content-length", b"4")]
    answer = ask(shared, "POST", "/body", headers=headers, chunks=[b"a: 1"])
    assert answer.json() == {"type": "application/yaml", "length": 4, "value": {"a": 1}}


def test_the_standard_library_agrees_about_cookies() -> None:
    line = 'a=1; value="x y"; b=2'
    assert SimpleCookie(line)["value"].value == "x y"
    answer = ask(api, "GET", "/cookie/text", headers=[(b"cookie", line.encode())])
    assert answer.json() == {"value": repr("x y")}


@pytest.mark.parametrize("text", ["a/b", "ä", "%"])
def test_a_path_value_is_text_once_decoded(text: str) -> None:
    client = api.requests
    response = client.get(f"/path/text/{quote(text, safe='')}")
    assert response.status_code == (404 if "/" in text else 200)


# --- what a convertor made
# ----------------------------------------------------------------------------


class Money:
    """Nothing that pydantic has heard of."""

    def __init__(self, cents: int) -> None:
        self.cents = cents


class MoneyConvertor(Convertor[Money], name="money"):
    pattern = r"[0-9]+"

    @override
    def convert(self, text: str) -> Money:
        return Money(int(text))


class Deps(responder.Registry):
    money = MoneyConvertor()


converted = responder.API(registry=Deps)


@converted.get("/money/{amount:money}")
def the_money(*, amount: Money, times: int = Query(1)) -> dict[str, int]:
    return {"cents": amount.cents * times}


@converted.get("/noted/{amount:money}")
def noted_money(*, amount: Annotated[Money, "in cents"], times: int = Query(1)) -> dict[str, int]:
    return {"cents": amount.cents * times}


@converted.get("/number/{number:int}")
def the_number(*, number: Annotated[int, Ge(1)], times: int = Query(1)) -> dict[str, int]:
    return {"number": number * times}


@converted.get("/marked/{number:int}")
def marked_number(*, value: int = Path(alias="number", ge=1), times: int = Query(1)) -> dict[str, int]:
    return {"number": value * times}


@pytest.mark.parametrize("path", ["/money/5", "/noted/5"])
def test_what_a_convertor_made_is_handed_over_whatever_it_is(path: str) -> None:
    assert ask(converted, "GET", path).json() == {"cents": 5}
    answer = ask(converted, "GET", path, b"times=x")
    assert answer.status == 422
    assert b'["query","times"]' in answer.body
    assert b'"path"' not in answer.body


@pytest.mark.parametrize("path", ["/number", "/marked"])
def test_constraints_hold_for_what_a_convertor_made(path: str) -> None:
    assert ask(converted, "GET", f"{path}/1").json() == {"number": 1}
    answer = ask(converted, "GET", f"{path}/0", b"times=x")
    assert answer.status == 422
    assert b'["path","number"]' in answer.body
    assert b'["query","times"]' in answer.body
