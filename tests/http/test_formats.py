from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import json
import math
import types
import uuid
from pathlib import PurePosixPath

import pydantic
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from responder._http.choosing import choose
from responder._http.media import MAX_YAML, Format, Formats, JSONValue, make_dumps, make_formats
from responder._http.problems import ConfigurationError, Problem
from tests.packing import msgpack

FORMATS = make_formats()
dumps = make_dumps()

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)
odd_values = st.recursive(
    st.none() | st.floats() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
    max_leaves=8,
)
nearly_text = st.text(alphabet='[]{}",:0129.eE-+ \\untrfalsb\n*&!#?', max_size=60).map(str.encode)


class Kind(enum.Enum):
    A = "a"


class Size(enum.IntEnum):
    BIG = 3


class User(BaseModel):
    name: str = Field(serialization_alias="userName")
    born: datetime.date | None = None
    score: float = 0.0


@dataclasses.dataclass
class Point:
    x: int
    _hidden: int = 1


@pydantic.dataclasses.dataclass
class Checked:
    x: int
    when: datetime.date


class Blob(BaseModel):
    data: bytes


def plain_user(name: str, score: str = "0.0") -> str:
    return f'{{"userName":"{name}","born":null,"score":{score}}}'


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ({"a": [1, 2.5, None, True, "é"]}, '{"a":[1,2.5,null,true,"é"]}'),
        ([math.nan, math.inf, -math.inf], "[null,null,null]"),
        (2**64, "18446744073709551616"),
        (-(2**100), "-1267650600228229401496703205376"),
        ({1: 2, None: 3, 2.5: 4, False: 5}, '{"1":2,"null":3,"2.5":4,"false":5}'),
        ({Kind.A: 1, uuid.UUID(int=1): 2}, '{"a":1,"00000000-0000-0000-0000-000000000001":2}'),
        ("\ud800x", '"\ufffdx"'),
        (datetime.datetime.fromisoformat("2024-01-02T03:04:05"), '"2024-01-02T03:04:05"'),
        (datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC), '"2024-01-02T00:00:00+00:00"'),
        (datetime.date(2024, 1, 2), '"2024-01-02"'),
        (datetime.time(3, 4, tzinfo=datetime.UTC), '"03:04:00+00:00"'),
        (datetime.timedelta(minutes=1), "60.0"),
        (decimal.Decimal("1.10"), '"1.10"'),
        (uuid.UUID(int=0), '"00000000-0000-0000-0000-000000000000"'),
        (Kind.A, '"a"'),
        (Size.BIG, "3"),
        ({1}, "[1]"),
        (frozenset(("a",)), '["a"]'),
        ((1, 2), "[1,2]"),
        (b"caf\xc3\xa9\xff", '"café\ufffd"'),
        (memoryview(b"x"), '"x"'),
        (PurePosixPath("/a/b"), '"/a/b"'),
        (User(name="x"), plain_user("x")),
        ([User(name="x", score=math.nan)], f"[{plain_user('x', 'null')}]"),
        (User(name="NaN"), plain_user("NaN")),
        (User(name="\ud800"), plain_user("\ufffd")),
        (Blob(data=b"\xff"), '{"data":"\ufffd"}'),
        (types.MappingProxyType({"a": 1}), '{"a":1}'),
        ([Kind.A, Size.BIG, 2**64], '["a",3,18446744073709551616]'),
        (Point(1), '{"x":1,"_hidden":1}'),
        (Checked(1, datetime.date(2024, 1, 2)), '{"x":1,"when":"2024-01-02"}'),
        ([2**70, User(name="\u2028")], f"[1180591620717411303424,{plain_user(chr(0x2028))}]"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_as_json(value: object, sent: str) -> None:
    assert dumps(value).decode() == sent
    escaped = "".join(char if char.isascii() else json.dumps(char)[1:-1] for char in sent)
    assert make_dumps(ascii=True)(value).decode("ascii") == escaped


def test_a_model_that_writes_constants_still_sends_strict_json() -> None:
    class Loose(BaseModel, ser_json_inf_nan="constants"):
        value: float

    assert dumps(Loose(value=math.inf)) == b'{"value":null}'


def test_an_integer_beyond_the_limit_of_digits_is_refused() -> None:
    with pytest.raises(ValueError, match="4300"):
        dumps(10**5000)


def test_what_is_no_field_of_a_dataclass_is_not_sent() -> None:
    point = Point(1)
    point.secret = "s"  # type: ignore[attr-defined]  # on purpose
    assert dumps(point) == b'{"x":1,"_hidden":1}'


def test_the_quick_writer_tells_the_same_or_raises() -> None:
    quick = FORMATS.quick_dumps
    assert quick is not None
    for value in ({"a": [1, 2.5, None]}, User(name="x"), [Point(1)], {decimal.Decimal(1)}, datetime.date.max):
        assert quick(value) == dumps(value)
    refused: tuple[object, ...] = (2**64, {1: 2}, "\ud800", object())
    for one in refused:
        with pytest.raises((TypeError, ValueError)):
            quick(one)
    assert make_formats(ascii=True).quick_dumps is None


def test_decimals_may_be_numbers() -> None:
    assert make_dumps(decimal="float")([decimal.Decimal("1.10")]) == b"[1.1]"


def test_characters_beyond_the_basic_plane_are_escaped_as_a_pair() -> None:
    assert make_dumps(ascii=True)("😀é") == b'"\\ud83d\\ude00\\u00e9"'


@given(json_values)
def test_json_written_is_json_read(value: JSONValue) -> None:
    written = dumps(value)
    assert json.loads(written) == FORMATS["json"].decode(written) == value
    assert json.loads(make_dumps(ascii=True)(value)) == value


@given(json_values)
def test_any_json_of_the_standard_library_is_read_the_same(value: JSONValue) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)):
        assert FORMATS["json"].decode(text.encode()) == value


@given(odd_values)
def test_both_writers_tell_the_same(value: object) -> None:
    # What the quick one refuses goes through the slow one: an integer over 64 bits forces that.
    quick, slow = json.loads(dumps(value)), json.loads(dumps([value, 2**80]))
    assert slow == [quick, 2**80]


def test_an_encoder_is_asked_first_and_may_pass() -> None:
    class Money:
        pass

    def encoder(value: object) -> object:
        if isinstance(value, Money):
            return {"amount": 1, "day": datetime.date(2024, 1, 2)}
        if isinstance(value, datetime.date):
            return "a day"
        if isinstance(value, User):
            return value.name
        raise NotImplementedError

    formats = make_formats(encoder)
    value = [Money(), datetime.date(2024, 1, 2), Point(1), {3}, User(name="u")]
    expected = [{"amount": 1, "day": "a day"}, "a day", {"x": 1, "_hidden": 1}, [3], "u"]
    assert json.loads(formats["json"].encode(value)) == expected
    assert yaml.safe_load(formats["yaml"].encode(value)) == expected
    assert msgpack.unpackb(formats["msgpack"].encode(value)) == expected


def test_an_error_of_the_encoder_is_its_own() -> None:
    def encoder(value: object) -> object:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        make_dumps(encoder)([object()])


@pytest.mark.parametrize("name", ["json", "yaml", "msgpack"])
def test_what_has_no_form_is_a_type_error(name: str) -> None:
    with pytest.raises(TypeError, match="object cannot be sent"):
        FORMATS[name].encode({"a": object()})


@pytest.mark.parametrize("name", ["json", "yaml", "msgpack"])
def test_a_value_within_itself_is_refused(name: str) -> None:
    loop: dict[str, object] = {}
    loop["again"] = loop
    with pytest.raises(ValueError, match="within itself"):
        FORMATS[name].encode(loop)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b"{'a': 1}",
        b"[1,]",
        b'"\xff"',
        b'"\\ud800"',
        b"[" * 100_000,
        b"[" * 1_000 + b"]" * 1_000,
        b"9" * 5_000,
        b"01",
        b"1 2",
        b'"a\nb"',
        b"\xef\xbb\xbf",
        b"\xff\xfe1",
    ],
    ids=range(18),
)
def test_what_is_not_strict_json_is_a_400(body: bytes) -> None:
    with pytest.raises(Problem) as caught:
        FORMATS["json"].decode(body)
    assert (caught.value.status_code, caught.value.detail) == (400, "Invalid JSON body")


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"123456789012345678901234567890", 123456789012345678901234567890),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b"\xef\xbb\xbf[1]", [1]),
        ("[1]".encode("utf-16"), [1]),
        ("[1]".encode("utf-32-le"), [1]),
        (b"1e5", 100000.0),
        (b"null", None),
    ],
    ids=range(7),
)
def test_json_is_read_exactly(body: bytes, value: object) -> None:
    assert FORMATS["json"].decode(body) == value


@given(st.binary(max_size=200) | nearly_text)
@pytest.mark.parametrize("name", ["json", "yaml", "msgpack"])
def test_no_body_breaks_a_reader(name: str, body: bytes) -> None:
    status = 400
    try:
        FORMATS[name].decode(body)
    except Problem as problem:
        status = problem.status_code
    assert status == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  \n# nothing\n",
        b"a: [",
        b"a: &x 1\nb: *x",
        b"&a [*a]",
        b"<<: &a {b: 1}\nc: *a",
        "a: &b 1\nc: *b".encode("utf-16"),
        b"!!python/object/apply:os.system [true]",
        b"--- 1\n--- 2",
        b"? [a]\n: 1",
        b"a: 1" + b"1" * 5_000,
        b"a: 0x" + b"f" * 5_000,
        b"[" * 10_000,
        b"- " * 3_000 + b"1",
        b"!!str [a]",
        b"!!int [1]",
        b"!!map x",
        b"!!seq {a: 1}",
        b"\xff",
    ],
    ids=range(19),
)
def test_bad_yaml_is_a_400(body: bytes) -> None:
    with pytest.raises(Problem) as caught:
        FORMATS["yaml"].decode(body)
    assert (caught.value.status_code, caught.value.detail) == (400, "Invalid YAML body")


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"null", None),
        (b"a: 1\nb: [x, 2.5, true, ~]", {"a": 1, "b": ["x", 2.5, True, None]}),
        (b"when: 2024-01-02", {"when": datetime.date(2024, 1, 2)}),
        (b"at: 1:30", {"at": "1:30"}),
        (b'star: "*"', {"star": "*"}),
        (b"a: &named 1", {"a": 1}),
        (b"<<: {a: 1, b: 2}\nb: 3", {"a": 1, "b": 3}),
        (b"!!set {a, b}", {"a", "b"}),
        ("a: é".encode("utf-16"), {"a": "é"}),
        (b"a: !!binary aGk=", {"a": b"hi"}),
    ],
    ids=range(10),
)
def test_yaml_is_read_by_the_safe_rules(body: bytes, value: object) -> None:
    assert FORMATS["yaml"].decode(body) == value


def test_an_outsized_yaml_body_is_a_413() -> None:
    with pytest.raises(Problem) as caught:
        FORMATS["yaml"].decode(b"-" * (MAX_YAML + 1))
    assert (caught.value.status_code, caught.value.detail) == (413, "Request body too large")


@given(json_values)
def test_yaml_and_messagepack_written_are_read(value: JSONValue) -> None:
    written = FORMATS["yaml"].encode(value)
    assert yaml.safe_load(written) == FORMATS["yaml"].decode(written)
    packed = FORMATS["msgpack"].encode(value)
    assert msgpack.unpackb(packed, strict_map_key=False) == FORMATS["msgpack"].decode(packed)


def test_yaml_is_written_in_order_and_without_anchors() -> None:
    shared = [1]
    written = FORMATS["yaml"].encode({"b": shared, "a": shared, "é": "\ud800"})
    assert written == "b:\n- 1\na:\n- 1\né: \ufffd\n".encode()


def test_messagepack_writes_large_integers_as_text() -> None:
    assert msgpack.unpackb(FORMATS["msgpack"].encode([2**64, 2**63])) == [str(2**64), 2**63]


@pytest.mark.parametrize(
    "body",
    [b"", b"\xc1", b"\x01\x02", b"\xa1\xff", b"\x91" * 5_000, b"\xdf\xff\xff\xff\xff", b"\x81\x90\x01"],
)
def test_bad_messagepack_is_a_400(body: bytes) -> None:
    with pytest.raises(Problem) as caught:
        FORMATS["msgpack"].decode(body)
    assert (caught.value.status_code, caught.value.detail) == (400, "Invalid MessagePack body")


class Csv:
    name = "csv"
    media_types: tuple[str, ...] = ("text/csv",)

    def encode(self, value: object, /) -> bytes:
        return b"a,b"

    def decode(self, data: bytes, /) -> object:
        return data.decode().split(",")


def test_an_application_may_add_a_format_of_its_own() -> None:
    formats = make_formats()
    csv: Format = Csv()
    formats["csv"] = csv
    assert list(formats) == ["json", "yaml", "msgpack", "csv"]
    assert formats.by_media_type("text/csv") is csv
    assert choose(formats, b"text/csv").name == "csv"
    del formats["yaml"]
    assert len(formats) == 3
    assert choose(formats, b"application/yaml").name == "json"


@pytest.mark.parametrize("wrong", [None, len, object()])
def test_what_is_no_format_is_refused(wrong: object) -> None:
    with pytest.raises(ConfigurationError, match="'x' needs a name"):
        Formats()["x"] = wrong  # type: ignore[assignment]  # on purpose


@pytest.mark.parametrize(
    ("media_type", "name"),
    [
        ("application/json", "json"),
        ("application/vnd.api+json", "json"),
        ("application/x-yaml", "yaml"),
        ("application/openapi+yaml", "yaml"),
        ("application/msgpack", "msgpack"),
        ("application/xml", None),
        ("application/x-information", None),
        ("image/svg+xml", None),
    ],
)
def test_the_format_of_a_media_type(media_type: str, name: str | None) -> None:
    found = FORMATS.by_media_type(media_type)
    assert (None if found is None else found.name) == name


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        (None, "json"),
        (b"", "json"),
        (b"*/*", "json"),
        (b"application/*", "json"),
        (b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "json"),
        (b"application/yaml", "yaml"),
        (b"application/x-yaml", "yaml"),
        (b"text/yaml", "yaml"),
        (b"text/*", "json"),
        (b"application/msgpack", "msgpack"),
        (b"application/yaml;q=0.5, application/json;q=0.4", "yaml"),
        (b"application/yaml, application/json", "json"),
        (b"application/json;q=0, */*", "yaml"),
        (b"application/json;q=0.1, application/*", "yaml"),
        (b"application/vnd.shop+yaml", "yaml"),
        (b"text/html", "json"),
        (b"image/png;q=1, nonsense, ;;q", "json"),
        (b"APPLICATION/YAML", "yaml"),
        (b"application/yaml;q=x", "yaml"),
    ],
)
def test_the_format_a_client_gets(accept: bytes | None, name: str) -> None:
    assert choose(FORMATS, accept).name == name
