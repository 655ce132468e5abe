"""Types that people rarely answer with, each with a value: what is served of it fits what is documented."""

from __future__ import annotations

import collections
import datetime
import enum
import ipaddress
import pathlib
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import (
    Annotated,
    Any,
    Generic,
    Literal,
    NamedTuple,
    NotRequired,
    Required,
    TypeVar,
    cast,
)

from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    AnyUrl,
    AwareDatetime,
    Base64Bytes,
    BaseModel,
    ByteSize,
    ConfigDict,
    Discriminator,
    Field,
    Json,
    JsonValue,
    NaiveDatetime,
    OnErrorOmit,
    PlainSerializer,
    RootModel,
    SecretBytes,
    SecretStr,
    SerializeAsAny,
    Tag,
    WithJsonSchema,
    computed_field,
    field_serializer,
    model_serializer,
)
from typing_extensions import TypeAliasType, TypedDict

T = TypeVar("T")
U = TypeVar("U")


class Letter(enum.Enum):
    A = "a"
    B = "b"


class Number(enum.IntEnum):
    ONE = 1
    TWO = 2


class Rights(enum.Flag):
    READ = 1
    WRITE = 2


class Marks(enum.IntFlag):
    OLD = 1
    NEW = 4


class Half(enum.Enum):
    ONE = 0.5
    THREE = 1.5


class Pair(enum.Enum):
    LEFT = (1, 2)
    RIGHT = (3, 4)


class Maybe(enum.Enum):
    NOTHING = None
    SOMETHING = "some"


class Point(NamedTuple):
    x: int
    y: str = "d"


class Row(TypedDict):
    a: int
    b: NotRequired[str]


class Rows(TypedDict, total=False):
    a: Required[int]
    rows: list[Row]


class Box(TypedDict, Generic[T]):
    value: T


@dataclass
class Plain:
    a: int
    b: list[str] = field(default_factory=list[str])


@dataclass
class Holder(Generic[T]):
    value: T


class Base(BaseModel):
    x: int = 1


class Derived(Base):
    z: int = 2


class One(BaseModel, Generic[T]):
    value: T
    values: list[T] = []


class Two(BaseModel, Generic[T, U]):
    a: T
    b: U


class Person(BaseModel):
    name: str = "n"
    child: Person | None = None
    kids: dict[str, Person] = {}


class Numbers(RootModel[list[int]]):
    pass


class Either(RootModel[int | str]):
    pass


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"


class Dog(BaseModel):
    kind: Literal["dog", "hound"]


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]


class Wolf(BaseModel):
    kind: Literal["wolf"]
    friend: Pet | None = None


Animal = Annotated[Pet | Wolf, Field(discriminator="kind")]


def kind_of(value: object) -> str:
    kind: object = (
        cast("dict[str, object]", value).get("kind")
        if isinstance(value, dict)
        else getattr(value, "kind", None)
    )
    return "cat" if kind == "cat" else "dog"


Guessed = Annotated[Annotated[Cat, Tag("cat")] | Annotated[Dog, Tag("dog")], Discriminator(kind_of)]


class First(BaseModel):
    kind: Literal[1] = Field(alias="theKind")


class Second(BaseModel):
    kind: Literal[2] = Field(alias="theKind")


Counted = Annotated[First | Second, Field(discriminator="kind")]


class Lettered(BaseModel):
    letter: Literal[Letter.A]


class Otherwise(BaseModel):
    letter: Literal[Letter.B]


Spelled = Annotated[Lettered | Otherwise, Field(discriminator="letter")]


class Aliases(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    a: int = Field(default=1, alias="aA")
    b: int = Field(default=2, validation_alias="bIn")
    c: int = Field(default=3, serialization_alias="cOut")
    d: int = Field(default=4, validation_alias=AliasChoices("d1", "d2"))
    e: int = Field(default=5, validation_alias=AliasPath("e1", "e2"))


class Written(BaseModel):
    typed: int = 1
    untyped: int = 1
    hidden: int = Field(default=2, exclude=True)

    @field_serializer("typed")
    def _typed(self, value: int) -> str:
        return f"<{value}>"

    @field_serializer("untyped")
    def _untyped(self, value):  # type: ignore[no-untyped-def]  # what it makes of it is not said
        return f"<{value}>"

    @computed_field(alias="asComputed")  # type: ignore[prop-decorator]  # pydantic's own spelling
    @property
    def computed(self) -> dict[str, Base]:
        return {"a": Base()}


class Whole(BaseModel):
    a: int = 1

    @model_serializer
    def _whole(self) -> dict[str, int]:
        return {"q": 1}


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, int]  # type: ignore[mutable-override]  # as pydantic wants it
    a: int = 1


class Encoded(BaseModel):
    model_config = ConfigDict(
        ser_json_bytes="base64",
        val_json_bytes="base64",
        ser_json_timedelta="float",
        ser_json_inf_nan="strings",
    )
    data: bytes = b"\xff"
    time: datetime.timedelta = datetime.timedelta(seconds=3)
    number: float = float("inf")


class Bounded(BaseModel):
    number: float = Field(default=1.0, ge=-float("inf"), le=float("inf"))
    tiny: Decimal = Decimal("1E-10")
    nothing: Decimal = Field(default=Decimal("NaN"), allow_inf_nan=True, exclude=True)


class Everything(BaseModel):
    secret: SecretStr = SecretStr("s")
    secrets: SecretBytes = SecretBytes(b"s")
    delta: datetime.timedelta = datetime.timedelta(days=-1, seconds=3)
    data: bytes = b"abc"
    path: pathlib.Path = pathlib.Path("/a")
    address: ipaddress.IPv4Address = ipaddress.IPv4Address("1.2.3.4")
    network: ipaddress.IPv6Network = ipaddress.IPv6Network("::/64")
    parsed: Json[list[int]] = Field(default_factory=lambda: [1])
    rights: Rights = Rights.READ | Rights.WRITE
    marks: Marks = Marks.NEW
    half: Half = Half.ONE
    pair: Pair = Pair.LEFT
    maybe: Maybe = Maybe.NOTHING
    literal: Literal[1, "a", True, None] = 1
    point: Point = Point(1)
    pairs: tuple[int, str] = (1, "a")
    none: tuple[()] = ()
    several: frozenset[str] = frozenset("a")
    queue: collections.deque[int] = collections.deque([1])
    counts: collections.Counter[str] = Field(default_factory=lambda: collections.Counter("ab"))
    by_int: dict[int, str] = {1: "a"}
    by_enum: dict[Number, Letter] = {Number.ONE: Letter.A}
    by_letter: dict[Letter, int] = {Letter.A: 1}
    by_half: dict[Half, int] = {Half.ONE: 1}
    by_id: dict[uuid.UUID, datetime.date] = {uuid.UUID(int=1): datetime.date(2020, 1, 1)}
    anything: Mapping[str, Any] = {"a": None}
    json_value: JsonValue = {"a": [1, None]}
    pattern: re.Pattern[str] = re.compile("a+")
    imaginary: complex = 1 + 2j
    naive: NaiveDatetime = datetime.datetime.fromisoformat("2020-01-01")
    aware: AwareDatetime = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    size: ByteSize = ByteSize(3)
    url: AnyUrl = AnyUrl("https://example.com/")
    base64: Base64Bytes = Field(default=b"aGk=", validate_default=True)
    omitted: list[OnErrorOmit[int]] = [1]
    as_text: Annotated[int, PlainSerializer(str, return_type=str)] = 1
    told: Annotated[int, WithJsonSchema({"type": "integer", "title": "Zap"})] = 1
    old: int = Field(default=1, deprecated=True, description="d", json_schema_extra={"x-a": 1})
    row: Row = {"a": 1}
    rows: Rows = {"a": 1}
    box: Box[int] = {"value": 1}
    plain: Plain = Field(default_factory=lambda: Plain(1))
    holder: Holder[str] = Field(default_factory=lambda: Holder("a"))
    derived: SerializeAsAny[Base] = Field(default_factory=Derived)
    person: Person = Field(default_factory=lambda: Person(kids={"a": Person()}))
    two: Two[list[Base], One[str] | None] = Field(
        default_factory=lambda: Two[list[Base], One[str] | None](a=[Base()], b=None)
    )
    pet: Pet = Field(default_factory=Cat)
    union: list[int] | dict[str, int] | Base = [1]


Ints = TypeAliasType("Ints", list[int])
Deep = TypeAliasType("Deep", "dict[str, Deep] | int")
ListOf = TypeAliasType("ListOf", list[T], type_params=(T,))
Small = One[Annotated[int, Field(ge=1)]]
Checked = Annotated[int, AfterValidator(abs)]

ODD: dict[str, tuple[Any, object]] = {
    "everything": (Everything, Everything.model_validate({})),
    "aliases": (Aliases, Aliases.model_validate({})),
    "written": (Written, Written()),
    "whole": (Whole, Whole()),
    "open": (Open, Open.model_validate({"q": 1})),
    "encoded": (Encoded, Encoded()),
    "bounded": (Bounded, Bounded()),
    "person": (Person, Person()),
    "numbers": (Numbers, Numbers([1])),
    "either": (Either, Either("a")),
    "pet": (Pet, Dog(kind="hound")),
    "animal": (Animal, Wolf(kind="wolf", friend=Cat())),
    "guessed": (Guessed, Cat()),
    "counted": (Counted, First(theKind=1)),
    "spelled": (Spelled, Lettered(letter=Letter.A)),
    "ints": (Ints, [1]),
    "deep": (Deep, {"a": {"b": 1}}),
    "list_of": (ListOf[Base], [Base()]),
    "nested": (One[One[int]], One[One[int]](value=One[int](value=1))),
    "small": (Small, Small(value=1)),
    "maybe_one": (One[int | None], One[int | None](value=None)),
    "one_pet": (One[Pet], One[Pet](value=Cat())),
    "holder": (Holder[Base], Holder(Base())),
    "box": (Box[Base], {"value": Base()}),
    "marks": (Marks, Marks.OLD | Marks.NEW),
    "pair": (Pair, Pair.LEFT),
    "literal": (Literal["a", 1, None], None),
    "choices": (Derived | Person | list[Base], [Base()]),
    "maybe_union": (int | Pet | None, None),  # pyright: ignore[reportOperatorIssue]  # an `Annotated`
    "maybe_bytes": (bytes | None, b"text"),
    "list_of_bytes": (list[bytes], [b"a"]),
    "secret": (SecretStr, SecretStr("a")),
    "large": (int, 2**70),
    "checked": (Checked, 1),
}
